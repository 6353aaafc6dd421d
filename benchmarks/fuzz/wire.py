"""Raw bytes against a preview over loopback: what no HTTP client sends, to a port and from a backend."""

from __future__ import annotations

import contextlib
import json
import random
import re
import socket
import ssl
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from benchmarks.fuzz.mutation import Mutator
from benchmarks.fuzz.playing import shape_faults
from benchmarks.processes import memory_mib
from benchmarks.servers import preview

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.servers import Server

PATIENCE_SECONDS: Final = 60.0
"""How long an answer may take; a half-closed connection is answered or ended at once by a machine at rest."""

PAUSE_SECONDS: Final = 0.002
"""Between the pieces of a request that is sent slowly."""

_GROWTH_MIB: Final = 256.0
_LOOK_EVERY: Final = 500
_BACKEND_WORDS: Final = (
    b"\r\n", b"\n", b"\r", b"\0", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"5;a=b\r\n",
    b" ", b":", b"\xff", b"HTTP/2 200\r\n", b"HTTP/1.1 999 \r\n", b"X: \r\n folded\r\n", b"Content-Encoding: gzip\r\n",
)  # fmt: skip
_WORDS: Final = (
    b"\r\n", b"\n", b"\r", b"\0", b"\t", b" ", b":", b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2.0", b"GET", b"HEAD", b"TRACE",
    b"CONNECT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"*", b"//", b"..", b"%2f", b"%00", b"?", b"#", b"\xff\xfe",
    b"http://x/dev/mock", b"Host: a\r\n", b"Host: localhost\r\n", b"Content-Length: 5\r\n", b"Content-Length: 5, 5\r\n",
    b"Content-Length: -1\r\n", b"Content-Length: +3\r\n", b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: 3\r\nContent-Length: 4\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding:\x0bchunked\r\n", b"Transfer-Encoding: identity\r\n",
    b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"Expect: 100-continue\r\n", b"Expect: x\r\n", b" folded\r\n",
    b"Connection: close\r\n", b"Connection: keep-alive, x\r\n", b"Content-Encoding: gzip\r\n", b"x-api-key: k\r\n",
    b"X-Forestage-As: ada\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n", b"ffffffff\r\n", b"-1\r\n", b"5;x=y\r\nhello\r\n",
    b"5\nhello\n", b"0x5\r\nhello\r\n", b"Trailer: x\r\n", b"X: " + b"a" * 12_000 + b"\r\n", b"X:1\r\n" * 400,
)  # fmt: skip

REQUESTS: Final = (
    b"GET /dev/mock?a=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b'POST /dev/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 33\r\n\r\n{"a": ["\\ud83d", 1e9, {"a": []}]}',
    b'PUT /dev/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a": 1}',
    b"POST /dev/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n\r\n",
    b'POST /dev/valid?q=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{"name": "a"}',
    (
        b"GET /dev/iam HTTP/1.1\r\nHost: localhost\r\nX-Amz-Date: 20260101T000000Z\r\n"
        b"Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/r/execute-api/aws4_request, SignedHeaders=host, "
        b"Signature=00\r\n\r\n"
    ),
    b"GET /dev/keyed HTTP/1.1\r\nHost: localhost\r\nx-api-key: nobody-has-this-key-of-all\r\n\r\n",
    b"GET /dev/proxy/%d HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
    b"POST /dev/proxy/%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
    b"GET /dev/mapped/%d HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /dev/streamed/%d HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /_forestage/traces HTTP/1.1\r\nHost: localhost:%d\r\n\r\n",
    b"GET http://localhost/dev/mock HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
    b"PUT /dev/mock HTTP/1.0\r\n\r\n",
    b"GET /restapis/x/dev/_user_request_/mock HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"HEAD /dev/mock HTTP/1.1\r\nHost: localhost\r\n\r\n",
)
"""What is changed; ``%d`` is where a number goes that tells the backend how to answer."""


