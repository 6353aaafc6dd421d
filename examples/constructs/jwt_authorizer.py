"""An API for callers with tokens of an identity provider, which API Gateway verifies without a function."""

from aws_cdk import App, Stack

from forestage.constructs import JwtAuthorizer, JwtIssuer, RestApi
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Tokens")

staff = JwtAuthorizer(
    stack,
    "Staff",
    issuers=[JwtIssuer(issuer="https://login.example/", audiences=["shop"], claims={"department": ["sales"]})],
    algorithms=["RS256", "ES256"],
)
api = RestApi(stack, "Shop")
api.get("/orders", Mock.json(200, []), authorizer=staff, scopes=["orders/read"])
api.add_stage("dev")

app.synth()
