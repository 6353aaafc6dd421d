"""Reads policy documents; what is wrong with one is told all at once.

Names of elements and the values of ``Effect`` are case-sensitive, names of operators, actions and condition keys are
not. Source: IAM user guide, "Grammar of the policy language", "Effect", "Action", "Condition" (documented); moto's
validator, which was held against IAM, for the names of elements, the form of actions, dates and empty lists; Access
Analyzer, policy checks, for what else is an error.
"""

from __future__ import annotations

import re
from itertools import starmap
from typing import TYPE_CHECKING, Final

from forestage.policy.documents import Condition, Effect, Patterns, Policy, PolicyKind, Statement
from forestage.policy.faults import PolicyError, shown, step
from forestage.policy.intake import Intake, check_bounds, numbered, read_document, scalar
from forestage.policy.limits import BOUNDS
from forestage.policy.naming import read_principals
from forestage.policy.operands import Nothing
from forestage.policy.operators import read_operator
from forestage.policy.patterns import read_pattern, read_resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forestage.model.values import Json
    from forestage.policy.intake import Object
    from forestage.policy.limits import Limits
    from forestage.policy.operands import Operand
    from forestage.policy.operators import Operator
    from forestage.policy.patterns import Pattern

_VERSIONS: Final = {"2012-10-17": True, "2008-10-17": False}
_DOCUMENT: Final = frozenset(["Version", "Id", "Statement"])
_STATEMENT: Final = frozenset(
    [
        *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"),
        "Condition",
    ]
)
_EFFECTS: Final = {effect.value: effect for effect in Effect}
_ACTION: Final = re.compile(r"\*|(?:\*|[a-z0-9.-]+):[^:]+", re.ASCII)


def parse_policy(document: Json, *, kind: PolicyKind = PolicyKind.AUTHORIZER, limits: Limits = BOUNDS) -> Policy:
    """Read a policy; ``kind`` decides whether statements may or must name principals.

    Raises:
        PolicyError: it is none, with all its faults.
    """
    return _parse(document, kind, limits)


def parse_policy_text(text: str, *, kind: PolicyKind = PolicyKind.AUTHORIZER, limits: Limits = BOUNDS) -> Policy:
    """Read a policy from JSON, in which a name must not come twice in one object.

    Raises:
        PolicyError: it is none, with all its faults.
    """
    return _parse(read_document(text, limits), kind, limits)


def _parse(document: object, kind: PolicyKind, limits: Limits) -> Policy:
    check_bounds(document, limits)
    reader = _Reader(kind, limits)
    policy = reader.policy(document)
    if reader.intake.faults:
        raise PolicyError(reader.intake.faults)
    return policy


