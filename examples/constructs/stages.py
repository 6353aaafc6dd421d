"""Two stages of one API: one to try things, one for customers, whose tenth request tries another table."""

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs import Cache, Canary, MethodSettings, RestApi, Throttle
from forestage.constructs.integrations import IntegrationResponse, Mock

app = App()
stack = Stack(app, "Stages")
api = RestApi(stack, "Shop")
api.get("/table", Mock.template(responses=[IntegrationResponse(status=200, template='"$stageVariables.table"')]))
api.post("/orders", Mock.status(202))

api.add_stage("dev", variables={"table": "pets-dev"}, log_level=apigateway.MethodLoggingLevel.INFO)
api.add_stage(
    "prod",
    variables={"table": "pets"},
    throttle=Throttle(rate=200, burst=100),
    methods={"POST /orders": MethodSettings(throttle=Throttle(rate=5, burst=5))},
    cache=Cache(size="0.5", ttl=Duration.minutes(1)),
    canary=Canary(percent=10, variables={"table": "pets-2"}),
    tracing=True,
    client_certificate=True,
)

app.synth()
