"""Stacks and the resources of templates, paired by what they are called."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from forestage.diff.match.pairing import paired

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.diff.match.pairs import Pair
    from forestage.model.deployment import Deployment, TemplateResource


def pair_stacks(before: Deployment, after: Deployment) -> Mapping[str, str]:
    """Tell the name after of each stack before: the same, or of the stack with the most resources in common."""
    ours, theirs = _members(before), _members(after)
    found = {name: name for name in ours if name in theirs}
    overlaps = sorted(
        (
            (-len(members & theirs[other]), name, other)
            for name, members in ours.items()
            for other in theirs
            if name not in found and other not in found.values()
        )
    )
    for overlap, name, other in overlaps:
        if overlap < 0 and name not in found and other not in found.values():
            found[name] = other
    return found


def pair_template(
    before: Sequence[TemplateResource], after: Sequence[TemplateResource], stacks: Mapping[str, str]
) -> tuple[Pair[TemplateResource], ...]:
    """Pair resources by stack, logical id and type, then by what moved to another stack."""
    renamed = {id(resource): stacks.get(resource.stack, resource.stack) for resource in before}
    return paired(
        before,
        after,
        lambda item: (renamed.get(id(item), item.stack), item.logical_id, item.type),
        lambda item: (item.logical_id, item.type),
    )


def _members(deployment: Deployment) -> Mapping[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for resource in deployment.template_resources:
        found[resource.stack].add((resource.logical_id, resource.type))
    return {name: frozenset(members) for name, members in found.items()}
