"""Values before and after a change, as lines of text."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from forestage.diff.render.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.diff.report import Finding
    from forestage.model.values import Json

MAX_LINES: Final = 200
"""Lines of one value that are looked at: finding out what changed takes the square of their number."""

MAX_LINE_CHARACTERS: Final = 400
MAX_SHORT_CHARACTERS: Final = 60
_GAP: Final = "..."


def in_one_line(value: Json) -> str:
    """Write a value in one line; what is not there is nothing."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return visible(text)


def is_short(finding: Finding) -> bool:
    """Tell whether the values of a finding can stand in one line each."""
    return all(len(in_one_line(value)) <= MAX_SHORT_CHARACTERS for value in (finding.before, finding.after))


def value_lines(value: Json) -> tuple[str, ...]:
    """Write a value as lines: text as it is, JSON indented, no more than are looked at."""
    if value is None:
        return ()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    shown = tuple(_cut(visible(line.expandtabs(2))) for line in lines[:MAX_LINES])
    more = len(lines) - len(shown)
    return (*shown, f"{_GAP} {more} more lines") if more else shown


def changed_lines(before: Json, after: Json, *, context_lines: int) -> tuple[str, ...]:
    """Write what differs as lines that begin with ``-``, ``+`` or a blank; ``...`` stands for what is left out."""
    lines: list[str] = []
    for block in _blocks(before, after, context_lines):
        if block.is_equal:
            lines += (f"  {line}" for line in block.old)
        else:
            lines += (f"- {line}" for line in block.old)
            lines += (f"+ {line}" for line in block.new)
    return tuple(lines)


def paired_lines(before: Json, after: Json, *, context_lines: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write what differs as two columns of as many lines, of which those of the same place stand beside each other."""
    old: list[str] = []
    new: list[str] = []
    for block in _blocks(before, after, context_lines):
        for left, right in zip_longest(block.old, block.new, fillvalue=""):
            old.append(left)
            new.append(right)
    return tuple(old), tuple(new)


class _Block(NamedTuple):
    """Lines of the same place; ``is_equal`` tells that both sides have them."""

    is_equal: bool
    old: Sequence[str]
    new: Sequence[str]


_LEFT_OUT = _Block(is_equal=True, old=(_GAP,), new=(_GAP,))


def _blocks(before: Json, after: Json, context_lines: int) -> Iterator[_Block]:
    old, new = value_lines(before), value_lines(after)
    end = 0
    for group in SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(context_lines):
        if group[0][1] > end:
            yield _LEFT_OUT
        for tag, old_from, old_to, new_from, new_to in group:
            yield _Block(is_equal=tag == "equal", old=old[old_from:old_to], new=new[new_from:new_to])
            end = old_to
    if 0 < end < len(old):
        yield _LEFT_OUT


def _cut(line: str) -> str:
    return line if len(line) <= MAX_LINE_CHARACTERS else f"{line[: MAX_LINE_CHARACTERS - len(_GAP)]}{_GAP}"
