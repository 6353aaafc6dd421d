from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from forestage.constructs.integrations import Kinesis, Value
from tests.constructs.integrations.routed import new_stack, rendered, routed
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

STREAM = kinesis.Stream.from_stream_arn(new_stack(), "Clicks", "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks")


def test_routes_of_a_stream(stack: Stack, tmp_path: Path) -> None:
    stream = kinesis.Stream(stack, "Clicks")
    routed(
        stack,
        {
            "POST /clicks/{page}": Kinesis.put_record(stream, partition_key=Value.path("page")),
            "POST /clicks": Kinesis.put_records(stream),
        },
    )

    template = hold_against_stored(stack, "integrations_kinesis")

    assert loaded(template, tmp_path).warnings == ()


def test_role_may_put_and_use_the_key(stack: Stack) -> None:
    stream = kinesis.Stream(stack, "Clicks", encryption_key=kms.Key(stack, "Key"))
    routed(stack, {"POST /clicks": Kinesis.put_records(stream)})

    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    assert [each["Action"] for each in policy["Properties"]["PolicyDocument"]["Statement"]] == [
        "kinesis:PutRecords",
        "kms:GenerateDataKey",
    ]


def test_caller_reads_where_a_record_went() -> None:
    body = '{"ShardId": "shard-1", "SequenceNumber": "49", "EncryptionType": "KMS"}'

    told = rendered(Kinesis.put_record(STREAM, partition_key="1").response_templates[200], body=body)

    assert json.loads(told.text) == {"shardId": "shard-1", "sequenceNumber": "49"}


def test_caller_reads_which_records_were_not_taken() -> None:
    records = [
        {"ShardId": "shard-1", "SequenceNumber": "49"},
        {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "secret"},
        {"ErrorCode": "InternalFailure", "ErrorMessage": "secret"},
    ]

    told = rendered(
        Kinesis.put_records(STREAM).response_templates[200],
        body=json.dumps({"FailedRecordCount": 2, "Records": records}),
    )

    assert json.loads(told.text) == {
        "failed": 2,
        "records": [{"shardId": "shard-1", "sequenceNumber": "49"}, {"error": "throttled"}, {"error": "failed"}],
    }


def test_members_of_records_may_be_called_otherwise() -> None:
    integration = Kinesis.put_records(STREAM, records="$.in.clicks", partition_key="page", data="click")

    sent = rendered(integration.request_template, body='{"in": {"clicks": [{"page": "p", "click": 1}]}}')

    assert json.loads(sent.text) == {"StreamName": "clicks", "Records": [{"Data": "MQ==", "PartitionKey": "p"}]}


def test_member_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a member of a record has letters, digits and underscores, got 'a\.b'"):
        Kinesis.put_records(STREAM, data="a.b")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("ProvisionedThroughputExceededException", 429),
        ("LimitExceededException", 429),
        ("InvalidArgumentException", 400),
        ("ResourceNotFoundException", 500),
    ],
)
def test_errors_have_their_status(error: str, status: int) -> None:
    integration = Kinesis.put_record(STREAM, partition_key="1")

    told = rendered(integration.response_templates[400], body=json.dumps({"__type": error, "message": "secret"}))

    assert told.response_override["status"] == status
    assert "secret" not in told.text
