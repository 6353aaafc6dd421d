"""What can go wrong with a mapping template, and where in its text.

VtlError                    base; has the kind, the template's name, line, column and the offending text
├── TemplateSyntaxError     the text is no template (kind ``parse``)
├── MethodError             a Java call would throw (kind ``method``)
│   ├── OverrideError       one parameter is overridden twice
│   ├── LimitError          the rendering uses more than it may
│   └── UnavailableError    a directive that API Gateway does not offer
└── InputError              the body begins like JSON and is none (kind ``input``)

``Thrown`` and its kinds are what the inside raises where it does not know the place; they become a VtlError at the
reference or directive that was being evaluated, and never leave this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from forestage.errors import ForestageError

ErrorKind: TypeAlias = Literal["parse", "method", "input"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a template; ``line`` and ``column`` count from 1, ``column`` in characters."""

    line: int
    column: int

    @classmethod
    def of(cls, text: str, offset: int) -> Position:
        """Tell line and column of an offset; a line ends at a line feed, or at a carriage return without one."""
        before = text[: max(offset, 0)].replace("\r\n", " \n").replace("\r", "\n")
        return cls(before.count("\n") + 1, len(before) - before.rfind("\n"))

    def caret(self, text: str) -> str:
        """Show the line of this place, with a caret under it."""
        line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[self.line - 1]
        # Tabs stay, so that the caret stands right however wide they are shown.
        indent = "".join("\t" if character == "\t" else " " for character in line[: self.column - 1])
        return f"{line}\n{indent.ljust(self.column - 1)}^"


class VtlError(ForestageError):
    """A template cannot be parsed or rendered.

    ``offending`` is the piece of the template that failed, as written; ``line`` and ``column`` are 0 where no single
    piece is at fault. ``value`` shows the value that a step of it could not take, empty where there is none to show.
    """

    kind: ClassVar[ErrorKind] = "method"

    def __init__(
        self,
        reason: str,
        *,
        template: str,
        position: Position | None = None,
        offending: str = "",
        value: str = "",
        hint: str | None = None,
    ) -> None:
        self.reason = reason
        self.template = template
        self.line = position.line if position else 0
        self.column = position.column if position else 0
        self.offending = offending
        self.value = value
        place = f"{template}:{self.line}:{self.column}" if position else template
        super().__init__(f"{place}: {reason}", hint=hint)

    def caret(self, text: str) -> str:
        """Show the line of the template that failed, with a caret under the place; empty where no place is known."""
        return Position(self.line, self.column).caret(text) if self.line else ""


class TemplateSyntaxError(VtlError):
    """The text is no template; API Gateway refuses it when it is deployed or answers 500."""

    kind: ClassVar[ErrorKind] = "parse"


class MethodError(VtlError):
    """A Java call of the template throws: an index out of range, a number that is none, a malformed JSONPath."""


class OverrideError(MethodError):
    """The template sets the same parameter of an override twice."""


class LimitError(MethodError):
    """The rendering takes more steps, output or nesting than it may."""


class UnavailableError(MethodError):
    """The template uses ``#include``, ``#parse`` or ``#evaluate``."""


class InputError(VtlError):
    """The body begins like a JSON object, array or string and cannot be read."""

    kind: ClassVar[ErrorKind] = "input"


class Thrown(Exception):
    """A Java method throws; the place is not known yet."""

    error: ClassVar[type[VtlError]] = MethodError


class ThrownOverride(Thrown):
    """The same parameter is overridden a second time."""

    error: ClassVar[type[VtlError]] = OverrideError


class ThrownLimit(Thrown):
    """A bound of the rendering is reached."""

    error: ClassVar[type[VtlError]] = LimitError


class ThrownInput(Thrown):
    """The body cannot be read."""

    error: ClassVar[type[VtlError]] = InputError
