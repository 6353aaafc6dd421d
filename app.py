"""The sample: a pet shop, a REST API in two stages. ``make preview`` runs it on your machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from aws_cdk import Annotations, App, CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from forestage.constructs import (
    Cors,
    Endpoint,
    Http,
    IntegrationResponse,
    Lambda,
    Length,
    Mock,
    Quota,
    Range,
    RestApi,
    Throttle,
    TokenAuthorizer,
    UsagePlan,
)

SAMPLE = Path(__file__).parent / "sample"
ORIGIN = "https://shop.example"
NOT_FOUND = r"""#set($reason = $util.escapeJavaScript($input.path("$.errorMessage").substring(10)))
{"title": "$reason.replaceAll("\\'", "'")"}"""
ADDRESS = r"""#set($address = $util.escapeJavaScript($input.body.trim()))
{"address": "$address.replaceAll("\\'", "'")"}"""
GREETINGS = {"dev": ("en", "Hello"), "prod": ("fr", "Bonjour")}


@dataclass
class NewPet:
    """A pet that comes into the shop."""

    name: Annotated[str, Length(min=1, max=40)]
    kind: Literal["cat", "dog"]
    price: Annotated[int, Range(min=0)]


@dataclass
class Pet(NewPet):
    """A pet that is in the shop."""

    id: str


@dataclass
class Pets:
    """What the shop has."""

    pets: list[Pet]
    currency: str


@dataclass
class Care:
    """Some hours of care."""

    kind: str
    service: Literal["washing", "walking"]
    hours: Annotated[int, Range(min=1, max=8)]


@dataclass
class Quote:
    """What the care costs."""

    service: str
    total: int


@dataclass
class Address:
    """Where the backend sees its callers."""

    address: str


@dataclass
class Problem:
    """Why there is no answer."""

    title: str


class PetShop(Stack):
    """Pets, quotes for their care, greetings and a story."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        backend = CfnParameter(
            self,
            "Backend",
            default="checkip.amazonaws.com",
            description="Host and port of the HTTP server behind /backend",
        )
        self.api = RestApi(
            self,
            "PetShop",
            description="The sample of forestage",
            endpoint=Endpoint.regional(),
            cors=Cors(origins=[ORIGIN]),
        )
        self.api.get("/status", Mock.json(200, {"status": "ok"}))
        known = self.api.group(
            "", authorizer=TokenAuthorizer(self, "Token", handler=self.python_function("Doorkeeper"))
        )

        pets = Lambda.proxy(self.python_function("Pets", CURRENCY="EUR", ORIGIN=ORIGIN))
        known.get("/pets", pets, query={"kind": False, "limit": False}, responses={200: Pets})
        known.post("/pets", pets, body=NewPet, responses={201: Pet})
        known.get("/pets/{id}", pets, responses={200: Pet, 404: Problem})
        known.delete("/pets/{id}", pets, responses={204: None, 404: Problem})

        not_found = IntegrationResponse(
            status=404,
            pattern="NotFound: .*",
            template=NOT_FOUND,
        )
        known.post(
            "/quotes",
            Lambda.custom(self.python_function("Quotes"), responses=[not_found]),
            body=Care,
            responses={200: Quote, 404: Problem},
            api_key_required=True,
        )
        known.proxy("/greeting", Lambda.proxy(self.node_function("Greeting")))
        known.get("/story", Lambda.proxy(self.node_function("Story"), streaming=True))
        address = IntegrationResponse(status=200, template=ADDRESS)
        known.get(
            "/address",
            Http.custom("http://${stageVariables.backend}/", responses=[address]),
            responses={200: Address},
        )
        known.get("/backend", Http.proxy("http://${stageVariables.backend}/"))
        known.proxy("/backend", Http.proxy("http://${stageVariables.backend}/{proxy}"))
        Annotations.of(self.api).acknowledge_warning(
            "forestage:backend-without-tls", "a preview brings its own backend, which has no certificate"
        )

        for name, (language, greeting) in GREETINGS.items():
            variables = {"language": language, "greeting": greeting, "backend": backend.value_as_string}
            stage = self.api.add_stage(name, variables=variables, throttle=Throttle(rate=100, burst=200))
            CfnOutput(self, f"Url{name.capitalize()}", value=stage.url)
        partners = UsagePlan(
            self,
            "Partners",
            stages=self.api.stages,
            throttle=Throttle(rate=10, burst=20),
            quota=Quota.per_day(1_000),
        )
        partners.add_key("Partner")

    def python_function(self, name: str, **environment: str) -> lambda_.Function:
        """Make a Python function of a folder of the sample."""
        return self.function(name, lambda_.Runtime.PYTHON_3_14, environment)

    def node_function(self, name: str) -> lambda_.Function:
        """Make a Node function of a folder of the sample."""
        return self.function(name, lambda_.Runtime.NODEJS_24_X, {})

    def function(self, name: str, runtime: lambda_.Runtime, environment: dict[str, str]) -> lambda_.Function:
        """Make a function that may write its own log, and nothing else."""
        log = logs.LogGroup(
            self, f"{name}Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        return lambda_.Function(
            self,
            name,
            runtime=runtime,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(SAMPLE / name.lower())),
            timeout=Duration.seconds(5),
            environment=environment,
            role=role,
            log_group=log,
        )


app = App()
PetShop(app, "ForestageSample")
app.synth()
