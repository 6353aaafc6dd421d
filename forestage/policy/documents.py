"""A policy, read: statements with what each is about."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from forestage.policy.operands import Operand
    from forestage.policy.operators import Operator
    from forestage.policy.patterns import Pattern


class PolicyKind(Enum):
    """Where a policy belongs, which decides whether it may or must name principals."""

    RESOURCE = "resource policy"
    AUTHORIZER = "authorizer policy"
    IDENTITY = "identity-based policy"
    ENDPOINT = "VPC endpoint policy"


class Effect(Enum):
    """What a statement does to the accesses it is about."""

    ALLOW = "Allow"
    DENY = "Deny"


class NameKind(Enum):
    """What names a principal; the values are the keys of ``Principal``."""

    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


EVERYONE: Final = "*"
"""The name of every principal, the anonymous caller too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalName:
    """One name in ``Principal`` or ``NotPrincipal``.

    ``account_id`` is there where the name is an account's, as 12 digits or as the ARN of its root.
    """

    kind: NameKind
    value: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principals:
    """``Principal``, or ``NotPrincipal`` where negated."""

    names: tuple[PrincipalName, ...]
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """``Action`` or ``Resource``, or its opposite where negated; patterns of actions are in lower case."""

    element: str
    patterns: tuple[Pattern, ...]
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """An operator on one key.

    ``values`` are as written; of ``Null`` there are no ``operands``.
    """

    operator: Operator
    key: str
    values: tuple[str, ...]
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement; all that it has must fit for its effect to come.

    ``path`` is its place in the document, ``Statement[1]``. ``principals`` None is about whoever the policy is for.
    """

    path: str
    sid: str | None
    effect: Effect
    principals: Principals | None
    actions: Patterns
    resources: Patterns
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy document.

    ``variables`` tells whether ``${...}`` is filled, which ``Version`` decides.
    """

    id: str | None
    variables: bool
    statements: tuple[Statement, ...]
