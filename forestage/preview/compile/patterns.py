"""Regular expressions from templates: untrusted, so bounded in steps.

The engine for them is loaded with the first pattern: most APIs have none, and it takes a tenth of the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forestage.vtl.regex import JavaPattern

MAX_STEPS = 500_000
"""How many steps one match may take; a pattern that needs more does not match."""


@dataclass(frozen=True, slots=True)
class BoundedPattern:
    """A Java regular expression; ``compiled`` is None where it is no regular expression at all."""

    text: str
    compiled: JavaPattern | None

    @classmethod
    def of(cls, text: str) -> BoundedPattern:
        """Compile a pattern; one that cannot be compiled never matches."""
        from forestage.vtl.regex import RegexError, compile_pattern

        try:
            return cls(text, compile_pattern(text))
        except RegexError:
            return cls(text, None)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches the whole text, as Java's ``matches`` does."""
        from forestage.vtl.budget import Budget
        from forestage.vtl.errors import ThrownLimit

        if self.compiled is None:
            return False
        try:
            return self.compiled.matches(text, Budget(MAX_STEPS))
        except ThrownLimit:
            return False
