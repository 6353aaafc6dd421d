"""The fidelity report: what a template uses that the preview does not execute wholly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from forestage.errors import Fault, StrictError
from forestage.model.fidelity import TABLE, Status, whole_row
from forestage.model.fidelity.features import HTTP_APIS
from forestage.model.fidelity.rows import not_simulated
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.intake import Bodies
    from forestage.load.openapi.importer import OpenApiImport
    from forestage.load.resolved import ResolvedResource, ResolvedSource
    from forestage.load.shape import Path
    from forestage.model.fidelity import ResourceRows, Row
    from forestage.model.values import Json, Origin

_V2 = "AWS::ApiGatewayV2::"
_NO_BODY = not_simulated("the body is not on this machine")
_UNKNOWN_NOTE = "no such property is known"


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityEntry:
    """A property that is used and not honoured wholly.

    ``property`` is dotted, ``Integration.Type``, and ``*`` where it is about the resource as such.
    """

    type: str
    property: str
    status: Status
    note: str
    logical_id: str
    stack: str
    origin: Origin = field(compare=False)

    def to_json(self) -> Mapping[str, Json]:
        """Write the entry as JSON; ``line`` is 0 where the reader has no position."""
        return {
            "type": self.type,
            "property": self.property,
            "status": self.status.value,
            "note": self.note,
            "logical_id": self.logical_id,
            "stack": self.stack,
            "file": self.origin.file,
            "line": self.origin.line,
            "path": self.origin.path,
        }

    def __str__(self) -> str:
        subject = self.type if self.property == "*" else f"{self.type} {self.property}"
        note = f": {self.note}" if self.note else ""
        return f"{subject}: {self.status.value}{note}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityReport:
    """All entries of a source in the order of its templates; ``honoured`` counts the properties without entry."""

    entries: tuple[FidelityEntry, ...] = ()
    honoured: int = 0

    def lines(self) -> tuple[str, ...]:
        """Write the report for people: one line for each thing that is missing, with its first place.

        ``AWS::ApiGateway::Stage TracingEnabled: partial: trace headers only (template.json:12, 2 places)``
        """
        places: dict[str, list[FidelityEntry]] = defaultdict(list)
        for entry in self.entries:
            places[str(entry)].append(entry)
        return tuple(f"{text} ({_places(entries)})" for text, entries in places.items())

    def to_json(self) -> Mapping[str, Json]:
        """Write the report as JSON: ``{"honoured": 12, "entries": [...]}``."""
        return {"honoured": self.honoured, "entries": [entry.to_json() for entry in self.entries]}

    def plus(self, entries: Sequence[FidelityEntry]) -> FidelityReport:
        """Return the report with further entries behind its own."""
        return FidelityReport(honoured=self.honoured, entries=(*self.entries, *entries)) if entries else self

    def refuse(self) -> None:
        """Refuse a source that needs what is not simulated, for ``--strict``; what is partial is let pass.

        Raises:
            StrictError: something is not simulated, or unknown.
        """
        refused = [entry for entry in self.entries if entry.status is not Status.PARTIAL]
        if refused:
            raise StrictError(
                f"{len(refused)} properties of the template are not simulated",
                hint="leave out --strict to preview the rest",
                faults=[Fault(message=str(entry), origin=entry.origin) for entry in refused],
            )


def _places(entries: list[FidelityEntry]) -> str:
    first = entries[0].origin
    return f"{first}, {len(entries)} places" if len(entries) > 1 else f"{first}"


def report_fidelity(
    source: ResolvedSource, *, bodies: Bodies | None = None, table: Mapping[str, ResourceRows] = TABLE
) -> FidelityReport:
    """Compare what a source uses with the fidelity table; ``bodies`` are the OpenAPI bodies that were imported."""
    http_apis = _http_apis(source)
    walk = _Walk(table)
    for stack in source.stacks:
        for resource in stack.resources:
            walk.visit(resource, _whole_row(resource, http_apis, table))
            if bodies and (resource.stack, resource.logical_id) in bodies:
                walk.visit_body(resource, bodies[resource.stack, resource.logical_id])
    return FidelityReport(entries=tuple(walk.entries), honoured=walk.honoured)


def _http_apis(source: ResolvedSource) -> frozenset[str]:
    return frozenset(
        resource.id
        for stack in source.stacks
        for resource in stack.resources
        if resource.type == _V2 + "Api"
        and isinstance(resource.properties, Mapping)
        and resource.properties.get("ProtocolType") == "HTTP"
    )


def _whole_row(resource: ResolvedResource, http_apis: frozenset[str], table: Mapping[str, ResourceRows]) -> Row:
    """Tell what becomes of a resource as such: a part of an HTTP API shares the API's lot."""
    if resource.type.startswith(_V2) and isinstance(resource.properties, Mapping):
        owner = resource.id if resource.type == _V2 + "Api" else resource.properties.get("ApiId")
        if owner in http_apis:
            return HTTP_APIS
    rows = table.get(resource.type)
    return rows.whole if rows else whole_row(resource.type)


