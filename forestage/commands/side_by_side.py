"""Texts side by side in columns, as wide as the terminal; below each other where that is too narrow."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from forestage.commands.printing import dim, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NARROWEST_COLUMN: Final = 20
_GAP: Final = " │ "


def side_by_side(columns: Mapping[str, Sequence[str]], *, total: int) -> Iterator[str]:
    """Lay out columns, which are lines by title, in ``total`` columns of the terminal; empty ones are left out."""
    filled = {title: lines for title, lines in columns.items() if any(lines)}
    wanted = [max(map(width, (title, *lines))) for title, lines in filled.items()]
    widths = _share(total - len(_GAP) * (len(wanted) - 1), wanted)
    if any(given < min(wish, NARROWEST_COLUMN) for given, wish in zip(widths, wanted, strict=True)):
        for title, lines in filled.items():
            yield dim(title)
            yield from (f"  {line}" for line in lines)
    elif filled:
        wrapped = [
            [piece for line in lines for piece in wrap(line, given)]
            for lines, given in zip(filled.values(), widths, strict=True)
        ]
        yield _row([dim(title) for title in filled], widths)
        for row in zip_longest(*wrapped, fillvalue=""):
            yield _row(row, widths)


def _share(room: int, wanted: Sequence[int]) -> list[int]:
    """Give each column what it wants, the narrowest first, and the others equal parts of what is left."""
    widths = [0] * len(wanted)
    for number, index in enumerate(sorted(range(len(wanted)), key=lambda index: wanted[index])):
        widths[index] = min(wanted[index], room // (len(wanted) - number))
        room -= widths[index]
    return widths


def wrap(line: str, room: int) -> Iterator[str]:
    """Break a line that is wider than ``room`` anywhere: it is code, and all of it counts."""
    piece, taken = "", 0
    for character in line:
        wide = width(character)
        if taken + wide > room:
            yield piece
            piece, taken = "", 0
        piece += character
        taken += wide
    yield piece


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    rule = _GAP.replace("│", dim("│"))
    padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=True))
    return rule.join(padded).rstrip()
