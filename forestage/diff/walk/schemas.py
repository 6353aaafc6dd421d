"""Schemas of bodies, at every method and route that uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.match.sides import BUILT_IN
from forestage.diff.schema_judge.comparison import compare_schemas
from forestage.diff.schema_judge.schemas import Library
from forestage.diff.walk.changes import Change, Place
from forestage.diff.walk.concerns import Concern
from forestage.model.records import dataclass
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forestage.diff.match.pairs import MethodPair
    from forestage.diff.schema_judge.comparison import SchemaChange
    from forestage.diff.walk.context import RestContext
    from forestage.model.rest import Model
    from forestage.model.values import Json
    from forestage.model.websocket import Model as RouteModel


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaUse:
    """A difference of a schema where it is used.

    ``is_enforced`` tells that the gateway refuses bodies by it, ``is_used`` that a method or route has it at all.
    """

    change: SchemaChange
    is_request: bool
    is_enforced: bool
    is_used: bool = True


class Schemas:
    """The models of both sides of an API; two models are compared once, however many methods use them."""

    def __init__(self, before: Iterable[Model | RouteModel], after: Iterable[Model | RouteModel]) -> None:
        self._models = tuple({key: model for model in side for key in _keys(model)} for side in (before, after))
        self._libraries = tuple(Library(_by_name(side)) for side in self._models)
        self._compared: dict[tuple[str, str], tuple[SchemaChange, ...]] = {}

    def compare(self, before: str, after: str) -> tuple[SchemaChange, ...]:
        """Compare two models by id or name."""
        if (before, after) not in self._compared:
            ours, theirs = self._libraries
            self._compared[before, after] = compare_schemas(
                ours.root(before, self._schema(0, before)), theirs.root(after, self._schema(1, after)), ours, theirs
            )
        return self._compared[before, after]

    def _schema(self, side: int, name: str) -> Json:
        model = self._models[side].get(name)
        return BUILT_IN.get(name) if model is None else model.schema

    def place_of(self, change: SchemaChange) -> tuple[str, str] | None:
        """Tell the logical id and the type of the model in which a difference is written."""
        model = self._models[0 if change.is_gone else 1].get(change.model)
        if model is None:
            return None
        regional = type(model).__module__.endswith("websocket")
        return model.logical_id, "AWS::ApiGatewayV2::Model" if regional else "AWS::ApiGateway::Model"


def _keys(model: Model | RouteModel) -> Iterator[str]:
    yield model.id
    name = known(model.name)
    if name:
        yield name


def _by_name(models: Mapping[str, Model | RouteModel]) -> Mapping[str, Json]:
    return {**BUILT_IN, **{key: model.schema for key, model in models.items()}}


def walk_method_schemas(
    context: RestContext, schemas: Schemas, pair: MethodPair, place: Place
) -> Iterator[Change[SchemaUse]]:
    """Tell what is different in the bodies that a method takes and answers."""
    before, after = pair.before.method, pair.after.method
    checked, _ = context.pair.after.checks(after)
    for content_type, name in after.request_models.items():
        former = before.request_models.get(content_type)
        if former is not None:
            found = schemas.compare(former, name)
            yield from placed(found, schemas, place, content_type, is_request=True, is_enforced=checked)
    responses = {response.status_code: response for response in before.method_responses}
    for response in after.method_responses:
        earlier = responses.get(response.status_code)
        for content_type, name in response.response_models.items():
            former = earlier.response_models.get(content_type) if earlier else None
            if former is not None:
                prefix = f"{response.status_code} {content_type}"
                yield from placed(schemas.compare(former, name), schemas, place, prefix, is_request=False)


def placed(
    changes: Iterable[SchemaChange],
    schemas: Schemas,
    place: Place,
    prefix: str,
    *,
    is_request: bool,
    is_enforced: bool = False,
    is_used: bool = True,
) -> Iterator[Change[SchemaUse]]:
    """Put differences of a schema where it is used, with the pointer into the model that has them."""
    for change in changes:
        use = SchemaUse(change=change, is_request=is_request, is_enforced=is_enforced, is_used=is_used)
        written = _written_at(place, schemas.place_of(change))
        keyword = "/".join(map(str, change.pointer[-2:]))
        yield Change(
            concern=Concern.SCHEMA,
            place=written,
            before=use,
            after=use,
            detail=" ".join((prefix, change.kind, "/".join(change.path), change.detail, keyword)),
            path=("Schema", *change.pointer),
            note=prefix,
            shown=(change.before, change.after),
            is_held=True,
        )


def _written_at(place: Place, model: tuple[str, str] | None) -> Place:
    if model is None:
        return place
    logical_id, resource_type = model
    owner, colon, _ = logical_id.partition(":")
    return Place(
        api=place.api,
        api_name=place.api_name,
        where=place.where,
        identity=place.identity,
        logical_id=owner,
        type="AWS::ApiGateway::RestApi" if colon else resource_type,
        pointer=f"/Resources/{owner}/Properties{'/Body' if colon else ''}",
        is_exact=not colon,
        origin=place.origin,
        written_at=place.written_at,
    )


def walk_unused_models(context: RestContext, schemas: Schemas) -> Iterator[Change[SchemaUse]]:
    """Tell what is different in models that no method uses, directly or through others."""
    used = _used_models(context)
    for pair in context.pair.models:
        both = pair.both
        if both is None or not used.isdisjoint(_keys(both[1])):
            continue
        name = known(both[1].name) or both[1].logical_id
        place = context.here.named("MODEL", name, both[1].logical_id, "AWS::ApiGateway::Model", both[1].origin)
        yield from placed(schemas.compare(both[0].id, both[1].id), schemas, place, "", is_request=True, is_used=False)


def _used_models(context: RestContext) -> frozenset[str]:
    waiting = [
        name
        for method in context.pair.after.definition.methods
        for names in (method.request_models, *(item.response_models for item in method.method_responses))
        for name in names.values()
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        model = context.pair.after.models.get(name)
        if model is not None and not found.issuperset(_keys(model)):
            found.update(_keys(model))
            waiting += _references(model.schema)
    return frozenset(found)


def _references(value: Json) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str) and "/models/" in reference:
                yield reference.partition("#")[0].rpartition("/models/")[2]
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
