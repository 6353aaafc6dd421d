"""Pairing by one key after another: what the first leaves over is tried with the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from forestage.diff.match.pairs import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

T = TypeVar("T")


def paired(before: Sequence[T], after: Sequence[T], *keys: Callable[[T], Hashable | None]) -> tuple[Pair[T], ...]:
    """Pair things whose key is the same, and of nothing else on the same side.

    A key None is no key. What is only on one side makes a pair alone. The order is that of the side after, then what
    is gone in the order of the side before.
    """
    partner: dict[int, int] = {}
    left_before, left_after = list(range(len(before))), list(range(len(after)))
    for key in keys:
        if not left_before or not left_after:
            break
        ours, theirs = _unique(before, left_before, key), _unique(after, left_after, key)
        partner.update({theirs[found]: index for found, index in ours.items() if found in theirs})
        taken = set(partner.values())
        left_before = [index for index in left_before if index not in taken]
        left_after = [index for index in left_after if index not in partner]
    pairs = [
        Pair(before=before[partner[index]] if index in partner else None, after=item)
        for index, item in enumerate(after)
    ]
    return (*pairs, *(Pair(before=before[index], after=None) for index in left_before))


def _unique(items: Sequence[T], indexes: Iterable[int], key: Callable[[T], Hashable | None]) -> dict[Hashable, int]:
    found: dict[Hashable, int] = {}
    several: set[Hashable] = set()
    for index in indexes:
        name = key(items[index])
        if name in found:
            several.add(name)
        elif name is not None:
            found[name] = index
    return {name: index for name, index in found.items() if name not in several}
