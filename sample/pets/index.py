"""The pets of the shop, kept in memory for as long as the function's process lives."""

import base64
import json
import os

PETS = {
    "1": {"id": "1", "name": "Ada", "kind": "cat", "price": 120},
    "2": {"id": "2", "name": "Rex", "kind": "dog", "price": 250},
}


def handler(event, context):
    """Answer one request of the API; API Gateway has validated it."""
    verb, pet_id = event["httpMethod"], (event["pathParameters"] or {}).get("id")
    if verb == "POST":
        return answer(201, add(json.loads(body_of(event)), event, context))
    if pet_id is None:
        return answer(200, {"pets": chosen(event["queryStringParameters"] or {}), "currency": os.environ["CURRENCY"]})
    if pet_id not in PETS:
        return answer(404, {"title": f"there is no pet {pet_id}"})
    if verb == "DELETE":
        del PETS[pet_id]
        return answer(204)
    return answer(200, PETS[pet_id])


def chosen(query):
    """Tell of the pets that a caller asked for: ``?kind=cat&limit=1``."""
    pets = [pet for pet in PETS.values() if query.get("kind") in {None, pet["kind"]}]
    return pets[: int(query.get("limit", len(pets)))]


def add(pet, event, context):
    """Take a pet in."""
    number = str(max(map(int, PETS), default=0) + 1)
    PETS[number] = {"id": number, **pet}
    print(f"pet {number} taken in by {event['requestContext']['authorizer']['principalId']}, {context.aws_request_id}")
    return PETS[number]


def body_of(event):
    """Return the body as sent."""
    body = event["body"] or ""
    return base64.b64decode(body) if event["isBase64Encoded"] else body


def answer(status, body=None):
    """Make a response: of a proxy's answer API Gateway passes on every header, and adds none for pages."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "Access-Control-Allow-Origin": os.environ["ORIGIN"]},
        "body": "" if body is None else json.dumps(body),
    }
