from __future__ import annotations

from typing import Any

import pytest

from forestage.model.mapping_forms import REQUEST
from forestage.model.values import Secret
from forestage.preview.compile.parameters import (
    compile_request_parameters,
    compile_response_parameters,
    compile_source,
)
from tests.load.templates import MOCK, faults, faults_of, load, method, pets, warnings

REQUEST_SOURCES = [
    "method.request.path.id",
    "method.request.querystring.q",
    "method.request.multivaluequerystring.q",
    "method.request.header.X",
    "method.request.multivalueheader.X",
    "method.request.body",
    "method.request.body.pets[0].name",
]
RESPONSE_SOURCES = [
    "integration.response.header.ETag",
    "integration.response.multivalueheader.ETag",
    "integration.response.body",
    "integration.response.body.a.b",
]
SOURCES_ANYWHERE = ["context.identity.sourceIp", "stageVariables.colour", "'fixed'", "''", "'two\nlines'"]


# Mappings are whatever a case needs.
def requests(target: str, source: Any) -> dict[str, Any]:
    return pets(Put=method("PUT", Integration={**MOCK, "RequestParameters": {target: source}}))


def responses(target: str, source: Any) -> dict[str, Any]:
    response = {"StatusCode": "200", "ResponseParameters": {target: source}}
    declared = [{"StatusCode": "200", "ResponseParameters": {target: False}}]
    return pets(Put=method("PUT", Integration={**MOCK, "IntegrationResponses": [response]}, MethodResponses=declared))


def gateway_responses(target: str, source: Any, *, kind: str = "UNAUTHORIZED") -> dict[str, Any]:
    properties = {"RestApiId": {"Ref": "Api"}, "ResponseType": kind, "ResponseParameters": {target: source}}
    return pets(Refused={"Type": "AWS::ApiGateway::GatewayResponse", "Properties": properties})


@pytest.mark.parametrize("place", ["header", "path", "querystring"])
@pytest.mark.parametrize("source", REQUEST_SOURCES + SOURCES_ANYWHERE)
def test_mapping_of_a_request_that_is_taken_is_also_executed(place: str, source: str) -> None:
    target = f"integration.request.{place}.X-A"

    assert faults(requests(target, source)) == []
    assert len(compile_request_parameters({target: source})) == 1


@pytest.mark.parametrize("source", RESPONSE_SOURCES + SOURCES_ANYWHERE)
def test_mapping_of_a_response_that_is_taken_is_also_executed(source: str) -> None:
    assert faults(responses("method.response.header.X-A", source)) == []
    assert len(compile_response_parameters({"method.response.header.X-A": source})) == 1


@pytest.mark.parametrize("source", ["method.request.header.Origin", "method.request.path.id", *SOURCES_ANYWHERE])
def test_mapping_of_a_gateway_response_that_is_taken_is_also_executed(source: str) -> None:
    assert faults(gateway_responses("gatewayresponse.header.X-A", source)) == []
    assert compile_source(source) is not None


@pytest.mark.parametrize(
    "target",
    [
        "X-A",
        "integration.request.cookie.a",
        "integration.request.multivalueheader.a",
        "integration.request.header.",
        "method.response.header.X",
    ],
)
def test_request_parameter_to_nowhere_is_a_fault(target: str) -> None:
    assert faults(requests(target, "'1'")) == [f"a mapping cannot go to {target!r}"]


@pytest.mark.parametrize("target", ["X-A", "method.response.querystring.a", "integration.request.header.X"])
def test_response_parameter_to_nowhere_is_a_fault(target: str) -> None:
    assert faults(responses(target, "'1'")) == [f"a mapping cannot go to {target!r}"]


@pytest.mark.parametrize("target", ["X-A", "gatewayresponse.cookie.a", "method.response.header.X"])
def test_parameter_of_a_gateway_response_to_nowhere_is_a_fault(target: str) -> None:
    assert faults(gateway_responses(target, "'1'")) == [f"a mapping cannot go to {target!r}"]


@pytest.mark.parametrize(
    ("template", "place", "source"),
    [
        *((requests, "integration.request.header.X", source) for source in ["x", "", "'", "$context.requestId"]),
        (requests, "integration.request.header.X", "method.request.cookie.a"),
        (requests, "integration.request.header.X", "integration.response.header.X"),
        *((responses, "method.response.header.X", source) for source in ["*", "integration.response.status"]),
        (responses, "method.response.header.X", "method.request.header.Origin"),
        *((gateway_responses, "gatewayresponse.header.X", source) for source in ["*", "method.request.body"]),
        (gateway_responses, "gatewayresponse.header.X", "integration.response.header.X"),
    ],
)
def test_mapping_from_nowhere_is_a_fault(template: Any, place: str, source: str) -> None:
    assert faults(template(place, source)) == [f"{place} cannot be mapped from {source!r}"]


def test_fault_has_its_place_and_says_what_is_allowed() -> None:
    [fault] = faults_of(requests("integration.request.header.X", "x"))

    assert fault.origin is not None
    assert fault.origin.path.endswith("Integration/RequestParameters/integration.request.header.X")
    assert fault.hint == f"like {REQUEST.example}"


def test_secret_in_no_known_form_is_not_told() -> None:
    [message] = faults(requests("integration.request.header.X", Secret("s3cret")))

    assert message == "integration.request.header.X cannot be mapped from a secret of another form"


@pytest.mark.parametrize("template", [requests, responses, gateway_responses])
def test_mapping_that_is_known_after_deployment_is_in_the_fidelity_report(template: Any) -> None:
    places = {
        requests: "integration.request.header.X",
        responses: "method.response.header.X",
        gateway_responses: "gatewayresponse.header.X",
    }
    more = {"Thing": {"Type": "Custom::Thing"}}

    entries = load({**template(places[template], {"Fn::GetAtt": ["Thing", "Name"]}), **more}).fidelity.entries

    [note] = [entry.note for entry in entries if entry.property.endswith("Parameters")]
    assert note == "a mapping whose value is known only after deployment is left out"


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("gatewayresponse.path.a", "'1'"),
        ("gatewayresponse.querystring.a", "'1'"),
        ("gatewayresponse.header.A", "method.input.params.petId"),
    ],
)
def test_mapping_of_a_gateway_response_without_effect_is_warned_of(target: str, source: str) -> None:
    assert warnings(gateway_responses(target, source)) == [f"the mapping to {target} is left out"]


def test_gateway_response_that_cannot_be_customised_is_warned_of() -> None:
    template = gateway_responses("gatewayresponse.header.X", "'1'", kind="REQUEST_TOO_LARGE")

    assert warnings(template) == ["API Gateway does not let REQUEST_TOO_LARGE be customised"]
