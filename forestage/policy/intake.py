"""Takes documents in: JSON to values, bounds on what is read, and the values of known shapes or their faults."""

from __future__ import annotations

import json
import math
from collections import Counter, UserDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from forestage.policy.faults import PolicyError, PolicyFault, shown, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.policy.limits import Limits

T = TypeVar("T")
Object: TypeAlias = Mapping[str, object]

_LARGEST_BITS: Final = 1024
_BRACKETS: Final = 2


class _Pairs(UserDict[str, object]):
    """An object as written, which knows what it was told more than once."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs) if len(pairs) > len(self) else Counter[str]()
        self.repeated = tuple(name for name, count in counts.items() if count > 1)


def read_document(text: str, limits: Limits) -> object:
    """Read JSON.

    Raises:
        PolicyError: it is none, or is too long.
    """
    if len(text) > limits.text_characters:
        message = f"has {len(text)} characters with blanks, at most {limits.text_characters} are read"
        raise PolicyError([PolicyFault(path="", message=message)])
    try:
        document: object = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = f"is no JSON: {str(error).partition(chr(10))[0]}"
        raise PolicyError([PolicyFault(path="", message=message)]) from None
    return document


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no value")


def check_bounds(document: object, limits: Limits) -> None:
    """See that a document is not too large; it is left as soon as it is.

    Raises:
        PolicyError: it is.
    """
    characters, waiting = 0, [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > limits.depth:
            raise PolicyError([PolicyFault(path="", message=f"is nested deeper than {limits.depth} levels")])
        children, size = _children(value)
        characters += size
        if characters > limits.characters:
            raise PolicyError([PolicyFault(path="", message=f"has more than {limits.characters} characters")])
        waiting.extend((child, depth + 1) for child in children)


def _children(value: object) -> tuple[Sequence[object], int]:
    """Return what a value contains, and how many characters it takes besides."""
    match value:
        case str():
            return (), len(json.dumps(value, ensure_ascii=False))
        case Mapping():
            names = sum(len(json.dumps(str(name), ensure_ascii=False)) + 1 for name in value)
            return tuple(value.values()), names + _BRACKETS + max(len(value) - 1, 0)
        case Sequence():
            return value, _BRACKETS + max(len(value) - 1, 0)
        case _:
            return (), len(scalar(value) or "null")


def scalar(value: object) -> str | None:
    """Write a value of a condition as text; None where it is none. Quotes are optional for numbers and booleans."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() <= _LARGEST_BITS:
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case _:
            return None


def numbered(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Return the items of a list with their places; what is no list is one item at the place of the whole."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        yield path, value
        return
    for number, item in enumerate(value):
        yield f"{path}[{number}]", item


class Intake:
    """Reads values of known shapes, and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[PolicyFault] = []

    def fault(self, path: str, message: str) -> None:
        """Note what is wrong at a place."""
        self.faults.append(PolicyFault(path=path, message=message))

    def members(self, path: str, value: object, known: frozenset[str] | None = None) -> Object | None:
        """Read an object; ``known`` are the names that it may have, None is any."""
        if not isinstance(value, Mapping):
            self.fault(path, f"must be an object, got {shown(value)}")
            return None
        if isinstance(value, _Pairs):
            for name in value.repeated:
                self.fault(step(path, name), "stands there more than once")
        members = {name: member for name, member in value.items() if isinstance(name, str)}
        for name in value:
            if name not in members:
                self.fault(path, f"must have names that are strings, got {shown(name)}")
            elif known and name not in known:
                self.fault(step(path, name), f"is no element here; known are {', '.join(sorted(known))}")
        return members

    def one_of(self, path: str, value: object, choices: Mapping[str, T]) -> T | None:
        """Read one of some words."""
        if isinstance(value, str) and value in choices:
            return choices[value]
        self.fault(path, f"must be {' or '.join(choices)}, got {shown(value)}")
        return None

    def string(self, path: str, value: object) -> str | None:
        """Read a string."""
        if isinstance(value, str):
            return value
        self.fault(path, f"must be a string, got {shown(value)}")
        return None

    def strings(self, path: str, value: object) -> Iterator[tuple[str, str]]:
        """Read a string or a list of them, each with its place."""
        for place, item in numbered(path, value):
            text = self.string(place, item)
            if text is not None:
                yield place, text
