"""The application: a WebSocket API that echoes. `forestage synth` tells what is wrong with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from forestage.constructs import Lambda, Length, WebSocketApi

FUNCTIONS = Path(__file__).parent / "functions"


@dataclass
class Message:
    """What a client says."""

    action: Literal["say"]
    text: Annotated[str, Length(min=1, max=1000)]


class ServiceStack(Stack):
    """A function behind all routes."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        chat = lambda_.Function(
            self,
            "Chat",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(FUNCTIONS / "chat")),
        )
        api = WebSocketApi(self, "ChatApi", description="Echoes messages")
        api.connect(Lambda.proxy(chat))
        api.disconnect(Lambda.proxy(chat))
        api.route("say", Lambda.proxy(chat), body=Message, two_way=True)
        live = api.add_stage("live")
        CfnOutput(self, "ChatUrl", value=live.url)


if __name__ == "__main__":
    app = App()
    ServiceStack(app, "StackName")
    app.synth()
