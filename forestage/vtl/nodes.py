"""The tree of a template: statements, and the expressions within them.

``offset`` is the first character in the template's text; ``source`` the text of the node as Velocity would quote it,
which is what an invalid operand of ``+`` or an argument of a macro prints in the plain profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Escape(Enum):
    """What the backslashes before a reference ask for."""

    NONE = "none"
    ESCAPED = "escaped"
    BROKEN = "broken"
    """``$\\!name``, which refers to nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """Something with a value."""

    offset: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """``.name`` behind a reference."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """``.name(arguments)`` behind a reference."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """``[argument]`` behind a reference."""

    argument: Expression


Step: TypeAlias = Property | Method | Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Expression):
    """``$name.property.method(…)[index]``.

    ``runt`` is a name without its ``$``, which is left over by an odd construction and prints itself without its steps.
    ``prefix`` is printed before the value; ``slashes`` are the backslashes that remain of those before it; ``unset``
    is what the plain profile prints where there is no value; ``target`` is the name that ``#set`` gives a value to.
    """

    root: str
    target: str
    steps: tuple[Step, ...]
    quiet: bool
    runt: bool
    escape: Escape
    slashes: str
    prefix: str
    unset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Expression):
    """Characters that are printed as they are."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StringLiteral(Expression):
    """A quoted string; ``interpolated`` ones are templates themselves."""

    text: str
    interpolated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLiteral(Expression):
    """A number as written in the template."""

    value: int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class BooleanLiteral(Expression):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Expression):
    """A bare word among the arguments of a directive: a macro's name, ``in``, or a mistake."""

    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLiteral(Expression):
    """``[a, b]``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLiteral(Expression):
    """``{"key": value}``."""

    entries: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeLiteral(Expression):
    """``[first..last]``, upwards or downwards."""

    first: Expression
    last: Expression


class Operator(Enum):
    """The operators of two operands."""

    OR = "||"
    AND = "&&"
    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    GREATER = ">"
    LESS_EQUAL = "<="
    GREATER_EQUAL = ">="
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    MODULO = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Expression):
    """Two operands and their operator."""

    operator: Operator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Expression):
    """``!operand``."""

    operand: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """``#set($target = value)``."""

    offset: int
    source: str
    target: Reference
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """``#if … #elseif … #else … #end``: conditions with their blocks, and the block where none holds."""

    offset: int
    branches: tuple[tuple[Expression, Block], ...]
    otherwise: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreach:
    """``#foreach($element in source) … #end``.

    ``source`` is None where the source is missing, which loops over nothing. An argument behind the source takes the
    place of the body; so it is in Velocity 1.7.
    """

    offset: int
    element: str
    source: Expression | None
    body: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroDefinition:
    """``#macro(name $parameter) … #end``."""

    offset: int
    name: str
    parameters: tuple[str, ...]
    body: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroCall:
    """``#name(arguments)``, or ``#@name(arguments) … #end`` with a body.

    It prints ``source`` where there is no such macro.
    """

    offset: int
    name: str
    arguments: tuple[Expression, ...]
    body: Block | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Define:
    """``#define($name) … #end``."""

    offset: int
    name: str
    body: Block
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """``#break``, with the scope that is left where one is named."""

    offset: int
    source: str
    scope: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """``#stop``; a message is evaluated and dropped."""

    offset: int
    message: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """``#include``, ``#parse`` or ``#evaluate``."""

    offset: int
    name: str
    source: str


Active: TypeAlias = Reference | Set | If | Foreach | MacroDefinition | MacroCall | Define | Break | Stop | Unavailable
Statement: TypeAlias = Text | Active
Block: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A parsed template, and the names of the macros that its text defines."""

    statements: Block
    macro_names: frozenset[str]
