"""Lets everybody connect, and answers a message with its text."""

import json


def handler(event, context):
    """Answer a connection, its end, or a message."""
    if event["requestContext"]["eventType"] != "MESSAGE":
        return {"statusCode": 200}
    return {"statusCode": 200, "body": json.loads(event["body"])["text"]}
