"""A data stream behind routes: clicks one by one, and many at once."""

from aws_cdk import App, Stack
from aws_cdk import aws_kinesis as kinesis

from forestage.constructs import Kinesis, RestApi, Value

app = App()
stack = Stack(app, "Clicks")
clicks = kinesis.Stream(stack, "Clicks")

api = RestApi(stack, "Shop")
api.post("/pages/{page}/clicks", Kinesis.put_record(clicks, partition_key=Value.path("page")))
api.post("/clicks", Kinesis.put_records(clicks, partition_key="page", data="click"))
api.add_stage("dev")

app.synth()
