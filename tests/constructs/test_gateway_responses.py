from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk.assertions import Annotations, Match, Template

from forestage.constructs.checks import ConstructError
from forestage.constructs.cors import Cors
from forestage.constructs.gateway_responses import TYPE, GatewayResponse, GatewayResponses
from forestage.constructs.rest_api import RestApi
from tests.constructs.small_api import add_dev, answering
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESPONSE = "AWS::ApiGateway::GatewayResponse"


@dataclass
class Pet:
    name: str


def described(stack: Stack, responses: Mapping[str, GatewayResponse], cors: Cors | None = None) -> None:
    api = RestApi(stack, "Api", gateway_responses=responses, cors=cors, cloud_watch_role=False)
    api.get("/pets", answering(), responses={200: None}, query={"kind": True})
    api.post("/pets", answering(), responses={200: None}, body=Pet)
    add_dev(api)


def test_problem_json_is_what_all_errors_are(stack: Stack, tmp_path: Path) -> None:
    described(stack, GatewayResponses.problem_json())
    preview = Previewed(hold_against_stored(stack, "gateway_responses"), tmp_path)

    unknown = preview.call("GET /dev/none")
    invalid = preview.call("POST /dev/pets", headers={"Content-Type": "application/json"}, body=b"{}")
    parameter = preview.call("GET /dev/pets")

    assert [played.header("Content-Type") for played in (unknown, invalid, parameter)] == [
        "application/problem+json"
    ] * 3
    assert json.loads(unknown.body) == {
        "type": "about:blank",
        "title": "Missing Authentication Token",
        "code": "MISSING_AUTHENTICATION_TOKEN",
        "instance": f"urn:uuid:{unknown.header('x-amzn-RequestId')}",
    }
    assert json.loads(invalid.body) == {
        "type": "about:blank",
        "title": "Invalid request body",
        "code": "BAD_REQUEST_BODY",
        "instance": f"urn:uuid:{invalid.header('x-amzn-RequestId')}",
        "detail": '[object has missing required properties (["name"])]',
    }
    assert json.loads(parameter.body)["title"] == "Missing required request parameters: [kind]"


def test_response_has_status_headers_and_body(stack: Stack, tmp_path: Path) -> None:
    response = GatewayResponse(
        status=404,
        headers={"X-Where": "method.request.path.proxy", "X-Stage": "context.stage", "X-Shop": "it is open"},
        templates={"text/plain": "nothing at $context.path"},
    )
    described(stack, {"MISSING_AUTHENTICATION_TOKEN": response})
    preview = Previewed(synthesized(stack), tmp_path)

    played = preview.call("GET /dev/none")

    assert (played.response.status, played.body) == (404, b"nothing at /dev/none")
    assert (played.header("X-Stage"), played.header("X-Shop")) == ("dev", "it is open")
    assert played.header("X-Where") is None


def test_cors_is_in_all_errors(stack: Stack, tmp_path: Path) -> None:
    own = GatewayResponse(headers={"X-Shop": "closed"})
    described(stack, {"BAD_REQUEST_PARAMETERS": own}, Cors(origins=["https://shop.example"], credentials=True))
    preview = Previewed(hold_against_stored(stack, "cors_gateway_responses"), tmp_path)

    defaulted, customised = preview.call("GET /dev/none"), preview.call("GET /dev/pets")

    for played in (defaulted, customised):
        assert played.header("Access-Control-Allow-Origin") == "https://shop.example"
        assert played.header("Access-Control-Allow-Credentials") == "true"
    assert customised.header("X-Shop") == "closed"
    assert defaulted.body == b'{"message":"Missing Authentication Token"}'
    Template.from_stack(stack).resource_count_is(RESPONSE, 3)


def test_what_an_error_says_itself_is_over_cors(stack: Stack) -> None:
    own = GatewayResponse(headers={"Access-Control-Allow-Origin": "method.request.header.Origin"})
    described(stack, {"DEFAULT_4XX": own}, Cors(origins=["https://shop.example"]))

    Template.from_stack(stack).has_resource_properties(
        RESPONSE,
        {
            "ResponseType": "DEFAULT_4XX",
            "ResponseParameters": {
                "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin"
            },
        },
    )


@pytest.mark.parametrize(
    ("name", "response", "words"),
    [
        ("NOT_FOUND", GatewayResponse(), "the type of a gateway response has to be one of ACCESS_DENIED"),
        ("THROTTLED", GatewayResponse(status=600), "has a status from 200 to 599, got 600"),
        ("THROTTLED", GatewayResponse(headers={"X Shop": "a"}), "a header of .* has to be letters, .* got 'X Shop'"),
        ("THROTTLED", GatewayResponse(headers={"X-Shop": "it's"}), "has a quote ' in it"),
        ("THROTTLED", GatewayResponse(templates={"text/plain": "#set($a = 1)$a"}), "has #set, and API Gateway puts"),
        ("THROTTLED", GatewayResponse(templates={"text/plain": "$input.body"}), "has [$]input, and API Gateway puts"),
    ],
)
def test_response_that_aws_refuses(stack: Stack, name: str, response: GatewayResponse, words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Api/GatewayResponses: .*{words}"):
        described(stack, {name: response})


def test_response_that_aws_ignores_is_warned_of(stack: Stack) -> None:
    described(stack, {"REQUEST_TOO_LARGE": GatewayResponse(status=400)})

    Annotations.from_stack(stack).has_warning(
        "/Stack/Api/GatewayResponses", Match.string_like_regexp("does not customise")
    )


def test_header_and_template_may_be_tokens(stack: Stack) -> None:
    given = CfnParameter(stack, "Given").value_as_string

    described(stack, {"THROTTLED": GatewayResponse(headers={"X-Shop": given}, templates={"text/plain": given})})

    Template.from_stack(stack).has_resource_properties(
        RESPONSE,
        {
            "ResponseParameters": {"gatewayresponse.header.X-Shop": {"Fn::Join": ["", ["'", {"Ref": "Given"}, "'"]]}},
            "ResponseTemplates": {"text/plain": {"Ref": "Given"}},
        },
    )


def test_every_type_can_be_defined(stack: Stack) -> None:
    described(stack, dict.fromkeys(TYPE.words, GatewayResponse()))

    Template.from_stack(stack).resource_count_is(RESPONSE, len(TYPE.words))


def test_status_may_be_known_later(stack: Stack) -> None:
    later: Any = CfnParameter(stack, "Status", type="Number").value_as_number

    described(stack, {"THROTTLED": GatewayResponse(status=later)})

    Template.from_stack(stack).has_resource_properties(RESPONSE, {"StatusCode": {"Ref": "Status"}})


def test_what_is_no_gateway_response_is_refused(stack: Stack) -> None:
    given: Any = {"status": 400}

    with pytest.raises(ConstructError, match=r"gateway response THROTTLED cannot be {'status': 400}"):
        described(stack, {"THROTTLED": given})
