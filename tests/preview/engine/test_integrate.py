import pytest

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    CallBackend,
    FunctionUnavailable,
    Unavailable,
)
from tests.cases.script import play, wire_request
from tests.cases.short_api import api_runtime

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


@pytest.mark.parametrize("reason", Unavailable, ids=lambda reason: reason.name)
@pytest.mark.parametrize(("detail", "suffix"), [("", ""), ("python3.13", ": python3.13")], ids=["bare", "detail"])
def test_unavailable_function_is_told_with_its_detail(reason: Unavailable, detail: str, suffix: str) -> None:
    answer = FunctionUnavailable(reason=reason, detail=detail)

    failed = play(api_runtime({"GET /": "lambda"}), wire_request("GET /dev"), [answer]).failed

    assert failed is not None
    assert failed.reason == reason.value + suffix
