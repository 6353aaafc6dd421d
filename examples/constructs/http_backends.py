"""HTTP servers on the internet: one whose answers pass, one that callers see through templates."""

from aws_cdk import App, Stack

from forestage.constructs import Http, IntegrationResponse, RestApi

app = App()
api = RestApi(Stack(app, "Backends"), "Shop")

api.any("/files/{proxy+}", Http.proxy("https://files.example.com/public/{proxy}"))
api.get("/export", Http.proxy("https://files.example.com/export.csv", streaming=True))
api.get(
    "/pets/{id}",
    Http.custom(
        "https://pets.example.com/v2/{id}.json",
        request_parameters={"integration.request.header.X-Stage": "context.stage"},
        responses=[
            IntegrationResponse(status=200, pattern="200", template="{\"name\": $input.json('$.pet.name')}"),
            IntegrationResponse(status=404, pattern="404|410", template='{"message": "There is no such pet"}'),
            IntegrationResponse(status=502, template='{"message": "Try again later"}'),
        ],
    ),
)
api.add_stage("dev")

app.synth()
