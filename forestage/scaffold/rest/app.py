"""The application: a REST API that greets. `forestage preview` runs it on your machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from forestage.constructs import Lambda, Length, Mock, RestApi

FUNCTIONS = Path(__file__).parent / "functions"


@dataclass
class Guest:
    """Somebody to greet."""

    name: Annotated[str, Length(min=1, max=40)]


@dataclass
class Greeting:
    """What is said to a guest."""

    message: str


class ServiceStack(Stack):
    """A function behind two routes, and a route without code."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        greetings = lambda_.Function(
            self,
            "Greetings",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(FUNCTIONS / "greetings")),
        )
        api = RestApi(self, "Api", description="Greets guests")
        api.get("/status", Mock.json(200, {"status": "ok"}))
        api.get("/greetings/{name}", Lambda.proxy(greetings), responses={200: Greeting})
        api.post("/greetings", Lambda.proxy(greetings), body=Guest, responses={200: Greeting})
        dev = api.add_stage("dev", variables={"greeting": "Hello"})
        CfnOutput(self, "Url", value=dev.url_for("/"))


if __name__ == "__main__":
    app = App()
    ServiceStack(app, "StackName")
    app.synth()
