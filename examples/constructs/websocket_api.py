"""A chat: messages are checked before a function sees them, and the function may write to every connection."""

from typing import Annotated, TypedDict

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_

from forestage.constructs import Length, RouteSettings, Throttle, WebSocketApi, WebSocketResponse
from forestage.constructs.integrations import Lambda, Mock


class Message(TypedDict):
    """What is said."""

    action: str
    text: Annotated[str, Length(min=1, max=500)]


app = App()
stack = Stack(app, "Chat")
rooms = lambda_.Function(
    stack,
    "Rooms",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline("def handler(event, context):\n    return {'statusCode': 200, 'body': 'sent'}\n"),
)

chat = WebSocketApi(stack, "Api")
chat.connect(Lambda.proxy(rooms), query={"room": True})
chat.disconnect(Lambda.proxy(rooms))
chat.route("send", Lambda.proxy(rooms), body=Message, two_way=True)
chat.route("ping", Mock.json(200, {"pong": True}), two_way=True)
unknown = WebSocketResponse(templates={"$default": '{"message": "no such action"}'})
chat.default(Mock.status(200), responses=[unknown])
live = chat.add_stage("live", routes={"send": RouteSettings(throttle=Throttle(rate=50, burst=50))})
live.grant_manage_connections(rooms)
CfnOutput(stack, "Url", value=live.url)
app.synth()
