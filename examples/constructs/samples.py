"""An API that answers with samples before there is a backend, and hands on what its model has."""

from dataclasses import dataclass

from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from forestage.constructs import Lambda, Mock, RestApi, SchemaTypeError, sample_body, sample_template


@dataclass
class Pet:
    """A pet of the shop."""

    name: str
    age: int = 3
    mother: "Pet | None" = None


app = App()
stack = Stack(app, "Samples")
code = lambda_.Code.from_inline("def handler(event, context):\n    return event")
store = lambda_.Function(stack, "Store", runtime=lambda_.Runtime.PYTHON_3_13, handler="index.handler", code=code)
api = RestApi(stack, "Pets")
api.get("/pets/{id}", Mock.json(200, sample_body(Pet)), responses={200: Pet})
api.post("/pets", Lambda.custom(store, request_templates={"application/json": sample_template(Pet)}), body=Pet)
api.add_stage("dev")
try:
    sample_body(bytes)
except SchemaTypeError as error:
    print(error)  # bytes has no JSON that API Gateway could hold a body against: ...
app.synth()
