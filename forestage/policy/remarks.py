"""What is odd about a policy though it is one: conditions that can only come out one way, values of the wrong kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.policy.documents import EVERYONE, NameKind
from forestage.policy.faults import PolicyFault, shown, step
from forestage.policy.keys import Availability, find_key
from forestage.policy.operands import Nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.policy.documents import Condition, Policy


def remarks(policy: Policy, *, with_iam: bool, private: bool) -> tuple[PolicyFault, ...]:
    """Tell what the author of a policy should know.

    ``with_iam`` is whether callers sign their requests (AWS_IAM), ``private`` whether the API is a private one: some
    keys are only there then. No request of a client has what those of AWS services have.
    """
    lacking = {
        Availability.SERVICE,
        *([] if with_iam else [Availability.IAM]),
        *([] if private else [Availability.PRIVATE]),
    }
    return tuple(
        remark
        for statement in policy.statements
        for condition in statement.conditions
        for remark in _of_condition(statement.path, condition, lacking)
    )


def names_identities(policy: Policy) -> bool:
    """Tell whether a statement is about certain AWS principals, which only requests with AWS_IAM have.

    Source: API Gateway developer guide, "Create and attach an API Gateway resource policy" (documented).
    """
    return any(
        name.kind is NameKind.AWS and name.value != EVERYONE
        for statement in policy.statements
        for name in (statement.principals.names if statement.principals else ())
    )


def _of_condition(path: str, condition: Condition, lacking: set[Availability]) -> Iterator[PolicyFault]:
    path = step(step(step(path, "Condition"), condition.operator.name), condition.key)
    key = find_key(condition.key)
    if key is None:
        yield PolicyFault(path=path, message="is a key that no request to an API has")
    elif key.availability in lacking:
        yield PolicyFault(path=path, message=f"is a key that only {key.availability.value} have")
    for value, operand in zip(condition.values, condition.operands, strict=False):
        if isinstance(operand, Nothing):
            yield PolicyFault(
                path=path,
                message=f"has the value {shown(value)}, which is none that this operator can compare: nothing fits it",
            )
