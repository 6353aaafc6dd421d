"""State machines behind routes: one that is started and asked about, one whose output is the answer."""

from aws_cdk import App, Stack
from aws_cdk import aws_stepfunctions as stepfunctions

from forestage.constructs import RestApi, StepFunctions, Value

app = App()
stack = Stack(app, "Runs")
delivery = stepfunctions.StateMachine(
    stack,
    "Delivery",
    definition_body=stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(stack, "Deliver")),
)
price = stepfunctions.StateMachine(
    stack,
    "Price",
    state_machine_type=stepfunctions.StateMachineType.EXPRESS,
    definition_body=stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(stack, "Calculate")),
)

api = RestApi(stack, "Shop")
api.post("/deliveries", StepFunctions.start(delivery))
api.get("/deliveries/{name}", StepFunctions.describe(delivery, execution=Value.path("name")))
api.post("/price", StepFunctions.start_sync(price))
api.add_stage("dev")

app.synth()
