"""Origins of what the transform made: each part leads back to what the author wrote, or the nearest thing to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from forestage.load.positions import Document, MarkedList, MarkedMap, Raw
from forestage.load.sam.plain import map_at, to_plain
from forestage.load.sam.routes import events_in, written_routes
from forestage.load.sam.transform import SOURCE
from forestage.load.template import sam_type

if TYPE_CHECKING:
    from forestage.load.sam.plain import Plain, PlainMap
    from forestage.load.template import Template

_WRITTEN_AS: Mapping[str, tuple[str, ...]] = {
    "Body": ("DefinitionBody",),
    "BodyS3Location": ("DefinitionUri",),
    "Code": ("CodeUri", "InlineCode", "ImageUri", "FunctionCode"),
    "Content": ("ContentUri",),
    "DefinitionS3Location": ("DefinitionUri",),
    "DefinitionString": ("Definition",),
    "TemplateURL": ("Location",),
    "TracingConfig": ("Tracing",),
}
"""How SAM calls what CloudFormation calls so, where it differs."""

_IMPLICIT = ("ServerlessRestApi", "ServerlessHttpApi")


class _Spot(NamedTuple):
    """A place that stands for all below it: ``mark`` is that of a key, ``node`` that of its value."""

    document: Document
    mark: int
    node: int


Candidates = Sequence[Raw]
"""Nodes that the author wrote and that something may come from, the likeliest first."""


def with_origins(made: PlainMap, template: Template) -> MarkedMap[Raw]:
    """Give a template that was made positions in the one that it was made from."""
    root = template.root
    spot = _Spot(root.document, root.mark, root.mark)
    resources = _Resources(template)
    sections: dict[str, Raw] = {
        name: resources.marked(section)
        if name == "Resources" and isinstance(section, dict)
        else _marked(section, [root[name]] if name in root else [], _spot_of([root], name) or spot)
        for name, section in made.items()
    }
    marks = {name: root.marks.get(name, root.mark) for name in sections}
    return MarkedMap(root.document, root.mark, marks, sections)


class _Resources:
    """The resources of a SAM template, and what was made from them."""

    def __init__(self, template: Template) -> None:
        self._section = template.section("Resources")
        self._globals = template.section("Globals")
        self._events = events_in(self._section)
        self._spot = _Spot(self._section.document, template.root.marks["Resources"], self._section.mark)

    def marked(self, made: PlainMap) -> MarkedMap[Raw]:
        """Mark all resources, in the order of what they were made from."""
        order = {logical_id: at for at, logical_id in enumerate(self._section)}
        sources = {logical_id: self._source(logical_id, made) for logical_id in made}
        ordered = sorted(made, key=lambda name: (order.get(sources[name], len(order)), name != sources[name]))
        entries: dict[str, Raw] = {}
        marks: dict[str, int] = {}
        for logical_id in ordered:
            spot, candidates = self._written(logical_id, sources[logical_id])
            entries[logical_id] = _marked(self._resource(made[logical_id], sources[logical_id]), candidates, spot)
            marks[logical_id] = _mark_in(self._section.document, spot, self._section.marks.get(sources[logical_id], 0))
        return MarkedMap(self._section.document, self._section.mark, marks, entries)

    def _source(self, logical_id: str, made: PlainMap) -> str:
        """Tell what a resource was made from: what it says itself, else by its name; an empty text for none."""
        told = map_at(made, logical_id, "Metadata").get(SOURCE)
        if isinstance(told, str):
            return told
        if logical_id.startswith(_IMPLICIT):
            return next((event.owner for event in self._events if event.is_of(logical_id)), "")
        return max((name for name in self._section if logical_id.startswith(name)), key=len, default="")

    def _written(self, logical_id: str, source: str) -> tuple[_Spot, Candidates]:
        """Tell where a resource was written, and which map may have been its attributes."""
        spot = _spot_of([self._section], source) or self._spot
        resource = self._section.get(source)
        if logical_id.startswith(_IMPLICIT) and not source.startswith(_IMPLICIT):
            event = next((event for event in self._events if event.is_of(logical_id)), None)
            routes = written_routes(event.api, self._events) if event else None
            spot = _spot_of([event.holder], event.name) or spot if event else spot
            name = "HttpApi" if logical_id.startswith("ServerlessHttpApi") else "Api"
            return spot, self._attributes([self._globals.get(name)], routes, spot)
        if not isinstance(resource, MarkedMap):
            return spot, []
        name = sam_type(resource)
        properties = [resource.get("Properties"), *([self._globals.get(name)] if name else [])]
        made = [event for event in self._events if event.owner == source and event.made(logical_id)]
        event = max(made, key=lambda event: len(event.name), default=None)
        if event and logical_id != source:
            spot = _spot_of([event.holder], event.name) or spot
            return spot, self._attributes([event.properties], None, spot)
        routes = written_routes(source, self._events) if name in {"Api", "HttpApi"} else None
        return spot, [resource, *self._attributes(properties, routes, spot)]

    def _attributes(self, properties: Candidates, routes: MarkedMap[Raw] | None, spot: _Spot) -> Candidates:
        """Make attributes of a resource of the properties that others gave it, and of the routes of its events."""
        given = [*properties, *([_holding("DefinitionBody", routes, spot)] if routes is not None else [])]
        return [_holding("Properties", properties, spot) for properties in given if isinstance(properties, MarkedMap)]

    def _resource(self, made: Plain, source: str) -> Plain:
        """Give a resource the metadata of what it was made from, in place of our own."""
        assert isinstance(made, dict), "the transform makes no other resources"
        written = self._section.get(source)
        metadata = written.get("Metadata") if isinstance(written, MarkedMap) else None
        rest = {key: value for key, value in made.items() if key != "Metadata"}
        return {**rest, "Metadata": to_plain(metadata)} if metadata is not None else rest


def _holding(key: str, node: MarkedMap[Raw], spot: _Spot) -> MarkedMap[Raw]:
    """Make a map with one entry."""
    return MarkedMap(node.document, node.mark, {key: _mark_in(node.document, spot, node.mark)}, {key: node})


def _marked(value: Plain, candidates: Candidates, spot: _Spot) -> Raw:
    written = next((node for node in candidates if isinstance(node, (MarkedMap, MarkedList))), None)
    node = written.mark if written is not None and written.document is spot.document else spot.node
    spot = _Spot(spot.document, spot.mark, node)
    if isinstance(value, dict):
        return _marked_map(value, candidates, spot)
    if isinstance(value, list):
        return _marked_list(value, candidates, spot)
    return value


def _marked_map(value: PlainMap, candidates: Candidates, spot: _Spot) -> MarkedMap[Raw]:
    entries: dict[str, Raw] = {}
    marks: dict[str, int] = {}
    for key, child in value.items():
        place = _spot_of(candidates, key) or spot
        found = [
            node[name] for name in _names(key) for node in candidates if isinstance(node, MarkedMap) and name in node
        ]
        entries[key] = _marked(child, found, place)
        marks[key] = _mark_in(spot.document, place, spot.mark)
    return MarkedMap(spot.document, spot.node, marks, entries)


def _marked_list(value: list[Plain], candidates: Candidates, spot: _Spot) -> MarkedList[Raw]:
    alike = [node for node in candidates if isinstance(node, MarkedList) and len(node) == len(value)]
    items: list[Raw] = []
    marks: list[int] = []
    for at, child in enumerate(value):
        place = _Spot(alike[0].document, alike[0].marks[at], alike[0].marks[at]) if alike else spot
        items.append(_marked(child, [node[at] for node in alike], place))
        marks.append(_mark_in(spot.document, place, spot.mark))
    return MarkedList(spot.document, spot.node, marks, items)


def _names(key: str) -> tuple[str, ...]:
    return (key, *_WRITTEN_AS.get(key, ()))


def _spot_of(candidates: Candidates, key: str) -> _Spot | None:
    """Find where a key was written, under any of its names."""
    for name in _names(key):
        for node in candidates:
            if isinstance(node, MarkedMap) and name in node:
                child = node[name]
                mark = node.marks.get(name, node.mark)
                if isinstance(child, (MarkedMap, MarkedList)) and child.document is node.document:
                    return _Spot(node.document, mark, child.mark)
                return _Spot(node.document, mark, node.mark)
    return None


def _mark_in(document: Document, spot: _Spot, otherwise: int) -> int:
    """Return the mark of a spot, if it is in a document."""
    return spot.mark if spot.document is document else otherwise
