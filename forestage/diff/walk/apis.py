"""What an API is as a whole: its endpoint, its policy, its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.match.deployments import protocol_of
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.places import Places
from forestage.diff.walk.policies import compare_policies, lets_everybody_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.match.pairs import AnyApi, DeploymentPair, Pair
    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import RestContext, SocketContext
    from forestage.model.rest import RestApi
    from forestage.model.values import OpenJson

    AnyChange = Change[OpenJson | frozenset[str]]


def walk_presence(deployments: DeploymentPair) -> Iterator[AnyChange]:
    """Tell which APIs came, went, or were replaced."""
    for pair in deployments.apis:
        yield from _presence(deployments, pair)


def _presence(deployments: DeploymentPair, pair: Pair[AnyApi]) -> Iterator[AnyChange]:
    api = pair.either
    side = deployments.before if pair.after is None else deployments.after
    place = Places(side, api).api(api.origin)
    if pair.before is None:
        yield Change(concern=Concern.API_ADDED, place=place, before=None, after=api.logical_id)
    elif pair.after is None:
        yield Change(concern=Concern.API_REMOVED, place=place, before=api.logical_id, after=None)
    else:
        kinds = protocol_of(pair.before), protocol_of(pair.after)
        if kinds[0] != kinds[1] or pair.before.logical_id != pair.after.logical_id:
            mapped = _is_reached_by_domains(deployments, pair.before, pair.after) and kinds[0] == kinds[1]
            yield Change(
                concern=Concern.API_REPLACED,
                place=place,
                before=pair.before.logical_id,
                after=pair.after.logical_id,
                note=f"{kinds[0]} to {kinds[1]}" if kinds[0] != kinds[1] else "",
                facts=frozenset({Fact.MAPPED}) if mapped else frozenset(),
            )


def _is_reached_by_domains(deployments: DeploymentPair, before: AnyApi, after: AnyApi) -> bool:
    """Tell whether custom domains lead to every stage as before, and nothing else does.

    Source: diff.md, 2.1, api-replaced.
    """
    if not before.disable_execute_api_endpoint:
        return False
    ours = frozenset(_mapped(deployments, before, on_before=True))
    theirs = frozenset(_mapped(deployments, after, on_before=False))
    stages = {stage.stage_name for stage in before.stages}
    return bool(stages) and ours <= theirs and stages <= {stage for _, _, stage in ours}


def _mapped(deployments: DeploymentPair, api: AnyApi, *, on_before: bool) -> Iterator[tuple[str, str, str | None]]:
    side = deployments.before if on_before else deployments.after
    deployment = side.deployment
    for mapping in deployment.base_path_mappings:
        if mapping.rest_api_id == api.id:
            yield str(side.names.of(mapping.domain_name)), mapping.base_path or "", mapping.stage
    for api_mapping in deployment.api_mappings:
        if api_mapping.api_id == api.id:
            yield str(side.names.of(api_mapping.domain_name)), api_mapping.api_mapping_key or "", api_mapping.stage


def endpoint_type(api: RestApi) -> str:
    """Tell the kind of an API's endpoint."""
    types = api.endpoint_configuration.types if api.endpoint_configuration else ()
    return types[0] if types else "EDGE"


def walk_api(context: RestContext) -> Iterator[AnyChange]:
    """Tell what is different in the settings of a REST API."""
    before, after = context.pair.before.api, context.pair.after.api
    place = context.here.api(after.origin)
    yield from _endpoint(context, place, before, after)
    yield from _shared(context, place, before, after)
    yield from _tls(place, before, after)
    yield from _media_types(context, place, before, after)
    if before.minimum_compression_size != after.minimum_compression_size:
        yield Change(
            concern=Concern.COMPRESSION,
            place=place,
            before=before.minimum_compression_size,
            after=after.minimum_compression_size,
            path=("MinimumCompressionSize",),
            is_held=True,
        )
    sources = before.api_key_source_type or "HEADER", after.api_key_source_type or "HEADER"
    if sources[0] != sources[1]:
        needed = any(method.api_key_required for method in context.pair.after.definition.methods)
        yield Change(
            concern=Concern.API_KEY_SOURCE,
            place=place,
            before=sources[0],
            after=sources[1],
            path=("ApiKeySourceType",),
            facts=frozenset({Fact.USED}) if needed else frozenset(),
            is_held=True,
        )
    yield from _policy(context, place, before, after)


