from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.model import Deployment
from forestage.model.functions import Function, InlineCode, Layer, LocalCode
from forestage.preview.host.debugging import DEBUG_TIMEOUT_SECONDS, Debugging, plan_debugging, without_timeouts

if TYPE_CHECKING:
    from pathlib import Path


def function(name: str, runtime: str | None, **more: Any) -> Function:
    more.setdefault("code", InlineCode(text=""))
    return Function(logical_id=name.title(), name=name, arn=f"arn:{name}", runtime=runtime, **more)


def plan(folder: Path, *functions: Function) -> Debugging:
    return plan_debugging(functions, port=5890, host="127.0.0.1", cache=folder / "cache")


def with_debugpy(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "__main__.py").touch()
    return folder


def test_each_function_has_a_port_of_its_own(tmp_path: Path) -> None:
    debugging = plan(tmp_path, function("pets", "nodejs22.x"), function("cats", "nodejs24.x"))

    assert debugging.ports == {"pets": 5890, "cats": 5891}
    assert debugging.variables["Cats"] == {"NODE_OPTIONS": "--inspect=127.0.0.1:5891"}
    assert debugging.reasons == ()


def test_python_function_is_started_under_the_debugpy_of_its_code(tmp_path: Path) -> None:
    debugpy = with_debugpy(tmp_path / "code" / "debugpy")
    code = LocalCode(path=str(tmp_path / "code"))

    variables = plan(tmp_path, function("pets", "python3.13", code=code)).variables["Pets"]

    assert variables["FORESTAGE_DEBUGPY"] == str(debugpy)
    assert variables["FORESTAGE_DEBUG_ADDRESS"] == "127.0.0.1:5890"
    wrapper = tmp_path / "cache" / "debug" / "debugpy.sh"
    assert variables["AWS_LAMBDA_EXEC_WRAPPER"] == str(wrapper)
    assert wrapper.stat().st_mode & 0o111


def test_debugpy_of_a_layer_will_do(tmp_path: Path) -> None:
    debugpy = with_debugpy(tmp_path / "layer/python/lib/python3.13/site-packages/debugpy")
    inline = Layer(logical_id="", arn="", code=InlineCode(text=""))
    layer = Layer(logical_id="Tools", arn="", code=LocalCode(path=str(tmp_path / "layer")))

    variables = plan(tmp_path, function("pets", "python3.13", layers=(inline, layer))).variables["Pets"]

    assert variables["FORESTAGE_DEBUGPY"] == str(debugpy)


def test_function_without_debugpy_is_told_how_to_get_it(tmp_path: Path) -> None:
    code = LocalCode(path=str(tmp_path))

    debugging = plan(tmp_path, function("pets", "python3.13", code=code), function("cats", "nodejs22.x"))

    without = "debugpy is not in its code or layers"
    assert debugging.reasons == (
        f"function pets is not debugged: {without}; python -m pip install debugpy --target {tmp_path}",
    )
    assert debugging.ports == {"cats": 5890}


def test_inline_function_cannot_have_debugpy(tmp_path: Path) -> None:
    (reason,) = plan(tmp_path, function("pets", "python3.13")).reasons

    assert reason.endswith("only code in a folder can have it")


def test_other_runtimes_have_no_debugger(tmp_path: Path) -> None:
    debugging = plan(tmp_path, function("pets", "provided.al2023"), function("cats", None))

    assert debugging.reasons == (
        "function pets is not debugged: runtime provided.al2023 has no debugger here",
        "function cats is not debugged: runtime of a container image has no debugger here",
    )


def test_debugged_functions_have_all_the_time() -> None:
    deployment = without_timeouts(Deployment(functions=(function("pets", "nodejs22.x", timeout_seconds=3),)))

    assert [pets.timeout_seconds for pets in deployment.functions] == [DEBUG_TIMEOUT_SECONDS]
