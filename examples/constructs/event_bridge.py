"""An event bus behind a route: what is sent becomes an event, which rules pass on."""

from aws_cdk import App, Stack
from aws_cdk import aws_events as events

from forestage.constructs import EventBridge, RestApi, Value

app = App()
stack = Stack(app, "Events")
bus = events.EventBus(stack, "Bus")

api = RestApi(stack, "Shop")
api.post("/events/{type}", EventBridge.put_events(bus, source="shop.web", detail_type=Value.path("type")))
api.add_stage("dev")

app.synth()