def _endpoint(context: RestContext, place: Place, before: RestApi, after: RestApi) -> Iterator[AnyChange]:
    types = endpoint_type(before), endpoint_type(after)
    path = ("EndpointConfiguration", "Types")
    if types[0] != types[1]:
        yield Change(concern=Concern.ENDPOINT_TYPE, place=place, before=types[0], after=types[1], path=path)
    ours, theirs = context.sides.words(
        before.endpoint_configuration.vpc_endpoint_ids if before.endpoint_configuration else (),
        after.endpoint_configuration.vpc_endpoint_ids if after.endpoint_configuration else (),
    )
    path = ("EndpointConfiguration", "VpcEndpointIds")
    if types == ("PRIVATE", "PRIVATE"):
        for gone in sorted(ours - theirs):
            yield Change(
                concern=Concern.VPC_ENDPOINT_REMOVED, place=place, before=gone, after=None, detail=gone, path=path
            )
        for new in sorted(theirs - ours):
            yield Change(concern=Concern.VPC_ENDPOINT_ADDED, place=place, before=None, after=new, detail=new, path=path)
    kinds = tuple(
        (api.endpoint_configuration.ip_address_type if api.endpoint_configuration else None)
        or ("dualstack" if endpoint_type(api) == "PRIVATE" else "ipv4")
        for api in (before, after)
    )
    if types[0] == types[1] and kinds[0] != kinds[1]:
        yield Change(
            concern=Concern.IP_ADDRESS_TYPE,
            place=place,
            before=kinds[0],
            after=kinds[1],
            path=("EndpointConfiguration", "IpAddressType"),
        )


def _shared(context: RestContext | SocketContext, place: Place, before: AnyApi, after: AnyApi) -> Iterator[AnyChange]:
    """Tell what APIs of every kind have."""
    disabled = bool(before.disable_execute_api_endpoint), bool(after.disable_execute_api_endpoint)
    if disabled[0] != disabled[1]:
        yield Change(
            concern=Concern.DEFAULT_ENDPOINT,
            place=place,
            before=disabled[0],
            after=disabled[1],
            path=("DisableExecuteApiEndpoint",),
            is_held=True,  # Source: endpoints.md (documented): it needs a deployment.
        )
    ours, theirs = context.sides.document(_described(before), _described(after))
    if ours != theirs:
        yield Change(concern=Concern.API_DESCRIPTION, place=place, before=ours, after=theirs)


def _described(api: AnyApi) -> OpenJson:
    described: dict[str, OpenJson] = {
        "Name": api.name,
        "Description": api.description,
        "Version": api.version,
        "FailOnWarnings": api.fail_on_warnings,
        "Mode": getattr(api, "mode", None),
        "Tags": tags_of(api),
    }
    return {name: value for name, value in described.items() if value}


def tags_of(item: object) -> dict[str, OpenJson]:
    """Return the tags of a resource by key."""
    tags = getattr(item, "tags", ())
    return dict(tags) if isinstance(tags, dict) else {str(tag.key): tag.value for tag in tags}


TLS_RANKS = {"TLS_1_0": 0, "TLS_1_2": 1}


def tls_rank(policy: str) -> int:
    """Rank a security policy by the lowest version of TLS that it takes.

    Source: whats-new.md, Security policies (documented); diff.md, 2.7: TLS_1_0 < TLS_1_2 < the 1.3 families. An
    enhanced policy whose name goes on with 1_2 still takes TLS 1.2.
    """
    if policy in TLS_RANKS:
        return TLS_RANKS[policy]
    if "TLS12" in policy or "TLS13_1_2" in policy:
        return TLS_RANKS["TLS_1_2"] + 1
    return TLS_RANKS["TLS_1_2"] + 2


