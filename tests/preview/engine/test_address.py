import gzip
import zlib

import pytest

from forestage.preview.engine.address import MAX_BODY_BYTES, address, decompress, trace_header
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from tests.cases.script import REQUEST_ID, arrival, wire_request
from tests.cases.short_api import api_runtime

API = api_runtime({"ANY /{p+}": "mock"})
ROOT, PARENT = "1-6745d1b7-aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"


@pytest.mark.parametrize(
    ("target", "path", "context_path", "query"),
    [
        ("/dev", "/", "/dev", ""),
        ("/dev/", "/", "/dev/", ""),
        ("/dev/pets", "/pets", "/dev/pets", ""),
        ("/dev/pets/", "/pets/", "/dev/pets/", ""),
        ("//dev/pets", "/pets", "/dev/pets", ""),
        ("/dev//pets", "/pets", "/dev//pets", ""),
        ("/dev/a//b", "/a//b", "/dev/a//b", ""),
        ("/dev/dev", "/dev", "/dev/dev", ""),
        ("/dev?a=b?c", "/", "/dev", "a=b?c"),
        ("/dev/pets?a=/x//y", "/pets", "/dev/pets", "a=/x//y"),
        ("/dev/%2F%2e", "/%2F%2e", "/dev/%2F%2e", ""),
    ],
)
def test_target_is_taken_apart(target: str, path: str, context_path: str, query: str) -> None:
    addressed = address(arrival(API, wire_request(f"GET {target}")))

    assert (addressed.path, addressed.context_path, addressed.raw_query) == (path, context_path, query)


@pytest.mark.parametrize("target", ["/", "//", "/prod/x", "/DEV/x", "/?dev", "dev/x/.."])
def test_unknown_stage_is_forbidden(target: str) -> None:
    api = api_runtime({"GET /": "mock"}, stages={"prd": {}})

    with pytest.raises(GatewayFailure, match="there is no stage") as failure:
        address(arrival(api, wire_request(f"GET {target}")))

    assert failure.value.response_type is ResponseType.INVALID_API_KEY


def test_closed_api_says_why() -> None:
    api = api_runtime({"GET /": "mock"}, endpoint="PRIVATE")

    with pytest.raises(GatewayFailure, match="without a resource policy"):
        address(arrival(api, wire_request("GET /dev/")))


def test_gateway_reads_the_last_line_of_a_header() -> None:
    headers = (
        ("accept", "text/html"),
        ("Accept", "text/plain"),
        ("Content-Type", "a/b"),
        ("CONTENT-TYPE", "c/d"),
    )

    addressed = address(arrival(API, wire_request("GET /dev/x", headers=headers)))

    assert (addressed.accept, addressed.content_type, addressed.headers) == ("text/plain", "c/d", headers)


def test_request_without_headers_is_addressed() -> None:
    addressed = address(arrival(API, wire_request("GET /dev/x", headers=())))

    assert (addressed.accept, addressed.content_type, addressed.headers) == (None, None, ())
    assert (addressed.verb, addressed.request_id) == ("GET", REQUEST_ID)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (None, f"Root={ROOT};Parent={PARENT};Sampled=0"),
        ("", f"Root={ROOT};Parent={PARENT};Sampled=0"),
        ("Root=1-a-b", f"Root=1-a-b;Parent={PARENT};Sampled=0"),
        ("Root=1-a-b;Parent=c", "Root=1-a-b;Parent=c;Sampled=1"),
        ("Root=1-a-b;Parent=c;Sampled=0", "Root=1-a-b;Parent=c;Sampled=0"),
        ("Parent=c; Sampled=1", f"Root={ROOT};Parent=c;Sampled=1"),
        ("Sampled=1", f"Root={ROOT};Parent={PARENT};Sampled=1"),
        ("Self=x;Root=1-a-b;Lineage=y", f"Root=1-a-b;Parent={PARENT};Sampled=0"),
        ("nonsense;=;Root", f"Root={ROOT};Parent={PARENT};Sampled=0"),
    ],
)
def test_trace_is_continued_or_begun(sent: str | None, expected: str) -> None:
    assert trace_header(sent, root=ROOT, parent=PARENT, is_traced=False) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (None, f"Root={ROOT};Parent={PARENT};Sampled=1"),
        ("Root=1-a-b", f"Root=1-a-b;Parent={PARENT};Sampled=1"),
        ("Root=1-a-b;Sampled=0", f"Root=1-a-b;Parent={PARENT};Sampled=0"),
    ],
)
def test_stage_with_tracing_samples_what_the_client_does_not_decide(sent: str | None, expected: str) -> None:
    assert trace_header(sent, root=ROOT, parent=PARENT, is_traced=True) == expected


