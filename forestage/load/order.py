"""In which order resources come to be, as far as a template says so."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.resolved import ResolvedResource, ResolvedSource

Node: TypeAlias = tuple[str, str]
"""A resource: its stack and logical id."""

NESTED_STACK = "AWS::CloudFormation::Stack"


class Order:
    """Which resources are made after which.

    Within a stack DependsOn and references tell. A nested stack is made between what its resource in the parent
    needs and what needs that resource. Another stack is made wholly before or wholly after.
    """

    def __init__(self, source: ResolvedSource) -> None:
        self._after: dict[Node, list[Node]] = defaultdict(list)
        self._members: dict[str, list[Node]] = {}
        self._child: dict[Node, str] = {}
        self._parent: dict[str, Node] = {}
        self._turn: dict[str, int] = {}
        names_by_id = {stack.stack_id: stack.name for stack in source.stacks if stack.stack_id}
        for turn, stack in enumerate(source.stacks):
            self._turn[stack.name] = turn
            self._members[stack.name] = [(stack.name, resource.logical_id) for resource in stack.resources]
            for resource in stack.resources:
                self._note(resource, names_by_id)

    def _note(self, resource: ResolvedResource, names_by_id: dict[str, str]) -> None:
        node = (resource.stack, resource.logical_id)
        for logical_id in resource.depends_on:
            self._after[resource.stack, logical_id].append(node)
        if resource.type == NESTED_STACK and resource.id in names_by_id:
            child = names_by_id[resource.id]
            self._child[node] = child
            self._parent[child] = node

    def dependents(self, resource: ResolvedResource) -> frozenset[Node]:
        """Find every resource that needs this one to be there, directly or through others."""
        found: set[Node] = set()
        waiting = [(resource.stack, resource.logical_id)]
        while waiting:
            for node in self._directly_after(waiting.pop()):
                if node not in found:
                    found.add(node)
                    waiting.append(node)
        return frozenset(found)

    def _directly_after(self, node: Node) -> Iterator[Node]:
        for dependent in self._after[node]:
            yield dependent
            if dependent in self._child:  # All of a nested stack comes after what its resource needs.
                yield from self._everything_in(self._child[dependent])
        parent = self._parent.get(node[0])
        if parent is not None:  # Whoever needs the nested stack needs all of it.
            yield parent

    def _everything_in(self, stack: str) -> Iterator[Node]:
        for node in self._members[stack]:
            yield node
            if node in self._child:
                yield from self._everything_in(self._child[node])

    def is_made_later(self, stack: str, than: str) -> bool:
        """Tell whether a stack is deployed after another, by their order in the source; parts of one tree are not."""
        return self._turn[self._root(stack)] > self._turn[self._root(than)]

    def _root(self, stack: str) -> str:
        while stack in self._parent:
            stack = self._parent[stack][0]
        return stack
