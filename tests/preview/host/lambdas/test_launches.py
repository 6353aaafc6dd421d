from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from forestage.preview.host.lambdas.custom import BootstrapLaunch, find_bootstrap
from forestage.preview.host.lambdas.interpreters import Interpreter, own_python
from forestage.preview.host.lambdas.launches import Launches
from forestage.preview.host.lambdas.node import NodeLaunch, major_version
from forestage.preview.host.lambdas.plan import Launch, NoLaunch, Plan
from forestage.preview.host.lambdas.python import PythonLaunch
from forestage.preview.host.lambdas.settings import FunctionSettings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "code").mkdir()
    return Plan(
        name="orders",
        runtime="python3.11",
        task=str(tmp_path / "code"),
        opt=str(tmp_path / "opt"),
        layers=(str(tmp_path / "layer"),),
        digest="d",
        timeout_seconds=3,
        memory_mb=128,
        reserved_concurrency=None,
        environment={"PATH": "/usr/bin"},
    )


def a_node_launch() -> NodeLaunch:
    node = Interpreter(path="/bin/node", version=(24, 0))
    return NodeLaunch(interpreter=node, client="/c.mjs", runtime="/sdk", bytecode="/bytecode")


def found_for(plan: Plan, cache: Path) -> Launch | NoLaunch:
    async def find() -> Launch | NoLaunch:
        return await Launches(FunctionSettings(cache=cache), lambda *_: None).find(plan)

    return asyncio.run(find())


def test_own_version_of_python_runs_on_the_own_python(plan: Plan, tmp_path: Path) -> None:
    minor = own_python().version[1]

    launch = found_for(replace(plan, runtime=f"python3.{minor}"), tmp_path)

    assert isinstance(launch, PythonLaunch)
    assert launch.interpreter == own_python()


@pytest.mark.parametrize(
    ("runtime", "detail"),
    [
        ("python3.x", "runtime 'python3.x' of function orders is no version of Python"),
        ("python2.7", "runtime 'python2.7' of function orders is not run here"),
        ("dotnet8", "runtime 'dotnet8' of function orders is not run here"),
        ("", "runtime '' of function orders is not run here"),
    ],
)
def test_runtime_that_is_not_run_here_is_said(runtime: str, detail: str, plan: Plan, tmp_path: Path) -> None:
    launch = found_for(replace(plan, runtime=runtime), tmp_path)

    assert isinstance(launch, NoLaunch)
    assert launch.detail.startswith(detail)


def test_custom_runtime_without_bootstrap_is_started_all_the_same(plan: Plan, tmp_path: Path) -> None:
    launch = found_for(replace(plan, runtime="provided.al2023"), tmp_path)

    assert launch == BootstrapLaunch(program=f"{plan.task}/bootstrap")


@pytest.mark.parametrize(("places", "found"), [(("task", "opt"), "task"), (("opt",), "opt"), ((), None)])
def test_bootstrap_of_the_code_comes_before_that_of_layers(
    places: tuple[str, ...], found: str | None, tmp_path: Path
) -> None:
    for place in places:
        (tmp_path / place).mkdir()
        (tmp_path / place / "bootstrap").touch()

    program = find_bootstrap(str(tmp_path / "task"), str(tmp_path / "opt"))

    assert program == (f"{tmp_path / found}/bootstrap" if found else None)


@pytest.mark.parametrize(("runtime", "major"), [("nodejs22.x", 22), ("nodejs4.3", 4), ("nodejs", 0)])
def test_version_of_node_is_read(runtime: str, major: int) -> None:
    assert major_version(runtime) == major


@pytest.mark.parametrize(("runtime", "is_without"), [("nodejs22.x", True), ("nodejs24.x", False), ("nodejs", False)])
def test_features_that_aws_turns_off_are_off(*, runtime: str, is_without: bool, plan: Plan) -> None:
    launch = a_node_launch()

    command, environment = launch.command(replace(plan, runtime=runtime), 200)

    assert ("--no-experimental-require-module" in command) is is_without
    assert environment["PATH"] == "/bin:/usr/bin"


def test_search_path_of_node_is_that_of_lambda(plan: Plan) -> None:
    launch = a_node_launch()

    _, environment = launch.command(replace(plan, runtime="nodejs22.x"), 200)

    opt = plan.opt
    assert environment["NODE_PATH"] == (
        f"{opt}/nodejs/node22/node_modules:{opt}/nodejs/node_modules:/sdk/node_modules:/sdk:{plan.task}"
    )


def test_own_search_path_of_a_node_function_is_kept(plan: Plan) -> None:
    launch = a_node_launch()
    own = replace(plan, runtime="nodejs22.x", environment={"NODE_PATH": "/mine"})

    _, environment = launch.command(own, 200)

    assert "NODE_PATH" not in environment


@pytest.mark.parametrize("version", [own_python().version, (3, 99)], ids=["own", "another"])
def test_bytecode_of_the_runtime_is_ours_only_for_another_python(version: tuple[int, int], plan: Plan) -> None:
    launch = PythonLaunch(interpreter=Interpreter(path="/p", version=version), runtime="/shipped", bytecode="/b")

    command, _ = launch.command(plan, 200)

    assert ('"/shipped"]' in command[-1]) is (version == (3, 99))
