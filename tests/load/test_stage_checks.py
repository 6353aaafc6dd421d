from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.values import Secret
from forestage.preview.compile.deployment import compile_deployment
from tests.load.templates import MOCK, deployment, faults, faults_of, load, method, pets, stage, warnings

if TYPE_CHECKING:
    from tests.load.templates import Template


LATER = {"Fn::GetAtt": ["Thing", "Value"]}
THING = {"Type": "Custom::Thing", "Properties": {"ServiceToken": "arn:aws:lambda:x"}}


def with_variables(**variables: Any) -> Template:
    return pets(Stage=stage(Variables=variables), Thing=THING)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("https://a.example/x?y=1&z=2,3", id="address"),
        pytest.param("two words", id="space"),
        pytest.param("~user#top", id="only-documented"),
        pytest.param("-._~:/?#&=,", id="all-symbols"),
        pytest.param("x" * 512, id="longest"),
        pytest.param("0", id="one-character"),
        pytest.param(LATER, id="unknown"),
    ],
)
def test_value_of_a_stage_variable_is_taken(value: object) -> None:
    assert faults(with_variables(name=value)) == []


@pytest.mark.parametrize("value", ["", "$LATEST", "a|b", "a+b", "a@b", "(a)", "a\nb", "ä", "%24"])
def test_value_of_a_stage_variable_with_other_characters_is_a_fault(value: str) -> None:
    (fault,) = faults_of(with_variables(name=value))

    assert fault.message == (
        "the value of a stage variable has one or more letters, digits, spaces and -._~:/?#&=, got "
        f"{json.dumps(value, ensure_ascii=False)}"
    )
    assert fault.hint == "leave an empty one out; write other characters in an encoding such as base64url"
    assert fault.origin is not None
    assert fault.origin.path == "Resources/Stage/Properties/Variables/name"


def test_value_of_a_stage_variable_that_is_too_long_is_a_fault() -> None:
    assert faults(with_variables(name="x" * 513)) == ["the value of a stage variable has up to 512 characters, got 513"]


def test_secret_value_of_a_stage_variable_is_judged_and_not_told() -> None:
    assert faults(with_variables(name=Secret("pa$$word"))) == [
        "the value of a stage variable has one or more letters, digits, spaces and -._~:/?#&=, got a secret"
    ]


@pytest.mark.parametrize("name", ["a", "A_1", "_", "9", "x" * 64])
def test_name_of_a_stage_variable_is_taken(name: str) -> None:
    assert faults(with_variables(**{name: "x"})) == []


@pytest.mark.parametrize("name", ["", "a-b", "a.b", "owner:team", "a b", "ä", "x" * 65])
def test_name_of_a_stage_variable_of_another_form_is_a_fault(name: str) -> None:
    (fault,) = faults_of(with_variables(**{name: "x"}))

    assert fault.message.startswith("the name of a stage variable has 1 to 64 letters, digits and _, got ")
    assert fault.hint == "rename it, also where it is read"
    assert fault.origin is not None
    assert fault.origin.path == f"Resources/Stage/Properties/Variables/{name}"


@pytest.mark.parametrize(("count", "told"), [(100, []), (101, ["a stage has up to 100 variables, got 101"])])
def test_stage_has_a_hundred_variables_at_most(count: int, told: list[str]) -> None:
    assert faults(with_variables(**{f"v{number}": "x" for number in range(count)})) == told


def test_all_faults_of_stage_variables_are_told_at_once() -> None:
    wrong = {"Variables": {"a-b": "$", "c": "x" * 600}}

    assert len(faults(pets(Stage=stage(**wrong), Other=stage("other", **wrong)))) == 6


OVERRIDES = {"StageVariableOverrides": {"a": "|"}}


@pytest.mark.parametrize(
    ("more", "path"),
    [
        pytest.param(
            {"Stage": stage(CanarySetting=OVERRIDES)},
            "Stage/Properties/CanarySetting/StageVariableOverrides/a",
            id="canary",
        ),
        pytest.param(
            {"Made": deployment("Get", StageName="made", StageDescription={"Variables": {"a": "|"}})},
            "Made/Properties/StageDescription/Variables/a",
            id="described",
        ),
        pytest.param(
            {"Made": deployment("Get", StageName="made", StageDescription={"CanarySetting": OVERRIDES})},
            "Made/Properties/StageDescription/CanarySetting/StageVariableOverrides/a",
            id="described-canary",
        ),
        pytest.param(
            {"Next": deployment("Get", "Stage", StageName="dev", DeploymentCanarySettings=OVERRIDES)},
            "Next/Properties/DeploymentCanarySettings/StageVariableOverrides/a",
            id="canary-deployment",
        ),
    ],
)
def test_variables_are_looked_at_wherever_a_stage_gets_them(more: Template, path: str) -> None:
    paths = [fault.origin.path for fault in faults_of(pets(**more)) if fault.origin is not None]

    assert f"Resources/{path}" in paths


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