def _tls(place: Place, before: RestApi, after: RestApi) -> Iterator[AnyChange]:
    if before.security_policy and after.security_policy:
        ranks = tls_rank(before.security_policy), tls_rank(after.security_policy)
    else:
        default = tls_rank("TLS_1_0") if endpoint_type(after) == "EDGE" else tls_rank("TLS_1_2")
        ranks = tuple(  # type: ignore[assignment]  # two of them
            tls_rank(api.security_policy) if api.security_policy else default for api in (before, after)
        )
    if ranks[0] != ranks[1]:
        yield Change(
            concern=Concern.API_TLS,
            place=place,
            before=before.security_policy,
            after=after.security_policy,
            path=("SecurityPolicy",),
            note="raised" if ranks[1] > ranks[0] else "lowered",
        )
    modes = before.endpoint_access_mode or "BASIC", after.endpoint_access_mode or "BASIC"
    if modes[0] != modes[1]:
        yield Change(
            concern=Concern.ENDPOINT_ACCESS_MODE,
            place=place,
            before=modes[0],
            after=modes[1],
            path=("EndpointAccessMode",),
        )


def _media_types(context: RestContext, place: Place, before: RestApi, after: RestApi) -> Iterator[AnyChange]:
    ours, theirs = (
        frozenset(name.replace("~1", "/") for name in side)
        for side in context.sides.words(before.binary_media_types, after.binary_media_types)
    )
    used = frozenset(_used_media_types(context))
    for gone in sorted(ours - theirs):
        is_used = gone in used or (bool(used) and "*" in gone)
        yield Change(
            concern=Concern.BINARY_TYPE_REMOVED,
            place=place,
            before=gone,
            after=None,
            detail=gone,
            path=("BinaryMediaTypes",),
            facts=frozenset({Fact.USED}) if is_used else frozenset(),
            is_held=True,
        )
    for new in sorted(theirs - ours):
        yield Change(
            concern=Concern.BINARY_TYPE_ADDED,
            place=place,
            before=None,
            after=new,
            detail=new,
            path=("BinaryMediaTypes",),
            is_held=True,
        )


def _used_media_types(context: RestContext) -> Iterator[str]:
    """List the content types that methods respond with; ``*`` stands for an integration that converts content."""
    for method in context.pair.before.definition.methods:
        for response in method.method_responses:
            yield from response.response_models
        integration = method.integration
        if integration is None:
            continue
        if integration.content_handling or any(item.content_handling for item in integration.integration_responses):
            yield "*/*"
        for item in integration.integration_responses:
            for name, value in item.response_parameters.items():
                if name.lower().endswith("header.content-type"):
                    yield str(value).strip("'").partition(";")[0]


def _policy(context: RestContext, place: Place, before: RestApi, after: RestApi) -> Iterator[AnyChange]:
    ours, theirs = context.sides.document(before.policy or None, after.policy or None)
    private = frozenset({Fact.PRIVATE}) if endpoint_type(after) == "PRIVATE" else frozenset[Fact]()

    def change(concern: Concern, note: str = "", facts: frozenset[Fact] = private) -> AnyChange:
        return Change(
            concern=concern,
            place=place,
            before=ours,
            after=theirs,
            path=("Policy",),
            note=note,
            facts=facts,
            is_held=True,
        )

    if ours is None and theirs is None:
        return
    if theirs is None:
        yield change(Concern.POLICY_REMOVED)
    elif ours is None:
        strict = frozenset() if lets_everybody_in(theirs) else frozenset({Fact.PRIVATE_POLICY})
        yield change(Concern.POLICY_ADDED, facts=private | strict)
    else:
        found = compare_policies(ours, theirs)
        if found.widened:
            yield change(Concern.POLICY_WIDENED, "; ".join(found.widened))
        if found.narrowed:
            yield change(Concern.POLICY_NARROWED, "; ".join(found.narrowed))


def walk_socket_api(context: SocketContext) -> Iterator[AnyChange]:
    """Tell what is different in the settings that WebSocket and HTTP APIs share with REST APIs."""
    before, after = context.pair.before, context.pair.after
    place = context.here.api(after.origin)
    yield from _shared(context, place, before, after)
    kinds = before.ip_address_type or "ipv4", after.ip_address_type or "ipv4"
    if kinds[0] != kinds[1]:
        yield Change(
            concern=Concern.IP_ADDRESS_TYPE, place=place, before=kinds[0], after=kinds[1], path=("IpAddressType",)
        )
