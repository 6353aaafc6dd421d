"""Python functions on AWS's client: their search path, environment, context and log."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.functions import Layer, LocalCode
from forestage.model.values import Secret, Unknown
from forestage.preview.engine.effects import FunctionUnavailable, Unavailable
from forestage.preview.host.lambdas import FunctionSettings, LogStream, Warm
from tests.functional.function_deployment import Deployment, a_function, arn_of, deployed, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.model.functions import Function


@pytest.fixture
def settings(tmp_path: Path) -> FunctionSettings:
    return FunctionSettings(cache=tmp_path / "cache", warm=Warm.LAZY)


def result_of(function: Function, settings: FunctionSettings, event: object = None) -> Any:
    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(function)
        return await deployment.result(function.name, event)

    return deployed(settings, scenario)


def returning(expression: str, *imports: str) -> str:
    lines = "".join(f"import {name}\n" for name in imports)
    return f"{lines}def handler(event, context):\n    return {expression}\n"


def test_python_function_sees_what_the_runtime_ships_and_nothing_else(settings: FunctionSettings) -> None:
    code = (
        "import importlib.util\n"
        "NAMES = ('boto3', 'botocore', 'six', 'urllib3', 'dateutil', 'simplejson', 'awslambdaric',"
        " 'forestage', 'click', 'pytest', 'uvloop', 'orjson')\n"
        "def handler(event, context):\n"
        "    return [name for name in NAMES if importlib.util.find_spec(name)]\n"
    )

    result = result_of(a_function(code), settings)

    assert result == ["boto3", "botocore", "six", "urllib3", "dateutil", "simplejson", "awslambdaric"]


def test_python_function_can_make_a_client_of_the_sdk(settings: FunctionSettings) -> None:
    code = returning("boto3.client('s3').meta.region_name", "boto3")

    result = result_of(a_function(code, timeout_seconds=30), settings)

    assert result == "eu-west-1"


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        pytest.param({"app_dot_py": returning("'found'")}, "app.handler", id="root"),
        pytest.param({"src__app_dot_py": returning("'found'")}, "src.app.handler", id="dots"),
        pytest.param({"src__app_dot_py": returning("'found'")}, "src/app.handler", id="slash"),
        pytest.param(
            {"app__INIT_dot_py": "from app.deep import handler\n", "app__deep_dot_py": returning("'found'")},
            "app.handler",
            id="package",
        ),
    ],
)
def test_python_handler_is_found(
    files: dict[str, str], handler: str, tmp_path: Path, settings: FunctionSettings
) -> None:
    code = write_files(tmp_path / "code", **files)

    result = result_of(a_function(code, handler=handler), settings)

    assert result == "found"


def test_python_function_from_a_zip_file_runs(tmp_path: Path, settings: FunctionSettings) -> None:
    archive = tmp_path / "code.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", returning("open('data/name.txt').read()"))
        file.writestr("data/name.txt", "from the zip")

    result = result_of(a_function(archive), settings)

    assert result == "from the zip"


def test_python_function_works_in_its_own_folder(tmp_path: Path, settings: FunctionSettings) -> None:
    code = write_files(
        tmp_path / "code", index_dot_py=returning("[os.getcwd(), open('a.txt').read()]", "os"), a_dot_txt="a"
    )

    result = result_of(a_function(code), settings)

    assert result == [str(code), "a"]


def test_python_function_leaves_no_bytecode_in_its_folder(tmp_path: Path, settings: FunctionSettings) -> None:
    code = write_files(tmp_path / "code", index_dot_py=returning("1"))

    result_of(a_function(code), settings)

    assert [path.name for path in code.iterdir()] == ["index.py"]


def a_layer(folder: Path, **files: str) -> Layer:
    return Layer(logical_id=folder.name, arn="arn", code=LocalCode(path=str(write_files(folder, **files))))


def test_python_function_imports_from_layers_and_the_later_wins(tmp_path: Path, settings: FunctionSettings) -> None:
    layers = (
        a_layer(tmp_path / "one", python__shared_dot_py="NAME = 'one'\n", python__only_dot_py="NAME = 'only'\n"),
        a_layer(tmp_path / "two", python__shared_dot_py="NAME = 'two'\n"),
        a_layer(tmp_path / "three", **{"python/lib/python3.11/site-packages/deep.py": "NAME = 'deep'\n"}),
    )
    code = returning("[shared.NAME, only.NAME, deep.NAME]", "shared", "only", "deep")

    result = result_of(a_function(code, layers=layers), settings)

    assert result == ["two", "only", "deep"]


def test_python_function_comes_before_layers_and_runtime(tmp_path: Path, settings: FunctionSettings) -> None:
    layer = a_layer(tmp_path / "layer", python__shared_dot_py="NAME = 'layer'\n")
    code = write_files(
        tmp_path / "code",
        index_dot_py=returning("[shared.NAME, six.NAME]", "shared", "six"),
        shared_dot_py="NAME = 'own'\n",
        six_dot_py="NAME = 'own six'\n",
    )

    result = result_of(a_function(code, layers=(layer,)), settings)

    assert result == ["own", "own six"]


def test_python_function_whose_file_has_a_name_of_the_standard_library_is_loaded(
    tmp_path: Path, settings: FunctionSettings
) -> None:
    code = write_files(tmp_path / "code", index_dot_py=returning("1"), json_dot_py="raise ImportError('mine')\n")

    result = result_of(a_function(code), settings)

    assert result == 1


def test_python_path_files_are_obeyed(tmp_path: Path, settings: FunctionSettings) -> None:
    code = write_files(
        tmp_path / "code",
        index_dot_py=returning("vendored.NAME", "vendored"),
        more_dot_pth="vendor\n",
        vendor__vendored_dot_py="NAME = 'vendored'\n",
    )

    result = result_of(a_function(code), settings)

    assert result == "vendored"


def test_python_path_of_the_function_names_the_layer(tmp_path: Path, settings: FunctionSettings) -> None:
    layer = a_layer(tmp_path / "layer", extra__found_dot_py="NAME = 'extra'\n")
    function = a_function(
        returning("found.NAME", "found"), layers=(layer,), environment={"PYTHONPATH": "/opt/extra:/var/runtime"}
    )

    result = result_of(function, settings)

    assert result == "extra"


def test_environment_is_lambdas_and_not_the_users(settings: FunctionSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("EDITOR", "vi")
    function = a_function(
        returning("dict(os.environ)", "os"),
        environment={"TABLE": "orders", "ARN": Unknown("Fn::GetAtt Table.StreamArn"), "KEY": Secret("s3cret")},
        memory_mb=512,
    )

    result = result_of(function, settings)

    assert result["AWS_LAMBDA_FUNCTION_NAME"] == "orders"
    assert result["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert result["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.11"
    assert result["AWS_LAMBDA_LOG_STREAM_NAME"].partition("/[$LATEST]")[1]
    assert result["_HANDLER"] == "index.handler"
    assert result["TABLE"] == "orders"
    assert result["ARN"] == "<Fn::GetAtt Table.StreamArn>"
    assert result["KEY"] == "s3cret"
    assert result["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not {"AWS_PROFILE", "EDITOR", "HOME"} & result.keys()


def test_context_tells_of_the_invocation(settings: FunctionSettings) -> None:
    code = returning(
        "[context.aws_request_id, context.function_name, context.function_version, context.invoked_function_arn,"
        " context.memory_limit_in_mb, context.log_group_name, context.get_remaining_time_in_millis(),"
        " os.environ['_X_AMZN_TRACE_ID']]",
        "os",
    )

    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(a_function(code, timeout_seconds=9))
        return await deployment.result(request_id="the-id", trace_id="Root=1-2-3;Parent=4;Sampled=1")

    *told, left, trace = deployed(settings, scenario)

    assert told == ["the-id", "orders", "$LATEST", arn_of("orders"), "128", "/aws/lambda/orders"]
    assert 8000 < left <= 9000
    assert trace == "Root=1-2-3;Parent=4;Sampled=1"


def test_log_has_the_functions_lines_between_those_of_the_platform(settings: FunctionSettings) -> None:
    code = (
        "import logging, os\n"
        "print('loading')\n"
        "def handler(event, context):\n"
        "    print('one\\ntwo')\n"
        "    logging.warning('three')\n"
        "    os.system('echo four')\n"
        "    print('five', end='')\n"
    )

    async def scenario(deployment: Deployment) -> list[tuple[str, str | None, str]]:
        await deployment.deploy(a_function(code))
        await deployment.result(request_id="the-id")
        return [(line.stream.value, line.request_id, line.text) for line in deployment.lines]

    lines = deployed(settings, scenario)

    assert lines[0] == ("function", None, "loading")
    assert lines[1] == ("platform", "the-id", "START RequestId: the-id Version: $LATEST")
    assert [line[2] for line in lines[2:4]] == ["one", "two"]
    assert lines[4][2].startswith("[WARNING]\t")
    assert lines[4][2].endswith("Z\tthe-id\tthree")
    assert lines[5:7] == [("function", "the-id", "four"), ("function", "the-id", "five")]
    assert lines[7] == ("platform", "the-id", "END RequestId: the-id")
    assert lines[8][2].startswith("REPORT RequestId: the-id\tDuration: ")


def test_error_is_logged_line_by_line(settings: FunctionSettings) -> None:
    code = "def handler(event, context):\n    raise ValueError('bad')\n"

    async def scenario(deployment: Deployment) -> list[str]:
        await deployment.deploy(a_function(code))
        await deployment.fault()
        return deployment.printed()

    lines = deployed(settings, scenario)

    assert lines[0] == "[ERROR] ValueError: bad"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[2].startswith('  File "')
    assert "\r" not in "".join(lines)


def test_large_event_and_answer_arrive_whole(settings: FunctionSettings) -> None:
    text = "x" * 6_000_000

    result = result_of(a_function(returning("event")), settings, text)

    assert result == text


def test_event_that_is_too_large_is_refused(settings: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(a_function(returning("1")))
        return await deployment.ask(event="x" * 6_291_455)

    answer = deployed(settings, scenario)

    kind = "RequestResponse invocation type"
    assert answer == FunctionUnavailable(
        reason=Unavailable.TOO_LARGE,
        detail=f"6291457 byte payload is too large for the {kind} (limit 6291456 bytes)",
    )


def test_result_of_bytes_is_passed_on_as_it_is(settings: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> bytes:
        await deployment.deploy(a_function(returning("b'no json'")))
        return (await deployment.answer()).payload

    assert deployed(settings, scenario) == b"no json"


def test_python_of_another_version_is_found_or_said(settings: FunctionSettings) -> None:
    code = returning("list(sys.version_info[:2])", "sys")

    async def scenario(deployment: Deployment) -> tuple[list[int], list[str]]:
        await deployment.deploy(
            a_function(code, runtime="python3.9"), a_function(code, name="two", runtime="python3.9")
        )
        await deployment.result("two")
        return await deployment.result(), deployment.printed(LogStream.PREVIEW)

    version, notices = deployed(settings, scenario)

    assert version >= [3, 10]
    assert notices == [f"python3.9 is not on this machine: python{version[0]}.{version[1]} runs its functions"]


def test_wrapper_script_of_a_layer_starts_the_runtime(tmp_path: Path, settings: FunctionSettings) -> None:
    layer = a_layer(tmp_path / "layer", wrap='#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n')
    (tmp_path / "layer" / "wrap").chmod(0o755)
    function = a_function(
        returning("os.environ['WRAPPED']", "os"),
        layers=(layer,),
        environment={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrap"},
    )

    result = result_of(function, settings)

    assert result == "yes"


def test_wrapper_script_that_is_missing_ends_like_a_shell(settings: FunctionSettings) -> None:
    function = a_function(returning("1"), environment={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/nothing"})

    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(function)
        return await deployment.fault(request_id="the-id")

    wrong = deployed(settings, scenario)

    assert wrong == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: the-id Error: Runtime exited with error: exit status 127",
    }


def test_exit_is_defined_as_in_any_python(settings: FunctionSettings) -> None:
    code = "def handler(event, context):\n    exit(5)\n"

    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(a_function(code))
        return await deployment.fault(request_id="the-id")

    wrong = deployed(settings, scenario)

    assert wrong["errorMessage"] == "RequestId: the-id Error: Runtime exited with error: exit status 5"


def test_function_trusts_the_local_authority(tmp_path: Path) -> None:
    bundle = tmp_path / "authority.pem"
    settings = FunctionSettings(cache=tmp_path / "cache", ca_bundle=bundle)
    names = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")

    result = result_of(a_function(returning("dict(os.environ)", "os")), settings)

    assert {result[name] for name in names} == {str(bundle)}