class _Walk:
    """Goes through the properties of resources and collects entries."""

    def __init__(self, table: Mapping[str, ResourceRows]) -> None:
        self._table = table
        self.entries: list[FidelityEntry] = []
        self.honoured = 0

    def visit(self, resource: ResolvedResource, whole: Row) -> None:
        if whole.status is not Status.HONOURED:
            self._add(resource, (), "*", whole)
            return
        rows = self._table.get(resource.type)
        if rows is not None and isinstance(resource.properties, Mapping):
            self._object(resource, rows, resource.properties, (), "")

    def visit_body(self, resource: ResolvedResource, found: OpenApiImport | None) -> None:
        """Visit what the OpenAPI body of an API defines, as if the template had it as resources."""
        if found is None:
            self._add(resource, ("BodyS3Location",), "BodyS3Location", _NO_BODY)
            return
        for part in (*found.parts, *((found.settings,) if found.settings else ())):
            rows = self._table.get(part.type)
            self.visit(part, rows.whole if rows else whole_row(part.type))

    def _object(
        self, resource: ResolvedResource, rows: ResourceRows, value: Mapping[str, object], path: Path, name: str
    ) -> None:
        for key, item in value.items():
            self._property(resource, rows, item, (*path, key), f"{name}.{key}" if name else key)

    def _property(self, resource: ResolvedResource, rows: ResourceRows, value: object, path: Path, name: str) -> None:
        row = rows.row(name)
        if row is None:
            self._add(resource, path, name, None)
        elif any(row.is_about(item) for item in _items(value)):
            self._add(resource, path, name, row)
        else:
            self.honoured += 1
            self._inside(resource, rows, value, path, name)

    def _inside(self, resource: ResolvedResource, rows: ResourceRows, value: object, path: Path, name: str) -> None:
        """Go on into an object, a list of objects, or a map of objects, where the table has rows for what is in it."""
        if isinstance(value, Sequence) and not isinstance(value, str):
            for index, item in enumerate(value):
                self._inside(resource, rows, item, (*path, index), name)
        elif isinstance(value, Mapping) and rows.has_map(name):
            for key, item in value.items():
                if isinstance(item, Mapping):
                    self._object(resource, rows, item, (*path, key), f"{name}.*")
        elif isinstance(value, Mapping) and rows.has_object(name):
            self._object(resource, rows, value, path, name)

    def _add(self, resource: ResolvedResource, path: Path, name: str, row: Row | None) -> None:
        self.entries.append(
            FidelityEntry(
                type=resource.type,
                property=name,
                status=row.status if row else Status.UNKNOWN,
                note=row.note if row else _UNKNOWN_NOTE,
                logical_id=resource.logical_id,
                stack=resource.stack,
                origin=resource.origin(*path),
            )
        )


def _items(value: object) -> Iterator[object]:
    """Yield what a row is asked about: the items of a list of plain values, else the value itself."""
    if isinstance(value, Sequence) and not isinstance(value, str) and not any(isinstance(v, Mapping) for v in value):
        yield from value
    else:
        yield value
