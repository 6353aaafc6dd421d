"""Decides an access by policies, and tells of each statement why it counts or not.

Source: IAM user guide, "Policy evaluation logic" (documented); authorizers.md, Answer of a Lambda authorizer.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.policy.conditions import listed, refusal
from forestage.policy.documents import Effect
from forestage.policy.principals import Match, match_principal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.policy.documents import Patterns, Policy, Principals, Statement
    from forestage.policy.patterns import Keys
    from forestage.policy.principals import Principal


class Decision(Enum):
    """What policies say of an access; silence denies as well, but gives way to an allow elsewhere."""

    ALLOW = "allow"
    EXPLICIT_DENY = "explicit deny"
    IMPLICIT_DENY = "implicit deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPolicy:
    """A policy and what to call it in a trace: ``resource policy``, ``answer of Auth``."""

    name: str
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What is asked for.

    ``action`` is ``execute-api:Invoke``, ``resource`` the ARN. ``principal`` None is an anonymous caller. ``keys`` are
    the condition keys that the request has, their names in any case; a key without values is not there.
    """

    action: str
    resource: str
    principal: Principal | None
    keys: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRef:
    """Where a statement stands; ``path`` is as in the document, ``Statement[1]``."""

    policy: str
    path: str
    sid: str | None

    def __str__(self) -> str:
        return f"{self.path} ({self.sid}) of {self.policy}" if self.sid else f"{self.path} of {self.policy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """The first element of a statement that does not fit: ``Principal``, ``NotAction``, ``Condition IpAddress``."""

    element: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A statement that was looked at; it counts when there is no mismatch.

    ``through_account`` is one that names the caller's account and not the caller.
    """

    statement: StatementRef
    effect: Effect
    mismatch: Mismatch | None
    through_account: bool

    def __str__(self) -> str:
        if self.mismatch is None:
            return f"{self.statement}: {self.effect.value}"
        return f"{self.statement}: no {self.effect.value}, {self.mismatch.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision with its reasons.

    ``by`` is the statement that decided, None where none did. ``delegated`` tells that the access is allowed to the
    caller's account alone, which has to allow it to the caller by policies of its own.
    """

    decision: Decision
    by: StatementRef | None
    considered: tuple[Considered, ...]
    delegated: bool


def evaluate(policies: Sequence[NamedPolicy], access: Access) -> Verdict:
    """Decide an access: a statement that denies decides, else one that allows; without either it is denied."""
    keys = {name.lower(): values for name, values in access.keys.items()}
    considered = tuple(
        _consider(named.name, statement, access, keys) for named in policies for statement in named.policy.statements
    )
    allows, denies = _counting(considered, Effect.ALLOW), _counting(considered, Effect.DENY)
    if denies:
        return _verdict(Decision.EXPLICIT_DENY, denies, considered)
    if allows:
        return _verdict(Decision.ALLOW, allows, considered)
    return Verdict(decision=Decision.IMPLICIT_DENY, by=None, considered=considered, delegated=False)


def _counting(considered: Sequence[Considered], effect: Effect) -> list[Considered]:
    return [one for one in considered if one.mismatch is None and one.effect is effect]


def _verdict(decision: Decision, deciding: Sequence[Considered], considered: tuple[Considered, ...]) -> Verdict:
    delegated = decision is Decision.ALLOW and all(one.through_account for one in deciding)
    by = next((one for one in deciding if not one.through_account), deciding[0])
    return Verdict(decision=decision, by=by.statement, considered=considered, delegated=delegated)


def _consider(policy: str, statement: Statement, access: Access, keys: Keys) -> Considered:
    match = match_principal(statement.principals, access.principal)
    return Considered(
        statement=StatementRef(policy=policy, path=statement.path, sid=statement.sid),
        effect=statement.effect,
        mismatch=_mismatch(statement, access, keys, match),
        through_account=match is Match.ACCOUNT,
    )


def _mismatch(statement: Statement, access: Access, keys: Keys, match: Match) -> Mismatch | None:
    if statement.principals and match is Match.NONE:
        return _other_principal(statement.principals, access.principal)
    # Actions are the same in any case, resources are not.
    if not _covers(statement.actions, access.action.lower(), keys):
        return _other_text("action", access.action, statement.actions)
    if not _covers(statement.resources, access.resource, keys):
        return _other_text("resource", access.resource, statement.resources)
    for condition in statement.conditions:
        reason = refusal(condition, keys)
        if reason:
            element = f"Condition {condition.operator.name}"
            return Mismatch(element=element, reason=f"condition {condition.operator.name} {condition.key}: {reason}")
    return None


def _covers(patterns: Patterns, text: str, keys: Keys) -> bool:
    return any(pattern.covers(text, keys) for pattern in patterns.patterns) is not patterns.negated


_RELATIONS: Final = {False: "is none of", True: "is among"}


def _other_principal(principals: Principals, principal: Principal | None) -> Mismatch:
    caller = "the anonymous caller" if principal is None else f"principal {principal.arn}"
    names = listed([name.value for name in principals.names])
    element = "NotPrincipal" if principals.negated else "Principal"
    return Mismatch(element=element, reason=f"{caller} {_RELATIONS[principals.negated]} {element} {names}")


def _other_text(noun: str, text: str, patterns: Patterns) -> Mismatch:
    sources = listed([pattern.source for pattern in patterns.patterns])
    return Mismatch(
        element=patterns.element,
        reason=f"{noun} {listed([text])} {_RELATIONS[patterns.negated]} {patterns.element} {sources}",
    )
