"""Orders, kept in memory for as long as the function's process lives."""

import base64
import json
import os

ORDERS = {}


def handler(event, context):
    """Answer one request of the API."""
    order_id = (event["pathParameters"] or {}).get("id")
    verb = event["httpMethod"]
    if order_id is None:
        return answer(200, {"orders": sorted(ORDERS), "currency": os.environ["CURRENCY"]})
    if verb == "PUT":
        try:
            ORDERS[order_id] = json.loads(body_of(event))
        except ValueError as error:
            return answer(400, {"message": f"the body is not JSON: {error}"})
        print(f"order {order_id} placed, request {context.aws_request_id}")
        return answer(200, {"id": order_id, **details(order_id)})
    if order_id not in ORDERS:
        return answer(404, {"message": f"there is no order {order_id}"})
    if verb == "DELETE":
        del ORDERS[order_id]
        return answer(200, {"deleted": order_id})
    return answer(200, {"id": order_id, **details(order_id)})


def details(order_id):
    """Tell what was ordered."""
    return {"order": ORDERS[order_id], "currency": os.environ["CURRENCY"]}


def body_of(event):
    """Return the body as sent."""
    body = event["body"] or ""
    return base64.b64decode(body) if event["isBase64Encoded"] else body


def answer(status, body):
    """Make a response that pages from anywhere may read."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"},
        "body": json.dumps(body),
    }
