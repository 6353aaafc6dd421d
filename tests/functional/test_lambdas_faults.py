"""Every fault that a function can have, over both wires: what they answer must not differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from forestage.preview.host.lambdas import FunctionSettings, LogStream, Warm, Wire
from tests.functional.function_deployment import Deployment, a_function, deployed, share_node_packages

if TYPE_CHECKING:
    from pathlib import Path

REQUEST_ID = "3f1c7d0e-8f0a-4c53-a1d2-6a3d3c5f9b11"
MAX_RESPONSE_BYTES = 6_291_556


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Code that goes wrong unless its event is ``{"fine": true}``, and what is answered then."""

    name: str
    code: str
    error_type: str
    message: str
    runtime: str = "python3.11"
    handler: str = "index.handler"
    timeout_seconds: int = 30
    init_seconds: float = 10.0
    works_afterwards: bool = True


def exit_message(reason: str) -> str:
    return f"RequestId: {REQUEST_ID} Error: Runtime exited {reason}"


def in_python(*lines: str, before: str = "import os, sys") -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"{before}\ndef handler(event, context):\n    if event.get('fine'):\n        return 'fine'\n{body}"


def in_node(*lines: str) -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f"exports.handler = async (event) => {{\n  if (event.fine) return 'fine';\n{body}}};\n"


