"""Functions that stream their answers: over frames, over the Runtime API, and how a stream ends."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from forestage.preview.engine.effects import (
    FunctionAnswer,
    FunctionStream,
    FunctionUnavailable,
    InvokeFunction,
    StreamFunction,
)
from forestage.preview.engine.wire import BrokenOffError
from forestage.preview.host.lambdas import FunctionSettings, LogStream, Warm, Wire
from tests.functional.function_deployment import (
    PATIENCE_SECONDS,
    Deployment,
    a_function,
    arn_of,
    deployed,
    share_node_packages,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from forestage.model.functions import Function

MEGABYTE = 1024 * 1024


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    share_node_packages(folder)
    return folder


async def stream(deployment: Deployment, event: object = None) -> FunctionAnswer | FunctionStream | FunctionUnavailable:
    invocation = InvokeFunction(
        arn=arn_of("orders"),
        payload=orjson.dumps(event),
        request_id=str(uuid.uuid4()),
        trace_id="Root=1-5759e988-bd862e3fe1be46a994272793",
        source_arn="",
    )
    return await deployment.host.stream(StreamFunction(invocation=invocation, idle_ms=300_000))


async def taken(answer: FunctionAnswer | FunctionStream | FunctionUnavailable) -> tuple[bytes, str | None]:
    """Take all that a function streams, and say why the rest did not come."""
    assert isinstance(answer, FunctionStream), answer
    pieces: list[bytes] = []
    body = aiter(answer.payload)
    try:
        while True:
            pieces.append(await anext(body))
    except StopAsyncIteration:
        return b"".join(pieces), None
    except BrokenOffError as error:
        return b"".join(pieces), str(error)


# Scenarios return what their tests look at.
def play(
    function: Function,
    cache: Path,
    scenario: Callable[[Deployment], Coroutine[Any, Any, Any]],
    *,
    wire: Wire | None = None,
) -> Any:
    async def deploy_and_play(deployment: Deployment) -> Any:
        await deployment.deploy(function)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await scenario(deployment)

    return deployed(FunctionSettings(cache=cache, warm=Warm.LAZY, wire=wire), deploy_and_play)


def node(code: str, *, runtime: str = "nodejs24.x", **more: Any) -> Function:
    return a_function(
        f"exports.handler = awslambda.streamifyResponse(async (event, stream) => {{\n{code}\n}});\n",
        runtime=runtime,
        **{"timeout_seconds": 60, **more},
    )


def plain(code: str) -> Function:
    return a_function(f"exports.handler = async (event) => {{ {code} }};\n", runtime="nodejs24.x")


WITH_METADATA = (
    "const out = awslambda.HttpResponseStream.from(stream, {statusCode: 201, headers: {'X-One': '1'}});\n"
    "out.write('one'); out.write('two'); out.end();"
)


@pytest.mark.parametrize("wire", list(Wire))
@pytest.mark.parametrize("runtime", ["nodejs24.x", "nodejs22.x"])
def test_metadata_delimiter_and_payload_are_streamed(wire: Wire, runtime: str, cache: Path) -> None:
    async def scenario(deployment: Deployment) -> list[tuple[bytes, str | None]]:
        return [await taken(await stream(deployment)) for _ in range(2)]

    found = play(node(WITH_METADATA, runtime=runtime), cache, scenario, wire=wire)

    assert found == [(b'{"statusCode":201,"headers":{"X-One":"1"}}' + bytes(8) + b"onetwo", None)] * 2


@pytest.mark.parametrize("wire", list(Wire))
def test_answer_is_there_with_its_first_piece(wire: Wire, cache: Path) -> None:
    """The second piece is written once the first has been taken, and a log line tells so."""
    code = (
        "const signalled = new Promise((resolve) => { process.once('SIGUSR2', resolve); });\n"
        "const awake = setInterval(() => {}, 1000);\n"
        "stream.write('one'); process.stdout.write('begun\\n');\n"
        "await signalled; clearInterval(awake);\n"
        "stream.write('two'); stream.end();"
    )

    async def scenario(deployment: Deployment) -> list[bytes]:
        answer = await stream(deployment)
        assert isinstance(answer, FunctionStream)
        pieces = aiter(answer.payload)
        first = await anext(pieces)
        await deployment.heard("begun")
        [pid] = deployment.host.pids(arn_of("orders"))
        os.kill(pid, signal.SIGUSR2)
        return [first, *[piece async for piece in pieces]]

    assert play(node(code), cache, scenario, wire=wire) == [b"one", b"two"]


@pytest.mark.parametrize("wire", list(Wire))
def test_function_waits_for_who_takes_its_stream(wire: Wire, cache: Path) -> None:
    code = (
        "let sent = 0;\n"
        "for (let i = 0; i < 64; i++) {\n"
        "  if (!stream.write(Buffer.alloc(1048576))) {\n"
        "    if (sent === 0) { sent = i + 1; process.stdout.write('waiting\\n'); }\n"
        "    await new Promise((resolve) => stream.once('drain', resolve));\n  }\n}\n"
        "stream.end();"
    )

    async def scenario(deployment: Deployment) -> tuple[int, int, str | None]:
        answer = await stream(deployment)
        await deployment.heard("waiting")
        assert isinstance(answer, FunctionStream)
        held: int = answer.payload.size  # type: ignore[attr-defined] # the host's own bodies tell it
        body, broken = await taken(answer)
        return held, len(body), broken

    held, size, broken = play(node(code), cache, scenario, wire=wire)

    assert (size, broken) == (64 * MEGABYTE, None)
    assert held < size // 2


@pytest.mark.parametrize("wire", list(Wire))
def test_function_that_raises_within_its_stream_breaks_it_off(wire: Wire, cache: Path) -> None:
    async def scenario(deployment: Deployment) -> tuple[tuple[bytes, str | None], tuple[bytes, str | None]]:
        first = await taken(await stream(deployment, "boom"))
        return first, await taken(await stream(deployment))

    code = "stream.write('one'); if (event) throw new RangeError(event); stream.end();"
    first, second = play(node(code), cache, scenario, wire=wire)

    assert first[0] == b"one"
    assert "RangeError" in str(first[1])
    assert second == (b"one", None)


def test_function_that_raises_before_its_stream_has_failed(cache: Path) -> None:
    answer = play(node("throw new RangeError('boom');"), cache, stream)

    assert isinstance(answer, FunctionAnswer)
    assert (answer.failed, orjson.loads(answer.payload)["errorType"]) == (True, "RangeError")


@pytest.mark.parametrize("wire", list(Wire))
def test_process_that_ends_within_its_stream_breaks_it_off(wire: Wire, cache: Path) -> None:
    async def scenario(deployment: Deployment) -> tuple[bytes, str | None]:
        return await taken(await stream(deployment))

    code = "await new Promise((resolve) => stream.write('one', resolve)); process.exit(3);"
    body, broken = play(node(code), cache, scenario, wire=wire)

    assert body == b"one"
    assert "Runtime exited with error: exit status 3" in str(broken)


def test_function_that_takes_too_long_is_broken_off(cache: Path) -> None:
    async def scenario(deployment: Deployment) -> tuple[bytes, str | None]:
        return await taken(await stream(deployment))

    code = "stream.write('one'); await new Promise((resolve) => setTimeout(resolve, 60000));"
    body, broken = play(node(code, timeout_seconds=1), cache, scenario)

    assert body == b"one"
    assert "Task timed out after 1.00 seconds" in str(broken)


def test_function_goes_on_when_nobody_takes_the_rest(cache: Path) -> None:
    code = (
        "for (let i = 0; i < 16; i++) await new Promise((resolve) => stream.write(Buffer.alloc(1048576), resolve));\n"
        "stream.end(); process.stdout.write('done\\n');"
    )

    async def scenario(deployment: Deployment) -> list[str]:
        answer = await stream(deployment)
        assert isinstance(answer, FunctionStream)
        await answer.payload.aclose()
        await deployment.heard("done")
        return deployment.printed(LogStream.FUNCTION)

    assert play(node(code), cache, scenario) == ["done"]


def test_function_that_does_not_stream_answers_at_once(cache: Path) -> None:
    answer = play(plain("return {statusCode: 200};"), cache, stream)

    assert isinstance(answer, FunctionAnswer)
    assert (answer.failed, answer.payload) == (False, b'{"statusCode":200}')


def test_python_function_answers_at_once(cache: Path) -> None:
    answer = play(a_function("def handler(event, context):\n    return {'statusCode': 200}\n"), cache, stream)

    assert isinstance(answer, FunctionAnswer)
    assert answer.payload == b'{"statusCode": 200}'


def test_stream_without_a_piece_is_an_empty_answer(cache: Path) -> None:
    answer = play(node("stream.end();"), cache, stream)

    assert isinstance(answer, FunctionAnswer)
    assert (answer.failed, answer.payload) == (False, b"")


def test_who_wants_a_streamed_answer_whole_gets_six_megabytes_at_most(cache: Path) -> None:
    code = "for (let i = 0; i < 7; i++) stream.write(Buffer.alloc(1048576)); stream.end();"

    async def scenario(deployment: Deployment) -> Any:
        return await deployment.fault()

    assert play(node(code), cache, scenario)["errorType"] == "Function.ResponseSizeTooLarge"


BOOTSTRAP = """#!/usr/bin/env python3
import http.client, os
host = os.environ["AWS_LAMBDA_RUNTIME_API"]
while True:
    asking = http.client.HTTPConnection(host)
    asking.request("GET", "/2018-06-01/runtime/invocation/next")
    request_id = asking.getresponse().headers["Lambda-Runtime-Aws-Request-Id"]
    answering = http.client.HTTPConnection(host)
    answering.putrequest("POST", f"/2018-06-01/runtime/invocation/{request_id}/response")
    answering.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
    answering.putheader("Transfer-Encoding", "chunked")
    answering.endheaders()
    for piece in (b"{}", bytes(8), b"one", b"two"):
        answering.send(b"%x\\r\\n%b\\r\\n" % (len(piece), piece))
    answering.send(b"0\\r\\n\\r\\n")
    answering.getresponse().read()
"""


def test_custom_runtime_streams_over_the_runtime_api(tmp_path: Path, cache: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "bootstrap").write_text(BOOTSTRAP)
    (code / "bootstrap").chmod(0o755)

    async def scenario(deployment: Deployment) -> tuple[bytes, str | None]:
        return await taken(await stream(deployment))

    found = play(a_function(code, runtime="provided.al2023"), cache, scenario)

    assert found == (b"{}" + bytes(8) + b"onetwo", None)
