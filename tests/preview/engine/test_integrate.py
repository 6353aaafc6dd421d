import pytest

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    CallBackend,
    FunctionAnswer,
    FunctionStream,
    FunctionUnavailable,
    Unavailable,
)
from forestage.preview.engine.integrate import MAX_METADATA_BYTES
from tests.cases.script import ScriptedBody, play, wire_request
from tests.cases.short_api import STREAMING_URI, api_runtime

OK = BackendAnswer(status=200, headers=(), body=b"")


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
@pytest.mark.parametrize("skip", [True, False])
def test_backend_is_called_as_prepared(kind: str, *, skip: bool) -> None:
    fields = {
        "type": kind,
        "uri": "http://backend.example/x",
        "integration_http_method": "POST",
        "timeout_in_millis": 700,
        "tls_config": {"insecure_skip_verification": skip},
        "integration_responses": [{"status_code": "200"}],
    }

    played = play(api_runtime({"PUT /": fields}), wire_request("PUT /dev", body=b"words"), [OK])

    (effect,) = played.asked
    assert isinstance(effect, CallBackend)
    assert (effect.method, effect.url, effect.body) == ("POST", "http://backend.example/x", b"words")
    assert (effect.timeout_ms, effect.skip_certificate_check) == (700, skip)


@pytest.mark.parametrize("fault", BackendFault, ids=lambda fault: fault.name)
@pytest.mark.parametrize(("detail", "suffix"), [("", ""), ("reset by peer", ": reset by peer")], ids=["bare", "detail"])
def test_fault_of_a_backend_is_told_with_its_detail(fault: BackendFault, detail: str, suffix: str) -> None:
    answer = BackendFailure(fault=fault, detail=detail)

    failed = play(api_runtime({"GET /": "http"}), wire_request("GET /dev"), [answer]).failed

    assert failed is not None
    assert failed.reason == fault.value + suffix


STREAMED: dict[str, object] = {
    "type": "AWS_PROXY",
    "integration_http_method": "POST",
    "uri": STREAMING_URI,
    "response_transfer_mode": "STREAM",
}


@pytest.mark.parametrize(
    ("payload", "is_closed"),
    [(b"{}" + bytes(8) + b"rest", False), (b"[]" + bytes(8) + b"rest", True), (b"no metadata", True)],
    ids=["good", "malformed", "missing"],
)
def test_rest_of_a_stream_that_cannot_be_used_is_let_go(payload: bytes, *, is_closed: bool) -> None:
    body = ScriptedBody(payload)

    play(api_runtime({"GET /": STREAMED}), wire_request("GET /dev"), [FunctionStream(payload=body)])

    assert body.is_closed is is_closed


@pytest.mark.parametrize(("length", "status"), [(MAX_METADATA_BYTES - 8, 200), (MAX_METADATA_BYTES - 7, 502)])
@pytest.mark.parametrize("is_streamed", [True, False], ids=["streamed", "at-once"])
def test_metadata_has_a_limit(length: int, status: int, *, is_streamed: bool) -> None:
    payload = b"{}".ljust(length) + bytes(8)
    answer = FunctionStream(payload=ScriptedBody(payload)) if is_streamed else FunctionAnswer(payload=payload)

    assert play(api_runtime({"GET /": STREAMED}), wire_request("GET /dev"), [answer]).response.status == status


@pytest.mark.parametrize("reason", Unavailable, ids=lambda reason: reason.name)
@pytest.mark.parametrize(("detail", "suffix"), [("", ""), ("python3.13", ": python3.13")], ids=["bare", "detail"])
def test_unavailable_function_is_told_with_its_detail(reason: Unavailable, detail: str, suffix: str) -> None:
    answer = FunctionUnavailable(reason=reason, detail=detail)

    failed = play(api_runtime({"GET /": "lambda"}), wire_request("GET /dev"), [answer]).failed

    assert failed is not None
    assert failed.reason == reason.value + suffix
