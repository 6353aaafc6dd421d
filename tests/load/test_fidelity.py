from __future__ import annotations

import json
from typing import Any

import pytest

from forestage.errors import StrictError
from forestage.load.fidelity import FidelityEntry, FidelityReport, report_fidelity
from forestage.model.fidelity import ResourceRows, Status
from forestage.model.fidelity.rows import honoured, not_simulated, under
from forestage.model.values import Origin
from tests.load.stacks import resolved_source
from tests.load.templates import API, MOCK, Template, method, pets, stage

TO_QUEUE = {"Type": "AWS", "Uri": "arn:aws:apigateway:us-east-1:sqs:path/1/q"}


def report(template: Template) -> FidelityReport:
    return report_fidelity(resolved_source(template))


def entries(template: Template) -> list[tuple[str, str, str]]:
    return [(entry.logical_id, entry.property, entry.status.value) for entry in report(template).entries]


# Properties are whatever a case needs.
def any_resource(resource_type: str, **properties: Any) -> Template:
    return {"Thing": {"Type": resource_type, "Properties": properties}}


def test_template_that_is_honoured_wholly_has_no_entries() -> None:
    found = report(pets())

    assert found.entries == ()
    assert found.honoured > 10
    assert found.lines() == ()


def test_only_what_is_used_is_reported() -> None:
    assert entries(pets(Stage=stage(TracingEnabled=True, Description="x"))) == [("Stage", "TracingEnabled", "partial")]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"AuthorizationType": "NONE", "ApiKeyRequired": False}, []),
        ({"AuthorizationType": "AWS_IAM"}, []),
        ({"ApiKeyRequired": "true"}, []),
        ({"Integration": {**MOCK, "ConnectionType": "INTERNET"}}, []),
        ({"Integration": {**MOCK, "ConnectionType": "VPC_LINK"}}, ["Integration.ConnectionType"]),
        ({"Integration": {"Type": "AWS", "Uri": "arn:aws:apigateway:us-east-1:sqs:path/1/q"}}, ["Integration.Uri"]),
        ({"Integration": {"Type": "MOCK", "Speed": 3}}, ["Integration.Speed"]),
        ({"Colour": "red"}, ["Colour"]),
        ({"Integration": {**MOCK, "RequestTemplates": {"a/b": "{}", "c/d": "$input.body"}}}, []),
    ],
)
def test_values_decide_what_is_reported(properties: dict[str, Any], expected: list[str]) -> None:
    found = entries({"Api": API, "Get": method(**properties)})

    assert [name for _, name, _ in found] == expected


def test_entry_has_status_note_and_place() -> None:
    (entry,) = report({"Api": API, "Get": method(Integration=TO_QUEUE)}).entries

    assert entry == FidelityEntry(
        type="AWS::ApiGateway::Method",
        property="Integration.Uri",
        status=Status.NOT_SIMULATED,
        note="only Lambda functions and HTTP addresses known before deployment",
        logical_id="Get",
        stack="T",
        origin=Origin("T"),
    )
    assert str(entry.origin) == "T (Resources/Get/Properties/Integration/Uri)"


def test_place_of_an_entry_in_a_list_is_exact() -> None:
    settings = [{"HttpMethod": "*"}, {"HttpMethod": "GET", "LoggingLevel": "INFO"}]

    (entry,) = report(pets(Stage=stage(MethodSettings=settings))).entries

    assert entry.origin.path == "Resources/Stage/Properties/MethodSettings/1/LoggingLevel"


def test_unknown_property_is_reported_as_unknown() -> None:
    (entry,) = report(any_resource("AWS::ApiGateway::RestApi", Colour="red")).entries

    assert str(entry) == "AWS::ApiGateway::RestApi Colour: unknown: no such property is known"


def test_type_that_is_not_simulated_has_one_entry_a_resource() -> None:
    assert entries(any_resource("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET", Name="chat")) == [
        ("Thing", "*", "not simulated")
    ]


