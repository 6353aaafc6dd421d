import pytest

from forestage.signing import Refusal, Refused


@pytest.mark.parametrize("kind", Refusal)
def test_each_kind_has_an_error_type_and_a_gateway_response(kind: Refusal) -> None:
    refused = Refused(kind=kind, message="m", detail="d")

    assert refused.status == 403
    assert refused.error_type.endswith("Exception")
    assert refused.gateway_response in {
        "DEFAULT_4XX",
        "EXPIRED_TOKEN",
        "INVALID_SIGNATURE",
        "MISSING_AUTHENTICATION_TOKEN",
    }
