"""A compiled regular expression of Java, and what ``String`` does with one."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, assert_never

from forestage.vtl.regex.machine import Compiler, one_source, run
from forestage.vtl.regex.nodes import (
    INFINITE,
    Anchor,
    Atomic,
    Back,
    Choice,
    Greed,
    Group,
    Look,
    Node,
    One,
    RegexError,
    Repeat,
    Sequence,
)
from forestage.vtl.regex.reader import read_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.vtl.budget import Budget

PATTERN_LENGTH_LIMIT: Final = 10_000
"""Characters of a pattern."""

_FAST_COST_LIMIT: Final = 20_000_000
"""Tries that ``re`` may need at worst; it makes some hundred in a microsecond."""

_TRIES_A_STEP: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One match.

    ``spans`` holds where each group begins and ends, the whole match first; (-1, -1) for one that took no part.
    """

    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Where the match begins."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where the match ends."""
        return self.spans[0][1]


class JavaPattern:
    """A regular expression in Java's syntax, compiled."""

    __slots__ = ("_compiler", "_fast", "_leading", "_node", "_program", "groups", "literal", "names")

    def __init__(self, pattern: str, flags: str) -> None:
        syntax = read_pattern(pattern, flags=flags)
        self.groups: int = syntax.groups
        self.names: Mapping[str, int] = syntax.names
        self.literal: str | None = _literal_text(syntax.node)
        """The text that alone matches, where the pattern is such a text."""
        self._node = syntax.node
        self._fast = _fast_pattern(syntax.node)
        self._compiler = Compiler(syntax.groups)
        self._program = self._compiler.program(syntax.node)
        leading = _leading(syntax.node)
        self._leading = re.compile(leading) if leading else None

    def matches(self, text: str, budget: Budget) -> bool:
        """Tell whether the whole text matches.

        Raises:
            ThrownLimit: that takes more steps than are left.
        """
        cost = _ways(self._node, len(text)) * (1 + len(text))
        if self._fast is not None and cost <= _FAST_COST_LIMIT:
            budget.spend(1 + int(cost) // _TRIES_A_STEP)
            return self._fast.fullmatch(text) is not None
        return run(self._program, text, 0, self._no_slots(), budget, len(text)) is not None

    def find_all(self, text: str, budget: Budget) -> Iterator[Found]:
        """Yield the matches from left to right, as ``Matcher.find`` does.

        Raises:
            ThrownLimit: that takes more steps than are left.
        """
        cost = (1 + len(text)) * _ways(_without_tail(self._node), len(text))
        if self._fast is not None and cost <= _FAST_COST_LIMIT:
            budget.spend(1 + int(cost) // _TRIES_A_STEP)
            for found in self._fast.finditer(text):
                yield Found(found.regs)
            return
        yield from self._find_slowly(text, budget)

    def _find_slowly(self, text: str, budget: Budget) -> Iterator[Found]:
        start = 0
        slots = self._no_slots()
        while start <= len(text):
            budget.spend(1)
            if self._leading is not None:
                begin = self._leading.search(text, start)
                if begin is None:
                    return
                budget.spend((begin.start() - start) // _TRIES_A_STEP)
                start = begin.start()
            found = run(self._program, text, start, slots, budget)
            if found is None:
                start += 1
                continue
            end, filled = found
            yield Found(
                (
                    (start, end),
                    *zip(filled[2 : 2 * self.groups + 2 : 2], filled[3 : 2 * self.groups + 2 : 2], strict=True),
                )
            )
            # Behind an empty match the next one begins a character further; behind another it may be empty and touch
            # it.
            start = end + 1 if start == end else end

    def _no_slots(self) -> tuple[int, ...]:
        return (-1,) * self._compiler.slots


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str = "") -> JavaPattern:
    """Compile a pattern; ``flags`` are those of ``(?idmsux)``.

    Raises:
        RegexError: Java would throw a PatternSyntaxException, or the pattern is too large.
    """
    if len(pattern) > PATTERN_LENGTH_LIMIT:
        raise RegexError(f"a regular expression of more than {PATTERN_LENGTH_LIMIT} characters")
    return JavaPattern(pattern, flags)


def _literal_text(node: Node) -> str | None:
    items = node.items if isinstance(node, Sequence) else (node,)
    characters = [item.literal for item in items if isinstance(item, One) and not item.ignore_case]
    if len(characters) < len(items) or not items:
        return None
    return None if None in characters else "".join(character or "" for character in characters)


def _leading(node: Node) -> str | None:
    """Return the class of the first character, where every match begins with one."""
    match node:
        case One():
            return one_source(node)
        case Sequence(items) if items:
            return _leading(items[0])
        case Group(_, inside) | Atomic(inside):
            return _leading(inside)
        case Repeat(inside, least, _, _) if least > 0:
            return _leading(inside)
        case Choice(options):
            each = [_leading(option) for option in options]
            return None if None in each else f"(?:{'|'.join(source or '' for source in each)})"
        case _:
            return None


def _fast_pattern(node: Node) -> re.Pattern[str] | None:
    try:
        return re.compile(_python(node))
    except (re.error, OverflowError, RecursionError):
        # A look-behind without a fixed width, a group that is not closed yet: the machine can do these.
        return None


def _python(node: Node) -> str:
    match node:
        case One() | Anchor():
            return one_source(node)
        case Sequence(items):
            return "".join(map(_python, items))
        case Choice(options):
            return f"(?:{'|'.join(map(_python, options))})"
        case Group(_, inside):
            return f"({_python(inside)})"
        case Repeat(inside, least, most, greed):
            bounds = f"{{{least},{'' if most >= INFINITE else most}}}{greed.value}"
            return f"(?:{_python(inside)}){bounds}"
        case Look(inside, behind, negated):
            return f"(?{'<' if behind else ''}{'!' if negated else '='}{_python(inside)})"
        case Atomic(inside):
            return f"(?>{_python(inside)})"
        case Back(number, ignore_case):
            return f"(?{'i' if ignore_case else ''}:\\{number})"
        case _:
            assert_never(node)


def _without_tail(node: Node) -> Node:
    """Drop the last repetition of a single class: nothing behind it can fail, so it is never tried twice."""
    match node:
        case Repeat(One(), _, _, greed) if greed is not Greed.RELUCTANT:
            return Sequence(())
        case Sequence(items) if items:
            return Sequence((*items[:-1], _without_tail(items[-1])))
        case Group(_, inside):
            return _without_tail(inside)
        case _:
            return node


def _ways(node: Node, length: int) -> float:
    """Bound in how many ways a node can match a text of this length from one place on."""
    match node:
        case Sequence(items):
            product = 1.0
            for item in items:
                product = min(product * _ways(item, length), _ENDLESS)
            return product
        case Choice(options):
            return sum(_ways(option, length) for option in options)
        case Group(_, inside) | Atomic(inside) | Look(inside, _, _):
            return _ways(inside, length)
        case Repeat(inside, least, most, greed):
            return _ways_of_repeat(inside, least, min(most, max(length, least)), greed, length)
        case _:
            return 1.0


_ENDLESS: Final = 1e30
_ENDLESS_LOGARITHM: Final = 69.0


def _ways_of_repeat(inside: Node, least: int, most: int, greed: Greed, length: int) -> float:
    single = isinstance(inside, One)
    if single and greed is Greed.POSSESSIVE:
        return 1.0
    ways = _ways(inside, length)
    if ways <= 1 and (single or _width(inside)):
        return float(most - least + 1)
    return math.exp(min(most * math.log(max(ways, 2.0)), _ENDLESS_LOGARITHM))


def _width(node: Node) -> int | None:
    """Return how many characters a node always takes; None or 0 where it may take none, or this and that."""
    match node:
        case One():
            return 1
        case Sequence(items):
            widths = [_width(item) for item in items]
            return None if None in widths else sum(width or 0 for width in widths)
        case Group(_, inside) | Atomic(inside):
            return _width(inside)
        case Repeat(inside, least, most, _) if least == most:
            width = _width(inside)
            return None if width is None else width * least
        case Anchor() | Look():
            return 0
        case _:
            return None
