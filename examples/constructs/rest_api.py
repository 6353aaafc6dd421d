"""A pet shop: routes by path, bodies by type, a group for those who keep it, two stages."""

from dataclasses import dataclass

from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from forestage.constructs import IamAuthorizer, RestApi
from forestage.constructs.integrations import Lambda, Mock


@dataclass
class Pet:
    """An animal of the shop."""

    name: str
    age: int


app = App()
stack = Stack(app, "PetShop")
pets = lambda_.Function(
    stack,
    "Pets",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline("def handler(event, context):\n    return {'statusCode': 200, 'body': '{}'}\n"),
)

api = RestApi(stack, "Shop", description="Pets and their keepers")
api.get("/status", Mock.json(200, {"status": "ok"}))
api.get("/pets/{id}", Lambda.proxy(pets), responses={200: Pet})
keepers = api.group("/keepers", authorizer=IamAuthorizer())
keepers.post("/pets", Lambda.proxy(pets), body=Pet, responses={201: Pet})
for name in ("dev", "prod"):
    api.add_stage(name)

app.synth()
