"""Greets the guest of the path or of the body, in the words of the stage."""

import json


def handler(event, context):
    """Answer a request to /greetings."""
    guest = event["pathParameters"] or json.loads(event["body"])
    message = f"{event['stageVariables']['greeting']}, {guest['name']}!"
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"message": message}),
    }
