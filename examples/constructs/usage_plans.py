"""A plan for partners of a shop: how fast, how often, and with which keys."""

from aws_cdk import App, Stack
from aws_cdk import aws_secretsmanager as secretsmanager

from forestage.constructs import ApiKey, Quota, RestApi, Throttle, UsagePlan
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Partners")

api = RestApi(stack, "Shop")
api.get("/pets", Mock.json(200, [{"name": "Mia"}]), api_key_required=True)
dev = api.add_stage("dev")

gold = UsagePlan(
    stack,
    "Gold",
    stages=[dev],
    throttle=Throttle(rate=100, burst=200),
    quota=Quota.per_month(1_000_000),
    methods={"GET /pets": Throttle(rate=10, burst=20)},
)
gold.add_key("Generated")
gold.add_key("Known", value=secretsmanager.Secret.from_secret_name_v2(stack, "Secret", "partner-key"))

shared = ApiKey(stack, "Shared", description="Also in other plans")
gold.add_api_key(shared)

app.synth()