def template(backend_port: int) -> str:
    """Write a template with a method of each kind."""
    resources: dict[str, Any] = {
        "Api": _resource("RestApi", Name="fuzz", EndpointConfiguration={"Types": ["REGIONAL"]}),
        "Pet": _resource(
            "Model",
            RestApiId=_API,
            Name="Pet",
            ContentType="application/json",
            Schema={"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        ),
        "Valid": _resource(
            "RequestValidator",
            RestApiId=_API,
            Name="v",
            ValidateRequestBody=True,
            ValidateRequestParameters=True,
        ),
    }
    url = f"http://127.0.0.1:{backend_port}/"
    mock = _mock("$context.requestId $input.params('a')")
    echo = _mock(
        "$context.requestOverride.header.X $input.params()",
        '{"statusCode": 200, "a": $input.json(\'$..a\'), "b": "$util.escapeJavaScript($input.body)"}',
    )
    to_backend = {"IntegrationHttpMethod": "ANY", "Uri": url + "{p}"}
    to_number = {**to_backend, "RequestParameters": {"integration.request.path.p": "method.request.path.p"}}
    proxied = {"RequestParameters": {"method.request.path.p": True}}
    mapped = [{"StatusCode": "200", "ResponseTemplates": {_JSON: "$input.json('$.a')"}}]
    methods: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "mock": (mock, {}),
        "echo": (echo, {}),
        "valid": (
            mock,
            {
                "RequestValidatorId": {"Ref": "Valid"},
                "RequestModels": {_JSON: {"Ref": "Pet"}},
                "RequestParameters": {"method.request.querystring.q": True},
            },
        ),
        "iam": (mock, {"AuthorizationType": "AWS_IAM"}),
        "keyed": (mock, {"ApiKeyRequired": True}),
        "proxy/{p}": ({"Type": "HTTP_PROXY", **to_number}, proxied),
        "mapped/{p}": ({"Type": "HTTP", **to_number, "IntegrationResponses": mapped}, proxied),
        "streamed/{p}": ({"Type": "HTTP_PROXY", **to_number, "ResponseTransferMode": "STREAM"}, proxied),
    }
    for path, (integration, more) in methods.items():
        name, _, parameter = path.partition("/")
        parent: Any = {"Fn::GetAtt": ["Api", "RootResourceId"]}
        resources[f"{name}Resource"] = _resource("Resource", RestApiId=_API, ParentId=parent, PathPart=name)
        last = f"{name}Resource"
        if parameter:
            last = f"{name}Parameter"
            resources[last] = _resource(
                "Resource", RestApiId=_API, ParentId={"Ref": f"{name}Resource"}, PathPart=parameter
            )
        resources[f"{name}Method"] = _resource(
            "Method",
            RestApiId=_API,
            ResourceId={"Ref": last},
            HttpMethod="ANY",
            Integration=integration,
            **{"AuthorizationType": "NONE", "MethodResponses": [{"StatusCode": "200"}], **more},
        )
    depends = {"DependsOn": [name for name in resources if name.endswith("Method")]}
    resources["Deployment"] = _resource("Deployment", RestApiId=_API, StageName="dev") | depends
    return json.dumps({"Resources": resources})


_API: Final = {"Ref": "Api"}
_JSON: Final = "application/json"


# Properties of a template are whatever JSON CloudFormation takes.
def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}


def _mock(text: str, request: str = '{"statusCode": 200}') -> dict[str, Any]:
    return {
        "Type": "MOCK",
        "RequestTemplates": {_JSON: request},
        "IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": {_JSON: text}}],
    }


class Backend:
    """Answers each connection with a response that follows from the number in the path."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(1)
                head = connection.recv(65_536)
                number = re.search(rb"/(\d{1,9})", head)
                connection.sendall(response(int(number[1]) if number else 0))

    def close(self) -> None:
        """End."""
        self._socket.close()


def response(number: int) -> bytes:
    """Make the response of a number."""
    mutator = Mutator(random.Random(number))
    whole = (
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a": 1}',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.0 404 Not Found\r\n\r\nuntil the end",
    )
    return mutator.bytes(mutator.draw.choice(whole), _BACKEND_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What goes over one connection, piece by piece."""

    pieces: tuple[bytes, ...]
    secure: bool = False

    def told(self) -> str:
        """Tell everything that is needed to send it again."""
        return json.dumps({"secure": self.secure, "hex": [piece.hex() for piece in self.pieces]})


def draw_sent(mutator: Mutator, port: int) -> Sent:
    """Draw what to send: some requests, changed, at once or slowly, in the clear or by TLS, or no HTTP at all."""
    draw = mutator.draw
    if mutator.maybe(0.05):
        hello = mutator.bytes(_client_hello(), (b"\x16\x03\x01", b"\0\0", b"\xff\xff"))
        return Sent(pieces=(hello if mutator.maybe(0.7) else b"\x16" + draw.randbytes(draw.randrange(200)),))
    requests = [draw.choice(REQUESTS) for _ in range(draw.choice((1, 1, 1, 2, 3, 8)))]
    content = b"".join(
        request.replace(b"localhost:%d", b"localhost:%d" % port).replace(b"%d", b"%d" % draw.randrange(10**9))
        for request in requests
    )
    content = mutator.bytes(content, _WORDS)
    if mutator.maybe(0.03):
        content = mutator.bytes(content, (draw.randbytes(70_000), b"a" * 70_000))
    pieces: tuple[bytes, ...] = (content,)
    if mutator.maybe(0.2):
        cuts = sorted(draw.randint(0, len(content)) for _ in range(draw.randint(1, 12)))
        pieces = tuple(content[start:end] for start, end in zip((0, *cuts), (*cuts, len(content)), strict=True))
    return Sent(pieces=pieces, secure=mutator.maybe(0.05))


def _client_hello() -> bytes:
    written = ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), written, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return written.read()


