"""The account's role for logs in a stack of its own, which the stacks of APIs then wait for."""

from aws_cdk import App, Stack

from forestage.constructs import ApiGatewayAccount, RestApi
from forestage.constructs.integrations import Mock

app = App()
ApiGatewayAccount(Stack(app, "Account"), "ApiGateway")

for name in ("Shop", "Office"):
    api = RestApi(Stack(app, name), "Api")
    api.get("/status", Mock.json(200, {"status": "ok"}))
    api.add_stage("dev")

app.synth()
