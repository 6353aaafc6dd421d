"""Which integration response an answer of a backend takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from forestage.preview.compile.patterns import BoundedPattern

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Selection(Generic[T]):
    """Patterns in the order of the template, and the default: the entry without a pattern."""

    patterns: tuple[tuple[BoundedPattern, T], ...] = ()
    default: T | None = None

    def select(self, text: str | None) -> T | None:
        """Return the first entry whose pattern matches the whole text, else the default.

        None as text is an answer that patterns do not look at: it takes the default.

        Source: rest-facts.md section 9; API Gateway developer guide, "Set up an integration response" (the
        pattern has to match all of the text).
        """
        if text is not None:
            for pattern, entry in self.patterns:
                if pattern.matches(text):
                    return entry
        return self.default