@dataclass(slots=True)
class Target:
    """A running preview, and the backend that it calls."""

    server: Server
    backend: Backend
    log: Path
    began_mib: float = 0.0
    sent: int = 0
    answers: int = 0
    _log_read: int = field(default=0)

    def faults_of(self, sent: Sent) -> Iterator[str]:
        """Send something, and tell every answer that API Gateway could not have given."""
        self.sent += 1
        try:
            answered = self._exchange(sent)
        except TimeoutError:
            yield f"no end within {PATIENCE_SECONDS:g} s"
            return
        content = b"".join(sent.pieces)
        if not content.startswith(b"\x16"):
            yield from self._answer_faults(
                answered, is_head=b"HEAD" in content, is_theirs=b"proxy" in content or b"streamed" in content
            )
        yield from self._log_faults()
        if self.sent % _LOOK_EVERY == 0:
            yield from self._look()

    def _exchange(self, sent: Sent) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_SECONDS) as plain:
            connection = _secured(plain) if sent.secure else plain
            answered = b""
            with contextlib.suppress(ConnectionError, BrokenPipeError, ssl.SSLError):
                for number, piece in enumerate(sent.pieces):
                    if number:
                        time.sleep(PAUSE_SECONDS)
                    connection.sendall(piece)
            with contextlib.suppress(OSError):
                # The TCP connection alone: a closed TLS session could not be read any more.
                socket.socket.shutdown(connection, socket.SHUT_WR)
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                while piece := connection.recv(65_536):
                    answered += piece
            return answered

    def _answer_faults(self, answered: bytes, *, is_head: bool, is_theirs: bool) -> Iterator[str]:
        while answered:
            read = _read_response(answered)
            if isinstance(read, str):
                yield read
                return
            self.answers += read.status >= 200
            if read.status >= 200:
                names = {name for name, _ in read.headers}
                if "x-amzn-requestid" not in names and "cache-control" not in names:
                    yield f"no x-amzn-RequestId in {read.status} {sorted(names)}"
                if is_head:
                    return
                if (
                    read.status >= 400 and not is_theirs and "cache-control" not in names
                ) or "x-amzn-errortype" in names:
                    yield from shape_faults(read.status, read.headers, read.body)
            answered = answered[read.length :]

    def _log_faults(self) -> Iterator[str]:
        size = self.log.stat().st_size
        if size == self._log_read:
            return
        with self.log.open("rb") as file:
            file.seek(self._log_read)
            told = file.read(size - self._log_read)
        self._log_read = size
        for line in told.splitlines():
            if b"defect of forestage" in line or b"Traceback" in line:
                yield f"the preview tells {line[:500]!r}"

    def _look(self) -> Iterator[str]:
        base = f"http://127.0.0.1:{self.server.port}/_forestage"
        for page in ("health", "traces", "fidelity", "apis"):
            try:
                with urllib.request.urlopen(f"{base}/{page}", timeout=PATIENCE_SECONDS) as answer:
                    document = json.loads(answer.read())
            except (OSError, ValueError) as error:
                yield f"/_forestage/{page}: {error!r}"
                continue
            for entry in document.get("traces", ())[:50]:
                name = entry.get("request_id") or entry.get("id")
                try:
                    with urllib.request.urlopen(f"{base}/traces/{name}", timeout=PATIENCE_SECONDS) as answer:
                        json.loads(answer.read())
                except (OSError, ValueError) as error:
                    yield f"/_forestage/traces/{name}: {error!r}"
        used = memory_mib(self.server.process)
        if not self.began_mib and self.sent >= 4 * _LOOK_EVERY:
            self.began_mib = used
        if self.began_mib and used - self.began_mib > _GROWTH_MIB:
            yield f"the preview grew from {self.began_mib:.0f} to {used:.0f} MiB"
            self.began_mib = used


def _secured(plain: socket.socket) -> socket.socket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname="localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    length: int


_STATUS_LINE: Final = re.compile(rb"HTTP/1\.1 ([1-9]\d\d) [ -~]*\Z")
_HEADER: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[^\r\n\0]*\Z")


def _read_response(answered: bytes) -> _Read | str:
    """Read the first of some responses, or say what is wrong with it."""
    head, end, rest = answered.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    found = _STATUS_LINE.match(line)
    if not end or found is None:
        return f"no response: {answered[:300]!r}"
    wrong = [header for header in lines if not _HEADER.match(header)]
    if wrong:
        return f"no header: {wrong[0][:300]!r}"
    status = int(found[1])
    headers = tuple(
        (name.lower(), value.strip()) for name, _, value in (entry.decode("latin-1").partition(":") for entry in lines)
    )
    fields = dict(headers)
    if status < 200 or status in {204, 304}:
        length, body = 0, b""
    elif "content-length" in fields:
        length = int(fields["content-length"])
        body = rest[:length]
    else:
        # A stream is the last of a connection, or breaks off: what comes after it is not looked at.
        length, body = len(rest), rest
    return _Read(status=status, headers=headers, body=body, length=len(head) + 4 + length)


class Running:
    """A preview to fuzz; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Target:
        backend = Backend()
        self._stack.callback(backend.close)
        path = self._folder / "template.json"
        path.write_text(template(backend.port), encoding="utf-8")
        server = self._stack.enter_context(preview(path, "/dev/mock"))
        return Target(server=server, backend=backend, log=self._folder / "preview.log")

    def __exit__(self, *what: object) -> None:
        self._stack.close()
