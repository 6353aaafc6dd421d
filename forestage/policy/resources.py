"""Resources of an API's policy, which may leave out what the API knows of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from forestage.policy.patterns import read_resource

if TYPE_CHECKING:
    from forestage.policy.documents import Policy
    from forestage.policy.patterns import Pattern

_SHORT: Final = "execute-api:/"


def expand_resources(policy: Policy, *, arn_prefix: str) -> Policy:
    """Write out the short form ``execute-api:/stage/VERB/path`` as API Gateway does when it saves a policy.

    ``arn_prefix`` is the ARN up to the id of the API: ``arn:aws:execute-api:us-east-1:123456789012:a1b2c3``.

    Source: API Gateway developer guide, "x-amazon-apigateway-policy" (documented).
    """

    def expanded(pattern: Pattern) -> Pattern:
        if not pattern.source.startswith(_SHORT):
            return pattern
        path = pattern.source.removeprefix(_SHORT)
        return read_resource(f"{arn_prefix}/{path}", variables=policy.variables)

    return replace(
        policy,
        statements=tuple(
            replace(
                statement,
                resources=replace(statement.resources, patterns=tuple(map(expanded, statement.resources.patterns))),
            )
            for statement in policy.statements
        ),
    )
