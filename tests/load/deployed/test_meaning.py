from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.load.deployed.meaning import DEFAULTS, says_same, terse
from forestage.model.fidelity import TABLE
from forestage.model.values import Secret, Unknown

METHOD = "AWS::ApiGateway::Method"
MODEL = "AWS::ApiGateway::Model"
STAGE = "AWS::ApiGateway::Stage"
API = "AWS::ApiGateway::RestApi"
KEY = "AWS::ApiGateway::ApiKey"
STATUS_1, STATUS_2 = {"StatusCode": "1"}, {"StatusCode": 2}
TAG = {"Key": "a", "Value": "b"}


@pytest.mark.parametrize(
    ("resource_type", "live", "written"),
    [
        (METHOD, {"ApiKeyRequired": False, "AuthorizationType": "NONE"}, {}),
        (METHOD, {}, {"ApiKeyRequired": "false"}),
        (METHOD, {"ApiKeyRequired": True}, {"ApiKeyRequired": "true"}),
        (METHOD, {"Integration": {"TimeoutInMillis": 5000}}, {"Integration": {"TimeoutInMillis": "5000"}}),
        (METHOD, {"ResourceId": "r", "Integration": {"CacheNamespace": "r"}}, {"ResourceId": "r"}),
        (METHOD, {"RequestParameters": {}}, {"RequestParameters": {"method.request.path.id": True}}),
        (METHOD, {"HttpMethod": "GET"}, {"HttpMethod": "get"}),
        (
            METHOD,
            {"MethodResponses": [{"StatusCode": "1"}, {"StatusCode": "2"}]},
            {"MethodResponses": [{"StatusCode": 2}, {"StatusCode": 1}]},
        ),
        (METHOD, {"Integration": {"Uri": "arn:x"}}, {"Integration": {"Uri": Unknown("Ref X")}}),
        (METHOD, {"Integration": {"Credentials": "x"}}, {"Integration": {"Credentials": Secret("y")}}),
        (MODEL, {"Schema": '{"type": "object"}'}, {"Schema": {"type": "object"}, "ContentType": "application/json"}),
        (MODEL, {"Schema": "no JSON"}, {"Schema": "no JSON"}),
        (MODEL, {"Name": "MadeUp", "Schema": {}}, {"Schema": {}}),
        (MODEL, {"Schema": {"required": ["a", "b"]}}, {"Schema": {"required": ["b", "a"]}}),
        (
            STAGE,
            {"MethodSettings": [{"ResourcePath": "/~1a", "HttpMethod": "GET"}]},
            {"MethodSettings": [{"ResourcePath": "/a", "HttpMethod": "GET"}]},
        ),
        (STAGE, {"AccessLogSetting": {"DestinationArn": "arn:g"}}, {"AccessLogSetting": {"DestinationArn": "arn:g:*"}}),
        (STAGE, {"MethodSettings": [{"ThrottlingRateLimit": 2.0}]}, {"MethodSettings": [{"ThrottlingRateLimit": 2}]}),
        (
            API,
            {"Tags": [{"Key": "a", "Value": "b"}, {"Key": "of the stack", "Value": "c"}]},
            {"Tags": [{"Key": "a", "Value": "b"}]},
        ),
        (API, {"Tags": [{"Key": "of the stack", "Value": "c"}]}, {}),
        (API, {"Name": "made up"}, {"Body": {}, "Mode": "overwrite"}),
        ("AWS::ApiGatewayV2::Api", {"Tags": {"a": "b", "c": "d"}}, {"Tags": {"a": "b"}}),
        ("AWS::ApiGatewayV2::Stage", {"RouteSettings": {"$connect": {"LoggingLevel": "OFF"}}}, {}),
        (KEY, {"Enabled": True}, {"Enabled": True, "Value": "x" * 20}),
    ],
)
def test_what_means_the_same_is_the_same(resource_type: str, live: dict[str, Any], written: dict[str, Any]) -> None:
    assert says_same(resource_type, live, written)


@pytest.mark.parametrize(
    ("resource_type", "live", "written"),
    [
        (METHOD, {"ApiKeyRequired": True}, {}),
        (METHOD, {}, {"ApiKeyRequired": True}),
        (METHOD, {"Integration": {"TimeoutInMillis": 5000}}, {}),
        (METHOD, {"Integration": {"TimeoutInMillis": 1_234_567}}, {"Integration": {"TimeoutInMillis": 1_234_568}}),
        (METHOD, {"RequestParameters": {}}, {"RequestParameters": {"method.request.querystring.id": True}}),
        (METHOD, {"MethodResponses": [{"StatusCode": 1}]}, {"MethodResponses": [{"StatusCode": 2}]}),
        (METHOD, {"MethodResponses": [{"StatusCode": 1}, {"StatusCode": 1}]}, {"MethodResponses": [{"StatusCode": 1}]}),
        (METHOD, {"MethodResponses": "x"}, {"MethodResponses": [{"StatusCode": 1}]}),
        (METHOD, {"Integration": "x"}, {"Integration": {"Type": "MOCK"}}),
        (
            METHOD,
            {"Integration": {"CacheKeyParameters": ["a", "b"]}},
            {"Integration": {"CacheKeyParameters": ["b", "a"]}},
        ),
        (METHOD, {"Integration": {"RequestTemplates": {"a": ""}}}, {"Integration": {"RequestTemplates": {}}}),
        (MODEL, {"Schema": {"properties": {"a": {}}}}, {"Schema": {"properties": {}}}),
        (API, {"Tags": [{"Key": "a", "Value": "b"}]}, {"Tags": [{"Key": "a", "Value": "c"}]}),
        (API, {}, {"Tags": [{"Key": "a", "Value": "c"}]}),
        (STAGE, {"Variables": {"a": "b"}}, {"Variables": {"a": None}}),
    ],
)
def test_what_means_something_else_is_not(resource_type: str, live: dict[str, Any], written: dict[str, Any]) -> None:
    assert not says_same(resource_type, live, written)


def test_what_is_as_if_it_had_not_been_set_is_left_out() -> None:
    live: dict[str, Any] = {
        "Description": "",
        "Variables": {"a": ""},
        "TracingEnabled": False,
        "Tags": [],
        "CanarySetting": {},
    }

    assert terse(STAGE, live) == {"Variables": {"a": ""}}


@pytest.mark.parametrize("resource_type", DEFAULTS)
def test_defaults_are_of_properties_that_there_are(resource_type: str) -> None:
    rows = TABLE[resource_type]

    assert [name for name in DEFAULTS[resource_type] if rows.row(name) is None] == []


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["Integration", "Schema", "Name", "X"]), json))
def test_whatever_is_written_is_the_same_as_itself(properties: dict[str, Any]) -> None:
    assert says_same(METHOD, properties, properties)
    assert says_same(API, terse(API, properties), properties)
