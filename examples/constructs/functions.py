"""Functions: behind an event, behind templates, streaming, and one that nobody waits for."""

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_lambda as lambda_

from forestage.constructs import IntegrationResponse, Lambda, RestApi

app = App()
stack = Stack(app, "Functions")
pets = lambda_.Function(
    stack,
    "Pets",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline("def handler(event, context):\n    return {'statusCode': 200}\n"),
)
no_pet = IntegrationResponse(status=404, pattern="no pet .*", template='{"message": "There is no such pet"}')

api = RestApi(stack, "Shop")
api.get("/pets", Lambda.proxy(pets, timeout=Duration.seconds(5)))
api.get("/pets/{id}/photo", Lambda.proxy(pets, streaming=True))
api.get(
    "/pets/{id}",
    Lambda.custom(
        pets,
        request_templates={"application/json": '{"id": "$util.escapeJavaScript($input.params().path.get(\'id\'))"}'},
        responses=[no_pet],
    ),
)
api.post("/orders", Lambda.custom(pets, asynchronous=True))
api.add_stage("dev")

app.synth()
