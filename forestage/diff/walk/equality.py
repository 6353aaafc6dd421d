"""Equality by meaning.

Source: DIFF.md: key order, "true" and true, "10" and 10, a policy as text or as an object are the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.diff.match.sides import SideView
    from forestage.model.values import OpenJson, Text

UNORDERED = frozenset({"DependsOn", "Tags"})
"""Lists whose order means nothing, by the name of their property."""


def meaning(value: OpenJson, name: str = "") -> object:
    """Write a document so that what means the same is equal: scalars as text, lists of tags sorted."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}" if float(value).is_integer() else repr(value)
        case Mapping():
            return {key: meaning(item, key) for key, item in value.items()}
        case str() | Unknown() | Secret():
            return value
        case Sequence():
            items = [meaning(item) for item in value]
            return sorted(items, key=repr) if name in UNORDERED else items
        case _:
            return value


def parsed(value: OpenJson) -> OpenJson:
    """Read a document that is given as text."""
    if not isinstance(value, str):
        return value
    try:
        found: OpenJson = json.loads(value)
    except ValueError:
        return value
    return found


class Sides:
    """Compares values of both sides, each under its own names."""

    def __init__(self, before: SideView, after: SideView) -> None:
        self._before = before.names
        self._after = after.names

    def text(self, before: Text | None, after: Text | None) -> tuple[Text | None, Text | None]:
        """Name two texts."""
        return cast("tuple[Text | None, Text | None]", (self._before.of(before), self._after.of(after)))

    def document(self, before: OpenJson, after: OpenJson) -> tuple[OpenJson, OpenJson]:
        """Name two documents."""
        return self._before.of(before), self._after.of(after)

    def are_same(self, before: OpenJson, after: OpenJson) -> bool:
        """Tell whether two values mean the same."""
        return meaning(self._before.of(before)) == meaning(self._after.of(after))

    def texts(
        self, before: Mapping[str, Text], after: Mapping[str, Text]
    ) -> tuple[Mapping[str, OpenJson], Mapping[str, OpenJson]]:
        """Name the values of two maps, not their keys."""
        ours = {key: self._before.of(value) for key, value in before.items()}
        return ours, {key: self._after.of(value) for key, value in after.items()}

    def words(self, before: Sequence[Text], after: Sequence[Text]) -> tuple[frozenset[str], frozenset[str]]:
        """Name two lists of texts as sets."""
        ours = frozenset(str(self._before.of(value)) for value in before)
        return ours, frozenset(str(self._after.of(value)) for value in after)
