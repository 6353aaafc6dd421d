"""Answers of the gateway's own: a constant, a status, and a choice by the query."""

from aws_cdk import App, Stack

from forestage.constructs import IntegrationResponse, Mock, RestApi

CHOICE = """
#if($input.params().querystring.get('kind') == "dragon")
{"statusCode": 404}
#else
{"statusCode": 200}
#end
"""

app = App()
api = RestApi(Stack(app, "Mocks"), "Shop")

api.get("/status", Mock.json(200, {"status": "ok", "price": "$5"}, headers={"Cache-Control": "no-store"}))
api.delete("/pets/{id}", Mock.status(204))
api.get(
    "/pets",
    Mock.template(
        request_template=CHOICE,
        responses=[
            IntegrationResponse(status=200, pattern="200", template='[{"name": "Mia", "asked": "$context.requestId"}]'),
            IntegrationResponse(status=404, pattern="404", template='{"message": "There are no dragons"}'),
        ],
    ),
)
api.add_stage("dev")

app.synth()
