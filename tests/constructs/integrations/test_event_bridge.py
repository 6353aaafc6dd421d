from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_events as events
from aws_cdk.assertions import Template

from forestage.constructs.integrations import EventBridge, Value
from tests.constructs.integrations.routed import new_stack, rendered, routed
from tests.constructs.integrations.shapes import checked_json
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

BUS = events.EventBus.from_event_bus_name(new_stack(), "Shop", "shop")
PUT = EventBridge.put_events(BUS, source="shop", detail_type="ordered")


def test_route_of_a_bus(stack: Stack, tmp_path: Path) -> None:
    bus = events.EventBus(stack, "Shop")
    routed(stack, {"POST /events": EventBridge.put_events(bus, source="shop", detail_type=Value.query("type"))})

    template = hold_against_stored(stack, "integrations_event_bridge")

    assert loaded(template, tmp_path).warnings == ()


def test_role_may_put_events_on_the_bus_alone(stack: Stack) -> None:
    bus = events.EventBus(stack, "Shop")
    routed(stack, {"POST /events": EventBridge.put_events(bus, source="shop", detail_type="ordered")})

    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {"Action": "events:PutEvents", "Effect": "Allow", "Resource": stack.resolve(bus.event_bus_arn)}
    ]


def test_body_is_the_detail() -> None:
    sent = checked_json(rendered(PUT.request_template, body='{"it\'s": "a \\"pet\\""}').text, "events", "PutEvents")

    (entry,) = sent["Entries"]
    assert json.loads(entry.pop("Detail")) == {"it's": 'a "pet"'}
    assert entry == {"Source": "shop", "DetailType": "ordered", "EventBusName": "shop"}


@pytest.mark.parametrize(
    ("entry", "status", "expected"),
    [
        pytest.param({"EventId": "e-1"}, None, {"eventId": "e-1"}, id="taken"),
        pytest.param({"ErrorCode": "MalformedDetail"}, 400, {"message": "Bad request"}, id="malformed"),
        pytest.param({"ErrorCode": "InvalidArgument"}, 400, {"message": "Bad request"}, id="invalid"),
        pytest.param({"ErrorCode": "ThrottlingException"}, 429, {"message": "Too many requests"}, id="throttled"),
        pytest.param({"ErrorCode": "InternalFailure"}, 500, {"message": "Internal server error"}, id="failed"),
    ],
)
def test_event_that_is_not_taken_is_an_error(entry: dict[str, str], status: int | None, expected: object) -> None:
    body = json.dumps({"FailedEntryCount": 0, "Entries": [entry | {"ErrorMessage": "secret"}]})

    told = rendered(PUT.response_templates[202], body=body)

    assert json.loads(told.text) == expected
    assert told.response_override.get("status") == status
