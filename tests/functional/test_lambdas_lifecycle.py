"""The life of functions' processes: started, shared, replaced, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from forestage.model.functions import Alias, Permission
from forestage.preview.engine.effects import FunctionAnswer, FunctionUnavailable, Unavailable
from forestage.preview.host.lambdas import FunctionSettings, LogStream, Warm, Wire
from tests.functional.function_deployment import (
    Deployment,
    a_function,
    all_but_one_ended,
    arn_of,
    deployed,
    ended,
    together,
    write_files,
)

PID = "import os\ndef handler(event, context):\n    return os.getpid()\n"
SLOW = "import os, time\ndef handler(event, context):\n    time.sleep(event or 0)\n    return os.getpid()\n"
GATED = (
    "import os\n"
    "def handler(gate, context):\n"
    "    print('started', flush=True)\n"
    "    if gate:\n"
    "        open(gate).close()\n"
    "    return os.getpid()\n"
)
"""Waits for somebody who writes to a pipe, where one is named."""


@pytest.fixture
def eager(tmp_path: Path) -> FunctionSettings:
    return FunctionSettings(cache=tmp_path / "cache", warm=Warm.EAGER)


@pytest.fixture
def lazy(tmp_path: Path) -> FunctionSettings:
    return FunctionSettings(cache=tmp_path / "cache", warm=Warm.LAZY)


def test_eager_function_has_a_process_before_it_is_called(eager: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> tuple[int, FunctionAnswer]:
        await deployment.deploy(a_function(PID))
        await deployment.host.warmed()
        return len(deployment.host.pids(arn_of("orders"))), await deployment.answer()

    count, answer = deployed(eager, scenario)

    assert count == 1
    assert not answer.cold


def test_lazy_function_has_a_process_from_its_first_call_on(lazy: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> tuple[int, list[FunctionAnswer]]:
        await deployment.deploy(a_function(PID))
        count = len(deployment.host.pids(arn_of("orders")))
        return count, [await deployment.answer(), await deployment.answer()]

    count, (first, second) = deployed(lazy, scenario)

    assert count == 0
    assert (first.cold, second.cold) == (True, False)
    assert first.payload == second.payload


def test_light_calls_at_the_same_time_share_one_process(tmp_path: Path) -> None:
    # On a busy machine a light call, too, may wait longer than a call usually does before a process is added.
    settings = FunctionSettings(warm=Warm.LAZY, cache=tmp_path, patience_seconds=30.0)

    async def scenario(deployment: Deployment) -> set[int]:
        await deployment.deploy(a_function(PID))
        return set(await together(*(deployment.result() for _ in range(100))))

    assert len(deployed(settings, scenario)) == 1


def test_slow_calls_at_the_same_time_get_more_processes(tmp_path: Path) -> None:
    settings = FunctionSettings(cache=tmp_path, max_workers=3, patience_seconds=0.01)

    async def scenario(deployment: Deployment) -> set[int]:
        await deployment.deploy(a_function(SLOW))
        await deployment.result(event=0.05)
        return set(await together(*(deployment.result(event=0.4) for _ in range(6))))

    assert len(deployed(settings, scenario)) == 3


def test_idle_processes_end_but_for_one(tmp_path: Path) -> None:
    settings = FunctionSettings(cache=tmp_path, patience_seconds=0.01, idle_seconds=0.05)

    async def scenario(deployment: Deployment) -> tuple[int, int, int]:
        await deployment.deploy(a_function(SLOW))
        await deployment.result(event=0.05)
        grown = set(await together(*(deployment.result(event=0.3) for _ in range(3))))
        left = await all_but_one_ended(grown)
        return len(grown), left, await deployment.result()

    grown, left, serving = deployed(settings, scenario)

    assert grown > 1
    assert left == serving


def test_reserved_concurrency_of_zero_throttles(lazy: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(a_function(PID, reserved_concurrency=0))
        return await deployment.ask()

    answer = deployed(lazy, scenario)

    assert answer.reason is Unavailable.THROTTLED
    assert answer.detail == "function orders has a reserved concurrency of 0"


def test_reserved_concurrency_throttles_what_is_more(lazy: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> list[Any]:
        await deployment.deploy(a_function(SLOW, reserved_concurrency=1))
        return await together(deployment.ask(event=0.1), deployment.ask(event=0.1))

    first, second = deployed(lazy, scenario)

    assert isinstance(first, FunctionAnswer)
    assert isinstance(second, FunctionUnavailable)


def test_call_that_waits_for_a_late_process_counts_towards_the_reserved_concurrency(tmp_path: Path) -> None:
    settings = FunctionSettings(cache=tmp_path, warm=Warm.LAZY, init_seconds=0.1)
    code = "import time\nprint('loading', flush=True)\ntime.sleep(0.5)\ndef handler(event, context):\n    pass\n"

    async def scenario(deployment: Deployment) -> list[Any]:
        await deployment.deploy(a_function(code, reserved_concurrency=1))
        first = asyncio.ensure_future(deployment.ask())
        await deployment.heard("loading", times=2)
        return [await deployment.ask(), await first]

    second, first = deployed(settings, scenario)

    assert isinstance(first, FunctionAnswer)
    assert second.reason is Unavailable.THROTTLED


def test_unchanged_function_keeps_its_process(eager: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> tuple[int, int]:
        await deployment.deploy(a_function(PID))
        before = await deployment.result()
        await deployment.deploy(a_function(PID), a_function(PID, name="another"))
        return before, await deployment.result()

    before, after = deployed(eager, scenario)

    assert before == after


@pytest.mark.parametrize(
    "change", [{"environment": {"A": "1"}}, {"memory_mb": 256}, {"timeout_seconds": 5}], ids=lambda it: next(iter(it))
)
def test_changed_function_has_a_new_process(change: dict[str, Any], eager: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> tuple[int, int]:
        await deployment.deploy(a_function(PID))
        before = await deployment.result()
        await deployment.deploy(a_function(PID, **change))
        return before, await deployment.result()

    before, after = deployed(eager, scenario)

    assert before != after


def test_edited_code_answers_as_soon_as_it_is_replaced(tmp_path: Path, eager: FunctionSettings) -> None:
    code = write_files(tmp_path / "code", index_dot_py="from part import NAME\ndef handler(e, c): return NAME\n")

    async def scenario(deployment: Deployment) -> list[str]:
        answers = []
        for name in ("one", "two", "six"):
            (code / "part.py").write_text(f"NAME = '{name}'\n")
            await deployment.deploy(a_function(code))
            answers.append(await deployment.result())
        return answers

    assert deployed(eager, scenario) == ["one", "two", "six"]


def test_call_in_flight_ends_on_the_old_code(tmp_path: Path, eager: FunctionSettings) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)

    async def scenario(deployment: Deployment) -> tuple[int, int, tuple[int, ...]]:
        await deployment.deploy(a_function(GATED))
        old = asyncio.ensure_future(deployment.result(event=str(gate)))
        await deployment.heard("started")
        await deployment.deploy(a_function(GATED + "\n"))
        new = await deployment.result()
        gate.write_bytes(b"")
        old_pid = await old
        await ended(old_pid)
        return old_pid, new, deployment.host.pids(arn_of("orders"))

    old, new, pids = deployed(eager, scenario)

    assert old != new
    assert pids == (new,)


def test_function_that_is_gone_is_not_found(eager: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(a_function(PID))
        await deployment.deploy()
        return await deployment.ask()

    answer = deployed(eager, scenario)

    assert answer == FunctionUnavailable(
        reason=Unavailable.NOT_FOUND, detail=f"no function of this deployment has the ARN {arn_of('orders')}"
    )


def test_crashed_process_is_replaced_ahead_of_need(eager: FunctionSettings) -> None:
    code = "import os\nprint('loaded', flush=True)\ndef handler(event, context):\n    os._exit(1) if event else None\n"

    async def scenario(deployment: Deployment) -> FunctionAnswer:
        await deployment.deploy(a_function(code))
        await deployment.result()
        await deployment.fault(event=1)
        await deployment.heard("loaded", times=2)
        return await deployment.answer()

    assert not deployed(eager, scenario).cold


def test_function_that_does_not_load_is_started_once_ahead_of_need(eager: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> tuple[list[str], Any]:
        await deployment.deploy(a_function("import not_there\n"))
        await deployment.host.warmed()
        lines = deployment.printed(LogStream.PLATFORM)
        return lines, await deployment.fault()

    lines, wrong = deployed(eager, scenario)

    assert len(lines) == 1
    assert lines[0].startswith("INIT_REPORT Init Duration: ")
    assert lines[0].endswith("\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError")
    assert wrong["errorType"] == "Runtime.ImportModuleError"


def test_asynchronous_call_answers_at_once_and_runs(lazy: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> FunctionAnswer:
        await deployment.deploy(a_function(GATED))
        answer = await deployment.answer(asynchronous=True)
        await deployment.heard("started")
        return answer

    assert deployed(lazy, scenario) == FunctionAnswer(payload=b"")


def test_call_that_nobody_waits_for_any_more_leaves_the_process_usable(lazy: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> tuple[int, int]:
        await deployment.deploy(a_function(SLOW))
        before = await deployment.result()
        call = asyncio.ensure_future(deployment.result(event=0.05))
        queued = asyncio.ensure_future(deployment.result(event=0.05))
        await asyncio.sleep(0)
        call.cancel()
        queued.cancel()
        return before, await deployment.result()

    before, after = deployed(lazy, scenario)

    assert before == after


SOURCE = "arn:aws:execute-api:eu-west-1:123456789012:api1/*/GET/orders"


def a_permission(**more: Any) -> Permission:
    more.setdefault("function_name", "orders")
    return Permission(logical_id="Permit", action="lambda:InvokeFunction", principal="apigateway.amazonaws.com", **more)


@pytest.mark.parametrize(
    ("permissions", "qualifier", "reason"),
    [
        pytest.param((a_permission(source_arn=SOURCE),), "", None, id="covered"),
        pytest.param((a_permission(source_arn=SOURCE),), ":live", Unavailable.NOT_PERMITTED, id="not-the-alias"),
        pytest.param((a_permission(function_name="orders:live"),), ":live", None, id="alias"),
        pytest.param((), "", Unavailable.NOT_PERMITTED, id="none"),
        pytest.param((a_permission(),), ":test", Unavailable.NOT_FOUND, id="unknown-alias"),
    ],
)
def test_function_is_invoked_only_with_permission(
    permissions: tuple[Permission, ...], qualifier: str, reason: Unavailable | None, lazy: FunctionSettings
) -> None:
    alias = Alias(logical_id="Live", name="live", function_name="orders", function_version="1")
    function = a_function(PID, permissions=permissions, aliases=(alias,))
    arn, source = arn_of("orders") + qualifier, "arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/orders"

    async def scenario(deployment: Deployment) -> tuple[Any, bool]:
        await deployment.deploy(function)
        return await deployment.ask(arn=arn, source_arn=source), deployment.host.is_permitted(arn, source)

    answer, is_permitted = deployed(lazy, scenario)

    assert getattr(answer, "reason", None) is reason
    assert is_permitted is (reason is None)


def test_function_of_another_account_in_the_template_is_found_by_name(lazy: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(a_function(PID))
        return await deployment.ask(arn="arn:aws:lambda:us-east-1:999999999999:function:orders")

    assert isinstance(deployed(lazy, scenario), FunctionAnswer)


def test_code_that_is_missing_is_said_and_refused(tmp_path: Path, lazy: FunctionSettings) -> None:
    async def scenario(deployment: Deployment) -> tuple[Any, list[str]]:
        await deployment.deploy(a_function(tmp_path / "nothing"))
        return await deployment.ask(), deployment.printed(LogStream.PREVIEW)

    answer, lines = deployed(lazy, scenario)

    assert answer.reason is Unavailable.NO_CODE
    assert lines == [
        f"the code of function orders should be at {tmp_path / 'nothing'}, where there is no folder and no zip file"
    ]


def test_code_that_is_still_missing_is_said_once_and_served_once_it_is_there(
    tmp_path: Path, lazy: FunctionSettings
) -> None:
    folder = tmp_path / "late"

    async def scenario(deployment: Deployment) -> tuple[list[str], Any]:
        await deployment.deploy(a_function(folder))
        await deployment.deploy(a_function(folder))
        said = deployment.printed(LogStream.PREVIEW)
        folder.mkdir()
        (folder / "index.py").write_text("def handler(event, context):\n    return 'here'\n", encoding="utf-8")
        await deployment.deploy(a_function(folder))
        return said, await deployment.result()

    said, result = deployed(lazy, scenario)

    assert len(said) == 1
    assert result == "here"


@pytest.mark.parametrize("wire", list(Wire), ids=lambda wire: wire.value)
def test_nothing_is_left_open_or_running_after_the_end(wire: Wire, tmp_path: Path) -> None:
    settings = FunctionSettings(cache=tmp_path, wire=wire)

    async def idle(_: Deployment) -> None:
        """Let the event loop open what it keeps for as long as the process lives."""

    async def scenario(deployment: Deployment) -> None:
        await deployment.deploy(a_function(PID), a_function("import not_there\n", name="broken"))
        await deployment.result()
        await deployment.fault("broken")

    deployed(settings, idle)
    before = open_files(), children()
    deployed(settings, scenario)

    assert (open_files(), children()) == before


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def children() -> set[str]:
    """The processes that this one has started and not waited for, those that have ended among them."""
    return {pid for file in Path("/proc/self/task").glob("*/children") for pid in file.read_text().split()}


def test_children_of_a_function_end_with_it(lazy: FunctionSettings) -> None:
    code = (
        "import os, subprocess\n"
        "def handler(event, context):\n"
        "    return subprocess.Popen(['sleep', '1000']).pid if event is None else os._exit(1)\n"
    )

    async def scenario(deployment: Deployment) -> None:
        await deployment.deploy(a_function(code))
        child = await deployment.result()
        await deployment.fault(event=1)
        await ended(child)

    deployed(lazy, scenario)


PREVIEW = """
    import asyncio, sys
    from pathlib import Path
    from tests.functional.function_deployment import Deployment, a_function
    from forestage.preview.host.lambdas import FunctionSettings

    CODE = '''
    import os, signal, subprocess
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    def handler(event, context):
        child = subprocess.Popen(['sleep', '1000'])
        print(os.getpid(), child.pid)
        print('started')
        while event: pass
    '''

    async def main():
        deployment = Deployment(FunctionSettings(cache=Path(sys.argv[1])))
        await deployment.deploy(a_function(CODE, timeout_seconds=900))
        call = asyncio.ensure_future(deployment.ask(event=True))
        await deployment.heard('started')
        print(deployment.printed()[0], flush=True)
        await call

    asyncio.run(main())
