"""Routes in groups: what a group says holds for its routes, unless they say otherwise."""

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs import IamAuthorizer, RestApi, RouteOptions
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Routes")
api = RestApi(stack, "Shop")
pets = Mock.json(200, [{"name": "Mia"}])

paged: RouteOptions = {"query": {"page": False, "size": False}}
api.get("/pets", pets, **paged)
api.any("/echo", apigateway.HttpIntegration("https://echo.example/", http_method="ANY"))
api.proxy("/old", Mock.json(410, {"message": "this has moved"}))

keepers = api.group("/keepers", authorizer=IamAuthorizer(), headers={"X-Shop": True})
keepers.get("/status", Mock.status(204), authorizer=None)
orders = keepers.group("/orders", **paged)
orders.get("", Mock.json(200, []))
cancel = orders.delete("/{id}", Mock.status(204), operation_name="cancelOrder")

api.add_stage("dev")

app.synth()
