"""Documents whose maps and lists know where each of their entries was written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from forestage.errors import Fault
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")
U = TypeVar("U")
MAX_DEPTH = 100
"""How deep maps and lists may stand in one another: far beyond any template, and safe for recursion."""


class SyntaxFaultError(Exception):
    """A text cannot be read any further; readers raise it, and the document's reader reports it with the rest."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class DuplicateKey(Fault):
    """A key that stands twice in one map, of which the last one is kept."""

    __slots__ = ()


class Document:
    """A text that was read: its file, and the line and column of each offset in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def origin(self, mark: int, path: str = "") -> Origin:
        """Tell the place of an offset in the text."""
        line = bisect_right(self._line_starts, mark)
        return Origin(self.file, line, mark - self._line_starts[line - 1] + 1, path)


class MarkedMap(dict[str, T], Generic[T]):
    """A map that knows its document, its own offset and the offset of each key; equal to a plain one."""

    __slots__ = ("document", "mark", "marks")

    def __init__(self, document: Document, mark: int, marks: dict[str, int], entries: Mapping[str, T]) -> None:
        super().__init__(entries)
        self.document = document
        self.mark = mark
        self.marks = marks

    def like(self, entries: Mapping[str, U]) -> MarkedMap[U]:
        """Make a map of other entries that stands where this one stands."""
        return MarkedMap(self.document, self.mark, self.marks, entries)


class MarkedList(list[T], Generic[T]):
    """A list that knows its document, its own offset and the offset of each item; equal to a plain one."""

    __slots__ = ("document", "mark", "marks")

    def __init__(self, document: Document, mark: int, marks: list[int], items: Iterable[T]) -> None:
        super().__init__(items)
        self.document = document
        self.mark = mark
        self.marks = marks


Raw: TypeAlias = "bool | int | float | str | MarkedMap[Raw] | MarkedList[Raw] | None"
"""JSON as it was read, before intrinsics."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a document."""

    document: Document = field(repr=False)
    mark: int

    def origin(self, path: str = "") -> Origin:
        """Tell the spot to people."""
        return self.document.origin(self.mark, path)


def place_of(node: object, path: Iterable[str | int], start: Place) -> Place:
    """Follow a path through a document, and return where its last part that was written stands."""
    place = start
    for part in path:
        if isinstance(node, MarkedMap) and isinstance(part, str) and part in node:
            place = Place(node.document, node.marks.get(part, node.mark))
            node = node[part]
        elif isinstance(node, MarkedList) and isinstance(part, int) and part < len(node):
            place = Place(node.document, node.marks[part])
            node = node[part]
        else:
            return place
    return place
