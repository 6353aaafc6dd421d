"""Pets that make a sound."""

import json
import os


def handler(event, context):
    """Answer a request to /pets/{name}."""
    name = event["pathParameters"]["name"]
    print(f"{name} was asked for by request {context.aws_request_id}")
    if event["httpMethod"] != "GET":
        return {"statusCode": 405, "headers": {"Allow": "GET"}, "body": ""}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"name": name, "says": os.environ["SOUND"]}),
    }
