"""Lets callers in whose token is ``let-me-in``, or who name themselves: ``let-me-in Ada``."""


def handler(event, _context):
    """Return a policy for the whole API, so that API Gateway may remember it for every route."""
    word, _, name = event["authorizationToken"].partition(" ")
    if word != "let-me-in":
        raise Exception("Unauthorized")  # ruff: ignore[raise-vanilla-class]  (API Gateway answers 401 to this very text)
    api, stage = event["methodArn"].split("/")[:2]
    return {
        "principalId": name or "somebody",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{api}/{stage}/*"}],
        },
        "context": {"name": name or "somebody"},
    }
