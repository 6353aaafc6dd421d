"""What an intrinsic function may ask of the stack that it stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from forestage.load.positions import MarkedList, MarkedMap, Raw

if TYPE_CHECKING:
    from forestage.load.resolved import Resolved
    from forestage.model.deployment import Environment
    from forestage.model.values import Unknown


class Absent(Enum):
    """``AWS::NoValue``: what holds it is removed."""

    NO_VALUE = "AWS::NoValue"


NO_VALUE = Absent.NO_VALUE
Value: TypeAlias = "Resolved | Absent"
Written: TypeAlias = "MarkedMap[Raw] | MarkedList[Raw]"
"""A map or list as it was read: what a fault is pinned to."""


class Scope(Protocol):
    """A stack, as its intrinsic functions see it."""

    @property
    def environment(self) -> Environment:
        """The region, account and partition of the stack."""

    @property
    def has_language_extensions(self) -> bool:
        """Whether the template declares ``AWS::LanguageExtensions``."""

    def resolve(self, node: Raw, holder: Written | None = None) -> Value:
        """Resolve all intrinsics in a value; ``holder`` is what a fault of a bare string is pinned to."""

    def dynamic(self, text: str, holder: Written | None) -> Value:
        """Resolve the dynamic references in a text, ``{{resolve:...}}``."""

    def ref(self, name: str, node: Written) -> Value:
        """Yield what ``Ref`` does: of a parameter, a resource or a pseudo parameter."""

    def get_att(self, logical_id: str, attribute: str, node: Written) -> Resolved:
        """Yield an attribute of a resource."""

    def condition(self, name: str, node: Written) -> bool:
        """Decide a named condition."""

    def mapping(self, name: str) -> Mapping[str, Raw] | None:
        """Return a section of Mappings; None where there is none of that name."""

    def mapping_names(self) -> Sequence[str]:
        """Return the names in Mappings."""

    def import_value(self, name: str, node: Written) -> Resolved:
        """Yield what another stack exports under a name."""

    def stack_output(self, stack: str, output: str, node: Written) -> Resolved:
        """Yield an output of another stack."""

    def fault(self, message: str, node: Written, *, hint: str | None = None) -> Unknown:
        """Record what is wrong with a node, and return what may stand in its place."""

    def warn(self, message: str, node: Written, *, hint: str | None = None) -> None:
        """Record what the user should know about a node."""


Function: TypeAlias = Callable[[Scope, Raw, MarkedMap[Raw]], Value]
"""An intrinsic function: its argument, and the map that holds it and nothing else."""


def only_key(node: MarkedMap[Raw]) -> str:
    """Return the name of the function that a node calls."""
    return next(iter(node))


def arguments(scope: Scope, argument: Raw, node: MarkedMap[Raw], sizes: range, form: str) -> Sequence[Raw] | None:
    """Return the arguments of a function that takes a list; None and a fault where it is not given one.

    ``form`` says how it is written: ``[delimiter, [value, ...]]``.
    """
    if isinstance(argument, MarkedList) and len(argument) in sizes:
        return argument
    scope.fault(f"{only_key(node)} takes {form}, got {describe(argument)}", node)
    return None


def describe(value: object) -> str:
    """Say what a value is, shortly: for messages."""
    if isinstance(value, Mapping):
        return f"a map of {', '.join(list(value)[:3])}" if value else "an empty map"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a list of {len(value)}"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    if isinstance(value, (int, float)):
        return str(value)
    return repr(value) if isinstance(value, str) else str(value)


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return a hint for a name that is not among the known ones: the one that was meant, if one looks so."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1, cutoff=0.7)
    return f"did you mean {close[0]}?" if close else None
