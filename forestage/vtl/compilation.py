"""What the functions that compile one template share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from forestage.vtl.brief import brief
from forestage.vtl.errors import InputError, MethodError, Position, TemplateSyntaxError, Thrown, VtlError

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.vtl.grammar import SyntaxFault
    from forestage.vtl.nodes import Block, Expression
    from forestage.vtl.runtime import Getter, Macro, Renderer

_ABOUT_VALUES: Final = frozenset({MethodError, InputError})
"""What goes wrong because of a value; limits and overrides do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """The template that is being compiled.

    ``plain`` is Velocity as it comes; otherwise a reference without a value is the empty string, as in API Gateway.
    ``block`` compiles statements and ``value`` expressions; they stand here because strings hold statements, and
    references expressions. ``macros`` fills up while the
    template is compiled; a macro may be called before it is defined. ``counts_turns`` tells whether
    ``$velocityCount`` or
    ``$velocityHasNext`` may be used.
    """

    name: str
    text: str
    plain: bool
    macro_names: frozenset[str]
    block: Callable[[Block, Compilation], Renderer]
    value: Callable[[Expression, Compilation], Getter]
    counts_turns: bool
    macros: dict[str, Macro] = field(default_factory=dict)

    def position(self, offset: int) -> Position:
        """Tell line and column of an offset."""
        return Position.of(self.text, offset)

    def failure(self, thrown: Thrown, offset: int, offending: str, value: object = None) -> VtlError:
        """Make the error of what was thrown within a piece of the template, which had come to ``value``."""
        shown = brief(value) if value is not None and thrown.error in _ABOUT_VALUES else ""
        return thrown.error(
            str(thrown), template=self.name, position=self.position(offset), offending=offending, value=shown
        )

    def syntax_error(self, fault: SyntaxFault) -> TemplateSyntaxError:
        """Make the error of a piece that is no template."""
        return to_syntax_error(fault, text=self.text, name=self.name)


def to_syntax_error(fault: SyntaxFault, *, text: str, name: str) -> TemplateSyntaxError:
    """Make the error of a template that cannot be parsed."""
    return TemplateSyntaxError(
        fault.reason,
        template=name,
        position=Position.of(text, fault.offset),
        offending=fault.offending,
        hint=fault.hint,
    )
