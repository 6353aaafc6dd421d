"""Compares what came with what a case expects, and says every difference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


# Both sides are free JSON.
def differences(expected: Any, actual: Any, where: str, *, subset: bool = False) -> Iterator[str]:
    """Tell where a value is not as expected.

    A text ``/.../`` is a regular expression to be found, ``*`` is anything. With ``subset`` objects may have
    further keys.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in expected.keys() | (set() if subset else actual.keys()):
            place = f"{where}.{key}"
            if key not in actual:
                yield f"{place} is missing"
            elif key not in expected:
                yield f"{place} should not be there: {actual[key]!r}"
            else:
                yield from differences(expected[key], actual[key], place, subset=subset)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (wanted, found) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(wanted, found, f"{where}[{index}]", subset=subset)
    elif not _is_like(expected, actual):
        yield f"{where} is {actual!r}, expected {expected!r}"


def _is_like(expected: Any, actual: Any) -> bool:
    if expected == "*":
        return True
    if isinstance(expected, str) and len(expected) > 1 and expected[0] == expected[-1] == "/":
        return isinstance(actual, str) and re.search(expected[1:-1], actual) is not None
    return type(expected) is type(actual) and bool(expected == actual)


def header_differences(
    expected: Mapping[str, str], absent: list[str], actual: tuple[tuple[str, str], ...], where: str
) -> Iterator[str]:
    """Compare some headers; names are compared without case, the values of one name are joined by ``, ``."""
    found: dict[str, str] = {}
    for name, value in actual:
        lowered = name.lower()
        found[lowered] = f"{found[lowered]}, {value}" if lowered in found else value
    for name, value in expected.items():
        if name.lower() not in found:
            yield f"{where} {name} is missing"
        else:
            yield from differences(value, found[name.lower()], f"{where} {name}")
    for name in absent:
        if name.lower() in found:
            yield f"{where} {name} should not be there: {found[name.lower()]!r}"


def has_path(document: Any, path: str) -> bool:
    """Tell whether an object has a place, ``headers.Via``."""
    for key in path.split("."):
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
