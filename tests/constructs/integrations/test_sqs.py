from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template

from forestage.constructs.integrations import Sqs, Value
from tests.constructs.integrations.routed import new_stack, rendered, routed
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

QUEUE = sqs.Queue.from_queue_arn(new_stack(), "Orders", "arn:aws:sqs:eu-west-1:123456789012:orders")


def test_route_of_a_queue(stack: Stack, tmp_path: Path) -> None:
    queue = sqs.Queue(stack, "Orders", enforce_ssl=True)
    routed(stack, {"POST /orders": Sqs.send(queue, attributes={"source": Value.context("identity.sourceIp")})})

    template = hold_against_stored(stack, "integrations_sqs")

    assert loaded(template, tmp_path).warnings == ()


def test_role_may_send_and_use_the_key(stack: Stack) -> None:
    queue = sqs.Queue(stack, "Orders", encryption_master_key=kms.Key(stack, "Key"))
    routed(stack, {"POST /orders": Sqs.send(queue)})

    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    assert [each["Action"] for each in policy["Properties"]["PolicyDocument"]["Statement"]] == [
        "sqs:SendMessage",
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ]


def test_caller_reads_the_id_of_the_message() -> None:
    answer = rendered(Sqs.send(QUEUE).response_templates[202], body='{"MessageId": "m-1", "MD5OfMessageBody": "x"}')

    assert json.loads(answer.text) == {"messageId": "m-1"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("com.amazonaws.sqs#RequestThrottled", 429),
        ("com.amazonaws.sqs#InvalidMessageContents", 400),
        ("com.amazonaws.sqs#InvalidParameterValueException", 400),
        ("com.amazonaws.sqs#QueueDoesNotExist", 500),
    ],
)
def test_errors_have_their_status(error: str, status: int) -> None:
    answer = rendered(Sqs.send(QUEUE).response_templates[400], body=json.dumps({"__type": error, "message": "secret"}))

    assert answer.response_override["status"] == status
    assert "secret" not in answer.text


def test_fifo_queue_needs_a_group(stack: Stack) -> None:
    queue = sqs.Queue(stack, "Fifo", fifo=True)

    with pytest.raises(ValueError, match="a FIFO queue keeps the order of messages within groups: give group_id"):
        Sqs.send(queue)
