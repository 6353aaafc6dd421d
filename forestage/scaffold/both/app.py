"""The application: a REST API that greets and a WebSocket API that echoes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from forestage.constructs import Lambda, Length, Mock, RestApi, WebSocketApi

FUNCTIONS = Path(__file__).parent / "functions"


@dataclass
class Guest:
    """Somebody to greet."""

    name: Annotated[str, Length(min=1, max=40)]


@dataclass
class Greeting:
    """What is said to a guest."""

    message: str


@dataclass
class Message:
    """What a client says."""

    action: Literal["say"]
    text: Annotated[str, Length(min=1, max=1000)]


class ServiceStack(Stack):
    """Both APIs, each with a function of its own."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.add_rest_api()
        self.add_websocket_api()

    def add_rest_api(self) -> None:
        """Greet guests: a function behind two routes, and a route without code."""
        greetings = self.function("Greetings", "greetings")
        api = RestApi(self, "Api", description="Greets guests")
        api.get("/status", Mock.json(200, {"status": "ok"}))
        api.get("/greetings/{name}", Lambda.proxy(greetings), responses={200: Greeting})
        api.post("/greetings", Lambda.proxy(greetings), body=Guest, responses={200: Greeting})
        dev = api.add_stage("dev", variables={"greeting": "Hello"})
        CfnOutput(self, "Url", value=dev.url_for("/"))

    def add_websocket_api(self) -> None:
        """Echo messages: a function behind all routes."""
        chat = self.function("Chat", "chat")
        api = WebSocketApi(self, "ChatApi", description="Echoes messages")
        api.connect(Lambda.proxy(chat))
        api.disconnect(Lambda.proxy(chat))
        api.route("say", Lambda.proxy(chat), body=Message, two_way=True)
        live = api.add_stage("live")
        CfnOutput(self, "ChatUrl", value=live.url)

    def function(self, construct_id: str, folder: str) -> lambda_.Function:
        """Make a function of the code in a folder below functions/."""
        return lambda_.Function(
            self,
            construct_id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(FUNCTIONS / folder)),
        )


if __name__ == "__main__":
    app = App()
    ServiceStack(app, "StackName")
    app.synth()
