"""An API that pages of a shop may call from browsers, and those of its previews."""

from aws_cdk import App, Duration, Stack

from forestage.constructs import Cors, RestApi
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Pages")

api = RestApi(
    stack,
    "Shop",
    cors=Cors(
        origins=["https://shop.example", "https://*.preview.shop.example"],
        headers=["Authorization", "Content-Type"],
        max_age=Duration.minutes(10),
        errors_for_any_origin=True,
    ),
)
api.get("/pets", Mock.json(200, [{"name": "Mia"}]))
api.add_stage("dev")

app.synth()
