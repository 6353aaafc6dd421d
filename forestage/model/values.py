"""Values as a template can have them: JSON, not known yet, or secret, each with the place it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

ASSEMBLED: Final[Mapping[str, bool]] = MappingProxyType({"assembled": True})
"""Metadata of a field that the loader puts together from other resources: no property of CloudFormation's."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written.

    ``file`` is as the user would name it, ``line`` and ``column`` count from 1 (0 where the reader has no
    position), ``path`` is the construct path or the path in the template, ``Resources/Api/Properties/Name``.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} ({self.path})" if self.path else place


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that exists only after deployment.

    ``expression`` is what the template says, for people: ``Fn::GetAtt Table.StreamArn``.
    """

    expression: str

    def __str__(self) -> str:
        return f"<{self.expression}>"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that must not be printed, stored in a trace or written to a report."""

    value: str

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def reveal(self) -> str:
        """Tell the value; only for the one who has to use it."""
        return self.value


# Both are unions at run time rather than strings, so that the loader can read annotations like ``Json | None``.
Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
"""A JSON value, as parsed."""

OpenJson: TypeAlias = (
    bool | int | float | str | Unknown | Secret | Sequence["OpenJson"] | Mapping[str, "OpenJson"] | None
)
"""JSON with open leaves: one may be known only after deployment, or be a secret."""

Text: TypeAlias = str | Unknown | Secret
"""A string property whose value may be known only after deployment, or be a secret."""


def known(text: Text | None) -> str | None:
    """Return the value of a text, also of a secret; None where it is absent or not known yet."""
    if isinstance(text, Secret):
        return text.reveal()
    return text if isinstance(text, str) else None


def known_json(value: OpenJson) -> Json:
    """Return JSON whose leaves are all known, also those that are secrets; None where one is not known yet."""
    try:
        return _plain(value)
    except _NotKnownError:
        return None


class _NotKnownError(ValueError):
    """A leaf is known only after deployment."""


def _plain(value: OpenJson) -> Json:
    match value:
        case Unknown():
            raise _NotKnownError
        case Secret():
            return value.reveal()
        case str():
            return value
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
        case _:
            return value
