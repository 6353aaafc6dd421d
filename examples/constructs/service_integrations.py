"""What a service is sent, and what callers read of it: seen, and replaced where it is to be otherwise."""

from aws_cdk import App, Stack
from aws_cdk import aws_sqs as sqs

from forestage.constructs import IntegrationResponse, RestApi, Sqs

app = App()
stack = Stack(app, "Orders")
orders = sqs.Queue(stack, "Orders", enforce_ssl=True)

send = Sqs.send(orders)
print(send.request_template)
print(send.response_templates[202])
told_nothing = IntegrationResponse(status=202, pattern="200", template="{}")

api = RestApi(stack, "Shop")
api.post("/orders", send.with_response(told_nothing))
api.add_stage("dev")

app.synth()
