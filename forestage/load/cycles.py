"""Circles in a graph of needs."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

T = TypeVar("T")


def sort_by_needs(needs: Mapping[T, AbstractSet[T]]) -> tuple[tuple[T, ...], tuple[tuple[T, ...], ...]]:
    """Order a graph so that what is needed comes first; also return its circles, each ``a, b, a`` where a needs b.

    Where nothing decides, the order of the graph stays. Each circle is cut open at one place to find the next one.
    """
    graph = {node: [need for need in targets if need in needs] for node, targets in needs.items()}
    circles: list[tuple[T, ...]] = []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = cast("list[T]", error.args[1])[::-1]
            circles.append(tuple(circle))
            graph[circle[0]].remove(circle[1])
        else:
            return _order(graph), tuple(circles)


def _order(graph: Mapping[T, list[T]]) -> tuple[T, ...]:
    """Order a graph without circles, keeping the given order where it can."""
    ordered: dict[T, None] = {}

    def visit(node: T) -> None:
        if node not in ordered:
            for need in graph[node]:
                visit(need)
            ordered[node] = None

    for node in graph:
        visit(node)
    return tuple(ordered)
