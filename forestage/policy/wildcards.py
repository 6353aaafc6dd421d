"""Patterns with ``*`` for any run of characters and ``?`` for one, matched in linear time.

A pattern is cut at its stars. The first and the last part stand at the ends of the text, and each part between is
looked for behind the one before, where taking the first place found loses nothing. A part with ``?`` is looked for by
following all its beginnings at once, as the bits of one number. So every character of the text is looked at a
constant number of times, however many stars there are.

Source: IAM user guide, "Resource" and "Condition operators" (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable


class Piece(NamedTuple):
    """A stretch of a pattern; in a literal one, ``*`` and ``?`` stand for themselves."""

    text: str
    literal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What stands between two stars.

    ``gaps`` are the places at which any character will do.
    """

    text: str
    gaps: frozenset[int]

    def fits(self, text: str, at: int) -> bool:
        """Tell whether the part stands at a place; there must be room for it."""
        if not self.gaps:
            return text.startswith(self.text, at)
        return all(i in self.gaps or text[at + i] == wanted for i, wanted in enumerate(self.text))

    def find(self, text: str, start: int, end: int) -> int:
        """Return where the first occurrence within a stretch of the text ends, -1 if there is none."""
        if end - start < len(self.text):
            return -1
        if self.gaps:
            return self._search(text, start, end)
        found = text.find(self.text, start, end)
        return found if found < 0 else found + len(self.text)

    def _search(self, text: str, start: int, end: int) -> int:
        anything = sum(1 << i for i in self.gaps)
        places: dict[str, int] = {}
        for i, character in enumerate(self.text):
            places[character] = places.get(character, anything) | 1 << i
        whole, begun = 1 << len(self.text) - 1, 0
        for i in range(start, end):
            begun = (begun << 1 | 1) & places.get(text[i], anything)
            if begun & whole:
                return i + 1
        return -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Glob:
    """A pattern, ready to match.

    ``last`` None is a pattern without a star.
    """

    first: Part
    middle: tuple[Part, ...]
    last: Part | None

    def matches(self, text: str) -> bool:
        """Tell whether the pattern covers the whole text."""
        at = len(self.first.text)
        if self.last is None:
            return len(text) == at and self.first.fits(text, 0)
        end = len(text) - len(self.last.text)
        if at > end or not self.first.fits(text, 0) or not self.last.fits(text, end):
            return False
        for part in self.middle:
            at = part.find(text, at, end)
            if at < 0:
                return False
        return True


def compile_glob(pieces: Iterable[Piece]) -> Glob:
    """Make a pattern from its stretches."""
    parts: list[tuple[list[str], list[int]]] = [([], [])]
    for text, literal in pieces:
        for number, run in enumerate([text] if literal else text.split("*")):
            if number:
                parts.append(([], []))
            texts, gaps = parts[-1]
            if not literal and "?" in run:
                before = sum(map(len, texts))
                gaps.extend(before + i for i, character in enumerate(run) if character == "?")
            texts.append(run)
    first, *others = (Part(text="".join(texts), gaps=frozenset(gaps)) for texts, gaps in parts)
    return Glob(
        first=first,
        middle=tuple(part for part in others[:-1] if part.text),
        last=others[-1] if others else None,
    )
