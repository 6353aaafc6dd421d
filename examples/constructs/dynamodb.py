"""A table behind routes, without a function: items are read and written as plain JSON."""

from aws_cdk import App, Stack
from aws_cdk import aws_dynamodb as dynamodb

from forestage.constructs import Attribute, DynamoDb, RestApi, Value

app = App()
stack = Stack(app, "Pets")
pets = dynamodb.Table(stack, "Pets", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING))
key = {"id": Value.path("id")}
pet = {
    **key,
    "name": Value.body("$.name"),
    "price": Attribute.number(Value.body("$.price")),
    "tags": Attribute.strings(Value.body("$.tags").if_present()),
    "writtenBy": Value.context("identity.sourceIp"),
}

api = RestApi(stack, "Shop")
api.get("/pets/{id}", DynamoDb.get(pets, key=key))
api.put("/pets/{id}", DynamoDb.put(pets, item=pet))
api.delete("/pets/{id}", DynamoDb.delete(pets, key=key, condition="attribute_exists(id)", condition_failed=404))
api.patch(
    "/pets/{id}/price",
    DynamoDb.update(
        pets, key=key, update="SET price = :price", values={":price": Attribute.number(Value.body("$.price"))}
    ),
)
api.add_stage("dev")

app.synth()
