"""The sample: one REST API with two stages, on plain ``aws_cdk``. ``make preview`` runs it on your machine."""

from pathlib import Path

from aws_cdk import App, CfnOutput, CfnParameter, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

SAMPLE = Path(__file__).parent / "sample"
ALLOWED_METHODS = "GET,PUT,DELETE,OPTIONS"


class SampleStack(Stack):
    """A small shop: orders kept by a Python function, greetings by a Node one, the rest without code."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.backend = CfnParameter(
            self,
            "Backend",
            default="checkip.amazonaws.com",
            description="Host and port of the HTTP server behind /backend",
        )
        self.orders = lambda_.Function(
            self,
            "Orders",
            description="Keeps orders for as long as its process lives",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(SAMPLE / "orders")),
            timeout=Duration.seconds(5),
            environment={"CURRENCY": "EUR"},
        )
        self.greeting = lambda_.Function(
            self,
            "Greeting",
            description="Greets in the language of the stage",
            runtime=lambda_.Runtime.NODEJS_22_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(SAMPLE / "greeting")),
            timeout=Duration.seconds(5),
        )
        self.api = apigateway.RestApi(
            self,
            "Shop",
            description="The sample of forestage",
            deploy=False,
            cloud_watch_role=False,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
        )
        self.add_status()
        self.add_orders()
        self.add_greeting()
        self.add_backend()
        deployment = apigateway.Deployment(self, "Deployment", api=self.api)
        for name, language, greeting in (("dev", "en", "Hello"), ("prod", "fr", "Bonjour")):
            stage = apigateway.Stage(
                self,
                f"Stage{name.capitalize()}",
                deployment=deployment,
                stage_name=name,
                variables={"language": language, "greeting": greeting, "backend": self.backend.value_as_string},
            )
            CfnOutput(self, f"Url{name.capitalize()}", value=stage.url_for_path("/"))

    def add_status(self) -> None:
        """``GET /status``: a MOCK answers without any code."""
        self.api.root.add_resource("status").add_method(
            "GET",
            mock('{"status": "ok"}'),
            method_responses=[apigateway.MethodResponse(status_code="200")],
        )

    def add_orders(self) -> None:
        """``/orders`` and ``/orders/{id}``: a Python function, and a preflight answered by a MOCK."""
        orders = self.api.root.add_resource("orders")
        order = orders.add_resource("{id}")
        integration = apigateway.LambdaIntegration(self.orders, allow_test_invoke=False)
        orders.add_method("GET", integration)
        for verb in ("GET", "PUT", "DELETE"):
            order.add_method(verb, integration)
        for resource in (orders, order):
            add_preflight(resource)

    def add_greeting(self) -> None:
        """``ANY /greeting/{proxy+}``: a greedy resource in front of a Node function."""
        self.api.root.add_resource("greeting").add_proxy(
            default_integration=apigateway.LambdaIntegration(self.greeting, allow_test_invoke=False),
            any_method=True,
        )

    def add_backend(self) -> None:
        """``/backend`` and all below it: passed on to the server that the stage variable ``backend`` names."""
        backend = self.api.root.add_resource("backend")
        backend.add_method("GET", apigateway.HttpIntegration("http://${stageVariables.backend}/"))
        backend.add_resource("{proxy+}").add_method(
            "ANY",
            apigateway.HttpIntegration(
                "http://${stageVariables.backend}/{proxy}",
                http_method="ANY",
                options=apigateway.IntegrationOptions(
                    request_parameters={"integration.request.path.proxy": "method.request.path.proxy"},
                ),
            ),
            request_parameters={"method.request.path.proxy": True},
        )


def mock(body: str) -> apigateway.MockIntegration:
    """Answer 200 with a constant JSON body."""
    return apigateway.MockIntegration(
        request_templates={"application/json": '{"statusCode": 200}'},
        integration_responses=[
            apigateway.IntegrationResponse(status_code="200", response_templates={"application/json": body}),
        ],
    )


def add_preflight(resource: apigateway.Resource) -> None:
    """Answer ``OPTIONS`` so that pages from anywhere may call; a MOCK, which sets three headers."""
    headers = {
        "Access-Control-Allow-Origin": "'*'",
        "Access-Control-Allow-Methods": f"'{ALLOWED_METHODS}'",
        "Access-Control-Allow-Headers": "'Content-Type'",
    }
    parameters = {f"method.response.header.{name}": value for name, value in headers.items()}
    resource.add_method(
        "OPTIONS",
        apigateway.MockIntegration(
            request_templates={"application/json": '{"statusCode": 204}'},
            integration_responses=[
                apigateway.IntegrationResponse(status_code="204", response_parameters=parameters),
            ],
        ),
        method_responses=[
            apigateway.MethodResponse(status_code="204", response_parameters=dict.fromkeys(parameters, True)),
        ],
    )


app = App()
SampleStack(app, "ForestageSample")
app.synth()
