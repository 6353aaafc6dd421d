"""An API whose errors are problems in the words of RFC 9457, and which says how long to wait."""

from aws_cdk import App, Stack

from forestage.constructs import GatewayResponse, GatewayResponses, RestApi
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Errors")

api = RestApi(
    stack,
    "Shop",
    gateway_responses={
        **GatewayResponses.problem_json(),
        "THROTTLED": GatewayResponse(
            headers={"Retry-After": "1", "X-Stage": "context.stage"},
            templates={"application/problem+json": '{"title": "Slow down", "code": "$context.error.responseType"}'},
        ),
    },
)
api.get("/pets", Mock.json(200, [{"name": "Mia"}]))
api.add_stage("dev")

app.synth()
