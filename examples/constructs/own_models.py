"""Models beside the routes of a plain ``aws_cdk`` API, from a type and from a JSON schema as it is."""

from typing import Any, NotRequired, TypedDict

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs import BodyType, ConstructError, Models, Schema, schema_of


class Problem(TypedDict):
    """What went wrong."""

    message: str
    detail: NotRequired[str]


RANGE: dict[str, Any] = {"title": "Range", "type": "object", "properties": {"first": {"type": "integer"}}}
BODIES: list[BodyType] = [Problem, list[Problem], RANGE]

app = App()
stack = Stack(app, "OwnModels")
api = apigateway.RestApi(stack, "Plain")
models = Models(api, api)
method = api.root.add_method("GET")
for status, body in zip(("400", "422", "416"), BODIES, strict=True):
    method.add_method_response(status_code=status, response_models={"application/json": models.add(body)})

problem: Schema = schema_of(Problem)
assert problem.document["required"] == ["message"]
try:
    models.add({"title": "Sample", "type": "object", "example": {}})
except ConstructError as error:
    # OwnModels/Plain/Models: Sample: models are of JSON Schema draft 4, which has no 'example': leave it out
    print(error)
app.synth()