@pytest.mark.parametrize(
    ("resource_type", "expected"),
    [
        ("AWS::DynamoDB::Table", ["not simulated"]),
        ("AWS::IAM::Role", []),
        ("AWS::CDK::Metadata", []),
        ("AWS::ApiGateway::Hologram", ["not simulated"]),
        ("Custom::Thing", ["not simulated"]),
    ],
)
def test_other_types_are_reported_unless_inert(resource_type: str, expected: list[str]) -> None:
    assert [status for _, _, status in entries(any_resource(resource_type, Any="thing"))] == expected


def test_parts_of_an_http_api_are_reported_as_such() -> None:
    template = {
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}},
        "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /"}},
        "Chat": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "WEBSOCKET"}},
    }

    assert [entry.note for entry in report(template).entries] == [
        "HTTP APIs are not served",
        "HTTP APIs are not served",
        "WebSocket APIs are not served",
    ]


def test_lists_of_words_are_judged_word_by_word() -> None:
    def types(*names: str) -> Template:
        return any_resource("AWS::ApiGateway::RestApi", EndpointConfiguration={"Types": list(names)})

    assert entries(types("REGIONAL")) == []
    assert entries(types()) == []
    assert entries(types("EDGE")) == [("Thing", "EndpointConfiguration.Types", "partial")]


def test_lines_gather_what_is_missing_for_one_reason() -> None:
    template = pets(
        Put=method("PUT", Integration=TO_QUEUE),
        Patch=method("PATCH", Integration=TO_QUEUE),
        Stage=stage(TracingEnabled=True),
    )

    tracing, address = report(template).lines()

    assert tracing == (
        "AWS::ApiGateway::Stage TracingEnabled: partial: trace headers only, nothing goes to X-Ray "
        "(T (Resources/Stage/Properties/TracingEnabled))"
    )
    assert address == (
        "AWS::ApiGateway::Method Integration.Uri: not simulated: only Lambda functions and HTTP addresses known before "
        "deployment (T (Resources/Put/Properties/Integration/Uri), 2 places)"
    )


def test_report_as_json_has_every_entry() -> None:
    found = report(pets(Stage=stage(TracingEnabled=True))).to_json()

    assert json.loads(json.dumps(found))["entries"] == [
        {
            "type": "AWS::ApiGateway::Stage",
            "property": "TracingEnabled",
            "status": "partial",
            "note": "trace headers only, nothing goes to X-Ray",
            "logical_id": "Stage",
            "stack": "T",
            "file": "T",
            "line": 0,
            "path": "Resources/Stage/Properties/TracingEnabled",
        }
    ]
    assert found["honoured"] == report(pets(Stage=stage())).honoured


def test_strict_refuses_what_is_not_simulated() -> None:
    with pytest.raises(StrictError) as caught:
        report(pets(Put=method("PUT", Integration=TO_QUEUE, Colour="red"))).refuse()

    assert [fault.message for fault in caught.value.faults] == [
        (
            "AWS::ApiGateway::Method Integration.Uri: not simulated: only Lambda functions and HTTP addresses known "
            "before deployment"
        ),
        "AWS::ApiGateway::Method Colour: unknown: no such property is known",
    ]


def test_strict_lets_pass_what_is_partial() -> None:
    report(pets(Stage=stage(TracingEnabled=True))).refuse()


def test_maps_of_objects_are_gone_through() -> None:
    table = {
        "AWS::ApiGateway::UsagePlan": ResourceRows(
            rows={
                **honoured("ApiStages", "ApiStages.Throttle"),
                **under("ApiStages.Throttle.*", {"RateLimit": not_simulated("no throttle")}),
            }
        )
    }
    throttle = {"/pets/GET": {"RateLimit": 5, "Colour": "red"}, "/pets/PUT": "broken"}
    plan = any_resource("AWS::ApiGateway::UsagePlan", ApiStages=[{"Throttle": throttle}])

    found = report_fidelity(resolved_source(plan), table=table)

    assert [(entry.property, entry.status.value, entry.origin.path) for entry in found.entries] == [
        (
            "ApiStages.Throttle.*.RateLimit",
            "not simulated",
            "Resources/Thing/Properties/ApiStages/0/Throttle//pets/GET/RateLimit",
        ),
        (
            "ApiStages.Throttle.*.Colour",
            "unknown",
            "Resources/Thing/Properties/ApiStages/0/Throttle//pets/GET/Colour",
        ),
    ]
