"""The port behind which everything lies that outlives a request and may outlive the preview: keys and counters.

Several previews may share a state, so nothing here assumes that it is alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.preview.compile.usage import KeyRecord


class UsageDay(NamedTuple):
    """A key in a plan on a day, counted from 1 January 1970, UTC."""

    plan_id: str
    key_id: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a state holds.

    ``keys`` are those that were made here. ``used`` and ``granted`` are requests, ``since`` is the day on which a plan
    was first served.
    """

    keys: tuple[KeyRecord, ...] = ()
    used: Mapping[UsageDay, int] = field(default_factory=dict)
    granted: Mapping[UsageDay, int] = field(default_factory=dict)
    since: Mapping[str, int] = field(default_factory=dict)


class State(Protocol):
    """Where keys and counters are kept; each call raises StateError where that fails."""

    def load(self) -> Saved:
        """Read everything."""
        ...

    def put_keys(self, keys: Sequence[KeyRecord]) -> None:
        """Keep keys; one with an id or a value that is there already takes its place."""
        ...

    def settle_values(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Keep values of generated keys by key id, unless there are others; return those that hold from now on."""
        ...

    def settle_plans(self, since: Mapping[str, int]) -> Mapping[str, int]:
        """Keep the days on which plans were first served, unless there are others; return those that hold."""
        ...

    def add(self, used: Mapping[UsageDay, int], granted: Mapping[UsageDay, int]) -> Saved | None:
        """Add to the counters, at once or not at all; return everything where somebody else has changed it."""
        ...

    def close(self) -> None:
        """Let go of the state."""
        ...


class MemoryState:
    """Keeps nothing: what there is lives with the preview, and dies with it."""

    @staticmethod
    def load() -> Saved:
        """Read nothing."""
        return Saved()

    @staticmethod
    def put_keys(keys: Sequence[KeyRecord]) -> None:
        """Keep nothing."""

    @staticmethod
    def settle_values(values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the values."""
        return values

    @staticmethod
    def settle_plans(since: Mapping[str, int]) -> Mapping[str, int]:
        """Return the days."""
        return since

    @staticmethod
    def add(used: Mapping[UsageDay, int], granted: Mapping[UsageDay, int]) -> Saved | None:
        """Add nothing: who adds has the counters."""

    @staticmethod
    def close() -> None:
        """Let go of nothing."""
