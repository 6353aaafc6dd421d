"""What the loaders of the back half share: the resources by type, what they were read into, and what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from forestage.errors import Fault
from forestage.load.attributes import Subject, attribute_of
from forestage.load.shape import load_shape
from forestage.model.records import dataclass
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from forestage.load.openapi.importer import OpenApiImport
    from forestage.load.resolved import Resolved, ResolvedResource, ResolvedSource, ResolvedStack
    from forestage.model.values import Origin

Bodies: TypeAlias = "Mapping[tuple[str, str], OpenApiImport | None]"
"""The OpenAPI bodies of APIs by stack and logical id; None for one that is not on this machine."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Generic[T_co]):
    """A resource and what it was read into."""

    resource: ResolvedResource
    value: T_co

    def origin(self, *path: str | int) -> Origin:
        """Tell where a property of the resource was written."""
        return self.resource.origin(*path)

    def has(self, *path: str | int) -> bool:
        """Tell whether a property was written; one that was and is not in the value has a fault already."""
        node = self.resource.properties
        for part in path:
            if isinstance(node, Mapping) and isinstance(part, str):
                node = node.get(part)
            elif isinstance(node, Sequence) and isinstance(part, int):
                node = node[part]
            else:
                return False
        return node is not None


class Intake:
    """The resources of a source by type, and the faults and warnings found in them so far."""

    def __init__(self, source: ResolvedSource) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        # Files beside the templates whose change calls for a new load.
        self.files: list[str] = []
        self.bodies: dict[tuple[str, str], OpenApiImport | None] = {}
        self._stacks = {stack.name: stack for stack in source.stacks}
        self._by_type: Mapping[str, list[ResolvedResource]] = defaultdict(list)
        for stack in source.stacks:
            for resource in stack.resources:
                self._by_type[resource.type].append(resource)

    def resources(self, resource_type: str) -> tuple[ResolvedResource, ...]:
        """List the resources of a type, in the order of the stacks and templates."""
        return tuple(self._by_type.get(resource_type, ()))

    def has_any(self, prefixes: tuple[str, ...]) -> bool:
        """Tell whether the source has resources whose type begins with one of the prefixes."""
        return any(resource_type.startswith(prefixes) for resource_type in self._by_type)

    def ids(self, resource_type: str) -> frozenset[str]:
        """Tell the ids of a type's resources, those that could not be read included.

        A reference to one of these leads somewhere, whatever is wrong with it.
        """
        return frozenset(resource.id for resource in self.resources(resource_type))

    def stack(self, resource: ResolvedResource) -> ResolvedStack:
        """Return the stack that a resource is in."""
        return self._stacks[resource.stack]

    def region(self, resource: ResolvedResource) -> str:
        """Return the region that a resource is in."""
        return self.stack(resource).environment.region

    def load(self, cls: type[T], resource_type: str, **given: object) -> tuple[Item[T], ...]:
        """Read all resources of a type; what cannot be read leaves a fault and is left out."""
        read = ((resource, self.read(cls, resource, **given)) for resource in self.resources(resource_type))
        return tuple(Item(resource=resource, value=value) for resource, value in read if value is not None)

    def read(self, cls: type[T], resource: ResolvedResource, **given: object) -> T | None:
        """Read a resource; None where it cannot be, which leaves a fault."""
        identity = {"logical_id": resource.logical_id, "id": resource.id}
        known = {name: value for name, value in identity.items() if name in _fields(cls)}
        return load_shape(
            cls, resource.properties, origin_of=resource.origin, faults=self.faults, given={**known, **given}
        )

    def belonging(
        self, cls: type[T], resource_type: str, *, owner: str, owner_type: str
    ) -> Mapping[str, tuple[Item[T], ...]]:
        """Read the resources of a type that belong to others, by the id of their owner.

        ``owner`` is the property that names it. What belongs to nothing in the source is warned of and left out: such
        a template is good, its API is just elsewhere.
        """
        owners = self.ids(owner_type)
        found: dict[str, list[Item[T]]] = defaultdict(list)
        for resource in self.resources(resource_type):
            named = property_of(resource, owner)
            # What cannot be an id is a fault of its own, which reading tells.
            if isinstance(named, str | Unknown) and named not in owners:
                self.warn(
                    f"{resource_type} is left out: {owner} {_named(named)} is no {owner_type} of this source",
                    resource.origin(owner),
                )
                continue
            value = self.read(cls, resource)
            if value is not None:
                found[str(named)].append(Item(resource=resource, value=value))
        return {key: tuple(items) for key, items in found.items()}

    def attribute(self, resource: ResolvedResource, name: str) -> Resolved:
        """Return what GetAtt of a resource yields."""
        subject = Subject(
            stack=resource.stack,
            logical_id=resource.logical_id,
            type=resource.type,
            environment=self.stack(resource).environment,
            read=_reader(resource),
        )
        return attribute_of(subject, name)

    def fault(self, message: str, origin: Origin, *, hint: str | None = None) -> None:
        """Note what is wrong."""
        self.faults.append(Fault(message=message, origin=origin, hint=hint))

    def warn(self, message: str, origin: Origin, *, hint: str | None = None) -> None:
        """Note what the user should know, and what does not keep the preview from running."""
        self.warnings.append(Fault(message=message, origin=origin, hint=hint))


def property_of(resource: ResolvedResource, name: str) -> Resolved:
    """Return a property of a resource as it was resolved; None where it is not given."""
    return resource.properties.get(name) if isinstance(resource.properties, Mapping) else None


def _reader(resource: ResolvedResource) -> Callable[[str], Resolved]:
    return lambda name: property_of(resource, name)


def _named(value: Resolved) -> str:
    return f"{value}" if isinstance(value, Unknown) else f"{value!r}"


def _fields(cls: type) -> frozenset[str]:
    return frozenset(getattr(cls, "__dataclass_fields__", ()))
