"""Values of a body, each with the place where it was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from forestage.load.positions import place_of
from forestage.load.resolved import ResolvedResource
from forestage.model.records import dataclass, field
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.positions import Place
    from forestage.load.resolved import Resolved
    from forestage.load.shape import Path


class Node:
    """A value in a body; what is in it is found on the way down, where it was written only when somebody asks.

    ``file`` is named where there is no ``place``; ``where`` is the way to the value, for people.
    """

    __slots__ = ("_file", "_key", "_parent", "_place", "_where", "value")

    def __init__(self, value: Resolved, *, file: str, where: str, place: Place | None = None) -> None:
        self.value = value
        self._file = file
        self._where = where
        self._place = place
        self._parent: Node | None = None
        self._key: str | int = ""

    @property
    def place(self) -> Place | None:
        """Where the value was written; None where its reader has no positions."""
        above = self._parent
        if above is None:
            return self._place
        return above.place and place_of(above.value, (self._key,), above.place)

    @property
    def where(self) -> str:
        """The way to the value, for people."""
        return self._where if self._parent is None else f"{self._parent.where}/{self._key}"

    def child(self, key: str | int) -> Node:
        """Return an entry; one that is not there is None and stands where its parent does."""
        return self._below(key, _entry(self.value, key))

    def get(self, key: str) -> Node | None:
        """Return an entry of a map; None where it is not there, or null."""
        value = _entry(self.value, key)
        return None if value is None else self._below(key, value)

    def _below(self, key: str | int, value: Resolved) -> Node:
        node = Node(value, file=self._file, where="")
        node._parent, node._key = self, key
        return node

    def text(self, key: str) -> str | None:
        """Return an entry that is a text, or a number, as text."""
        value = _entry(self.value, key)
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None

    def items(self) -> Iterator[tuple[str, Node]]:
        """List the entries of a map; what is no map has none."""
        if isinstance(self.value, Mapping):
            for key, value in self.value.items():
                yield str(key), self._below(key, value)

    def values(self) -> Iterator[Node]:
        """List the values of a map."""
        for _, node in self.items():  # ruff: ignore[incorrect-dict-iterator]
            yield node

    def each(self) -> Iterator[Node]:
        """List the items of a list; what is no list has none."""
        if isinstance(self.value, Sequence) and not isinstance(self.value, str):
            for index in range(len(self.value)):
                yield self.child(index)

    def origin(self, *path: str | int) -> Origin:
        """Tell where the value was written, or something in it."""
        where = "/".join((self.where, *map(str, path)))
        place = self.place
        if place is None:
            return Origin(self._file, path=where)
        return place_of(self.value, path, place).origin(where)


def _entry(value: Resolved, key: str | int) -> Resolved:
    if type(value) is dict:  # The usual case; asking the abstract classes below takes ten times as long.
        return value.get(key)
    if isinstance(value, Mapping) and isinstance(key, str):
        return value.get(key)
    if isinstance(value, Sequence) and not isinstance(value, str) and isinstance(key, int):
        return value[key]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart(ResolvedResource):
    """Something a body defines, as the resource that a template would define it by.

    ``sources`` tells from which node of the body a property comes, by its path; no path is the whole.
    """

    sources: Mapping[Path, Node] = field(default_factory=dict)

    def origin(self, *path: str | int) -> Origin:
        """Tell where in the body a property was written, or its nearest parent that was."""
        for length in range(len(path), 0, -1):
            node = self.sources.get(path[:length])
            if node is not None:
                return node.origin(*path[length:])
        return self.sources[()].origin()


class Draft:
    """Properties in the words of CloudFormation, while they are collected from a body."""

    def __init__(self, node: Node) -> None:
        self.properties: dict[str, Resolved] = {}
        self.sources: dict[Path, Node] = {(): node}

    def put(self, name: str, value: Resolved, node: Node | None = None) -> None:
        """Set a property, and where it comes from unless that is the whole."""
        self.properties[name] = value
        if node is not None:
            self.sources[name,] = node

    def rename(self, node: Node, names: Mapping[str, str], *, at: Path = ()) -> dict[str, Resolved]:
        """Return a map under the names of CloudFormation.

        What has no name there keeps its own, with a capital, so that the fidelity report finds it unknown. What is
        null is left out.
        """
        found: dict[str, Resolved] = {}
        for key, child in node.items():
            if child.value is None:
                continue
            name = names.get(key, f"{key[:1].upper()}{key[1:]}")
            found[name] = child.value
            self.sources[*at, name] = child
        return found
