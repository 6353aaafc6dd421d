from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from forestage.constructs.integrations import Sns, Value
from tests.constructs.integrations.routed import new_stack, rendered, routed
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

TOPIC = sns.Topic.from_topic_arn(new_stack(), "News", "arn:aws:sns:eu-west-1:123456789012:news")


def test_route_of_a_topic(stack: Stack, tmp_path: Path) -> None:
    topic = sns.Topic(stack, "News", enforce_ssl=True)
    routed(stack, {"POST /news": Sns.publish(topic, subject="News", attributes={"kind": Value.body("$.kind")})})

    template = hold_against_stored(stack, "integrations_sns")

    assert loaded(template, tmp_path).warnings == ()


def test_role_may_publish_and_use_the_key(stack: Stack) -> None:
    topic = sns.Topic(stack, "News", master_key=kms.Key(stack, "Key"))
    routed(stack, {"POST /news": Sns.publish(topic)})

    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    assert [each["Action"] for each in policy["Properties"]["PolicyDocument"]["Statement"]] == [
        "sns:Publish",
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ]


def test_caller_reads_the_id_of_the_message() -> None:
    document = {"PublishResponse": {"PublishResult": {"MessageId": "m-1"}, "ResponseMetadata": {"RequestId": "r"}}}

    answer = rendered(Sns.publish(TOPIC).response_templates[202], body=json.dumps(document))

    assert json.loads(answer.text) == {"messageId": "m-1"}


@pytest.mark.parametrize(
    ("error", "status"), [("Throttled", 429), ("InvalidParameter", 400), ("NotFound", 500), ("AuthorizationError", 500)]
)
def test_errors_have_their_status(error: str, status: int) -> None:
    document = {"Error": {"Code": error, "Message": "secret", "Type": "Sender"}, "RequestId": "r"}

    answer = rendered(Sns.publish(TOPIC).response_templates[400], body=json.dumps(document))

    assert answer.response_override["status"] == status
    assert "secret" not in answer.text


def test_optional_attribute_is_refused() -> None:
    with pytest.raises(ValueError, match=r"attribute kind of a message has to have a value: take if_present\(\) off"):
        Sns.publish(TOPIC, attributes={"kind": Value.body("$.kind").if_present()})
