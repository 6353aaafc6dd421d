from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.preview.compile.deployment import compile_deployment
from tests.load.templates import MOCK, deployment, faults, faults_of, load, method, pets, stage, warnings

if TYPE_CHECKING:
    from tests.load.templates import Template


LATER = {"Fn::GetAtt": ["Thing", "Value"]}
THING = {"Type": "Custom::Thing", "Properties": {"ServiceToken": "arn:aws:lambda:x"}}


# A format may be of any shape that a template gives it.
def logging(format_: Any) -> Template:
    setting = {"DestinationArn": "arn:aws:logs:x", "Format": format_}
    return pets(Stage=stage(AccessLogSetting=setting), Thing=THING)


def test_access_log_without_format_is_no_log() -> None:
    assert warnings(pets(Stage=stage(AccessLogSetting={"DestinationArn": "arn:aws:logs:x"}))) == []


@pytest.mark.parametrize(
    "format_",
    [
        pytest.param("$context.requestId $context.status", id="request-id"),
        pytest.param("${context.extendedRequestId}", id="extended"),
        pytest.param("$context.requestId\n", id="line-break-at-the-end"),
        pytest.param(LATER, id="unknown"),
    ],
)
def test_format_of_an_access_log_is_taken(format_: object) -> None:
    assert [text for text in warnings(logging(format_)) if "access log" in text] == []


@pytest.mark.parametrize(
    ("format_", "objection"),
    [
        pytest.param("$context.status", "has neither $context.requestId nor $context.extendedRequestId", id="no-id"),
        pytest.param(
            "$context.requestIdentity", "has neither $context.requestId nor $context.extendedRequestId", id="other-id"
        ),
        pytest.param("$context.requestId\n$context.status", "has several lines", id="lines"),
        pytest.param("$context.requestId" + " " * 3_100, "is longer than 3072 bytes", id="long"),
    ],
)
def test_format_that_api_gateway_refuses_is_warned_of(format_: str, objection: str) -> None:
    assert warnings(logging(format_)) == [
        f"the format of the access log {objection}: API Gateway refuses it",
    ]


def test_format_of_the_stage_that_a_deployment_makes_is_looked_at() -> None:
    described = {"AccessLogSetting": {"Format": "$context.status"}}

    (warning,) = load(pets(Deployment=deployment("Get", StageName="prod", StageDescription=described))).warnings

    assert warning.message.startswith("the format of the access log has neither")
    assert warning.origin is not None
    assert warning.origin.path.endswith("Deployment/Properties/StageDescription/AccessLogSetting/Format")


# A key is whatever a case needs.
def cached(*keys: Any, **integration: object) -> Template:
    declared = {f"method.request.{place}.x": False for place in ("header", "querystring", "path")}
    return pets(
        Get=method(
            "GET",
            RequestParameters=declared,
            Integration={**MOCK, "CacheKeyParameters": list(keys), **integration},
        ),
        Thing=THING,
        Stage=stage(CacheClusterEnabled=True, MethodSettings=[{"CachingEnabled": True}]),
    )


@pytest.mark.parametrize(
    "key",
    [
        "method.request.header.x",
        "method.request.multivalueheader.x",
        "method.request.querystring.x",
        "method.request.multivaluequerystring.x",
        "method.request.path.x",
        "integration.request.header.Y",
    ],
)
def test_key_that_is_taken_also_tells_answers_apart(key: str) -> None:
    template = cached(key, RequestParameters={"integration.request.header.Y": "method.request.header.x"})

    loaded = load(template)

    assert loaded.warnings == ()
    (api,) = compile_deployment(loaded.deployment).apis.values()
    cache = api.stages["dev"].cache
    assert cache is not None
    (entry,) = cache.methods.values()
    assert [parameter.text for parameter in entry.parameters] == [key]


@pytest.mark.parametrize(
    "key", ["x", "", "method.request.body", "method.request.multivaluepath.x", "'x'", "context.stage", "header.x"]
)
def test_key_of_no_known_form_is_a_fault(key: str) -> None:
    assert faults(cached(key)) == [f"{key!r} is no cache key parameter"]


def test_fault_of_a_key_has_its_place_and_what_would_be_one() -> None:
    (fault,) = faults_of(cached("method.request.path.x", "x"))

    assert fault.origin is not None
    assert fault.origin.path == "Resources/Get/Properties/Integration/CacheKeyParameters/1"
    assert fault.hint == "like method.request.querystring.x, method.request.header.X or method.request.path.x"


def test_key_known_only_after_deployment_is_a_fault() -> None:
    (text,) = faults(cached(LATER))

    assert text.startswith("a cache key parameter has to be known before deployment, got ")


def test_key_of_the_integration_that_nothing_is_mapped_to_is_a_fault() -> None:
    assert faults(cached("integration.request.header.Z")) == [
        "integration.request.header.Z is a cache key parameter, and nothing is mapped to it"
    ]


def test_key_that_the_method_does_not_declare_is_warned_of() -> None:
    (warning,) = warnings(cached("method.request.multivaluequerystring.other"))

    assert warning == (
        "method.request.multivaluequerystring.other is a cache key parameter, and not among the method's "
        "RequestParameters: API Gateway refuses it"
    )
