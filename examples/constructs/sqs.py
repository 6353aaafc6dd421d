"""A queue behind a route: orders are taken at once, and worked on later."""

from aws_cdk import App, Stack
from aws_cdk import aws_sqs as sqs

from forestage.constructs import RestApi, Sqs, Value

app = App()
stack = Stack(app, "Orders")
orders = sqs.Queue(stack, "Orders", fifo=True, enforce_ssl=True)

api = RestApi(stack, "Shop")
api.post(
    "/customers/{id}/orders",
    Sqs.send(
        orders,
        group_id=Value.path("id"),
        deduplication_id=Value.context("requestId"),
        attributes={"stage": Value.context("stage")},
    ),
)
api.add_stage("dev")

app.synth()
