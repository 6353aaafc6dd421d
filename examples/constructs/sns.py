"""A topic behind a route: each message goes to all who subscribed."""

from aws_cdk import App, Stack
from aws_cdk import aws_sns as sns

from forestage.constructs import RestApi, Sns, Value

app = App()
stack = Stack(app, "News")
news = sns.Topic(stack, "News", enforce_ssl=True)

api = RestApi(stack, "Shop")
api.post(
    "/news/{kind}",
    Sns.publish(news, subject=Value.body("$.title").if_present(), attributes={"kind": Value.path("kind")}),
)
api.add_stage("dev")

app.synth()