"""


def test_no_process_outlives_a_preview_that_was_killed(tmp_path: Path) -> None:
    command = (sys.executable, "-c", textwrap.dedent(PREVIEW), str(tmp_path))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as preview:
        assert preview.stdout is not None
        pids = [int(pid) for pid in preview.stdout.readline().split()]
        preview.send_signal(signal.SIGKILL)

    async def all_ended() -> None:
        await together(*map(ended, pids))

    asyncio.run(all_ended())

    assert len(pids) == 2


def test_every_call_is_answered_while_processes_are_killed(tmp_path: Path) -> None:
    settings = FunctionSettings(cache=tmp_path, max_workers=2)

    async def scenario(deployment: Deployment) -> list[FunctionAnswer]:
        await deployment.deploy(a_function(PID))
        answers: list[FunctionAnswer] = []

        async def caller() -> None:
            while len(answers) < 1500:
                answers.append(await deployment.answer())

        async def killer() -> None:
            while len(answers) < 1500:
                for pid in deployment.host.pids(arn_of("orders")):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                await asyncio.sleep(0.1)

        await together(killer(), *(caller() for _ in range(8)))
        return answers

    answers = deployed(settings, scenario)

    assert len(answers) >= 1500
    assert {b"Runtime.ExitError" in answer.payload for answer in answers if answer.failed} == {True}
