import pytest

from forestage.preview.engine.address import address
from forestage.preview.engine.failures import GatewayFailure
from forestage.preview.engine.match import match
from forestage.preview.engine.wire import Headers
from tests.cases.script import arrival, wire_request
from tests.cases.short_api import api_runtime

API = api_runtime({"GET /pets/{id}": "mock"})


def test_method_and_parameters_are_found() -> None:
    matched = match(address(arrival(API, wire_request("GET /dev/pets/7"))))

    assert (matched.method.resource_path, matched.route.path_parameters) == ("/pets/{id}", (("id", "7"),))


@pytest.mark.parametrize(
    ("headers", "error_type"),
    [
        pytest.param((), "MissingAuthenticationTokenException", id="none"),
        pytest.param((("authorization", "Bearer x"),), "IncompleteSignatureException", id="bearer"),
        pytest.param((("authorization", "caf\xe9"),), "IncompleteSignatureException", id="latin-1"),
        pytest.param(
            (("Authorization", "AWS4-HMAC-SHA256 Credential=x"),), "MissingAuthenticationTokenException", id="sigv4"
        ),
        pytest.param(
            (("Authorization", "AWS4-ECDSA-P256-SHA256 Credential=x"),),
            "MissingAuthenticationTokenException",
            id="sigv4a",
        ),
        pytest.param((("Authorization", ""),), "MissingAuthenticationTokenException", id="empty"),
        pytest.param(
            (("Date", "x"), ("Authorization", "Other Credential=x, SignedHeaders=y, Signature=z")),
            "MissingAuthenticationTokenException",
            id="complete",
        ),
    ],
)
def test_unknown_path_complains_about_another_authorization(headers: Headers, error_type: str) -> None:
    addressed = address(arrival(API, wire_request("GET /dev/none", headers=headers)))

    with pytest.raises(GatewayFailure, match="no method GET on /none") as failure:
        match(addressed)

    assert failure.value.error_type == error_type