@pytest.mark.parametrize(
    ("percent", "draw", "is_canary"),
    [(10, 9.999, True), (10, 10.0, False), (0, 0.0, False), (100, 99.999, True), (None, 0.0, False)],
)
def test_canary_takes_its_share_of_what_is_drawn(percent: float | None, draw: float, *, is_canary: bool) -> None:
    api = api_runtime({"GET /": "mock"}, stages={"dev": {"canary_setting": {"percent_traffic": percent}}})

    addressed = address(arrival(api, wire_request("GET /dev/"), canary_draw=draw))

    assert addressed.stage.is_canary is is_canary


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("gzip", gzip.compress(b"words")),
        ("GZIP ", gzip.compress(b"words")),
        ("deflate", zlib.compress(b"words")),
        ("identity", b"words"),
    ],
)
def test_body_is_decompressed(encoding: str, sent: bytes) -> None:
    assert decompress(sent, encoding) == b"words"


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        pytest.param("br", b"words", id="unknown-coding"),
        pytest.param("gzip, gzip", gzip.compress(b"words"), id="two-codings"),
        pytest.param("gzip", b"words", id="no-gzip"),
        pytest.param("gzip", zlib.compress(b"words"), id="deflate-for-gzip"),
        pytest.param("deflate", gzip.compress(b"words"), id="gzip-for-deflate"),
        pytest.param("gzip", gzip.compress(b"words")[:-4], id="cut-off"),
        pytest.param("gzip", gzip.compress(b"words")[:5], id="cut-off-in-its-head"),
        pytest.param("gzip", gzip.compress(b"words") + b"more", id="more-behind-it"),
        pytest.param("gzip", gzip.compress(b"words")[:-8] + bytes(8), id="wrong-checksum"),
    ],
)
def test_body_that_its_encoding_does_not_describe_is_unsupported(encoding: str, sent: bytes) -> None:
    with pytest.raises(GatewayFailure) as failure:
        decompress(sent, encoding)

    assert failure.value.response_type is ResponseType.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_body_of_ten_megabytes_is_decompressed(encoding: str) -> None:
    content = bytes(MAX_BODY_BYTES)
    sent = gzip.compress(content, 1) if encoding == "gzip" else zlib.compress(content, 1)

    assert decompress(sent, encoding) == content


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 8 * MAX_BODY_BYTES], ids=["one-byte-more", "bomb"])
def test_body_that_grows_too_large_is_refused(size: int) -> None:
    sent = gzip.compress(bytes(size), 1)

    with pytest.raises(GatewayFailure) as failure:
        decompress(sent, "gzip")

    assert failure.value.response_type is ResponseType.REQUEST_TOO_LARGE


def test_request_is_read_decompressed_and_keeps_its_header() -> None:
    headers = (("Content-Encoding", "gzip"),)

    addressed = address(arrival(API, wire_request("POST /dev/x", headers=headers, body=gzip.compress(b"words"))))

    assert (addressed.body, addressed.headers) == (b"words", headers)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_request_without_body_is_left_alone(encoding: str) -> None:
    headers = (("Content-Encoding", encoding),)

    addressed = address(arrival(API, wire_request("GET /dev/x", headers=headers)))

    assert (addressed.body, addressed.headers) == (b"", headers)
