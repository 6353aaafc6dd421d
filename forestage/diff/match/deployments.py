"""Two deployments, paired."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from forestage.diff.match.naming import MadeUp, Names
from forestage.diff.match.pairing import paired
from forestage.diff.match.pairs import DeploymentPair, Pair, SocketPair
from forestage.diff.match.paths import shape_of
from forestage.diff.match.rest import pair_rest
from forestage.diff.match.sides import SideView
from forestage.diff.match.template import pair_stacks, pair_template
from forestage.load.attributes import made_up_texts
from forestage.load.identity import SUFFIX_LENGTH, physical_name, stack_id
from forestage.model.rest import RestApi
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forestage.diff.match.pairs import AnyApi, AnyDomain, RestPair
    from forestage.model.deployment import Deployment, OtherResource
    from forestage.model.websocket import Api


class _Named(Protocol):
    @property
    def logical_id(self) -> str: ...


_FAIR_OVERLAP = 0.5
"""Source: diff.md, M1."""


def match(before: Deployment, after: Deployment) -> DeploymentPair:
    """Pair everything in two deployments, and give both sides the same names for it."""
    ours, theirs = SideView(before), SideView(after)
    stacks = pair_stacks(before, after)
    template = pair_template(before.template_resources, after.template_resources, stacks)
    apis = _apis(ours, theirs)
    rest = tuple(_rest(ours, theirs, apis))
    plans = paired(
        before.usage_plans,
        after.usage_plans,
        lambda plan: plan.logical_id,
        lambda plan: known(plan.usage_plan_name),
        lambda plan: frozenset(stage.stage for stage in plan.api_stages),
    )
    keys = paired(before.api_keys, after.api_keys, lambda key: key.logical_id, lambda key: known(key.name))
    functions = paired(
        before.functions,
        after.functions,
        lambda function: (stacks.get(function.stack, function.stack), function.logical_id),
        lambda function: function.logical_id,
        lambda function: function.name if _is_given(function.name) else None,
        lambda function: (function.package, function.handler, function.runtime) if function.package else None,
    )
    pair = DeploymentPair(
        before=ours,
        after=theirs,
        apis=apis,
        rest=rest,
        sockets=tuple(_sockets(apis)),
        plans=plans,
        keys=keys,
        domains=_domains(before, after),
        functions=functions,
        same_functions=frozenset((both[0].arn, both[1].arn) for item in functions if (both := item.both)),
        resources=paired(
            before.resources,
            after.resources,
            lambda item: (stacks.get(item.stack, item.stack), item.logical_id, item.type),
            lambda item: (item.logical_id, item.type),
            _identity,
        ),
        template=template,
    )
    _name(pair, stacks)
    return pair


def _is_given(name: str) -> bool:
    """Tell whether a physical name was chosen, not made up."""
    return re.search(rf"-[A-Z0-9]{{{SUFFIX_LENGTH}}}$", name) is None


def _identity(resource: OtherResource) -> tuple[str, str] | None:
    """Tell what names a resource beside its logical id: the physical name that it was given."""
    return (resource.type, resource.id) if "-" in resource.id and _is_given(resource.id) else None


def _apis(before: SideView, after: SideView) -> tuple[Pair[AnyApi], ...]:
    """Pair APIs.

    Source: diff.md, M1: by logical id, else by name and protocol, else by the best overlap of methods.
    """
    ours: tuple[AnyApi, ...] = (*before.deployment.rest_apis, *before.deployment.apis)
    theirs: tuple[AnyApi, ...] = (*after.deployment.rest_apis, *after.deployment.apis)
    pairs = paired(
        ours,
        theirs,
        lambda api: api.logical_id,
        lambda api: (protocol_of(api), name) if (name := known(api.name)) else None,
    )
    gone = {id(pair.before): pair for pair in pairs if pair.after is None}
    new = {id(pair.after): pair for pair in pairs if pair.before is None}
    found: dict[int, Pair[AnyApi]] = {}
    for overlap, old, young in sorted(_overlaps(gone.values(), new.values()), key=lambda item: -item[0]):
        if overlap >= _FAIR_OVERLAP and id(old) in gone and id(young) in new:
            found[id(young)] = Pair(before=old, after=young)
            del gone[id(old)], new[id(young)]
    kept = (found.get(id(pair.after), pair) for pair in pairs if pair.after is not None)
    return (*kept, *(pair for pair in pairs if pair.after is None and id(pair.before) in gone))


def _overlaps(gone: Iterable[Pair[AnyApi]], new: Iterable[Pair[AnyApi]]) -> Iterator[tuple[float, AnyApi, AnyApi]]:
    contents = {id(pair.either): _content(pair.either) for pair in (*gone, *new)}
    for old in gone:
        for young in new:
            ours, theirs = contents[id(old.either)], contents[id(young.either)]
            if protocol_of(old.either) == protocol_of(young.either) and ours and theirs:
                yield len(ours & theirs) / max(len(ours), len(theirs)), old.either, young.either


def protocol_of(api: AnyApi) -> str:
    """Tell the protocol of an API: ``REST``, ``WEBSOCKET`` or ``HTTP``."""
    return "REST" if isinstance(api, RestApi) else str(api.protocol_type)


def _content(api: AnyApi) -> frozenset[str]:
    if not isinstance(api, RestApi):
        return frozenset(route.route_key for route in api.definition.routes)
    if api.definition is None:
        return frozenset()
    paths = api.definition.paths()
    return frozenset(
        f"{method.http_method} {shape_of(paths.get(method.resource_id, '?'))}" for method in api.definition.methods
    )


def _rest(before: SideView, after: SideView, apis: Iterable[Pair[AnyApi]]) -> Iterator[RestPair]:
    for pair in apis:
        if isinstance(pair.before, RestApi) and isinstance(pair.after, RestApi):
            yield pair_rest(before.rest[pair.before.id], after.rest[pair.after.id])


def _sockets(apis: Iterable[Pair[AnyApi]]) -> Iterator[SocketPair]:
    for pair in apis:
        both = pair.both
        if both is None or isinstance(both[0], RestApi) or isinstance(both[1], RestApi):
            continue
        if both[0].protocol_type == both[1].protocol_type:
            yield _socket(both[0], both[1])


def _socket(before: Api, after: Api) -> SocketPair:
    ours, theirs = before.definition, after.definition
    return SocketPair(
        before=before,
        after=after,
        routes=paired(ours.routes, theirs.routes, lambda route: route.route_key),
        authorizers=paired(
            ours.authorizers, theirs.authorizers, lambda item: item.logical_id, lambda item: known(item.name)
        ),
        stages=paired(before.stages, after.stages, lambda stage: stage.stage_name),
    )


def _domains(before: Deployment, after: Deployment) -> tuple[Pair[AnyDomain], ...]:
    """Pair custom domains by their names; those whose names are not known yet by logical id."""

    def all_of(deployment: Deployment) -> tuple[AnyDomain, ...]:
        return (*deployment.domain_names, *deployment.domain_names_v2, *deployment.regional_domain_names)

    return paired(
        all_of(before),
        all_of(after),
        lambda domain: (name, type(domain).__name__ == "DomainNameV2") if (name := known(domain.domain_name)) else None,
        lambda domain: None if known(domain.domain_name) else domain.logical_id,
    )


# What names are made of.


def _name(pair: DeploymentPair, stacks: Mapping[str, str]) -> None:
    """Give both sides the same labels for what is paired."""
    labels = {id(item.before): item.either.logical_id for item in pair.template if item.before is not None}
    labels |= {id(item.after): item.either.logical_id for item in pair.template if item.after is not None}
    renamed = dict(_renamed(pair))
    # What is gone from one side and is something else on the other gets no label in common by accident.
    other = {item.after.logical_id for item in pair.template if item.after is not None and item.before is None}
    for item in pair.template:
        if item.before is not None and item.after is None:
            logical_id = item.before.logical_id
            fallback = f"{logical_id} before" if logical_id in other else logical_id
            labels[id(item.before)] = renamed.get(logical_id, fallback)
    differing = {old: new for old, new in stacks.items() if old != new}
    heads = {**_heads(pair.before, labels), **_heads(pair.after, labels)}
    ours, theirs = (dict.fromkeys(names, "${AWS::StackName}") for names in (differing, differing.values()))
    pair.before.names = Names(made_up=_made_up(pair.before, labels, ours), words=renamed, stacks=ours, heads=heads)
    pair.after.names = Names(made_up=_made_up(pair.after, labels, theirs), words={}, stacks=theirs, heads=heads)


def _heads(side: SideView, labels: Mapping[int, str]) -> Mapping[str, str]:
    """Tell how the physical names of resources begin where AWS makes them: it knows another end than we do."""
    return {
        physical_name(resource.stack, resource.logical_id)[:-SUFFIX_LENGTH]: labels[id(resource)]
        for resource in side.deployment.template_resources
    }


def _made_up(side: SideView, labels: Mapping[int, str], stacks: Iterable[str]) -> Mapping[str, MadeUp]:
    """Tell what stands for the resources of a side, by run of letters and digits."""
    made_up: dict[str, MadeUp] = {}
    for resource in side.deployment.template_resources:
        label = labels[id(resource)]
        name = physical_name(resource.stack, resource.logical_id)
        head, suffix = name[:-SUFFIX_LENGTH], name[-SUFFIX_LENGTH:]
        for text in made_up_texts(resource.stack, resource.logical_id, resource.type):
            run, dash, rest = text.partition("-")
            made_up[run] = MadeUp(label=label, tail=dash + rest)
        made_up[suffix] = MadeUp(label=label, head=head)
        made_up[suffix.lower()] = MadeUp(label=label, head=head.lower())
    for name in stacks:
        run, dash, rest = stack_id(side.deployment.environment, name).rpartition("/")[2].partition("-")
        made_up[run] = MadeUp(label="AWS::StackId", tail=dash + rest)
    return made_up


def _renamed(pair: DeploymentPair) -> Iterator[tuple[str, str]]:
    """Tell the logical ids before that are called otherwise after."""
    for item in _everything(pair):
        both = item.both
        if both is not None and both[0].logical_id != both[1].logical_id:
            yield both[0].logical_id, both[1].logical_id


def _everything(pair: DeploymentPair) -> Iterator[Pair[_Named]]:
    """List the pairs of everything that has a logical id, the surest last."""
    yield from pair.resources
    yield from pair.functions
    yield from pair.domains
    yield from pair.keys
    yield from pair.plans
    for socket in pair.sockets:
        yield from socket.routes
        yield from socket.authorizers
        yield from socket.stages
    for rest in pair.rest:
        yield from rest.resources
        yield from rest.models
        yield from rest.validators
        yield from rest.authorizers
        yield from rest.gateway_responses
        yield from rest.stages
        yield from (
            Pair(before=method.before.method, after=method.after.method) for method in rest.methods if method.is_same
        )
    yield from pair.apis
