"""The events of functions and state machines: what routes of APIs, permissions and triggers are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.positions import MarkedMap
from forestage.load.template import sam_type
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.load.positions import Raw

_IMPLICIT_APIS = {"Api": "ServerlessRestApi", "HttpApi": "ServerlessHttpApi"}
_ANY = "x-amazon-apigateway-any-method"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as it was written: under ``name`` in ``holder``.

    ``api`` is the logical id of the API that it is a route of; an empty text for other events.
    """

    owner: str
    name: str
    holder: MarkedMap[Raw]
    type: str
    api: str

    @property
    def properties(self) -> MarkedMap[Raw] | None:
        """The properties of the event, where it has some."""
        event = self.holder[self.name]
        properties = event.get("Properties") if isinstance(event, MarkedMap) else None
        return properties if isinstance(properties, MarkedMap) else None

    def made(self, logical_id: str) -> bool:
        """Tell whether a resource has the name of one that an event brings."""
        return logical_id.startswith(self.owner + self.name)

    def is_of(self, logical_id: str) -> bool:
        """Tell whether this is a route of an API, or of one whose deployment or stage is asked for."""
        return bool(self.api) and logical_id.startswith(self.api)


def events_in(resources: MarkedMap[Raw]) -> tuple[Event, ...]:
    """List the events of all resources of a SAM template."""
    return tuple(event for logical_id in resources for event in _events_of(logical_id, resources[logical_id]))


def written_routes(api: str, events: Sequence[Event]) -> MarkedMap[Raw] | None:
    """Write the routes of an API's events as an OpenAPI body would have them, each where its event stands."""
    routes = [event for event in events if event.api == api and event.properties is not None]
    if not routes:
        return None
    document, mark = routes[0].holder.document, routes[0].holder.mark
    paths: dict[str, Raw] = {}
    marks: dict[str, int] = {}
    for event in routes:
        if event.holder.document is not document or event.properties is None:
            continue  # A map has one document: what was included from another leads to the API.
        path = str(event.properties.get("Path", "$default"))
        verb = str(event.properties.get("Method", "any")).lower()
        at = event.holder.marks[event.name]
        methods = paths.setdefault(path, MarkedMap(document, at, {}, {}))
        marks.setdefault(path, at)
        assert isinstance(methods, MarkedMap), "the line above made it"
        methods[_ANY if verb in {"any", "*"} else verb] = event.holder[event.name]
        methods.marks[_ANY if verb in {"any", "*"} else verb] = at
    return MarkedMap(document, mark, {"paths": mark}, {"paths": MarkedMap(document, mark, marks, paths)})


def _events_of(logical_id: str, resource: Raw) -> Iterator[Event]:
    properties = resource.get("Properties") if isinstance(resource, MarkedMap) and sam_type(resource) else None
    events = properties.get("Events") if isinstance(properties, MarkedMap) else None
    for name, event in events.items() if isinstance(events, MarkedMap) else ():
        if isinstance(event, MarkedMap) and isinstance(events, MarkedMap):
            kind = str(event.get("Type"))
            yield Event(owner=logical_id, name=name, holder=events, type=kind, api=_api(kind, event))


def _api(kind: str, event: MarkedMap[Raw]) -> str:
    if kind not in _IMPLICIT_APIS:
        return ""
    properties = event.get("Properties")
    named = properties.get("RestApiId" if kind == "Api" else "ApiId") if isinstance(properties, MarkedMap) else None
    if isinstance(named, MarkedMap):
        named = named.get("Ref")
    return named if isinstance(named, str) else _IMPLICIT_APIS[kind]
