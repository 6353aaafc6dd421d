"""Which method of an API serves a path: fixed segments first, then parameters, then greedy ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forestage.preview.compile.runtime import CompiledMethod

ANY_VERBS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""What ``ANY`` covers. Source: rest-facts.md section 2."""


@dataclass(slots=True)
class _Node:
    """A resource of the tree; filled while the router is built and never changed afterwards."""

    methods: dict[str, CompiledMethod] = field(default_factory=dict)
    fixed: dict[str, _Node] = field(default_factory=dict)
    parameters: dict[str, _Node] = field(default_factory=dict)
    greedy: dict[str, _Node] = field(default_factory=dict)

    def serve(self, verb: str) -> CompiledMethod | None:
        # A client's own "ANY" names no method.
        return self.methods.get(verb) or self.methods.get("ANY") if verb in ANY_VERBS else None


# Made for requests: as results of stages, it is a struct.
class Route(msgspec.Struct, frozen=True, gc=False):
    """A method and the path parameters it was reached with, undecoded."""

    method: CompiledMethod
    path_parameters: tuple[tuple[str, str], ...] = ()


class Router:
    """The resources of one deployment, searched by path and verb.

    Candidates are pairs of resource and method: where a fixed resource lacks the verb, a greedy sibling may
    serve it. Source: rest-facts.md section 2 (recorded).
    """

    __slots__ = ("_exact", "_root", "methods")

    def __init__(self, methods: Iterable[CompiledMethod]) -> None:
        self.methods = tuple(methods)
        self._root = _Node()
        self._exact: dict[tuple[str, str], Route] = {}
        for method in self.methods:
            self._add(method)

    def _add(self, method: CompiledMethod) -> None:
        node = self._root
        is_fixed = True
        for part in _segments(method.resource_path):
            if not (part.startswith("{") and part.endswith("}")):
                node = node.fixed.setdefault(part, _Node())
                continue
            is_fixed = False
            if part.endswith("+}"):
                node = node.greedy.setdefault(part[1:-2], _Node())
            else:
                node = node.parameters.setdefault(part[1:-1], _Node())
        node.methods[method.verb] = method
        if is_fixed and method.verb != "ANY":
            self._exact[method.verb, method.resource_path] = Route(method)

    def find(self, verb: str, path: str) -> Route | None:
        """Find the method for a path without its stage, ``/pets/1``; a trailing slash is ignored."""
        exact = self._exact.get((verb, path))
        if exact is not None:
            return exact
        return _search(self._root, _segments(path), 0, verb, ())


def _segments(path: str) -> list[str]:
    path = path.rstrip("/")
    return path.split("/")[1:] if path else []


def _search(node: _Node, segments: list[str], at: int, verb: str, bound: tuple[tuple[str, str], ...]) -> Route | None:
    if at == len(segments):
        method = node.serve(verb)
        return Route(method, bound) if method else None
    segment = segments[at]
    child = node.fixed.get(segment)
    if child is not None:
        found = _search(child, segments, at + 1, verb, bound)
        if found:
            return found
    if segment:
        for name, child in node.parameters.items():
            found = _search(child, segments, at + 1, verb, (*bound, (name, segment)))
            if found:
                return found
    for name, child in node.greedy.items():
        method = child.serve(verb)
        if method:
            return Route(method, (*bound, (name, "/".join(segments[at:]))))
    return None
