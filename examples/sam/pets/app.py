import os


def handler(event, context):
    """Greet whom the path names."""
    name = event["pathParameters"]["name"]
    return {"statusCode": 200, "body": f"{os.environ['GREETING']}, {name}"}
