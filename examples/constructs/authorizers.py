"""Routes for everybody, for tokens, for users of a pool, for other services, and for those of an identity provider."""

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from forestage.constructs import CognitoAuthorizer, IamAuthorizer, RequestAuthorizer, RestApi, TokenAuthorizer
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Callers")

check = lambda_.Function(
    stack,
    "Check",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline("def handler(event, context):\n    raise Exception('Unauthorized')\n"),
)
token = TokenAuthorizer(stack, "Token", handler=check, validation_regex="Bearer .+")
shop = [apigateway.IdentitySource.header("X-Shop"), apigateway.IdentitySource.query_string("user")]
request = RequestAuthorizer(
    stack, "Request", handler=check, identity_sources=shop, results_cache_ttl=Duration.seconds(30)
)
users = CognitoAuthorizer(stack, "Users", user_pools=[cognito.UserPool(stack, "Pool")])

api = RestApi(stack, "Shop")
pets = Mock.json(200, [{"name": "Mia"}])
api.get("/pets", pets)
api.get("/token/pets", pets, authorizer=token)
api.get("/shop/pets", pets, authorizer=request)
api.get("/user/pets", pets, authorizer=users, scopes=["pets/read"])
api.get("/service/pets", pets, authorizer=IamAuthorizer())
api.add_stage("dev")

app.synth()
