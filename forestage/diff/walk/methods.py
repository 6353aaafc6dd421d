"""What a method asks of its callers and promises them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.diff.match.paths import ANY, parameters_of, serves, shape_of
from forestage.diff.match.sides import BUILT_IN
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forestage.diff.match.pairs import MethodPair
    from forestage.diff.match.sides import MethodView, RestView
    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import RestContext
    from forestage.model.rest import Authorizer, Method, MethodResponse
    from forestage.model.values import OpenJson

    AnyChange = Change[OpenJson | frozenset[str]]

_PATH_PARAMETER = "method.request.path."
_RESPONSE_HEADER = "method.response.header."


def walk_method(context: RestContext, pair: MethodPair) -> Iterator[AnyChange]:
    """Tell what is different in a method for those who call it."""
    place = context.here.method(pair.after, _where(pair))
    yield from _access(context, pair, place)
    if pair.is_same:
        yield from _validators(context, pair, place)
        yield from _parameters(context, pair, place)
        yield from _request_models(context, pair, place)
        yield from _responses(context, pair, place)
        yield from _operation_name(context, pair, place)


def _where(pair: MethodPair) -> str:
    """Return the requests that are meant: those of the more specific of the two."""
    return pair.before.where if not pair.is_same and _is_wider(pair.after, pair.before) else pair.after.where


def _is_wider(view: MethodView, other: MethodView) -> bool:
    """Tell whether a method answers more than another, which answered or will answer some of the same requests."""
    if shape_of(view.path) != shape_of(other.path):
        return serves(shape_of(view.path), shape_of(other.path))
    return view.verb == ANY


def _access(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    ours, theirs = pair.before.method, pair.after.method
    types = (ours.authorization_type or "NONE", theirs.authorization_type or "NONE")
    if types[0] != types[1]:
        yield Change(
            concern=Concern.AUTHORIZATION,
            place=place,
            before=types[0],
            after=types[1],
            path=("AuthorizationType",),
            is_held=True,
        )
    elif types[0] != "NONE":
        yield from _authorizer(context, pair, place)
    before, after = context.sides.words(ours.authorization_scopes, theirs.authorization_scopes)
    if before != after and "NONE" not in types:
        yield Change(
            concern=Concern.SCOPES, place=place, before=before, after=after, path=("AuthorizationScopes",), is_held=True
        )
    if bool(ours.api_key_required) != bool(theirs.api_key_required):
        yield Change(
            concern=Concern.API_KEY_REQUIRED,
            place=place,
            before=bool(ours.api_key_required),
            after=bool(theirs.api_key_required),
            path=("ApiKeyRequired",),
            is_held=True,
        )


def _authorizer(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    before = context.pair.before.authorizer_of(pair.before.method)
    after = context.pair.after.authorizer_of(pair.after.method)
    if before is None or after is None:
        if not context.sides.are_same(pair.before.method.authorizer_id, pair.after.method.authorizer_id):
            yield _other_authorizer(pair, place, pair.before.method.authorizer_id, pair.after.method.authorizer_id)
        return
    if (before.id, after.id) in context.same_authorizers:
        yield from identity_sources(before, after, place)
    elif not _decide_alike(context, before, after):
        yield _other_authorizer(pair, place, before.logical_id, after.logical_id)


def _other_authorizer(pair: MethodPair, place: Place, before: str | None, after: str | None) -> AnyChange:
    return Change(
        concern=Concern.METHOD_AUTHORIZER,
        place=place,
        before=before,
        after=after,
        path=("AuthorizerId",),
        is_held=True,
        origin=pair.after.method.origin,
    )


def _decide_alike(context: RestContext, before: Authorizer, after: Authorizer) -> bool:
    """Tell whether two authorizers are the same but for what they are called."""

    def content(item: Authorizer) -> tuple[OpenJson, ...]:
        return (
            item.type,
            item.authorizer_uri,
            item.identity_source,
            item.identity_validation_expression,
            list(item.provider_arns),
            repr(item.jwt_configuration),
        )

    return context.sides.are_same(content(before), content(after))


def sources_of(authorizer: Authorizer) -> frozenset[str]:
    """List where an authorizer looks for the caller's identity; a TOKEN authorizer's default is the usual header."""
    text = authorizer.identity_source
    if not text:
        return frozenset({"method.request.header.Authorization"} if authorizer.type == "TOKEN" else ())
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def identity_sources(before: Authorizer, after: Authorizer, place: Place) -> Iterator[AnyChange]:
    """Tell at a method that its authorizer looks elsewhere for the caller's identity."""
    ours, theirs = sources_of(before), sources_of(after)
    if ours != theirs and before.type == after.type:
        yield Change(
            concern=Concern.IDENTITY_SOURCE, place=place, before=ours, after=theirs, origin=after.origin, is_held=True
        )


