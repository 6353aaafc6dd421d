from __future__ import annotations

import asyncio
import base64
import contextlib

import orjson
import pytest

from forestage.preview.host.lambdas.channel import Invocation
from forestage.preview.host.lambdas.runtime_api import Connection, RuntimeApi
from tests.preview.host.lambdas.heard import Heard, Written

RUNTIME = "/2018-06-01/runtime"
EXTENSION = "/2020-01-01/extension"
MAX_RESPONSE_BYTES = 6_291_556


def an_invocation(request_id: str = "id-1") -> Invocation:
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        answer = loop.create_future()
    return Invocation(request_id=request_id, arn="arn", trace_id="Root=1", payload=b'{"a": 1}', answer=answer)


class Client:
    """A runtime client on a connection of its own."""

    def __init__(self, api: RuntimeApi) -> None:
        self.connection = Connection(api)
        self.transport = Written()
        self.connection.connection_made(self.transport)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Ask, and return status and body of the answer, or 0 where there is none yet."""
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in {"Host": "127.0.0.1:9001", **headers}.items()]
        head = "\r\n".join((f"{method} {path} HTTP/1.1", *lines, f"Content-Length: {len(body)}"))
        self.connection.data_received(head.encode() + b"\r\n\r\n" + body)
        return self.answer()

    def answer(self) -> tuple[int, bytes]:
        head, _, body = self.transport.data.partition(b"\r\n\r\n")
        self.transport.data = b""
        return (int(head.split()[1]), body) if head else (0, b"")


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def api(heard: Heard) -> RuntimeApi:
    return RuntimeApi(heard, function="orders", handler="app.run", port=9001)


@pytest.fixture
def client(api: RuntimeApi) -> Client:
    return Client(api)


def test_first_question_for_an_invocation_tells_that_the_function_is_ready(
    api: RuntimeApi, client: Client, heard: Heard
) -> None:
    assert client.ask("GET", f"{RUNTIME}/invocation/next") == (0, b"")
    assert heard.events == [("ready",)]

    api.send(an_invocation(), 17)

    assert b"Lambda-Runtime-Deadline-Ms: 17\r\n" in client.transport.data
    assert client.answer() == (200, b'{"a": 1}')


def test_invocation_waits_for_the_next_question(api: RuntimeApi, client: Client) -> None:
    client.ask("GET", f"{RUNTIME}/invocation/next")
    api.send(an_invocation("id-1"), 17)
    client.answer()
    client.ask("POST", f"{RUNTIME}/invocation/id-1/response", b"1")
    api.send(an_invocation("id-2"), 17)

    assert client.ask("GET", f"{RUNTIME}/invocation/next") == (200, b'{"a": 1}')


@pytest.mark.parametrize(
    ("name", "body", "event"),
    [
        ("response", b"[1]", ("result", b"[1]")),
        ("error", b"{}", ("error", b"{}")),
        ("response", b"x" * (MAX_RESPONSE_BYTES + 1), ("too large",)),
    ],
    ids=["response", "error", "too-large"],
)
def test_answer_to_the_invocation_is_told(
    name: str, body: bytes, event: tuple[object, ...], api: RuntimeApi, client: Client, heard: Heard
) -> None:
    client.ask("GET", f"{RUNTIME}/invocation/next")
    api.send(an_invocation(), 17)
    client.answer()

    status, _ = client.ask("POST", f"{RUNTIME}/invocation/id-1/{name}", body)

    assert heard.events[1:] == [event]
    assert status == (413 if event == ("too large",) else 202)


@pytest.mark.parametrize(
    ("trailer", "payload"),
    [
        (base64.b64encode(b'{"errorType": "Mine"}').decode(), b'{"errorType": "Mine"}'),
        ("no base64!", b'{"errorMessage":"no base64!","errorType":"Runtime.StreamError"}'),
    ],
    ids=["error", "garbage"],
)
def test_stream_that_ends_with_an_error_is_an_error(
    trailer: str, payload: bytes, api: RuntimeApi, client: Client, heard: Heard
) -> None:
    client.ask("GET", f"{RUNTIME}/invocation/next")
    api.send(an_invocation(), 17)

    client.connection.data_received(
        f"POST {RUNTIME}/invocation/id-1/response HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n"
        "Transfer-Encoding: chunked\r\nTrailer: Lambda-Runtime-Function-Error-Body\r\n\r\n"
        f"4\r\npart\r\n0\r\nLambda-Runtime-Function-Error-Body: {trailer}\r\n\r\n".encode()
    )

    assert heard.events[1:] == [("error", payload)]


STREAMED = (
    f"POST {RUNTIME}/invocation/id-1/response HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n"
    "Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n"
)


@pytest.fixture
def invoked(api: RuntimeApi, client: Client, heard: Heard) -> Client:
    """A client that has an invocation to answer."""
    client.ask("GET", f"{RUNTIME}/invocation/next")
    api.send(an_invocation(), 17)
    client.answer()
    heard.events.clear()
    return client


def test_streamed_answer_is_told_piece_by_piece(invoked: Client, heard: Heard) -> None:
    invoked.connection.data_received(f"{STREAMED}3\r\none\r\n".encode())
    first = list(heard.events)
    invoked.connection.data_received(b"3\r\ntwo\r\n0\r\n\r\n")

    assert first == [("piece", b"one")]
    assert heard.events == [("piece", b"one"), ("piece", b"two"), ("ended",)]
    assert invoked.answer()[0] == 202


def test_trailer_tells_that_a_streamed_answer_broke_off(invoked: Client, heard: Heard) -> None:
    trailer = base64.b64encode(b'{"errorType": "Mine"}').decode()

    invoked.connection.data_received(
        f"{STREAMED}3\r\none\r\n0\r\nLambda-Runtime-Function-Error-Body: {trailer}\r\n\r\n".encode()
    )

    assert heard.events == [("piece", b"one"), ("error", b'{"errorType": "Mine"}')]


def test_function_that_streams_can_be_made_to_wait(api: RuntimeApi, invoked: Client) -> None:
    api.pause()
    before = invoked.transport.rests
    invoked.connection.data_received(STREAMED.encode())
    api.pause()
    during = invoked.transport.rests
    api.resume()

    assert (before, during, invoked.transport.rests) == (False, True, False)


def test_streamed_answer_whose_connection_is_lost_closes_the_wire(invoked: Client, heard: Heard) -> None:
    invoked.connection.data_received(f"{STREAMED}3\r\none\r\n".encode())
    invoked.transport.is_aborted = True
    invoked.connection.pause()
    invoked.connection.resume()
    invoked.connection.connection_lost(None)

    assert heard.events == [("piece", b"one"), ("closed",)]


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        pytest.param("id-1", "id-2", 400, id="another-invocation"),
        pytest.param("Host: 127.0.0.1:9001", "Host: evil.example", 403, id="foreign"),
        pytest.param("streaming", "buffered", 202, id="not-streamed"),
        pytest.param("id-1/response", "id-1/error", 202, id="error"),
        pytest.param("invocation/id-1/response", "init/error", 202, id="init"),
    ],
)
def test_what_is_no_streamed_answer_is_read_whole(
    old: str, new: str, status: int, invoked: Client, heard: Heard
) -> None:
    invoked.connection.data_received(f"{STREAMED.replace(old, new)}3\r\none\r\n".encode())
    early = list(heard.events)
    invoked.connection.data_received(b"0\r\n\r\n")

    assert early == []
    assert invoked.answer()[0] == status


def test_second_streamed_answer_is_refused(api: RuntimeApi, invoked: Client, heard: Heard) -> None:
    invoked.connection.data_received(f"{STREAMED}3\r\none\r\n".encode())
    other = Client(api)

    other.connection.data_received(f"{STREAMED}3\r\ntwo\r\n0\r\n\r\n".encode())

    assert heard.events == [("piece", b"one")]
    assert other.answer()[0] == 400


@pytest.mark.parametrize("request_id", ["id-2", "id-1/more"])
def test_answer_to_another_invocation_is_refused(
    request_id: str, api: RuntimeApi, client: Client, heard: Heard
) -> None:
    client.ask("GET", f"{RUNTIME}/invocation/next")
    api.send(an_invocation(), 17)
    client.answer()

    status, _ = client.ask("POST", f"{RUNTIME}/invocation/{request_id}/response", b"1")

    assert status in {400, 404}
    assert heard.events == [("ready",)]


def test_answer_before_the_invocation_was_fetched_is_refused(api: RuntimeApi, client: Client) -> None:
    api.send(an_invocation(), 17)

    assert client.ask("POST", f"{RUNTIME}/invocation/id-1/response", b"1")[0] == 400


@pytest.mark.parametrize("phase", ["init", "restore"])
def test_failed_init_is_told_with_its_type(phase: str, client: Client, heard: Heard) -> None:
    answer = client.ask("POST", f"{RUNTIME}/{phase}/error", b"{}", Lambda_Runtime_Function_Error_Type="Mine")

    assert answer == (202, b'{"status":"OK"}')
    assert heard.events == [("init error", b"{}", "Mine")]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{RUNTIME}/restore/next", 200),
        ("POST", f"{EXTENSION}/init/error", 202),
        ("POST", f"{EXTENSION}/exit/error", 202),
        ("PUT", "/2022-07-01/telemetry", 202),
        ("PUT", "/2020-08-15/logs", 202),
        ("GET", f"{EXTENSION}/event/next", 403),
        ("GET", "/", 404),
        ("DELETE", f"{RUNTIME}/invocation/next", 404),
    ],
)
def test_questions_have_their_status(method: str, path: str, status: int, client: Client) -> None:
    assert client.ask(method, path)[0] == status


@pytest.mark.parametrize(("body", "status"), [(b"", 200), (b"[]", 400), (b"{", 400)])
def test_extension_registers_with_an_object(body: bytes, status: int, client: Client) -> None:
    assert client.ask("POST", f"{EXTENSION}/register", body)[0] == status


def test_extension_is_told_of_invocations_it_asked_for(api: RuntimeApi, client: Client) -> None:
    client.ask("POST", f"{EXTENSION}/register", b"{}")
    client.connection.data_received(
        f"POST {EXTENSION}/register HTTP/1.1\r\nHost: 127.0.0.1:9001\r\nContent-Length: 22\r\n\r\n".encode()
        + b'{"events": ["INVOKE"]}'
    )
    identifier = client.transport.data.decode().partition("Lambda-Extension-Identifier: ")[2].partition("\r")[0]
    client.answer()
    client.ask("GET", f"{EXTENSION}/event/next", Lambda_Extension_Identifier=identifier)

    api.send(an_invocation(), 17)

    assert orjson.loads(client.answer()[1]) == {
        "eventType": "INVOKE",
        "deadlineMs": 17,
        "requestId": "id-1",
        "invokedFunctionArn": "arn",
        "tracing": {"type": "X-Amzn-Trace-Id", "value": "Root=1"},
    }


@pytest.mark.parametrize(
    "data",
    [
        b"no http\r\n\r\n",
        f"POST {RUNTIME}/init/error HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n".encode()
        + b"x" * 30_000_000,
    ],
    ids=["garbage", "too-large"],
)
def test_connection_that_sends_garbage_is_dropped(data: bytes, client: Client, heard: Heard) -> None:
    client.connection.data_received(data)

    assert client.transport.is_aborted
    assert heard.events == []


def test_client_that_went_away_is_not_answered(api: RuntimeApi, client: Client) -> None:
    client.ask("GET", f"{RUNTIME}/invocation/next")
    client.connection.connection_lost(None)

    api.send(an_invocation(), 17)

    assert client.answer() == (0, b"")


def test_nothing_is_written_to_a_connection_that_closes(client: Client) -> None:
    client.transport.is_aborted = True

    assert client.ask("GET", f"{RUNTIME}/restore/next") == (0, b"")


def test_closed_api_drops_connections_and_takes_no_more(api: RuntimeApi, client: Client) -> None:
    api.close()

    assert client.transport.is_aborted
    assert Client(api).transport.is_aborted
