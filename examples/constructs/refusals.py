"""What API Gateway would refuse is refused before anything is deployed: the path, what is wrong, and the remedy."""

from aws_cdk import App, Stack

from forestage.constructs import ConstructError, Mock, RestApi

app = App()
api = RestApi(Stack(app, "Refusals"), "Pets")
api.get("/pets/{id}", Mock.status(204))
try:
    api.get("/pets/{name}/toys", Mock.status(204))
except ConstructError as error:
    # Refusals/Pets: /pets/{name} has a sibling that is a variable as well, {id}, and API Gateway allows one: ...
    print(error)
api.add_stage("dev")
app.synth()
