"""Answers its version: edit it while the preview runs."""

VERSION = 0


def handler(event, context):
    """Answer the version."""
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": f'{{"version": {VERSION}}}',
    }
