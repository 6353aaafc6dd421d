"""What the cases http-parameter* and http-response-parameters do not show."""

import pytest

from forestage.preview.engine.effects import BackendAnswer, CallBackend
from tests.cases.script import play, wire_request
from tests.cases.short_api import api_runtime

OK = BackendAnswer(status=200, headers=(), body=b"")


def mapped_header(source: str, *, target: str = "/dev/x", body: bytes = b"") -> str | None:
    """Return the header that a backend is sent for a source."""
    fields = {
        "type": "HTTP",
        "uri": "http://backend.example/",
        "integration_http_method": "POST",
        "integration_responses": [{"status_code": "200"}],
        "request_parameters": {"integration.request.header.X": source},
    }
    played = play(api_runtime({"POST /{p+}": fields}), wire_request(f"POST {target}", body=body), [OK])
    (effect,) = played.asked
    assert isinstance(effect, CallBackend)
    return dict(effect.headers).get("X")


@pytest.mark.parametrize(
    ("target", "value"),
    [("/dev/a%20b", "a b"), ("/dev/a+b", "a+b"), ("/dev/a/b%2Fc", "a/b/c"), ("/dev/%E2%82%AC", "\u20ac")],
)
def test_path_parameter_is_decoded_for_a_header(target: str, value: str) -> None:
    assert mapped_header("method.request.path.p", target=target) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [("yes", "true"), ("no", "false"), ("half", "0.5"), ("list", '[1,"a"]'), ("text", "x"), ("null", None)],
)
def test_value_of_a_body_becomes_text(path: str, value: str | None) -> None:
    body = b'{"yes": true, "no": false, "half": 0.5, "list": [1, "a"], "text": "x", "null": null}'

    assert mapped_header(f"method.request.body.{path}", body=body) == value


@pytest.mark.parametrize(
    ("body", "value"),
    [(b"", "{}"), (b"  ", ""), (b"\n[1] ", "[1]"), (b"12", "12"), (b"a\xff", "a\ufffd")],
    ids=["empty", "blank", "trimmed", "number", "no-utf-8"],
)
def test_whole_body_is_mapped_as_text(body: bytes, value: str) -> None:
    assert mapped_header("method.request.body", body=body) == value


def test_source_of_another_side_yields_nothing() -> None:
    fields = {
        "type": "HTTP",
        "uri": "http://backend.example/",
        "integration_responses": [
            {
                "status_code": "200",
                "response_parameters": {
                    "method.response.header.X-Query": "method.request.querystring.q",
                    "method.response.header.X-Path": "method.request.path.p",
                },
            }
        ],
    }

    played = play(api_runtime({"GET /{p+}": fields}), wire_request("GET /dev/x?q=1"), [OK])

    assert (played.header("X-Query"), played.header("X-Path")) == (None, None)


@pytest.mark.parametrize("path", ["pets[", "pets[?(", "a..", "'"])
def test_path_that_is_none_yields_nothing(path: str) -> None:
    assert mapped_header(f"method.request.body.{path}", body=b'{"pets": [{"name": "Rex"}]}') is None


def test_path_that_takes_too_long_yields_nothing() -> None:
    body = b'{"a": [' + b",".join([b'{"a": [1, 2, 3]}'] * 60_000) + b"]}"

    assert mapped_header("method.request.body..a..a..b", body=body) is None