class _Reader:
    def __init__(self, kind: PolicyKind, limits: Limits) -> None:
        self.kind = kind
        self.limits = limits
        self.variables = False
        self.intake = Intake()

    def policy(self, document: object) -> Policy:
        members = self.intake.members("", document, _DOCUMENT)
        statements: tuple[Statement, ...] = ()
        identifier = None
        if members is not None:
            # Without a version, ``${...}`` stands for itself.
            if "Version" in members:
                self.variables = self.intake.one_of("Version", members["Version"], _VERSIONS) or False
            identifier = self.optional_string("Id", members)
            statements = tuple(self.statements(members))
            self.distinct_sids(statements)
        return Policy(id=identifier, variables=self.variables, statements=statements)

    def optional_string(self, path: str, members: Object) -> str | None:
        name = path.rpartition(".")[2]
        return self.intake.string(path, members[name]) if name in members else None

    def statements(self, members: Object) -> Iterator[Statement]:
        items = tuple(numbered("Statement", members.get("Statement", ())))
        if not items:
            self.intake.fault("Statement", "must hold at least one statement")
        elif len(items) > self.limits.statements:
            self.intake.fault("Statement", f"has {len(items)} statements, at most {self.limits.statements} are read")
            return
        for path, item in items:
            statement = self.statement(path, item)
            if statement:
                yield statement

    def statement(self, path: str, value: object) -> Statement | None:
        members = self.intake.members(path, value, _STATEMENT)
        if members is None:
            return None
        sid = self.optional_string(step(path, "Sid"), members)
        effect = self.effect(step(path, "Effect"), members)
        principals = read_principals(self.intake, path, members, self.kind)
        actions = self.patterns(path, members, "Action", self.action)
        resources = self.patterns(path, members, "Resource", self.resource)
        conditions = tuple(self.conditions(step(path, "Condition"), members.get("Condition", {})))
        if effect is None or actions is None or resources is None:
            return None
        return Statement(
            path=path,
            sid=sid,
            effect=effect,
            principals=principals,
            actions=actions,
            resources=resources,
            conditions=conditions,
        )

    def effect(self, path: str, members: Object) -> Effect | None:
        if "Effect" in members:
            return self.intake.one_of(path, members["Effect"], _EFFECTS)
        self.intake.fault(path, "is missing")
        return None

    def patterns(self, path: str, members: Object, name: str, read: Callable[[str, str], Pattern]) -> Patterns | None:
        present = [element for element in (name, f"Not{name}") if element in members]
        if len(present) > 1:
            self.intake.fault(path, f"has both {name} and Not{name}, only one may stand in a statement")
        if not present:
            self.intake.fault(step(path, name), f"is missing; {name} or Not{name} must be there")
            return None
        element = present[0]
        place = step(path, element)
        if not tuple(numbered(place, members[element])):
            self.intake.fault(place, "must hold at least one pattern")
        patterns = tuple(starmap(read, self.intake.strings(place, members[element])))
        return Patterns(element=element, patterns=patterns, negated=element != name)

    def action(self, path: str, text: str) -> Pattern:
        lower = text.lower()
        if not _ACTION.fullmatch(lower):
            self.intake.fault(path, f"must be * or a service, a colon and an action, got {shown(text)}")
        return read_pattern(lower, variables=False)

    def resource(self, path: str, text: str) -> Pattern:
        longest = self.limits.resource_characters
        if longest is not None and len(text) > longest:
            self.intake.fault(path, f"has {len(text)} characters, at most {longest} are allowed")
        if not text:
            self.intake.fault(path, "must be * or an ARN, got ''")
        return read_resource(text, variables=self.variables)

    def conditions(self, path: str, value: object) -> Iterator[Condition]:
        for name, tests in (self.intake.members(path, value) or {}).items():
            place = step(path, name)
            operator = read_operator(name)
            if operator is None:
                self.intake.fault(place, "is no condition operator")
                continue
            members = self.intake.members(place, tests) or {}
            self.distinct_keys(place, members)
            for key, values in members.items():
                yield self.condition(step(place, key), operator, key, values)

    def condition(self, path: str, operator: Operator, key: str, value: object) -> Condition:
        texts: list[tuple[str, str]] = []
        for place, item in numbered(path, value):
            text = scalar(item)
            if text is None:
                self.intake.fault(place, f"must be a string, a number or a boolean, got {shown(item)}")
            else:
                texts.append((place, text))
        return Condition(
            operator=operator,
            key=key,
            values=tuple(text for _, text in texts),
            operands=tuple(self.operands(operator, texts)),
        )

    def operands(self, operator: Operator, texts: Sequence[tuple[str, str]]) -> Iterator[Operand]:
        comparison = operator.comparison
        if comparison is None:
            return
        for place, text in texts:
            operand = comparison.operand(text, variables=self.variables)
            if comparison.strict and isinstance(operand, Nothing):
                self.intake.fault(
                    place, f"must be a date like 2026-01-31T12:00:00Z or seconds since 1970, got {shown(text)}"
                )
            yield operand

    def distinct_keys(self, path: str, members: Object) -> None:
        seen: set[str] = set()
        for key in members:
            if not key:
                self.intake.fault(path, "must name a condition key, got ''")
            if key.lower() in seen:
                self.intake.fault(step(path, key), "stands there twice, names of keys are the same in any case")
            seen.add(key.lower())

    def distinct_sids(self, statements: Sequence[Statement]) -> None:
        """Refuse a second statement of one name, as IAM does for the policies that it keeps."""
        seen: set[str] = set()
        for statement in statements if self.kind is PolicyKind.IDENTITY else ():
            if statement.sid and statement.sid in seen:
                self.intake.fault(step(statement.path, "Sid"), f"is {shown(statement.sid)}, the name of two statements")
            seen.add(statement.sid or "")
