from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import CfnParameter, RemovalPolicy, Stack
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from forestage.constructs import AccessLog, ConstructError, RestApi
from forestage.constructs.access_logs import REST_FIELDS
from forestage.constructs.integrations.mocks import Mock
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from pathlib import Path

FIREHOSE = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/amazon-apigateway-shop"


def test_access_logs_are_as_stored_and_preview(stack: Stack, tmp_path: Path) -> None:
    api = RestApi(stack, "Api")
    api.get("/pets/{id}", Mock.json(200, {}))
    api.add_stage("dev")
    api.add_stage("prod", access_log=AccessLog(format="$context.requestId $context.status"))
    preview = Previewed(hold_against_stored(stack, "access_logs"), tmp_path)

    line = json.loads(preview.call("GET /dev/pets/7").access_line or "")

    assert line.keys() == REST_FIELDS.keys()
    assert (line["httpMethod"], line["resourcePath"], line["status"]) == ("GET", "/pets/{id}", "200")
    refused = json.loads(preview.call("GET /dev/toys").access_line or "")
    assert (refused["status"], refused["errorType"]) == ("403", "MISSING_AUTHENTICATION_TOKEN")
    assert (preview.call("GET /prod/pets/7").access_line or "").endswith(" 200")


def test_line_is_json_with_a_string_for_each_field(stack: Stack) -> None:
    bound = AccessLog().bind(stack)

    assert json.loads(bound.format) == REST_FIELDS
    assert len(bound.format) < 3072


def test_fields_of_the_kind_of_api_hold_where_none_are_given(stack: Stack) -> None:
    fields = {"id": "$context.requestId"}

    assert AccessLog().bind(stack, fields=fields).format == '{"id": "$context.requestId"}'
    assert AccessLog(fields={"x": "$context.extendedRequestId"}).bind(Stack(stack, "A"), fields=fields).format == (
        '{"x": "$context.extendedRequestId"}'
    )


def test_format_stands_as_it_is(stack: Stack) -> None:
    assert AccessLog(format="$context.requestId $context.status").bind(stack).format == (
        "$context.requestId $context.status"
    )


def test_format_that_comes_with_the_deployment_is_not_judged(stack: Stack) -> None:
    line = CfnParameter(stack, "Line").value_as_string

    assert AccessLog(format=line).bind(stack).format == line


def test_group_is_made_and_kept_for_a_year(stack: Stack) -> None:
    AccessLog().bind(stack)

    Template.from_json(synthesized(stack)).has_resource(
        "AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 365}, "DeletionPolicy": "Retain"}
    )


def test_group_goes_with_the_stage_where_that_is_said(stack: Stack) -> None:
    log = AccessLog(retention=logs.RetentionDays.ONE_WEEK, removal_policy=RemovalPolicy.DESTROY)

    log.bind(stack)

    Template.from_json(synthesized(stack)).has_resource(
        "AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 7}, "DeletionPolicy": "Delete"}
    )


def test_group_that_is_there_takes_the_lines(stack: Stack) -> None:
    group = logs.LogGroup.from_log_group_name(stack, "Group", "shop")

    bound = AccessLog(log_group=group).bind(stack)

    assert stack.resolve(bound.destination_arn) == {
        "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":logs:eu-west-1:123456789012:log-group:shop"]]
    }


def test_delivery_stream_takes_the_lines(stack: Stack) -> None:
    assert AccessLog(delivery_stream_arn=FIREHOSE).bind(stack).destination_arn == FIREHOSE


@pytest.mark.parametrize(
    ("log", "message"),
    [
        pytest.param(
            AccessLog(format="$context.status"), r"has to tell \$context\.requestId or .*: add one", id="without an id"
        ),
        pytest.param(AccessLog(format="$context.requestId\n$context.status"), "is one line", id="two lines"),
        pytest.param(AccessLog(format="$context.requestId " + "x" * 3072), "has up to 3072 bytes, got 3091", id="long"),
        pytest.param(
            AccessLog(format="$context.requestId", fields={"a": "b"}), "has fields or a format: leave out", id="both"
        ),
        pytest.param(
            AccessLog(delivery_stream_arn=FIREHOSE.replace("amazon-", "")), "begin with amazon-apigateway-", id="name"
        ),
        pytest.param(
            AccessLog(delivery_stream_arn=FIREHOSE, retention=logs.RetentionDays.ONE_DAY),
            "leave out all but one, got delivery_stream_arn",
            id="retention of a stream",
        ),
    ],
)
def test_access_log_that_api_gateway_would_refuse_is_refused(stack: Stack, log: AccessLog, message: str) -> None:
    with pytest.raises(ConstructError, match=message):
        log.bind(stack)


def test_two_destinations_are_refused(stack: Stack) -> None:
    group = logs.LogGroup.from_log_group_name(stack, "Group", "shop")

    with pytest.raises(ConstructError, match="got log_group and delivery_stream_arn"):
        AccessLog(log_group=group, delivery_stream_arn=FIREHOSE).bind(stack)
