from __future__ import annotations

from typing import Any

import pytest

from forestage.model.values import Secret
from tests.load.templates import MOCK, faults, faults_of, load, method, part, pets, warnings

LAMBDA = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${stageVariables.function}/invocations"

STREAMED = "arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/arn:f/response-streaming-invocations"


# Integrations are whatever a case needs.
def template(integration: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return pets(Put=method("PUT", Integration=integration, **properties))


@pytest.mark.parametrize(
    "integration",
    [
        MOCK,
        {"Type": "HTTP", "IntegrationHttpMethod": "GET", "Uri": "http://127.0.0.1:9/{path}"},
        {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "ANY", "Uri": "https://${stageVariables.host}/x"},
        {"Type": "AWS", "IntegrationHttpMethod": "POST", "Uri": "arn:aws:apigateway:us-east-1:sqs:path/1/queue"},
        {"Type": "AWS", "IntegrationHttpMethod": "POST", "Uri": "arn:aws:apigateway:us-east-1:sns:action/Publish"},
        {"Type": "AWS", "IntegrationHttpMethod": "GET", "Uri": "arn:aws:apigateway:us-east-1:bucket.s3:path/key"},
        {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": LAMBDA},
        {"Type": "AWS_PROXY", "IntegrationHttpMethod": "GET", "Uri": LAMBDA},
        {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": STREAMED, "ResponseTransferMode": "STREAM"},
        {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "http://a", "ResponseTransferMode": "STREAM"},
        {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::GetAtt": ["Nested", "Outputs.Uri"]}},
    ],
    ids=lambda value: f"{value['Type']}-{str(value.get('Uri'))[-24:]}",
)
def test_integration_that_api_gateway_takes_is_taken(integration: dict[str, Any]) -> None:
    more = {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {}}}

    assert faults({**template(integration), **more}) == []


@pytest.mark.parametrize(
    ("integration", "expected"),
    [
        pytest.param(
            {"Type": "HTTP", "Uri": "http://x"},
            "an integration of type HTTP needs an IntegrationHttpMethod",
            id="no-method",
        ),
        pytest.param(
            {"Type": "AWS_PROXY", "Uri": LAMBDA},
            "an integration of type AWS_PROXY needs an IntegrationHttpMethod",
            id="no-method-of-lambda",
        ),
        pytest.param(
            {"Type": "HTTP", "IntegrationHttpMethod": "GET", "Uri": "not a url"},
            "Uri must be an address with http:// or https://, got 'not a url'",
            id="no-address",
        ),
        pytest.param(
            {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET"},
            "Uri must be an address with http:// or https://, got ''",
            id="no-uri",
        ),
        pytest.param(
            {"Type": "AWS", "IntegrationHttpMethod": "POST", "Uri": "https://sqs.amazonaws.com"},
            "Uri must be an ARN, got 'https://sqs.amazonaws.com'",
            id="no-arn",
        ),
        pytest.param(
            {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": "arn:aws:lambda:us-east-1:123456789012:function:pets",
            },
            "Uri must be the ARN of a service's path or action, arn:aws:apigateway:REGION:SERVICE:path/..., "
            "got 'arn:aws:lambda:us-east-1:123456789012:function:pets'",
            id="arn-of-function",
        ),
        pytest.param(
            {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": "arn:aws:apigateway:us-east-1:sqs:path/1/queue",
            },
            "an integration of type AWS_PROXY leads to a Lambda function or a Firehose stream only, "
            "got 'arn:aws:apigateway:us-east-1:sqs:path/1/queue'",
            id="proxy-of-queue",
        ),
        pytest.param(
            {**MOCK, "ConnectionType": "VPC_LINK"},
            "ConnectionType VPC_LINK needs a ConnectionId",
            id="no-connection",
        ),
        pytest.param({"IntegrationHttpMethod": "POST"}, "Integration.Type is required", id="no-type"),
        pytest.param(
            {"Type": "HTTP", "IntegrationHttpMethod": "FETCH", "Uri": "http://x"},
            "Integration.IntegrationHttpMethod must be one of ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, "
            'got "FETCH"',
            id="unknown-method",
        ),
        pytest.param(
            {"Type": "HTTP", "IntegrationHttpMethod": "GET", "Uri": ["x"]},
            "Integration.Uri must be text, got a list",
            id="list-as-uri",
        ),
    ],
)
def test_integration_that_api_gateway_refuses_is_one_fault(integration: dict[str, Any], expected: str) -> None:
    assert faults(template(integration)) == [expected]


def test_integration_response_without_method_response_is_warned_of() -> None:
    integration = {**MOCK, "IntegrationResponses": [{"StatusCode": 200}, {"StatusCode": 404}]}

    assert warnings(template(integration, MethodResponses=[{"StatusCode": "200"}])) == [
        "integration response 404 has no method response: a call that ends in it answers 500"
    ]


def test_integration_responses_of_a_proxy_are_not_looked_at() -> None:
    integration = {
        "Type": "HTTP_PROXY",
        "IntegrationHttpMethod": "GET",
        "Uri": "http://x",
        "IntegrationResponses": [{"StatusCode": 200}],
    }

    assert warnings(template(integration)) == []


def test_response_parameter_that_is_not_declared_is_warned_of() -> None:
    names = {"method.response.header.A": "'a'", "method.response.header.B": "'b'"}
    integration = {**MOCK, "IntegrationResponses": [{"StatusCode": 200, "ResponseParameters": names}]}
    declared = [{"StatusCode": 200, "ResponseParameters": {"method.response.header.A": True}}]

    (warning,) = warnings(template(integration, MethodResponses=declared))

    assert warning == (
        "method.response.header.B is mapped, but not among the ResponseParameters of method response 200: "
        "API Gateway refuses it"
    )


@pytest.mark.parametrize(
    ("source", "is_warned_of"),
    [
        ("method.request.header.X-Known", False),
        ("method.request.multivalueheader.X-Known", False),
        ("method.request.querystring.known", False),
        ("method.request.querystring.other", True),
        ("method.request.path.id", True),
        ("method.request.body", False),
        ("method.request.body.name", False),
        ("stageVariables.x", False),
        ("'static'", False),
    ],
)
def test_request_parameter_that_is_not_declared_is_warned_of(source: str, *, is_warned_of: bool) -> None:
    integration = {**MOCK, "RequestParameters": {"integration.request.header.X": source}}
    declared = {"method.request.header.X-Known": False, "method.request.querystring.known": True}

    found = warnings(template(integration, RequestParameters=declared))

    expected = f"{source} is mapped, but not among the method's RequestParameters: API Gateway refuses it"
    assert found == ([expected] if is_warned_of else [])


LITERAL = LAMBDA.replace("${stageVariables.function}", "arn:aws:lambda:us-east-1:${AWS::AccountId}:function:f")
WARNING = "${AWS::...} stays as it is written here, which API Gateway refuses"


def test_pseudo_parameter_that_stays_in_an_address_is_warned_of() -> None:
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": LITERAL}
    authorizer = part("Authorizer", Name="a", Type="TOKEN", AuthorizerUri=LITERAL, IdentitySource="x")

    found = load({**template({**integration, "Credentials": "arn:aws:iam::${AWS::AccountId}:role/r"}), "A": authorizer})

    told = [(warning.origin.path.rpartition("/")[2], warning.message) for warning in found.warnings if warning.origin]
    assert told == [("Uri", WARNING), ("Credentials", WARNING), ("AuthorizerUri", WARNING)]


def test_pseudo_parameter_that_makes_an_address_wrong_is_explained() -> None:
    uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/f/invocations"

    [fault] = faults_of(template({"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri}))

    assert fault.hint == "a value comes in its place in Fn::Sub alone"


def test_secret_address_that_is_wrong_is_not_told() -> None:
    integration = {"Type": "HTTP", "IntegrationHttpMethod": "GET", "Uri": Secret("s3cret")}

    assert faults(template(integration)) == ["Uri must be an address with http:// or https://, got a secret"]


@pytest.mark.parametrize("kind", ["MOCK", "HTTP", "AWS"])
def test_only_proxies_stream(kind: str) -> None:
    uri = {"HTTP": "http://a", "AWS": "arn:aws:apigateway:us-east-1:sqs:path/1/queue"}.get(kind)
    more = {"Uri": uri, "IntegrationHttpMethod": "GET"} if uri else {}

    found = faults(template({"Type": kind, "ResponseTransferMode": "STREAM", **more}))

    assert found == [f"ResponseTransferMode STREAM is for HTTP_PROXY and AWS_PROXY only, not for {kind}"]


@pytest.mark.parametrize(
    ("uri", "mode", "ending"),
    [
        (LAMBDA, {"ResponseTransferMode": "STREAM"}, "STREAM needs a Uri that ends in /response-streaming-invocations"),
        (STREAMED, {}, "BUFFERED needs a Uri that ends in /invocations"),
    ],
)
def test_mode_and_address_of_a_function_that_do_not_fit_are_warned_of(
    uri: str, mode: dict[str, str], ending: str
) -> None:
    found = warnings(template({"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri, **mode}))

    assert f"ResponseTransferMode {ending}: API Gateway refuses another" in found
