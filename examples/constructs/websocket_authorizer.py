"""A chat that only those join whom a function lets in, by a token in the address."""

from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from forestage.constructs import WebSocketApi, WebSocketRequestAuthorizer
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Chat")

check = lambda_.Function(
    stack,
    "Check",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline("def handler(event, context):\n    raise Exception('Unauthorized')\n"),
)
members = WebSocketRequestAuthorizer(
    stack, "Members", handler=check, identity_sources=["route.request.querystring.token"]
)
chat = WebSocketApi(stack, "Rooms")
chat.connect(Mock.status(200), authorizer=members)
chat.default(Mock.status(200))
chat.add_stage("live")

app.synth()
