import os


def handler(event, context):
    name = event["pathParameters"]["name"]
    return {"statusCode": 200, "body": f"{os.environ['GREETING']}, {name}"}
