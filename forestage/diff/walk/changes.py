"""A change, and the place where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from forestage.diff.walk.concerns import Concern, Fact
    from forestage.model.values import OpenJson, Origin

V_co = TypeVar("V_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a change is.

    ``api`` is the logical id of the API, ``api_name`` what it is called. ``where`` is the place in the API's terms;
    ``identity`` is the same without logical ids, as far as something else names it. ``pointer`` is the JSON pointer to
    the resource's properties; ``is_exact`` tells that a property's path continues it. In a body it is the pointer to
    what stands for the resource, whose properties have names of their own there. ``written_at`` is the line of the app
    that made the resource, where that is known.
    """

    api: str | None
    api_name: str | None
    where: str
    identity: str
    logical_id: str
    type: str
    construct: str | None = None
    pointer: str = ""
    is_exact: bool = True
    origin: Origin | None = field(default=None, compare=False, repr=False)
    written_at: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[V_co]):
    """A difference, without opinion.

    ``detail`` says which of several at one place: a header, a stage variable, a pointer inside a schema. ``subject``
    is how people call that. ``path`` continues the place's pointer. ``is_held`` tells that a stage serves it only
    after a new deployment. ``shown`` are the values to print, where they are not those compared.
    """

    concern: Concern
    place: Place
    before: V_co
    after: V_co
    detail: str = ""
    path: tuple[str | int, ...] = ()
    facts: frozenset[Fact] = frozenset()
    is_held: bool = False
    note: str = ""
    shown: tuple[OpenJson, OpenJson] | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)