def _validators(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    before = context.pair.before.checks(pair.before.method)
    after = context.pair.after.checks(pair.after.method)
    matters = (_has_schema(context.pair.after, pair.after.method), any(pair.after.method.request_parameters.values()))
    for index, part in enumerate(("body", "parameters")):
        if before[index] == after[index]:
            continue
        yield Change(
            concern=Concern.VALIDATOR_ADDED if after[index] else Concern.VALIDATOR_REMOVED,
            place=place,
            before=before[index],
            after=after[index],
            detail=part,
            path=("RequestValidatorId",),
            facts=frozenset({Fact.USED}) if matters[index] else frozenset(),
            is_held=True,
        )


def _has_schema(view: RestView, method: Method) -> bool:
    """Tell whether a method has a model that says something of bodies."""
    return any(bool(schema_of(view, name)) for name in method.request_models.values() if name != "Empty")


def schema_of(view: RestView, name: str) -> OpenJson:
    """Return the schema of a model; None where the API has no such model."""
    model = view.models.get(name)
    return BUILT_IN.get(name) if model is None else model.schema


def _parameters(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    rename = renamed_parameters(pair)
    ours = {rename(name): required for name, required in pair.before.method.request_parameters.items()}
    theirs = pair.after.method.request_parameters
    _, checked = context.pair.after.checks(pair.after.method)
    used = _used_parameters(pair.before.method, rename)
    for name in sorted({*ours, *theirs}):
        before, after = ours.get(name), theirs.get(name)
        if before == after:
            continue
        concern = Concern.REQUEST_PARAMETER_REQUIRED
        if after is None:
            concern = Concern.REQUEST_PARAMETER_REMOVED
        elif before is None and (not after or name.startswith(_PATH_PARAMETER)):
            concern = Concern.REQUEST_PARAMETER_ADDED  # A path parameter is always sent.
        elif name.startswith(_PATH_PARAMETER):
            continue
        facts = {*([Fact.CHECKED] if checked else ()), *([Fact.USED] if name in used else ())}
        yield Change(
            concern=concern,
            place=context.gone.part(place, pair.before.method.logical_id, place.type, pair.before.method.origin)
            if after is None
            else place,
            before=before,
            after=after,
            detail=name.removeprefix("method.request."),
            path=("RequestParameters", name),
            facts=frozenset(facts),
            is_held=True,
        )


def renamed_parameters(pair: MethodPair) -> Callable[[str], str]:
    """Return what writes a text with the names that path parameters have after the change."""
    names = dict(zip(parameters_of(pair.before.path), parameters_of(pair.after.path), strict=False))
    if all(old == new for old, new in names.items()):
        return str
    pattern = re.compile(r"method\.request\.path\.([\w.-]+)")
    return lambda text: pattern.sub(lambda found: _PATH_PARAMETER + names.get(found[1], found[1]), text)


def _used_parameters(method: Method, rename: Callable[[str], str]) -> frozenset[str]:
    """List the parameters that the integration maps, or keys its cache by."""
    integration = method.integration
    if integration is None:
        return frozenset()
    texts = (*integration.request_parameters.values(), *integration.cache_key_parameters)
    templates = " ".join(known(text) or "" for text in integration.request_templates.values())
    named = {rename(text) for value in texts if (text := known(value))}
    return frozenset(
        {*named, *(name for name in method.request_parameters if f"'{name.rpartition('.')[2]}'" in templates)}
    )


def _request_models(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    ours, theirs = pair.before.method.request_models, pair.after.method.request_models
    checked, _ = context.pair.after.checks(pair.after.method)
    facts = frozenset({Fact.CHECKED}) if checked else frozenset[Fact]()
    for content_type in sorted({*ours} ^ {*theirs}):
        added = content_type in theirs
        name = theirs[content_type] if added else ours[content_type]
        if added and not schema_of(context.pair.after, name):
            facts = frozenset({Fact.COVERED})
        yield Change(
            concern=Concern.REQUEST_MODEL_ADDED if added else Concern.REQUEST_MODEL_REMOVED,
            place=place,
            before=None if added else _model_name(context.pair.before, name),
            after=_model_name(context.pair.after, name) if added else None,
            detail=content_type,
            path=("RequestModels", content_type),
            facts=facts,
            is_held=True,
        )


def _model_name(view: RestView, name: str) -> str:
    model = view.models.get(name)
    return name if model is None else known(model.name) or model.logical_id


def _responses(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    ours = {response.status_code: response for response in pair.before.method.method_responses}
    theirs = {response.status_code: response for response in pair.after.method.method_responses}
    for status in sorted({*ours} | {*theirs}):
        before, after = ours.get(status), theirs.get(status)
        if before is not None and after is not None:
            yield from _response(context, place, before, after)
            continue
        yield Change(
            concern=Concern.RESPONSE_STATUS_ADDED if before is None else Concern.RESPONSE_STATUS_REMOVED,
            place=place,
            before=None if before is None else status,
            after=None if after is None else status,
            detail=status,
            path=("MethodResponses",),
            is_held=True,
        )


def _response(context: RestContext, place: Place, before: MethodResponse, after: MethodResponse) -> Iterator[AnyChange]:
    status = after.status_code
    yield from _response_headers(place, status, before.response_parameters, after.response_parameters)
    for content_type in sorted({*before.response_models} ^ {*after.response_models}):
        added = content_type in after.response_models
        view = context.pair.after if added else context.pair.before
        name = (after if added else before).response_models[content_type]
        yield Change(
            concern=Concern.RESPONSE_MODEL_ADDED if added else Concern.RESPONSE_MODEL_REMOVED,
            place=place,
            before=None if added else _model_name(view, name),
            after=_model_name(view, name) if added else None,
            detail=f"{status} {content_type}",
            path=("MethodResponses",),
            is_held=True,
        )


def _response_headers(
    place: Place, status: str, before: Mapping[str, bool], after: Mapping[str, bool]
) -> Iterator[AnyChange]:
    for name in sorted({*before} | {*after}):
        ours, theirs = before.get(name), after.get(name)
        if ours == theirs:
            continue
        header = name.removeprefix(_RESPONSE_HEADER)
        if header.lower().startswith("access-control-"):
            continue  # What browsers may do is compared by values.
        concern = Concern.RESPONSE_HEADER_OPTIONAL
        if theirs is None:
            concern = Concern.RESPONSE_HEADER_REMOVED
        elif ours is None:
            concern = Concern.RESPONSE_HEADER_ADDED
        yield Change(
            concern=concern,
            place=place,
            before=ours,
            after=theirs,
            detail=f"{status} {header}",
            path=("MethodResponses",),
            facts=frozenset({Fact.REQUIRED}) if ours else frozenset(),
            is_held=True,
        )


def _operation_name(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    before, after = context.sides.text(pair.before.method.operation_name, pair.after.method.operation_name)
    if before != after:
        yield Change(
            concern=Concern.OPERATION_NAME,
            place=place,
            before=before,
            after=after,
            path=("OperationName",),
            is_held=True,
        )
