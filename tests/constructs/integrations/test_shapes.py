"""Every template of a service makes what the service takes, whatever callers send."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as stepfunctions

from forestage.constructs.integrations import (
    DynamoDb,
    EventBridge,
    Kinesis,
    ServiceIntegration,
    Sns,
    Sqs,
    StepFunctions,
    Value,
)
from tests.constructs.integrations.routed import NASTY, new_stack, rendered
from tests.constructs.integrations.shapes import checked_form, checked_json

STACK = new_stack()
ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
TABLE = dynamodb.Table.from_table_arn(STACK, "Table", ARN.format("dynamodb", "table/pets"))
QUEUE = sqs.Queue.from_queue_attributes(
    STACK,
    "Queue",
    queue_arn=ARN.format("sqs", "orders"),
    queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
)
TOPIC = sns.Topic.from_topic_arn(STACK, "Topic", ARN.format("sns", "news"))
STREAM = kinesis.Stream.from_stream_arn(STACK, "Stream", ARN.format("kinesis", "stream/clicks"))
BUS = events.EventBus.from_event_bus_arn(STACK, "Bus", ARN.format("events", "event-bus/shop"))
MACHINE = stepfunctions.StateMachine.from_state_machine_arn(STACK, "Machine", ARN.format("states", "stateMachine:run"))

ID, NAME, WORD = Value.path("id"), Value.body("$.name"), Value.query("word")

JSON_SERVICES: dict[str, tuple[str, ServiceIntegration, tuple[str | int, ...]]] = {
    "get": ("dynamodb GetItem", DynamoDb.get(TABLE, key={"id": ID}, consistent=True), ("Key", "id", "S")),
    "put": (
        "dynamodb PutItem",
        DynamoDb.put(
            TABLE,
            item={"id": ID, "name": NAME, "nested": {"tags": [NAME, 1, None]}, "word": WORD.if_present()},
            condition="attribute_not_exists(#id)",
            names={"#id": "id"},
        ),
        ("Item", "id", "S"),
    ),
    "update": (
        "dynamodb UpdateItem",
        DynamoDb.update(
            TABLE,
            key={"id": ID},
            update="SET #name = :name",
            condition="attribute_exists(id)",
            names={"#name": "name"},
            values={":name": NAME},
        ),
        ("ExpressionAttributeValues", ":name", "S"),
    ),
    "delete": ("dynamodb DeleteItem", DynamoDb.delete(TABLE, key={"id": ID}), ("Key", "id", "S")),
    "query": (
        "dynamodb Query",
        DynamoDb.query(
            TABLE,
            key_condition="#owner = :owner",
            names={"#owner": "owner"},
            values={":owner": WORD},
            index="byOwner",
            filter="attribute_exists(name)",
            limit=10,
            newest_first=True,
            start_key={"id": ID, "owner": WORD.if_present()},
        ),
        ("ExpressionAttributeValues", ":owner", "S"),
    ),
    "send": (
        "sqs SendMessage",
        Sqs.send(
            QUEUE,
            body=NAME,
            attributes={"source": "shop", "word": WORD.if_present()},
            group_id=ID,
            deduplication_id=Value.context("requestId"),
        ),
        ("MessageBody",),
    ),
    "start": ("stepfunctions StartExecution", StepFunctions.start(MACHINE, input=NAME, name=ID), ("input",)),
    "start-sync": ("stepfunctions StartSyncExecution", StepFunctions.start_sync(MACHINE, input=NAME), ("input",)),
    "put-events": (
        "events PutEvents",
        EventBridge.put_events(BUS, source="shop", detail_type=WORD, detail=NAME),
        ("Entries", 0, "Detail"),
    ),
    "put-record": ("kinesis PutRecord", Kinesis.put_record(STREAM, partition_key=ID, data=NAME), ("PartitionKey",)),
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
@pytest.mark.parametrize(("operation", "integration", "place"), JSON_SERVICES.values(), ids=JSON_SERVICES.keys())
def test_service_gets_what_it_takes_and_the_text_as_sent(
    operation: str, integration: ServiceIntegration, place: tuple[str | int, ...], text: str
) -> None:
    sent = rendered(
        integration.request_template,
        body=json.dumps({"name": text}),
        path={"id": text},
        query={"word": text},
        context={"requestId": "0f1e"},
    )

    found: Any = checked_json(sent.text, *operation.split())
    for step in place:
        found = found[step]
    assert found == text


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_execution_cannot_leave_its_state_machine(text: str) -> None:
    integration = StepFunctions.describe(MACHINE, execution=ID)

    sent = checked_json(
        rendered(integration.request_template, path={"id": text}).text, "stepfunctions", "DescribeExecution"
    )

    assert sent == {"executionArn": f"arn:aws:states:eu-west-1:123456789012:execution:run:{text}"}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_topic_gets_a_form(text: str) -> None:
    integration = Sns.publish(
        TOPIC,
        message=NAME,
        subject=WORD.if_present(),
        attributes={"kind": ID, "source": "the shop & more"},
        group_id="g",
        deduplication_id=Value.context("requestId"),
    )

    sent = rendered(
        integration.request_template,
        body=json.dumps({"name": text}),
        path={"id": text},
        query={"word": text},
        context={"requestId": "0f1e"},
    )

    assert checked_form(sent.text, "sns", "Publish") == {
        "TopicArn": ARN.format("sns", "news"),
        "Message": text,
        "Subject": text,
        "MessageGroupId": "g",
        "MessageDeduplicationId": "0f1e",
        "MessageAttributes": {
            "kind": {"DataType": "String", "StringValue": text},
            "source": {"DataType": "String", "StringValue": "the shop & more"},
        },
    }


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_records_hold_the_json_of_their_data(text: str) -> None:
    integration = Kinesis.put_records(STREAM)
    records = [{"partitionKey": text, "data": {"text": text}}, {"partitionKey": "2", "data": [1, text]}]

    sent = checked_json(
        rendered(integration.request_template, body=json.dumps({"records": records})).text, "kinesis", "PutRecords"
    )

    assert [
        {"partitionKey": each["PartitionKey"], "data": json.loads(base64.b64decode(each["Data"]))}
        for each in sent["Records"]
    ] == records


@pytest.mark.parametrize("document", [{"a": "it's"}, [1, "\u2028"], {}], ids=["object", "list", "empty"])
@pytest.mark.parametrize(
    ("operation", "integration", "member"),
    [
        pytest.param("sqs SendMessage", Sqs.send(QUEUE), "MessageBody", id="queue"),
        pytest.param("stepfunctions StartExecution", StepFunctions.start(MACHINE), "input", id="state machine"),
    ],
)
def test_json_body_arrives_as_text(
    operation: str, integration: ServiceIntegration, member: str, document: object
) -> None:
    sent = rendered(integration.request_template, body=json.dumps(document))

    assert json.loads(checked_json(sent.text, *operation.split())[member]) == document


def test_empty_body_is_an_empty_object() -> None:
    assert json.loads(rendered(Kinesis.put_record(STREAM, partition_key="1").request_template).text) == {
        "StreamName": "clicks",
        "Data": "e30=",
        "PartitionKey": "1",
    }
    assert "Message=%7B%7D" in rendered(Sns.publish(TOPIC).request_template).text
