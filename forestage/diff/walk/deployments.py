"""The walk over two paired deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.diff.walk.apis import walk_api, walk_presence, walk_socket_api
from forestage.diff.walk.around import walk_around
from forestage.diff.walk.authorizers import walk_authorizers, walk_route_authorizers
from forestage.diff.walk.churn import walk_churn
from forestage.diff.walk.context import RestContext, SocketContext
from forestage.diff.walk.cors import walk_cors, walk_cors_configuration
from forestage.diff.walk.domains import walk_domains
from forestage.diff.walk.functions import walk_functions, walk_permission
from forestage.diff.walk.gateway_responses import walk_gateway_responses
from forestage.diff.walk.integrations import walk_integration
from forestage.diff.walk.methods import walk_method
from forestage.diff.walk.paths import walk_paths
from forestage.diff.walk.quiet import walk_quiet
from forestage.diff.walk.schemas import Schemas, walk_method_schemas, walk_unused_models
from forestage.diff.walk.snapshots import Snapshots, settled
from forestage.diff.walk.sockets import walk_routes, walk_socket_stages
from forestage.diff.walk.stages import walk_stages, walk_web_acls
from forestage.diff.walk.usage import walk_usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.diff.match.pairs import DeploymentPair
    from forestage.diff.walk.changes import Change
    from forestage.model.usage import PlanUse


# Whatever there is may have changed.
def walk(pair: DeploymentPair, *, use: Sequence[PlanUse] = ()) -> tuple[Change[Any], ...]:
    """Tell everything that is different, in the order of the APIs and then of what stands around them."""
    changes: list[Change[Any]] = [*walk_presence(pair)]
    for rest in pair.rest:
        changes += _rest(RestContext(pair, rest))
    for socket in pair.sockets:
        changes += _socket(SocketContext(pair, socket))
    changes += walk_usage(pair, use=use)
    changes += walk_domains(pair)
    changes += walk_functions(pair)
    changes += walk_around(pair)
    changes += walk_quiet(pair, frozenset(change.place.logical_id for change in changes))
    return tuple(changes)


def _rest(context: RestContext) -> Iterator[Change[Any]]:
    pair = context.pair
    ours, theirs = pair.before.api, pair.after.api
    is_replaced = ours.logical_id != theirs.logical_id
    snapshots = Snapshots(ours.deployments, theirs.deployments, pair.stages, is_replaced=is_replaced)
    yield from settled(context, snapshots, tuple(_definition(context)))
    yield from walk_stages(context)
    yield from walk_web_acls(context)


def _definition(context: RestContext) -> Iterator[Change[Any]]:
    pair = context.pair
    definitions = pair.before.definition, pair.after.definition
    schemas = Schemas(definitions[0].models, definitions[1].models)
    yield from walk_api(context)
    yield from walk_paths(context)
    for methods in pair.methods:
        place = context.here.method(methods.after)
        yield from walk_method(context, methods)
        if methods.is_same:
            yield from walk_method_schemas(context, schemas, methods, place)
            yield from walk_integration(context, methods, place)
            yield from walk_cors(methods, place)
            yield from walk_permission(context, methods, place)
    yield from walk_unused_models(context, schemas)
    yield from walk_authorizers(context)
    yield from walk_gateway_responses(context)
    yield from walk_churn(context)


def _socket(context: SocketContext) -> Iterator[Change[Any]]:
    pair = context.pair
    is_replaced = pair.before.logical_id != pair.after.logical_id
    snapshots = Snapshots(pair.before.deployments, pair.after.deployments, pair.stages, is_replaced=is_replaced)
    yield from settled(context, snapshots, tuple(_routes(context)))
    yield from walk_socket_stages(context)


def _routes(context: SocketContext) -> Iterator[Change[Any]]:
    yield from walk_socket_api(context)
    before, after = context.pair.before.cors_configuration, context.pair.after.cors_configuration
    yield from walk_cors_configuration(before, after, context.here.api(context.pair.after.origin))
    yield from walk_routes(context)
    yield from walk_route_authorizers(context)
