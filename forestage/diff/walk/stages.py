"""Stages: what each serves, and the settings that are read live."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.throttles import ACCOUNT, Effective, Throttle
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forestage.diff.match.pairs import DeploymentPair, Pair
    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import RestContext
    from forestage.diff.walk.equality import Sides
    from forestage.diff.walk.places import Places
    from forestage.model.stages import AccessLogSetting, MethodSetting, Stage
    from forestage.model.values import OpenJson, Text
    from forestage.model.websocket import AccessLogSettings

    AnyChange = Change[OpenJson | Effective]

STAGE: Final = "AWS::ApiGateway::Stage"
ALL: Final = ("/*", "*")
LEVELS: Final = {"OFF": 0, "ERROR": 1, "INFO": 2}
_DEFAULT_CACHE_SECONDS: Final = 300
_VARIABLE: Final = re.compile(r"stageVariables(?:\.|\[['\"])([A-Za-z0-9_]+)")


def stage_place(places: Places, stage: Stage) -> Place:
    """Return the place of a stage."""
    return places.named("STAGE", stage.stage_name or "", stage.logical_id, STAGE, stage.origin)


def walk_stages(context: RestContext) -> Iterator[AnyChange]:
    """Tell what is different in the stages of a REST API."""
    for pair in context.pair.stages:
        yield from presence(pair, context)
        both = pair.both
        if both is not None:
            yield from _stage(context, *both)


def presence(pair: Pair[Stage], context: RestContext) -> Iterator[AnyChange]:
    """Tell that a stage came or went."""
    if pair.after is None or pair.before is None:
        places = context.gone if pair.after is None else context.here
        name = pair.either.stage_name
        yield Change(
            concern=Concern.STAGE_REMOVED if pair.after is None else Concern.STAGE_ADDED,
            place=stage_place(places, pair.either),
            before=name if pair.after is None else None,
            after=None if pair.after is None else name,
        )


def _stage(context: RestContext, before: Stage, after: Stage) -> Iterator[AnyChange]:
    place = stage_place(context.here, after)
    sides = context.sides
    used = used_variables(context.texts_after)
    yield from walk_variables(sides, place, before.variables, after.variables, used, "Variables")
    yield from _method_settings(place, before, after)
    yield from _cluster(place, before, after)
    yield from walk_access_log(sides, place, before.access_log_setting, after.access_log_setting, "AccessLogSetting")
    for concern, path, ours, theirs in (
        (Concern.TRACING, "TracingEnabled", bool(before.tracing_enabled), bool(after.tracing_enabled)),
        (
            Concern.DOCUMENTATION_VERSION,
            "DocumentationVersion",
            *sides.document(before.documentation_version, after.documentation_version),
        ),
        (
            Concern.CLIENT_CERTIFICATE,
            "ClientCertificateId",
            *sides.document(before.client_certificate_id, after.client_certificate_id),
        ),
        (Concern.CANARY, "CanarySetting", *sides.document(_canary(before), _canary(after))),
    ):
        if ours != theirs:
            yield Change(concern=concern, place=place, before=ours, after=theirs, path=(path,))


def _canary(stage: Stage) -> OpenJson:
    canary = stage.canary_setting
    if canary is None:
        return None
    return {
        "PercentTraffic": canary.percent_traffic,
        "DeploymentId": canary.deployment_id,
        "StageVariableOverrides": dict(canary.stage_variable_overrides),
        "UseStageCache": bool(canary.use_stage_cache),
    }


def used_variables(texts: Iterable[str]) -> frozenset[str]:
    """List the stage variables that templates, mappings and addresses use."""
    return frozenset(found[1] for text in texts for found in _VARIABLE.finditer(text))


def walk_variables(
    sides: Sides,
    place: Place,
    before: Mapping[str, Text],
    after: Mapping[str, Text],
    used: frozenset[str],
    path: str,
) -> Iterator[AnyChange]:
    """Tell which stage variables are gone or say something else."""
    ours, theirs = sides.texts(before, after)
    for name in sorted({*ours} & {*theirs} | {*ours}):
        if name in theirs and ours[name] == theirs[name]:
            continue
        yield Change(
            concern=Concern.STAGE_VARIABLE_CHANGED if name in theirs else Concern.STAGE_VARIABLE_REMOVED,
            place=place,
            before=ours[name],
            after=theirs.get(name),
            detail=name,
            path=(path, name),
            facts=frozenset({Fact.USED}) if name in used else frozenset(),
        )


def walk_access_log(
    sides: Sides,
    place: Place,
    before: AccessLogSetting | AccessLogSettings | None,
    after: AccessLogSetting | AccessLogSettings | None,
    path: str,
) -> Iterator[AnyChange]:
    """Tell that an access log is gone or another."""
    values = tuple({"to": log.destination_arn, "format": log.format} if log else None for log in (before, after))
    ours, theirs = sides.document(*values)
    if ours is not None and ours != theirs:
        yield Change(concern=Concern.ACCESS_LOG, place=place, before=ours, after=theirs, path=(path,))


# Settings of methods.


def _settings(stage: Stage) -> Mapping[tuple[str, str], MethodSetting]:
    return {_key(setting): setting for setting in stage.method_settings}


def _key(setting: MethodSetting) -> tuple[str, str]:
    path = (setting.resource_path or "/*").replace("~1", "/")
    return "/" + path.strip("/"), setting.http_method or "*"


def _method_settings(place: Place, before: Stage, after: Stage) -> Iterator[AnyChange]:
    ours, theirs = _settings(before), _settings(after)
    for key in sorted({*ours} | {*theirs} | {ALL}):
        detail = "" if key == ALL else f"{key[1]} {key[0]}"
        yield from _throttle(place, ours, theirs, key, detail)
        yield from _caching(place, ours, theirs, key, detail, has_cluster=bool(after.cache_cluster_enabled))
        yield from _logging(place, ours, theirs, key, detail)


def _throttle(
    place: Place,
    before: Mapping[tuple[str, str], MethodSetting],
    after: Mapping[tuple[str, str], MethodSetting],
    key: tuple[str, str],
    detail: str,
) -> Iterator[AnyChange]:
    ours, theirs = effective_throttle(before, key), effective_throttle(after, key)
    if ours.throttle != theirs.throttle:
        yield Change(
            concern=Concern.STAGE_THROTTLE,
            place=place,
            before=ours,
            after=theirs,
            detail=detail,
            path=("MethodSettings",),
            shown=(ours.throttle.shown(), theirs.throttle.shown()),
        )


def effective_throttle(settings: Mapping[tuple[str, str], MethodSetting], key: tuple[str, str]) -> Effective:
    """Tell the throttle of a method: its own setting, that of all methods, the account's.

    Source: diff.md, 2.5: absent is the account's 10,000 a second and burst of 5,000.
    """
    own, common = (
        Throttle(rate=item.throttling_rate_limit, burst=item.throttling_burst_limit) if item else Throttle()
        for item in (settings.get(key), settings.get(ALL))
    )
    return Effective(throttle=own.over(common).over(ACCOUNT), is_set=own.is_set or common.is_set)


def _of(settings: Mapping[tuple[str, str], MethodSetting], key: tuple[str, str], name: str) -> OpenJson:
    """Return a setting of a method, else that of all methods."""
    for place in (key, ALL):
        value: OpenJson = getattr(settings.get(place), name, None)
        if value is not None:
            return value
    return None


def _caching(
    place: Place,
    before: Mapping[tuple[str, str], MethodSetting],
    after: Mapping[tuple[str, str], MethodSetting],
    key: tuple[str, str],
    detail: str,
    *,
    has_cluster: bool,
) -> Iterator[AnyChange]:
    def change(concern: Concern, ours: OpenJson, theirs: OpenJson) -> AnyChange:
        return Change(concern=concern, place=place, before=ours, after=theirs, detail=detail, path=("MethodSettings",))

    caching = bool(_of(before, key, "caching_enabled")), bool(_of(after, key, "caching_enabled"))
    if caching[0] != caching[1]:
        yield change(Concern.STAGE_CACHE, *caching)
    seconds = tuple(
        value if isinstance(value := _of(side, key, "cache_ttl_in_seconds"), int) else _DEFAULT_CACHE_SECONDS
        for side in (before, after)
    )
    if seconds[0] != seconds[1] and (caching[1] or has_cluster):
        yield change(Concern.STAGE_CACHE_TTL, *seconds)
    encrypted = bool(_of(before, key, "cache_data_encrypted")), bool(_of(after, key, "cache_data_encrypted"))
    if encrypted[0] != encrypted[1]:
        yield change(Concern.STAGE_CACHE_ENCRYPTION, *encrypted)
    # Source: endpoints.md, caching (recorded): invalidation asks for authorization unless somebody says otherwise.
    closed = tuple(_of(side, key, "require_authorization_for_cache_control") is not False for side in (before, after))
    if closed[0] != closed[1]:
        yield change(Concern.STAGE_CACHE_INVALIDATION, *closed)


def _logging(
    place: Place,
    before: Mapping[tuple[str, str], MethodSetting],
    after: Mapping[tuple[str, str], MethodSetting],
    key: tuple[str, str],
    detail: str,
) -> Iterator[AnyChange]:
    levels = str(_of(before, key, "logging_level") or "OFF"), str(_of(after, key, "logging_level") or "OFF")
    traces = bool(_of(before, key, "data_trace_enabled")), bool(_of(after, key, "data_trace_enabled"))
    yield from walk_logging(place, levels, traces, detail, "MethodSettings")


def walk_logging(
    place: Place, levels: tuple[str, str], traces: tuple[bool, bool], detail: str, path: str
) -> Iterator[AnyChange]:
    """Tell that less, or more than the usual, is logged."""
    if levels[0] != levels[1]:
        yield Change(
            concern=Concern.LOGGING_LEVEL, place=place, before=levels[0], after=levels[1], detail=detail, path=(path,)
        )
    if traces[0] != traces[1]:
        yield Change(
            concern=Concern.DATA_TRACE, place=place, before=traces[0], after=traces[1], detail=detail, path=(path,)
        )


def _cluster(place: Place, before: Stage, after: Stage) -> Iterator[AnyChange]:
    enabled = bool(before.cache_cluster_enabled), bool(after.cache_cluster_enabled)
    if enabled[0] != enabled[1]:
        yield Change(
            concern=Concern.STAGE_CACHE,
            place=place,
            before=enabled[0],
            after=enabled[1],
            detail="cluster",
            path=("CacheClusterEnabled",),
        )
    elif enabled[1] and before.cache_cluster_size != after.cache_cluster_size:
        yield Change(
            concern=Concern.STAGE_CACHE_SIZE,
            place=place,
            before=before.cache_cluster_size,
            after=after.cache_cluster_size,
            path=("CacheClusterSize",),
        )


# The web ACL stands beside the stage.


def walk_web_acls(context: RestContext) -> Iterator[AnyChange]:
    """Tell which stages have another web ACL, or none any more."""
    pair = context.deployments
    ours, theirs = _web_acls(pair, context, is_after=False), _web_acls(pair, context, is_after=True)
    for stage in context.pair.stages:
        both = stage.both
        if both is None:
            continue
        name = both[1].stage_name or ""
        before, after = ours.get(name), theirs.get(name)
        if before != after:
            yield Change(concern=Concern.WEB_ACL, place=stage_place(context.here, both[1]), before=before, after=after)


def _web_acls(pair: DeploymentPair, context: RestContext, *, is_after: bool) -> Mapping[str, OpenJson]:
    side = pair.after if is_after else pair.before
    api = (context.pair.after if is_after else context.pair.before).api
    found: dict[str, OpenJson] = {}
    for resource in side.deployment.resources:
        if resource.type != "AWS::WAFv2::WebACLAssociation" or not isinstance(resource.properties, dict):
            continue
        arn = resource.properties.get("ResourceArn")
        text = known(arn) if isinstance(arn, str) else str(arn)
        match = re.search(r"/restapis/([^/]+)/stages/([^/]+)$", text or "")
        if match and match[1] == api.id:
            found[match[2]] = side.names.of(resource.properties.get("WebACLArn"))
    return found
