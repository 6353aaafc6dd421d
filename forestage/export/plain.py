"""Values of the model as JSON, and what an export cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.model.values import Json, OpenJson


class Gaps:
    """What an export leaves out or cannot say, for people."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def add(self, text: str) -> None:
        """Note something, once."""
        self._found[text] = None

    def listed(self) -> tuple[str, ...]:
        """List what was noted, in its order."""
        return tuple(self._found)

    def plain(self, value: OpenJson, where: str) -> Json:
        """Write a value as JSON; what is not known yet as the template has it, a secret as stars."""
        match value:
            case Unknown():
                self.add(f"{where} is known only after deployment: {value}")
                return str(value)
            case Secret():
                self.add(f"{where} is a secret, which is not written")
                return str(value)
            case str():
                return value
            case Mapping():
                return {str(key): self.plain(item, where) for key, item in value.items()}
            case Sequence():
                return [self.plain(item, where) for item in value]
            case _:
                return value
