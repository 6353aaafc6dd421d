"""Policies compared by what they let through, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from forestage.diff.walk.equality import meaning, parsed
from forestage.model.records import dataclass
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from forestage.model.values import OpenJson

MOST_ATOMS = 400
"""A statement with more combinations of principal, action and resource is compared as a whole."""
_Reader: TypeAlias = "Callable[[OpenJson], Iterable[str]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One principal, one action and one resource of a statement, with its conditions.

    ``conditions`` are by operator and key. What is negated is kept with a ``!`` before it, and only equal to itself.
    """

    effect: str
    principal: str
    action: str
    resource: str
    conditions: Mapping[tuple[str, str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """What two policies do differently: what is let in that was not, and the reverse, in people's words."""

    widened: tuple[str, ...]
    narrowed: tuple[str, ...]


def compare_policies(before: OpenJson, after: OpenJson) -> PolicyChange:
    """Compare two policies; None is one without statements."""
    return compare_documents((before,), (after,))


def compare_documents(before: Iterable[OpenJson], after: Iterable[OpenJson]) -> PolicyChange:
    """Compare policies that hold together."""
    ours = [atom for document in before for atom in _atoms(document)]
    theirs = [atom for document in after for atom in _atoms(document)]
    return PolicyChange(
        widened=(*_uncovered(theirs, ours, "Allow"), *_uncovered(ours, theirs, "Deny")),
        narrowed=(*_uncovered(ours, theirs, "Allow"), *_uncovered(theirs, ours, "Deny")),
    )


def lets_everybody_in(policy: OpenJson) -> bool:
    """Tell whether a policy allows every principal without a condition, and denies nobody."""
    atoms = tuple(_atoms(policy))
    allows = any(atom.effect == "Allow" and atom.principal == "*" and not atom.conditions for atom in atoms)
    return allows and not any(atom.effect == "Deny" for atom in atoms)


def _uncovered(atoms: Sequence[Atom], by: Sequence[Atom], effect: str) -> Iterator[str]:
    """List what one policy says with an effect, and the other does not say with the same."""
    others = [atom for atom in by if atom.effect == effect]
    for atom in atoms:
        if atom.effect == effect and not any(_covers(other, atom) for other in others):
            yield _written(atom)


def _covers(wide: Atom, narrow: Atom) -> bool:
    return (
        _matches(wide.principal, narrow.principal)
        and _matches(wide.action.lower(), narrow.action.lower())
        and _matches(wide.resource, narrow.resource)
        and _is_looser(wide.conditions, narrow.conditions)
    )


def _matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern with wildcards covers a text, which may have wildcards itself."""
    if pattern in {text, "*"}:
        return not text.startswith("!") or pattern == text
    if pattern.startswith("!") or text.startswith("!") or ("*" not in pattern and "?" not in pattern):
        return False
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), text) is not None


def _is_looser(
    wide: Mapping[tuple[str, str], frozenset[str]], narrow: Mapping[tuple[str, str], frozenset[str]]
) -> bool:
    """Tell whether conditions hold wherever others do: fewer of them, more values, fewer negated values."""
    for key, values in wide.items():
        others = narrow.get(key)
        if others is None:
            return False
        if key[0].startswith(("StringNot", "NotIpAddress", "ArnNot", "NumericNot", "DateNot")):
            if not values <= others:
                return False
        elif not all(any(_matches(value, other) for value in values) for other in others):
            return False
    return True


def _written(atom: Atom) -> str:
    conditions = ", ".join(f"{operator} {key}" for operator, key in sorted(atom.conditions))
    text = f"{atom.effect} {atom.principal} {atom.action} on {atom.resource}"
    return f"{text} if {conditions}" if conditions else text


def _atoms(policy: OpenJson) -> Iterator[Atom]:
    document = parsed(policy)
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    for statement in _items(statements):
        if isinstance(statement, Mapping):
            yield from _statement_atoms(statement)


def _statement_atoms(statement: Mapping[str, OpenJson]) -> Iterator[Atom]:
    effect = str(statement.get("Effect", "Deny"))
    conditions = dict(_conditions(statement.get("Condition")))
    principals = _part(statement, "Principal", _principals)
    actions, resources = _part(statement, "Action", _texts), _part(statement, "Resource", _texts)
    if len(principals) * len(actions) * len(resources) > MOST_ATOMS:
        principals, actions, resources = (
            (" ".join(sorted(part)),) if len(part) > 1 else part for part in (principals, actions, resources)
        )
    for principal, action, resource in product(principals, actions, resources):
        yield Atom(effect=effect, principal=principal, action=action, resource=resource, conditions=conditions)


def _part(statement: Mapping[str, OpenJson], name: str, read: _Reader) -> tuple[str, ...]:
    if f"Not{name}" in statement:
        return ("!" + " ".join(sorted(read(statement[f"Not{name}"]))),)
    return tuple(read(statement[name])) if name in statement else ("*",)


def _principals(value: OpenJson) -> Iterator[str]:
    value = parsed(value)
    if isinstance(value, Mapping):
        for kind, names in value.items():
            for name in _texts(names):
                yield "*" if kind == "AWS" and name == "*" else f"{kind} {name}"
    else:
        yield from _texts(value)


def _texts(value: OpenJson) -> Iterator[str]:
    for item in _items(value):
        yield str(meaning(item))


def _items(value: OpenJson) -> Sequence[OpenJson]:
    """Read one thing or a list of them."""
    return value if isinstance(value, Sequence) and not isinstance(value, str | Unknown | Secret) else (value,)


def _conditions(value: OpenJson) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    value = parsed(value)
    if isinstance(value, Mapping):
        for operator, keys in value.items():
            if isinstance(keys, Mapping):
                for key, values in keys.items():
                    yield (operator, key.lower()), frozenset(_texts(values))
