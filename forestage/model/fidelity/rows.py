"""What the fidelity table is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeAlias

from forestage.model.records import dataclass
from forestage.model.values import Secret


class Status(StrEnum):
    """How much of a property the preview executes."""

    HONOURED = "honoured"
    PARTIAL = "partial"
    NOT_SIMULATED = "not simulated"
    UNKNOWN = "unknown"


Counts: TypeAlias = Callable[[object], bool]
"""Tells whether a row is about a value; every other value of the property is honoured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes of a property.

    ``note`` says in a few words what is missing. ``counts`` None is every value.
    """

    status: Status
    note: str = ""
    counts: Counts | None = None

    def unless(self, *harmless: object) -> Row:
        """Make a row that is not about some values, in which nothing is lost."""
        return replace(self, counts=lambda value: _word(value) not in harmless)

    def only(self, *affected: object) -> Row:
        """Make a row that is only about some values."""
        return replace(self, counts=lambda value: _word(value) in affected)

    def when(self, counts: Counts) -> Row:
        """Make a row that is only about the values for which ``counts`` holds."""
        return replace(self, counts=counts)

    def is_about(self, value: object) -> bool:
        """Tell whether a value of the property is not honoured wholly."""
        return self.status is not Status.HONOURED and (self.counts is None or self.counts(value))


Rows: TypeAlias = Mapping[str, Row]
"""Rows by property, nested ones dotted; ``*`` stands for the keys of a map of objects: ``Throttle.*.RateLimit``."""

HONOURED = Row(status=Status.HONOURED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRows:
    """The rows of a resource type; ``whole`` is about the type itself and goes before its rows."""

    rows: Rows
    whole: Row = HONOURED

    def row(self, path: str) -> Row | None:
        """Find the row of a property, None where the type has no such property."""
        row = self.rows.get(path)
        return row if row is None or self.whole.status is Status.HONOURED else self.whole

    def has_map(self, path: str) -> bool:
        """Tell whether a property is a map of objects."""
        return f"{path}.*" in self.rows

    def has_object(self, path: str) -> bool:
        """Tell whether a property is an object whose properties have rows."""
        prefix = f"{path}."
        return any(name.startswith(prefix) for name in self.rows)


def partial(note: str) -> Row:
    """Make a row for what is executed in part."""
    return Row(status=Status.PARTIAL, note=note)


def not_simulated(note: str) -> Row:
    """Make a row for what is not executed."""
    return Row(status=Status.NOT_SIMULATED, note=note)


def honoured(*properties: str) -> Rows:
    """Make rows for properties that are executed, or that change nothing of what is executed."""
    return dict.fromkeys(properties, HONOURED)


def under(prefix: str, rows: Rows, whole: Row = HONOURED) -> Rows:
    """Make the row of a property that is an object, and those of its own properties."""
    return {prefix: whole, **{f"{prefix}.{path}": row for path, row in rows.items()}}


def _word(value: object) -> object:
    """Read a value as loosely as CloudFormation: "false" is False, "0" is 0."""
    word = value.reveal() if isinstance(value, Secret) else value
    if isinstance(word, str):
        return {"true": True, "false": False, "0": 0}.get(word.lower(), word)
    return word if isinstance(word, bool | int | float) else None
