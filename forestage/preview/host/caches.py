"""What stages keep from one request to another: answers of authorizers, cached responses."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from forestage.preview.engine.effects import Forget, Recall, Remember
    from forestage.preview.host.clock import Clock


class _Kept(msgspec.Struct):
    value: Any
    until: float
    size_bytes: int


class _Space(msgspec.Struct):
    kept: OrderedDict[str, _Kept] = msgspec.field(default_factory=OrderedDict)
    size_bytes: int = 0

    def drop(self, key: str) -> None:
        gone = self.kept.pop(key, None)
        if gone is not None:
            self.size_bytes -= gone.size_bytes


class Caches:
    """Spaces of kept values; each value has its time, and each space its size.

    Times are those of the clock's day: who advances the clock lets values expire.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._spaces: dict[str, _Space] = {}

    def recall(self, effect: Recall) -> Any | None:
        """Return what is kept, or None."""
        space = self._spaces.get(effect.space)
        entry = space.kept.get(effect.key) if space else None
        if space is None or entry is None:
            return None
        if entry.until <= self._clock.now():
            space.drop(effect.key)
            return None
        space.kept.move_to_end(effect.key)
        return entry.value

    def remember(self, effect: Remember) -> None:
        """Keep a value, unless it is larger than its whole space."""
        space = self._spaces.setdefault(effect.space, _Space())
        space.drop(effect.key)
        if effect.size_bytes > effect.capacity_bytes:
            return
        space.kept[effect.key] = _Kept(effect.value, self._clock.now() + effect.ttl_seconds, effect.size_bytes)
        space.size_bytes += effect.size_bytes
        while space.size_bytes > effect.capacity_bytes:
            space.drop(next(iter(space.kept)))

    def forget(self, effect: Forget) -> None:
        """Let go of a value."""
        if effect.space in self._spaces:
            self._spaces[effect.space].drop(effect.key)

    def clear(self) -> None:
        """Let go of everything: another version is served."""
        self._spaces.clear()
