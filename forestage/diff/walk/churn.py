"""Resources of an API that are the same under another logical id: CloudFormation makes them anew.

Source: diff.md, 2.2, logical-id-churn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.diff.match.pairs import Pair
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import RestContext

_TYPE = "AWS::ApiGateway::"


def walk_churn(context: RestContext) -> Iterator[Change[Any]]:
    """Tell which resources of a REST API have another logical id."""
    stays = context.pair.before.api.logical_id == context.pair.after.api.logical_id
    kept = {context.pair.after.definition.root_resource_id: stays}
    kept |= {item.after.id: _has_same_id(item) for item in context.pair.resources if item.after is not None}
    for methods in context.pair.methods:
        if methods.is_same:
            pair = Pair(before=methods.before.method, after=methods.after.method)
            stays_in = stays and kept.get(methods.after.method.resource_id, False)
            yield from _churn(pair, context.here.method(methods.after), is_named=True, stays=stays_in)
    api = context.here.api()
    for resource in context.pair.resources:
        if resource.after is not None:
            place = context.here.part(api, resource.after.logical_id, f"{_TYPE}Resource", resource.after.origin)
            stays_in = stays and kept.get(resource.after.parent_id, False)
            path = context.pair.after.paths.get(resource.after.id, "")
            yield from _churn(resource, place, is_named=True, stays=stays_in, detail=path)
    for model in context.pair.models:
        if model.after is not None:
            place = context.here.part(api, model.after.logical_id, f"{_TYPE}Model", model.after.origin)
            name = known(model.after.name)
            yield from _churn(model, place, is_named=name is not None, stays=stays, detail=_called("model", name))
    for validator in context.pair.validators:
        if validator.after is not None:
            item = validator.after
            place = context.here.part(api, item.logical_id, f"{_TYPE}RequestValidator", item.origin)
            detail = _called("validator", known(item.name))
            yield from _churn(validator, place, is_named=False, stays=stays, detail=detail)
    for authorizer in context.pair.authorizers:
        if authorizer.after is not None:
            later = authorizer.after
            place = context.here.named(
                "AUTHORIZER", later.logical_id, later.logical_id, f"{_TYPE}Authorizer", later.origin, later.name
            )
            yield from _churn(authorizer, place, is_named=True, stays=stays)
    for response in context.pair.gateway_responses:
        if response.after is not None:
            place = context.here.part(api, response.after.logical_id, f"{_TYPE}GatewayResponse", response.after.origin)
            detail = f"gateway response {response.after.response_type}"
            yield from _churn(response, place, is_named=True, stays=stays, detail=detail)


def _called(kind: str, name: str | None) -> str:
    return f"a {kind}" if name is None else f"{kind} {name}"


def _has_same_id(pair: Pair[Any]) -> bool:
    return pair.before is not None and pair.after is not None and pair.before.logical_id == pair.after.logical_id


def _churn(pair: Pair[Any], place: Place, *, is_named: bool, stays: bool, detail: str = "") -> Iterator[Change[Any]]:
    both = pair.both
    if both is None or _has_same_id(pair):
        return
    if any(":" in item.logical_id for item in both):
        return  # An OpenAPI body makes it, or made it: CloudFormation knows one resource, the API.
    facts = {*([Fact.NAMED] if is_named else ()), *([Fact.PARENT_STAYS] if stays else ())}
    yield Change(
        concern=Concern.LOGICAL_ID,
        place=place,
        before=both[0].logical_id,
        after=both[1].logical_id,
        detail=detail,
        facts=frozenset(facts),
    )
