"""Tags."""

from __future__ import annotations

from forestage.model.records import dataclass
from forestage.model.values import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag; it changes nothing of what is executed."""

    key: Text
    value: Text
