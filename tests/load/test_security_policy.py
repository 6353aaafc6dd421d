from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.load.templates import API, faults_of, pets

if TYPE_CHECKING:
    from tests.load.templates import Template

POLICY = "SecurityPolicy_TLS13_1_3_2025_09"
FAULT = f"the security policy {POLICY} needs an EndpointAccessMode, BASIC or STRICT"


# Properties are whatever a case needs.
def api(**properties: Any) -> Template:
    return pets(Api={**API, "Properties": {"Name": "pets", **properties}})


def body(**extensions: str) -> Template:
    mock = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
    operation = {"responses": {}, "x-amazon-apigateway-integration": mock}
    named = {f"x-amazon-apigateway-{name}": value for name, value in extensions.items()}
    return {"openapi": "3.0.1", "info": {"title": "a", "version": "1"}, "paths": {"/x": {"get": operation}}, **named}


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({}, id="none"),
        pytest.param({"SecurityPolicy": "TLS_1_2"}, id="legacy"),
        pytest.param({"SecurityPolicy": POLICY, "EndpointAccessMode": "BASIC"}, id="basic"),
        pytest.param({"SecurityPolicy": POLICY, "EndpointAccessMode": "STRICT"}, id="strict"),
        pytest.param(
            {"EndpointAccessMode": "STRICT", "Body": body(**{"security-policy": POLICY})}, id="mode-of-the-template"
        ),
        pytest.param(
            {"SecurityPolicy": POLICY, "Body": body(**{"endpoint-access-mode": "BASIC"})}, id="mode-of-the-body"
        ),
    ],
)
def test_api_with_what_its_policy_needs_has_no_fault(properties: Template) -> None:
    assert faults_of(api(**properties)) == ()


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        pytest.param({"SecurityPolicy": POLICY}, "SecurityPolicy", id="template"),
        pytest.param({"SecurityPolicy": POLICY, "Body": body()}, "SecurityPolicy", id="template-with-body"),
        pytest.param(
            {"Body": body(**{"security-policy": POLICY})}, "Body/x-amazon-apigateway-security-policy", id="body"
        ),
    ],
)
def test_enhanced_policy_of_an_api_needs_an_access_mode(properties: Template, path: str) -> None:
    (fault,) = faults_of(api(**properties))

    assert fault.message == FAULT
    assert fault.hint == "BASIC takes the requests that are taken without one"
    assert fault.origin is not None
    assert fault.origin.path == f"Resources/Api/Properties/{path}"
