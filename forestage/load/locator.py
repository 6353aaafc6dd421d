"""Where in a template a node stands, in the words that people search for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from forestage.load.positions import MarkedList, MarkedMap, Raw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.model.values import Origin

T = TypeVar("T")


class Locator:
    """Finds the path of a map or list in a template; the index is made when the first fault asks for it.

    ``written`` is what the author wrote, where that is not the template: paths are told in it.
    """

    def __init__(
        self, root: MarkedMap[Raw], construct_paths: Mapping[str, str], written: MarkedMap[Raw] | None = None
    ) -> None:
        self._root = root
        self._written = root if written is None else written
        self._construct_paths = construct_paths
        self._index: dict[tuple[int, int], tuple[str | int, ...]] | None = None

    def origin(self, node: MarkedMap[T] | MarkedList[T], key: str | None = None) -> Origin:
        """Tell where a node stands, or one of its entries."""
        path = self._path(node)
        mark = node.mark
        if key is not None:
            path = (*path, key)
            mark = node.marks.get(key, mark) if isinstance(node, MarkedMap) else mark
        return node.document.origin(mark, self._shown(path))

    def construct_path(self, logical_id: str) -> str | None:
        """Return the path of the construct that made a resource, where the template or the assembly tells it."""
        resources = self._root.get("Resources")
        resource = resources.get(logical_id) if isinstance(resources, MarkedMap) else None
        metadata = resource.get("Metadata") if isinstance(resource, MarkedMap) else None
        path = metadata.get("aws:cdk:path") if isinstance(metadata, MarkedMap) else None
        return path if isinstance(path, str) else self._construct_paths.get(logical_id)

    def _path(self, node: MarkedMap[T] | MarkedList[T]) -> tuple[str | int, ...]:
        if self._index is None:
            self._index = {}
            _index(self._written, (), self._index, set())
        return self._index.get((id(node.document), node.mark), ())

    def _shown(self, path: Sequence[str | int]) -> str:
        parts = list(map(str, path))
        if parts[:1] == ["Resources"] and len(parts) > 1:
            construct_path = self.construct_path(parts[1])
            if construct_path:
                parts[:2] = [construct_path]
        return "/".join(parts)


def _index(
    node: Raw, path: tuple[str | int, ...], index: dict[tuple[int, int], tuple[str | int, ...]], seen: set[int]
) -> None:
    if isinstance(node, MarkedMap):
        children: Sequence[tuple[str | int, Raw]] = list(node.items())
    elif isinstance(node, MarkedList):
        children = list(enumerate(node))
    else:
        return
    if id(node) in seen:
        return  # An alias: the first place is the one where it was written.
    seen.add(id(node))
    index.setdefault((id(node.document), node.mark), path)
    for name, child in children:
        _index(child, (*path, name), index, seen)