PYTHON_FAULTS = (
    Fault(name="raises", code=in_python("raise ValueError('bad order')"), error_type="ValueError", message="bad order"),
    Fault(
        name="returns-a-set",
        code=in_python("return {1}"),
        error_type="Runtime.MarshalError",
        message="Unable to marshal response: Object of type set is not JSON serializable",
    ),
    Fault(
        name="exits-with-3",
        code=in_python("sys.exit(3)"),
        error_type="Runtime.ExitError",
        message=exit_message("with error: exit status 3"),
    ),
    Fault(
        name="exits-with-0",
        code=in_python("sys.exit(0)"),
        error_type="Runtime.ExitError",
        message=exit_message("without providing a reason"),
    ),
    Fault(
        name="exits-at-once",
        code=in_python("os._exit(7)"),
        error_type="Runtime.ExitError",
        message=exit_message("with error: exit status 7"),
    ),
    Fault(
        name="aborts",
        code=in_python("os.abort()"),
        error_type="Runtime.ExitError",
        message=exit_message("with error: signal: aborted"),
    ),
    Fault(
        name="is-killed",
        code=in_python("os.kill(os.getpid(), 9)"),
        error_type="Runtime.ExitError",
        message=exit_message("with error: signal: killed"),
    ),
    Fault(
        name="times-out",
        code=in_python("time.sleep(60)", before="import time"),
        error_type="Sandbox.Timedout",
        message=f"RequestId: {REQUEST_ID} Error: Task timed out after 1.00 seconds",
        timeout_seconds=1,
    ),
    Fault(
        name="handler-missing",
        code="x = 1\n",
        handler="index.nope",
        error_type="Runtime.HandlerNotFound",
        message="Handler 'nope' missing on module 'index'",
        works_afterwards=False,
    ),
    Fault(
        name="handler-without-dot",
        code="x = 1\n",
        handler="index",
        error_type="Runtime.MalformedHandlerName",
        message="Bad handler 'index': not enough values to unpack (expected 2, got 1)",
        works_afterwards=False,
    ),
    Fault(
        name="module-missing",
        code="x = 1\n",
        handler="gone.handler",
        error_type="Runtime.ImportModuleError",
        message="Unable to import module 'gone': No module named 'gone'",
        works_afterwards=False,
    ),
    Fault(
        name="import-missing",
        code="import not_there\n",
        error_type="Runtime.ImportModuleError",
        message="Unable to import module 'index': No module named 'not_there'",
        works_afterwards=False,
    ),
    Fault(
        name="syntax-error",
        code="def handler(event, context):\n    return (\n",
        error_type="Runtime.UserCodeSyntaxError",
        message="Syntax error in module 'index': '(' was never closed (index.py, line 2)",
        works_afterwards=False,
    ),
    Fault(
        name="init-raises",
        code="raise KeyError('TABLE')\n",
        error_type="KeyError",
        message="'TABLE'",
        works_afterwards=False,
    ),
    Fault(
        name="init-exits",
        code="import sys\nsys.exit(0)\n",
        error_type="Runtime.ExitError",
        message=exit_message("without providing a reason"),
        works_afterwards=False,
    ),
    Fault(
        name="init-is-killed",
        code="import os\nos.kill(os.getpid(), 9)\n",
        error_type="Runtime.ExitError",
        message=exit_message("with error: signal: killed"),
        works_afterwards=False,
    ),
    Fault(
        name="init-takes-too-long",
        code="import time\ntime.sleep(60)\n",
        error_type="Sandbox.Timedout",
        message=f"RequestId: {REQUEST_ID} Error: Task timed out after 1.00 seconds",
        timeout_seconds=1,
        init_seconds=0.2,
        works_afterwards=False,
    ),
    Fault(
        name="returns-too-much",
        code=in_python(f"return 'x' * {MAX_RESPONSE_BYTES}"),
        error_type="Function.ResponseSizeTooLarge",
        message="Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ),
)

NODE_FAULTS = (
    Fault(
        name="node-throws",
        code=in_node("throw new TypeError('bad order');"),
        error_type="TypeError",
        message="bad order",
    ),
    Fault(name="node-throws-text", code=in_node("throw 'bad';"), error_type="string", message="bad"),
    Fault(
        name="node-returns-a-circle",
        code=in_node("const a = {}; a.a = a; return a;"),
        error_type="Runtime.JSONStringifyError",
        message="Unable to stringify response body",
    ),
    Fault(
        name="node-exits-with-3",
        code=in_node("process.exit(3);"),
        error_type="Runtime.ExitError",
        message=exit_message("with error: exit status 3"),
    ),
    Fault(
        name="node-exits-with-0",
        code=in_node("process.exit(0);"),
        error_type="Runtime.ExitError",
        message=exit_message("without providing a reason"),
    ),
    Fault(
        name="node-aborts",
        code=in_node("process.abort();"),
        error_type="Runtime.ExitError",
        message=exit_message("with error: signal: aborted"),
    ),
    Fault(
        name="node-times-out",
        code=in_node("await new Promise((resolve) => setTimeout(resolve, 60000));"),
        error_type="Sandbox.Timedout",
        message=f"RequestId: {REQUEST_ID} Error: Task timed out after 1.00 seconds",
        timeout_seconds=1,
    ),
    Fault(
        name="node-loops-for-ever",
        code=in_node("for (;;);"),
        error_type="Sandbox.Timedout",
        message=f"RequestId: {REQUEST_ID} Error: Task timed out after 1.00 seconds",
        timeout_seconds=1,
    ),
    Fault(
        name="node-handler-missing",
        code="exports.other = 1;\n",
        error_type="Runtime.HandlerNotFound",
        message="index.handler is undefined or not exported",
        works_afterwards=False,
    ),
    Fault(
        name="node-handler-without-dot",
        code="exports.other = 1;\n",
        handler="index",
        error_type="Runtime.MalformedHandlerName",
        message="Bad handler",
        works_afterwards=False,
    ),
    Fault(
        name="node-module-missing",
        code="exports.other = 1;\n",
        handler="gone.handler",
        error_type="Runtime.ImportModuleError",
        message="Error: Cannot find module 'gone'",
        works_afterwards=False,
    ),
    Fault(
        name="node-require-missing",
        code="require('not-there');\n",
        error_type="Runtime.ImportModuleError",
        message="Error: Cannot find module 'not-there'",
        works_afterwards=False,
    ),
    Fault(
        name="node-syntax-error",
        code="exports.handler = (\n",
        error_type="Runtime.UserCodeSyntaxError",
        message="SyntaxError: Unexpected end of input",
        works_afterwards=False,
    ),
    Fault(
        name="node-init-throws",
        code="throw new RangeError('no table');\n",
        error_type="RangeError",
        message="no table",
        works_afterwards=False,
    ),
    Fault(
        name="node-init-exits",
        code="process.exit(4);\n",
        error_type="Runtime.ExitError",
        message=exit_message("with error: exit status 4"),
        works_afterwards=False,
    ),
    Fault(
        name="node-init-takes-too-long",
        code="for (;;);\n",
        error_type="Sandbox.Timedout",
        message=f"RequestId: {REQUEST_ID} Error: Task timed out after 1.00 seconds",
        timeout_seconds=1,
        init_seconds=0.2,
        works_afterwards=False,
    ),
    Fault(
        name="node-returns-too-much",
        code=in_node(f"return 'x'.repeat({MAX_RESPONSE_BYTES});"),
        error_type="Function.ResponseSizeTooLarge",
        message="Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ),
)

FAULTS = (*PYTHON_FAULTS, *(replace(fault, runtime="nodejs24.x") for fault in NODE_FAULTS))


@pytest.mark.parametrize("wire", list(Wire), ids=lambda wire: wire.value)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_function_fault_is_answered_as_lambda_answers(fault: Fault, wire: Wire, tmp_path: Path) -> None:
    share_node_packages(tmp_path)
    settings = FunctionSettings(cache=tmp_path, wire=wire, warm=Warm.LAZY, init_seconds=fault.init_seconds)
    function = a_function(
        fault.code, runtime=fault.runtime, handler=fault.handler, timeout_seconds=fault.timeout_seconds
    )

    async def scenario(deployment: Deployment) -> tuple[dict[str, str], bytes]:
        await deployment.deploy(function)
        wrong = await deployment.fault(event={}, request_id=REQUEST_ID)
        return wrong, (await deployment.answer(event={"fine": True}, request_id=REQUEST_ID)).payload

    wrong, afterwards = deployed(settings, scenario)

    assert wrong["errorType"] == fault.error_type
    assert wrong["errorMessage"].partition("\n")[0] == fault.message
    assert (afterwards == b'"fine"') is fault.works_afterwards


@pytest.mark.parametrize("wire", list(Wire), ids=lambda wire: wire.value)
def test_function_that_prints_garbage_answers_and_is_logged(wire: Wire, tmp_path: Path) -> None:
    code = in_python("os.write(1, b'\\xff\\x00\\x01 no text')", "print('text', file=sys.stderr)", "return 'fine'")

    async def scenario(deployment: Deployment) -> tuple[object, list[str]]:
        await deployment.deploy(a_function(code))
        return await deployment.result(event={}), deployment.printed()

    result, printed = deployed(FunctionSettings(cache=tmp_path, wire=wire), scenario)

    assert result == "fine"
    assert printed == ["\ufffd\x00\x01 no texttext"]


def test_function_that_writes_to_its_wire_is_ended(tmp_path: Path) -> None:
    code = in_python("os.write(200, b'\\xff' * 64)", "import time; time.sleep(30)")

    async def scenario(deployment: Deployment) -> tuple[dict[str, str], object]:
        await deployment.deploy(a_function(code))
        return await deployment.fault(event={}, request_id=REQUEST_ID), await deployment.result(event={"fine": True})

    wrong, afterwards = deployed(FunctionSettings(cache=tmp_path), scenario)

    assert wrong["errorMessage"] == exit_message("with error: signal: killed")
    assert afterwards == "fine"


def test_function_that_closes_its_wire_is_ended(tmp_path: Path) -> None:
    code = in_python("os.closerange(3, 300)", "import time; time.sleep(30)")

    async def scenario(deployment: Deployment) -> dict[str, str]:
        await deployment.deploy(a_function(code))
        wrong: dict[str, str] = await deployment.fault(event={}, request_id=REQUEST_ID)
        return wrong

    wrong = deployed(FunctionSettings(cache=tmp_path), scenario)

    assert wrong["errorType"] == "Runtime.ExitError"


def test_report_of_a_crash_tells_its_status(tmp_path: Path) -> None:
    async def scenario(deployment: Deployment) -> list[str]:
        await deployment.deploy(a_function(in_python("os._exit(7)")))
        await deployment.fault(event={}, request_id=REQUEST_ID)
        return deployment.printed(LogStream.PLATFORM)

    lines = deployed(FunctionSettings(cache=tmp_path), scenario)

    assert lines[0] == f"START RequestId: {REQUEST_ID} Version: $LATEST"
    assert lines[1] == f"RequestId: {REQUEST_ID} Error: Runtime exited with error: exit status 7"
    assert lines[2] == f"END RequestId: {REQUEST_ID}"
    assert lines[3].startswith(f"REPORT RequestId: {REQUEST_ID}\tDuration: ")
    assert lines[3].endswith("\tStatus: error\tError Type: Runtime.ExitError\t")
