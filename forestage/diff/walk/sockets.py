"""WebSocket and HTTP APIs: routes, their integrations and responses, their stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.schemas import Schemas, placed
from forestage.diff.walk.stages import used_variables, walk_access_log, walk_logging, walk_variables
from forestage.diff.walk.throttles import ACCOUNT, Effective, Throttle
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import SocketContext
    from forestage.model.values import OpenJson
    from forestage.model.websocket import (
        Api,
        Authorizer,
        Integration,
        IntegrationResponse,
        Route,
        RouteResponse,
        RouteSettings,
        Stage,
    )

CONNECT, DISCONNECT, DEFAULT = "$connect", "$disconnect", "$default"
_STAGE = "AWS::ApiGatewayV2::Stage"

# Whatever a route has may have changed.
AnyChange = Change[Any]


def walk_routes(context: SocketContext) -> Iterator[AnyChange]:
    """Tell what is different in the routes of an API, and in how messages find them."""
    yield from _selection(context)
    pair = context.pair
    schemas = Schemas(pair.before.definition.models, pair.after.definition.models)
    has_default = any(route.route_key == DEFAULT for route in pair.after.definition.routes)
    for routes in pair.routes:
        both = routes.both
        if both is not None:
            yield from _route(context, schemas, *both)
        elif routes.before is not None:
            facts = {
                *([Fact.COVERED] if has_default else ()),
                *([Fact.OTHERS_AUTHORIZED] if _is_authorized(routes.before) else ()),
            }
            yield Change(
                concern=Concern.ROUTE_REMOVED,
                place=route_place(context, routes.before, gone=True),
                before=routes.before.route_key,
                after=None,
                facts=frozenset(facts),
                is_held=True,
            )
        else:
            yield Change(
                concern=Concern.ROUTE_ADDED,
                place=route_place(context, routes.either),
                before=None,
                after=routes.either.route_key,
                is_held=True,
            )


def _is_authorized(route: Route) -> bool:
    return (route.authorization_type or "NONE") != "NONE"


def route_place(context: SocketContext, route: Route, *, gone: bool = False) -> Place:
    """Return the place of a route."""
    places = context.gone if gone else context.here
    return places.named("ROUTE", route.route_key, route.logical_id, "AWS::ApiGatewayV2::Route", route.origin)


def _selection(context: SocketContext) -> Iterator[AnyChange]:
    before, after = context.pair.before, context.pair.after
    place = context.here.api(after.origin)
    if before.route_selection_expression != after.route_selection_expression:
        yield Change(
            concern=Concern.ROUTE_SELECTION,
            place=place,
            before=before.route_selection_expression,
            after=after.route_selection_expression,
            path=("RouteSelectionExpression",),
            is_held=True,
        )
    keys = tuple(api.api_key_selection_expression or "$request.header.x-api-key" for api in (before, after))
    if keys[0] != keys[1]:
        needed = any(route.api_key_required for route in after.definition.routes)
        yield Change(
            concern=Concern.API_KEY_SELECTION,
            place=place,
            before=keys[0],
            after=keys[1],
            path=("ApiKeySelectionExpression",),
            facts=frozenset({Fact.USED}) if needed else frozenset(),
            is_held=True,
        )


def _route(context: SocketContext, schemas: Schemas, before: Route, after: Route) -> Iterator[AnyChange]:
    place = route_place(context, after)
    if context.pair.after.protocol_type == "HTTP" or after.route_key == CONNECT:
        yield from _access(context, place, before, after)
        yield from _parameters(place, before, after)
    if before.operation_name != after.operation_name:
        yield _change(Concern.OPERATION_NAME, place, before.operation_name, after.operation_name, "OperationName")
    if before.model_selection_expression != after.model_selection_expression:
        yield _change(
            Concern.MODEL_SELECTION,
            place,
            before.model_selection_expression,
            after.model_selection_expression,
            "ModelSelectionExpression",
        )
    yield from _request_models(schemas, place, before, after)
    yield from _responses(context, schemas, place, before, after)
    yield from _integration(context, place, before, after)


def _change(
    concern: Concern,
    place: Place,
    before: OpenJson | frozenset[str],
    after: OpenJson | frozenset[str],
    path: str,
    detail: str = "",
    facts: frozenset[Fact] = frozenset(),
) -> AnyChange:
    return Change(
        concern=concern,
        place=place,
        before=before,
        after=after,
        path=(path,),
        detail=detail,
        facts=facts,
        is_held=True,
    )


def _access(context: SocketContext, place: Place, before: Route, after: Route) -> Iterator[AnyChange]:
    types = before.authorization_type or "NONE", after.authorization_type or "NONE"
    if types[0] != types[1]:
        yield _change(Concern.AUTHORIZATION, place, *types, "AuthorizationType")
    elif types[0] != "NONE":
        yield from _authorizer(context, place, before, after)
    scopes = context.sides.words(before.authorization_scopes, after.authorization_scopes)
    if scopes[0] != scopes[1] and "NONE" not in types:
        yield _change(Concern.SCOPES, place, *scopes, "AuthorizationScopes")
    keys = bool(before.api_key_required), bool(after.api_key_required)
    if keys[0] != keys[1]:
        concern = Concern.CONNECT_API_KEY if keys[1] else Concern.API_KEY_REQUIRED
        yield _change(concern, place, *keys, "ApiKeyRequired")


def _authorizer(context: SocketContext, place: Place, before: Route, after: Route) -> Iterator[AnyChange]:
    pair = context.pair
    found = _by_id(pair.before).get(before.authorizer_id or ""), _by_id(pair.after).get(after.authorizer_id or "")
    if found[0] is None or found[1] is None:
        if not context.sides.are_same(before.authorizer_id, after.authorizer_id):
            yield _change(Concern.METHOD_AUTHORIZER, place, before.authorizer_id, after.authorizer_id, "AuthorizerId")
        return
    ours, theirs = found[0], found[1]
    if any((both := item.both) and (both[0].id, both[1].id) == (ours.id, theirs.id) for item in pair.authorizers):
        sources = frozenset(ours.identity_source), frozenset(theirs.identity_source)
        if sources[0] != sources[1]:
            yield _change(Concern.IDENTITY_SOURCE, place, *sources, "AuthorizerId")
    elif not context.sides.are_same(_deciding(ours), _deciding(theirs)):
        yield _change(Concern.METHOD_AUTHORIZER, place, ours.logical_id, theirs.logical_id, "AuthorizerId")


def _by_id(api: Api) -> Mapping[str, Authorizer]:
    return {authorizer.id: authorizer for authorizer in api.definition.authorizers}


def _deciding(authorizer: Authorizer) -> OpenJson:
    return [
        authorizer.authorizer_type,
        authorizer.authorizer_uri,
        sorted(authorizer.identity_source),
        repr(authorizer.jwt_configuration),
    ]


def _parameters(place: Place, before: Route, after: Route) -> Iterator[AnyChange]:
    ours, theirs = (
        {name: constraints.required for name, constraints in route.request_parameters.items()}
        for route in (before, after)
    )
    for name in sorted({*ours} | {*theirs}):
        required = ours.get(name), theirs.get(name)
        if bool(required[0]) == bool(required[1]):
            continue
        concern = Concern.CONNECT_PARAMETER if required[1] else Concern.REQUEST_PARAMETER_REQUIRED
        yield _change(concern, place, *required, "RequestParameters", name.removeprefix("route.request."))


def _request_models(schemas: Schemas, place: Place, before: Route, after: Route) -> Iterator[AnyChange]:
    enforced = bool(after.model_selection_expression)
    for key in sorted({*before.request_models} | {*after.request_models}):
        ours, theirs = before.request_models.get(key), after.request_models.get(key)
        if ours is not None and theirs is not None:
            found = schemas.compare(ours, theirs)
            yield from placed(found, schemas, place, key, is_request=True, is_enforced=enforced)
        else:
            concern = Concern.REQUEST_MODEL_ADDED if ours is None else Concern.REQUEST_MODEL_REMOVED
            facts = frozenset({Fact.CHECKED}) if enforced else frozenset[Fact]()
            yield _change(concern, place, ours, theirs, "RequestModels", key, facts)


def _responses(
    context: SocketContext, schemas: Schemas, place: Place, before: Route, after: Route
) -> Iterator[AnyChange]:
    answers = _answers(before), _answers(after)
    if context.pair.after.protocol_type == "HTTP":
        return
    if bool(answers[0]) != bool(answers[1]):
        yield _change(
            Concern.ROUTE_RESPONSE,
            place,
            bool(answers[0]),
            bool(answers[1]),
            "RouteResponseSelectionExpression",
        )
        return
    for key in sorted({*answers[0]} & {*answers[1]}):
        ours, theirs = answers[0][key].response_models, answers[1][key].response_models
        for content_type in sorted({*ours} | {*theirs}):
            names = ours.get(content_type), theirs.get(content_type)
            if names[0] is not None and names[1] is not None:
                found = schemas.compare(names[0], names[1])
                yield from placed(found, schemas, place, f"{key} {content_type}", is_request=False)
            else:
                yield _change(
                    Concern.ROUTE_RESPONSE_MODEL,
                    place,
                    names[0],
                    names[1],
                    "RouteResponseSelectionExpression",
                    f"{key} {content_type}",
                )


def _answers(route: Route) -> Mapping[str, RouteResponse]:
    """Return the responses of a route by key; none where the route does not answer.

    Source: websocket.md: two-way needs a route response and the selection expression.
    """
    if not route.route_responses or not route.route_response_selection_expression:
        return {}
    return {response.route_response_key: response for response in route.route_responses}


# Integrations.


def _integration(context: SocketContext, place: Place, before: Route, after: Route) -> Iterator[AnyChange]:
    ours, theirs = _integration_of(context.pair.before, before), _integration_of(context.pair.after, after)
    if ours is None or theirs is None:
        if not context.sides.are_same(before.target, after.target):
            yield _change(Concern.ROUTE_INTEGRATION, place, *context.sides.text(before.target, after.target), "Target")
        return
    values = context.sides.document(_behaviour(ours), _behaviour(theirs))
    if not _calls_same(context, ours, theirs) or values[0] != values[1]:
        before_uri, after_uri = context.sides.text(ours.integration_uri, theirs.integration_uri)
        yield _change(Concern.ROUTE_INTEGRATION, place, before_uri, after_uri, "Target")
    for key in sorted({*_keyed(ours)} | {*_keyed(theirs)}):
        responses = _keyed(ours).get(key), _keyed(theirs).get(key)
        shown = context.sides.document(*(_response(item) for item in responses))
        if shown[0] != shown[1]:
            yield _change(Concern.ROUTE_INTEGRATION_RESPONSE, place, *shown, "Target", key)


def _integration_of(api: Api, route: Route) -> Integration | None:
    target = known(route.target) or ""
    wanted = target.removeprefix("integrations/")
    return next((item for item in api.definition.integrations if item.id == wanted), None)


def _calls_same(context: SocketContext, before: Integration, after: Integration) -> bool:
    ours = context.deployments.before.function_of(before.integration_uri)
    theirs = context.deployments.after.function_of(after.integration_uri)
    if ours is not None and theirs is not None:
        return (ours.arn, theirs.arn) in context.deployments.same_functions
    return context.sides.are_same(before.integration_uri, after.integration_uri)


def _behaviour(integration: Integration) -> OpenJson:
    """Write what an integration does but for where it leads and for what it answers."""
    return {
        "type": integration.integration_type,
        "method": integration.integration_method,
        "connection": [integration.connection_type or "INTERNET", integration.connection_id],
        "content": integration.content_handling_strategy,
        "credentials": integration.credentials_arn,
        "passthrough": integration.passthrough_behavior,
        "payload": integration.payload_format_version,
        "parameters": dict(integration.request_parameters),
        "templates": dict(integration.request_templates),
        "selection": integration.template_selection_expression,
        "timeout": integration.timeout_in_millis,
    }


def _keyed(integration: Integration) -> Mapping[str, IntegrationResponse]:
    return {response.integration_response_key: response for response in integration.integration_responses}


def _response(response: IntegrationResponse | None) -> OpenJson:
    if response is None:
        return None
    return {
        "content": response.content_handling_strategy,
        "parameters": dict(response.response_parameters),
        "templates": dict(response.response_templates),
        "selection": response.template_selection_expression,
    }


# Stages.


def walk_socket_stages(context: SocketContext) -> Iterator[AnyChange]:
    """Tell what is different in the stages of an API."""
    for pair in context.pair.stages:
        both = pair.both
        name = pair.either.stage_name
        places = context.gone if pair.after is None else context.here
        place = places.named("STAGE", name, pair.either.logical_id, _STAGE, pair.either.origin)
        if both is not None:
            yield from _stage(context, place, *both)
        else:
            gone = pair.after is None
            yield Change(
                concern=Concern.STAGE_REMOVED if gone else Concern.STAGE_ADDED,
                place=place,
                before=name if gone else None,
                after=None if gone else name,
            )


def _stage(context: SocketContext, place: Place, before: Stage, after: Stage) -> Iterator[AnyChange]:
    sides = context.sides
    used = used_variables(_texts(context.pair.after))
    yield from walk_variables(sides, place, before.stage_variables, after.stage_variables, used, "StageVariables")
    yield from walk_access_log(sides, place, before.access_log_settings, after.access_log_settings, "AccessLogSettings")
    keys = {"", *before.route_settings, *after.route_settings}
    for key in sorted(keys):
        yield from _settings(place, before, after, key)
    certificates = sides.document(before.client_certificate_id, after.client_certificate_id)
    if certificates[0] != certificates[1]:
        yield Change(
            concern=Concern.CLIENT_CERTIFICATE,
            place=place,
            before=certificates[0],
            after=certificates[1],
            path=("ClientCertificateId",),
        )
    deploys = bool(before.auto_deploy), bool(after.auto_deploy)
    if deploys[0] != deploys[1]:
        yield Change(
            concern=Concern.AUTO_DEPLOY, place=place, before=deploys[0], after=deploys[1], path=("AutoDeploy",)
        )


def _texts(api: Api) -> Iterator[str]:
    for integration in api.definition.integrations:
        values = (
            integration.integration_uri,
            integration.credentials_arn,
            integration.connection_id,
            *integration.request_parameters.values(),
            *integration.request_templates.values(),
        )
        yield from (str(value) for value in values if value is not None)
        for response in integration.integration_responses:
            yield from map(str, response.response_templates.values())
    for authorizer in api.definition.authorizers:
        yield from (str(authorizer.authorizer_uri), *authorizer.identity_source)


def _settings(place: Place, before: Stage, after: Stage, key: str) -> Iterator[AnyChange]:
    ours, theirs = _effective(before, key), _effective(after, key)
    if ours.throttle != theirs.throttle:
        yield Change(
            concern=Concern.ROUTE_THROTTLE,
            place=place,
            before=ours,
            after=theirs,
            detail=key,
            path=("RouteSettings" if key else "DefaultRouteSettings",),
            shown=(ours.throttle.shown(), theirs.throttle.shown()),
        )
    levels = _of(before, key, "logging_level") or "OFF", _of(after, key, "logging_level") or "OFF"
    traces = bool(_of(before, key, "data_trace_enabled")), bool(_of(after, key, "data_trace_enabled"))
    yield from walk_logging(place, (str(levels[0]), str(levels[1])), traces, key, "DefaultRouteSettings")


def _effective(stage: Stage, key: str) -> Effective:
    own, common = (
        Throttle(rate=item.throttling_rate_limit, burst=item.throttling_burst_limit) if item else Throttle()
        for item in (stage.route_settings.get(key), stage.default_route_settings)
    )
    return Effective(throttle=own.over(common).over(ACCOUNT), is_set=own.is_set or common.is_set)


def _of(stage: Stage, key: str, name: str) -> OpenJson:
    settings: tuple[RouteSettings | None, ...] = (stage.route_settings.get(key), stage.default_route_settings)
    values: tuple[OpenJson, ...] = tuple(getattr(item, name, None) for item in settings)
    return next((value for value in values if value is not None), None)
