from __future__ import annotations

import json
from typing import Any

import pytest

from forestage.load.deployed.properties import policy_of, to_properties
from forestage.model import domains, rest, stages, usage, websocket


@pytest.mark.parametrize(
    ("cls", "answer", "properties"),
    [
        (rest.RestApi, {"apiKeySource": "HEADER", "name": ""}, {"ApiKeySourceType": "HEADER"}),
        (
            rest.RestApi,
            {"tags": {"a": "b", "aws:cloudformation:stack-name": "S"}},
            {"Tags": [{"Key": "a", "Value": "b"}]},
        ),
        (rest.RestApi, {"tags": {"aws:x": "y"}}, {}),
        (rest.Authorizer, {"providerARNs": ["arn:x"], "createdDate": 1}, {"ProviderARNs": ["arn:x"]}),
        (
            rest.Method,
            {
                "methodResponses": {"200": {"statusCode": "200", "responseModels": {"a/b": "Empty"}}},
                "methodIntegration": {
                    "httpMethod": "POST",
                    "requestTemplates": {"a/b": None},
                    "integrationResponses": {"200": {"statusCode": "200", "selectionPattern": ""}},
                },
            },
            {
                "MethodResponses": [{"StatusCode": "200", "ResponseModels": {"a/b": "Empty"}}],
                "Integration": {
                    "IntegrationHttpMethod": "POST",
                    "RequestTemplates": {"a/b": ""},
                    "IntegrationResponses": [{"StatusCode": "200"}],
                },
            },
        ),
        (
            stages.Stage,
            {
                "accessLogSettings": {"format": "x", "destinationArn": "arn:x"},
                "canarySettings": {"percentTraffic": 5.0},
                "methodSettings": {
                    "*/*": {"metricsEnabled": True},
                    "~1a~1{b}/GET": {"loggingLevel": "INFO"},
                    "~1/GET": {"loggingLevel": "INFO"},
                },
            },
            {
                "AccessLogSetting": {"Format": "x", "DestinationArn": "arn:x"},
                "CanarySetting": {"PercentTraffic": 5.0},
                "MethodSettings": [
                    {"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True},
                    {"ResourcePath": "/~1a~1{b}", "HttpMethod": "GET", "LoggingLevel": "INFO"},
                    {"ResourcePath": "/~1", "HttpMethod": "GET", "LoggingLevel": "INFO"},
                ],
            },
        ),
        (
            usage.UsagePlan,
            {"name": "gold", "apiStages": [{"apiId": "a", "stage": "s", "throttle": {"/p/GET": {"burstLimit": 1}}}]},
            {
                "UsagePlanName": "gold",
                "ApiStages": [{"ApiId": "a", "Stage": "s", "Throttle": {"/p/GET": {"BurstLimit": 1}}}],
            },
        ),
        (usage.ApiKey, {"stageKeys": ["a1/prod"]}, {"StageKeys": [{"RestApiId": "a1", "StageName": "prod"}]}),
        (
            domains.DomainName,
            {"mutualTlsAuthentication": {"truststoreUri": "s3://b/k", "truststoreWarnings": []}},
            {"MutualTlsAuthentication": {"TruststoreUri": "s3://b/k"}},
        ),
        (
            websocket.Stage,
            {"RouteSettings": {"$connect": {"ThrottlingBurstLimit": 1}}, "Tags": {"aws:x": "y", "a": "b"}},
            {"RouteSettings": {"$connect": {"ThrottlingBurstLimit": 1}}, "Tags": {"a": "b"}},
        ),
        (
            websocket.Route,
            {"RequestParameters": {"route.request.header.a": {"Required": True}}, "ApiGatewayManaged": False},
            {"RequestParameters": {"route.request.header.a": {"Required": True}}},
        ),
    ],
)
def test_answer_has_the_properties_of_cloudformation(
    cls: type, answer: dict[str, Any], properties: dict[str, Any]
) -> None:
    assert to_properties(cls, answer) == properties


@pytest.mark.parametrize("text", ['{"Version": "2012-10-17"}', '{\\"Version\\": \\"2012-10-17\\"}'])
def test_policy_is_read_escaped_or_not(text: str) -> None:
    assert policy_of({"policy": text}) == {"Version": "2012-10-17"}


def test_policy_with_quotes_in_it_is_read() -> None:
    policy = {"Statement": [{"Sid": 'a "b" \\ é'}]}

    assert policy_of({"policy": json.dumps(json.dumps(policy))[1:-1]}) == policy


def test_api_without_policy_has_none() -> None:
    assert policy_of({}) is None
