"""Functions that bring their own runtime, on Lambda's Runtime API."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.functions import Layer, LocalCode
from forestage.preview.engine.effects import FunctionUnavailable, Unavailable
from forestage.preview.host.lambdas import FunctionSettings, Warm
from tests.functional.function_deployment import Deployment, a_function, deployed, write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forestage.model.functions import Function

START = f"""#!{sys.executable} -IS
import http.client, json, os
HOST = os.environ['AWS_LAMBDA_RUNTIME_API']
connection = http.client.HTTPConnection(HOST)
def ask(method, path, body=None, headers={{}}):
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()
RUNTIME = '/2018-06-01/runtime'
"""

LOOP = """
while True:
    status, headers, event = ask('GET', RUNTIME + '/invocation/next')
    request_id = headers['Lambda-Runtime-Aws-Request-Id']
    name, content = serve(json.loads(event), headers)
    ask('POST', f'{RUNTIME}/invocation/{request_id}/{name}', content)
"""


@pytest.fixture
def settings(tmp_path: Path) -> FunctionSettings:
    return FunctionSettings(cache=tmp_path / "cache", warm=Warm.LAZY)


@pytest.fixture
def custom(tmp_path: Path) -> Callable[..., Function]:
    def make(*lines: str, runtime: str = "provided.al2023", **more: Any) -> Function:
        code = write_files(tmp_path / "code", bootstrap=START + "\n".join(lines) + LOOP)
        (code / "bootstrap").chmod(0o755)
        return a_function(code, runtime=runtime, handler="app.run", **more)

    return make


def answers_of(function: Function, settings: FunctionSettings, *events: object) -> list[Any]:
    async def scenario(deployment: Deployment) -> list[Any]:
        await deployment.deploy(function)
        return [await deployment.answer(event=event, request_id="the-id") for event in events]

    return deployed(settings, scenario)


@pytest.mark.parametrize("runtime", ["provided", "provided.al2", "provided.al2023", "go1.x", "java21"])
def test_bootstrap_serves_invocations(
    runtime: str, custom: Callable[..., Function], settings: FunctionSettings
) -> None:
    function = custom(
        "count = 0",
        "def serve(event, headers):",
        "    global count",
        "    count += 1",
        "    told = [headers[f'Lambda-Runtime-{n}'] for n in ('Invoked-Function-Arn', 'Trace-Id', 'Deadline-Ms')]",
        "    return 'response', json.dumps([event, count, told[0], told[1][:5], len(told[2]), os.environ['_HANDLER']])",
        runtime=runtime,
    )

    first, second = answers_of(function, settings, {"a": 1}, {"a": 2})

    assert first.payload.startswith(b'[{"a": 1}, 1, "arn:aws:lambda:')
    assert first.payload.endswith(b'function:orders", "Root=", 13, "app.run"]')
    assert second.payload.startswith(b'[{"a": 2}, 2,')
    assert (first.cold, second.cold) == (True, False)


def test_bootstrap_reports_an_error_in_its_own_words(
    custom: Callable[..., Function], settings: FunctionSettings
) -> None:
    function = custom("def serve(event, headers): return 'error', b'{\"errorType\": \"Mine\"}'")

    (answer,) = answers_of(function, settings, 1)

    assert answer.failed
    assert answer.payload == b'{"errorType": "Mine"}'


def test_bootstrap_that_reports_a_failed_init_is_answered_so(
    custom: Callable[..., Function], settings: FunctionSettings
) -> None:
    function = custom(
        "headers = {'Lambda-Runtime-Function-Error-Type': 'Mine'}",
        "ask('POST', RUNTIME + '/init/error', b'{\"errorMessage\": \"no table\"}', headers)",
    )

    (answer,) = answers_of(function, settings, 1)

    assert answer.failed
    assert answer.payload == b'{"errorMessage": "no table"}'


def test_bootstrap_that_ends_before_it_asks_is_answered_as_an_exit(
    custom: Callable[..., Function], settings: FunctionSettings
) -> None:
    (answer,) = answers_of(custom("raise SystemExit(9)"), settings, 1)

    assert answer.payload == (
        b'{"errorType":"Runtime.ExitError",'
        b'"errorMessage":"RequestId: the-id Error: Runtime exited with error: exit status 9"}'
    )


def test_bootstrap_in_a_layer_is_found(tmp_path: Path, settings: FunctionSettings) -> None:
    layer = write_files(
        tmp_path / "layer", bootstrap=f"{START}def serve(event, headers): return 'response', b'[1]'\n{LOOP}"
    )
    (layer / "bootstrap").chmod(0o755)
    function = a_function(
        write_files(tmp_path / "code", function_dot_sh=""),
        runtime="provided.al2",
        layers=(Layer(logical_id="runtime", arn="arn", code=LocalCode(path=str(layer))),),
    )

    (answer,) = answers_of(function, settings, 1)

    assert answer.payload == b"[1]"


def test_missing_bootstrap_is_answered_as_lambda_does(tmp_path: Path, settings: FunctionSettings) -> None:
    function = a_function(write_files(tmp_path / "code", readme=""), runtime="provided.al2")

    (answer,) = answers_of(function, settings, 1)

    assert answer.payload == (
        b'{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: the-id Error: '
        b"Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]\"}"
    )


@pytest.mark.parametrize(
    ("mode", "text", "reason"),
    [(0o644, "#!/bin/sh\n", "permission denied"), (0o755, "\x7fELF no program", "exec format error")],
    ids=["not-executable", "no-program"],
)
def test_bootstrap_that_cannot_be_executed_is_answered_as_lambda_does(
    mode: int, text: str, reason: str, tmp_path: Path, settings: FunctionSettings
) -> None:
    code = write_files(tmp_path / "code", bootstrap=text)
    (code / "bootstrap").chmod(mode)

    (answer,) = answers_of(a_function(code, runtime="provided.al2"), settings, 1)

    assert b'"errorType":"Runtime.InvalidEntrypoint"' in answer.payload
    assert answer.payload.endswith(f'/bootstrap: {reason}"}}'.encode())


def test_answer_to_another_request_is_refused(custom: Callable[..., Function], settings: FunctionSettings) -> None:
    function = custom(
        "def serve(event, headers):",
        "    status, _, body = ask('POST', RUNTIME + '/invocation/other/response', b'1')",
        "    return 'response', json.dumps([status, json.loads(body)])",
    )

    (answer,) = answers_of(function, settings, 1)

    assert answer.payload == b'[400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}]'


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Mode": "no-cors"}], ids=str
)
def test_pages_of_a_browser_are_refused(
    headers: dict[str, str], custom: Callable[..., Function], settings: FunctionSettings
) -> None:
    function = custom(
        "def serve(event, headers):",
        f"    return 'response', json.dumps(ask('GET', RUNTIME + '/invocation/next', headers={headers!r})[0])",
    )

    (answer,) = answers_of(function, settings, 1)

    assert answer.payload == b"403"


def test_extension_inside_of_the_process_is_told_of_invocations(
    custom: Callable[..., Function], settings: FunctionSettings
) -> None:
    function = custom(
        "EXTENSION = '/2020-01-01/extension'",
        "name = {'Lambda-Extension-Name': 'mine'}",
        "status, answer, body = ask('POST', EXTENSION + '/register', b'{\"events\": [\"INVOKE\"]}', name)",
        "me = {'Lambda-Extension-Identifier': answer['Lambda-Extension-Identifier']}",
        "telemetry = ask('PUT', '/2022-07-01/telemetry', b'{}', me)[0]",
        "def serve(event, headers):",
        "    told = json.loads(ask('GET', EXTENSION + '/event/next', headers=me)[2])",
        "    return 'response', json.dumps([json.loads(body)['functionName'], telemetry, told['eventType'],",
        "        told['requestId']])",
    )

    (answer,) = answers_of(function, settings, 1)

    assert answer.payload == b'["orders", 202, "INVOKE", "the-id"]'


def test_runtime_that_is_not_run_here_is_said(tmp_path: Path, settings: FunctionSettings) -> None:
    function = a_function(write_files(tmp_path / "code", app_dot_rb=""), runtime="ruby3.3")

    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(function)
        return await deployment.ask()

    answer = deployed(settings, scenario)

    assert isinstance(answer, FunctionUnavailable)
    assert answer.reason is Unavailable.NO_RUNTIME
    assert answer.detail.startswith("runtime 'ruby3.3' of function orders is not run here")
