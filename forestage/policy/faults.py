"""What is wrong with a policy document, each fault with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.policy.limits import REPORTED_FAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFault:
    """One thing that is wrong.

    ``path`` is the place in the document, ``Statement[1].Condition.IpAddress``; empty for the document itself.
    ``message`` goes on from there: ``is no condition operator``.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path or 'the policy'} {self.message}"


class PolicyError(ValueError):
    """A document is no policy; ``faults`` holds what is wrong with it, in the order of the document."""

    def __init__(self, faults: Sequence[PolicyFault]) -> None:
        self.faults = tuple(faults[:REPORTED_FAULTS])
        more = len(faults) - len(self.faults)
        super().__init__("; ".join([*map(str, self.faults), *([f"and {more} more"] if more else [])]))


def shown(value: object) -> str:
    """Name a value of a document in a few words, however large it is."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            more = len(value) - _SHOWN
            return f"{value[:_SHOWN]!r} and {more} more characters" if more > 0 else repr(value)
        case int() | float():
            return "a number"
        case _:
            return f"a value of type {type(value).__name__}"


def step(path: str, name: str) -> str:
    """Go from an object to one of its members."""
    name = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
    return f"{path}.{name}" if path else name
