"""A stage that follows the definition, one that keeps to a release, and a share of its requests for the next."""

from aws_cdk import App, Stack

from forestage.constructs import Canary, RestApi
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Releases")
api = RestApi(stack, "Shop", retain_deployments=True)
api.get("/pets", Mock.json(200, [{"name": "Mia"}]))

v1 = api.add_deployment("V1", description="The first release", retain=True)
api.add_stage("dev")
api.add_stage("prod", deployment=v1, canary=Canary(percent=5))

app.synth()
