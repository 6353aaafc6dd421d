"""The tree of a regular expression."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

INFINITE: Final = 1 << 31
"""More repetitions than any text has room for."""


class RegexError(Exception):
    """Java would not take the pattern, or it is larger than this package takes."""


class Greed(Enum):
    """Whether a repetition takes as much as it can, as little, or all that fits and gives nothing back."""

    GREEDY = ""
    RELUCTANT = "?"
    POSSESSIVE = "+"


@dataclass(frozen=True, slots=True)
class One:
    """One character of a class.

    ``source`` is the class in the syntax of Python's ``re``, ``literal`` the character where it is a single one.
    """

    source: str
    ignore_case: bool = False
    literal: str | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place between characters, in the syntax of Python's ``re``."""

    source: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The first of several that leads on."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Group:
    r"""What ``$1`` and ``\1`` refer to."""

    number: int
    node: Node


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times."""

    node: Node
    least: int
    most: int
    greed: Greed


@dataclass(frozen=True, slots=True)
class Look:
    """What must, or must not, stand here or end here."""

    node: Node
    behind: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class Atomic:
    """What is not tried in another way once it fits."""

    node: Node


@dataclass(frozen=True, slots=True)
class Back:
    """The text of an earlier group."""

    number: int
    ignore_case: bool


Node: TypeAlias = One | Anchor | Sequence | Choice | Group | Repeat | Look | Atomic | Back


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """A pattern that was read: its tree, how many groups it has, and the names of some."""

    node: Node
    groups: int
    names: Mapping[str, int]
