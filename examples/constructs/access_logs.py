"""Access logs: a few fields for a short while, and those that one usually wants in a group of all APIs."""

from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_logs as logs

from forestage.constructs import AccessLog, RestApi
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Logs")
group = logs.LogGroup(stack, "Requests", retention=logs.RetentionDays.FIVE_YEARS)
api = RestApi(stack, "Shop")
api.get("/pets", Mock.json(200, [{"name": "Mia"}]))

brief = AccessLog(
    fields={"id": "$context.requestId", "route": "$context.resourcePath", "status": "$context.status"},
    retention=logs.RetentionDays.ONE_WEEK,
    removal_policy=RemovalPolicy.DESTROY,
)
api.add_stage("dev", access_log=brief)
api.add_stage("prod", access_log=AccessLog(log_group=group))

app.synth()
