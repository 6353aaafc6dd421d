"""The stages of a REST API: those that a template describes, and those that deployments make by themselves."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from forestage.load.intake import property_of
from forestage.load.rest_parts import DEPLOYMENT
from forestage.load.stage_checks import check_access_log, check_variables
from forestage.model.stages import CanarySetting, MethodSetting, Stage, StageDescription

if TYPE_CHECKING:
    from forestage.load.intake import Intake, Item
    from forestage.load.order import Order
    from forestage.load.rest_parts import RestParts
    from forestage.load.shape import Path
    from forestage.model.rest import ApiDeployment
    from forestage.model.stages import DeploymentCanarySettings

_GIVEN_ID: Final = re.compile(r"[a-z0-9]{6,10}")
"""An id that API Gateway gives a deployment, ``a1b2c3``. Source: ids in the examples of its API reference."""


def assemble_stages(
    intake: Intake, order: Order, parts: RestParts, snapshots: tuple[ApiDeployment, ...]
) -> tuple[Stage, ...]:
    """Put together the stages of an API by name; faults for those that lead to no deployment of it."""
    _check_variables(intake, parts)
    stages = {name: _served_here(stage, snapshots) for name, stage in _described(intake, parts).items()}
    resources = {item.value.stage_name: item for item in parts.stages}
    for item, snapshot in zip(parts.deployments, snapshots, strict=True):
        name = snapshot.stage_name
        if name is None:
            _check_no_orphan(intake, item)
        elif name not in resources:
            _make(intake, item, snapshot, stages)
        elif (resources[name].resource.stack, resources[name].resource.logical_id) in order.dependents(item.resource):
            intake.fault(
                f"stage {name!r} is made twice: by its own resource {resources[name].resource.logical_id}, "
                f"and by the StageName of deployment {item.resource.logical_id}",
                item.origin("StageName"),
                hint="leave out StageName of the deployment",
            )
        else:
            stages[name] = _move(stages[name], snapshot)
    return tuple(stages.values())


def _described(intake: Intake, parts: RestParts) -> dict[str, Stage]:
    stages: dict[str, Stage] = {}
    for item in parts.stages:
        name = item.value.stage_name
        if name is None:
            if not item.has("StageName"):
                intake.fault("StageName is required", item.origin())
            continue
        if name in stages:
            intake.fault(f"another stage of this API has the name {name!r} already", item.origin("StageName"))
            continue
        _check_deployments(intake, parts, item)
        check_access_log(intake, item, item.value.access_log_setting, ("AccessLogSetting",))
        stages[name] = item.value
    return stages


def _served_here(stage: Stage, snapshots: tuple[ApiDeployment, ...]) -> Stage:
    """Let a stage that serves a snapshot of before serve the definition of this source."""
    ids = [None, *(snapshot.id for snapshot in snapshots)]
    return stage if stage.deployment_id in ids else dataclasses.replace(stage, deployment_id=ids[-1])


def _check_variables(intake: Intake, parts: RestParts) -> None:
    for stage in parts.stages:
        check_variables(intake, stage, stage.value.variables, ("Variables",))
        _check_overrides(intake, stage, stage.value.canary_setting, ("CanarySetting",))
    for deployment in parts.deployments:
        described = deployment.value.stage_description
        if described is not None:
            check_variables(intake, deployment, described.variables, ("StageDescription", "Variables"))
            _check_overrides(intake, deployment, described.canary_setting, ("StageDescription", "CanarySetting"))
        _check_overrides(intake, deployment, deployment.value.deployment_canary_settings, ("DeploymentCanarySettings",))


def _check_overrides(
    intake: Intake, item: Item[object], canary: CanarySetting | DeploymentCanarySettings | None, at: Path
) -> None:
    if canary is not None:
        check_variables(intake, item, canary.stage_variable_overrides, (*at, "StageVariableOverrides"))


def _check_deployments(intake: Intake, parts: RestParts, item: Item[Stage]) -> None:
    own = {
        resource.id for resource in intake.resources(DEPLOYMENT) if property_of(resource, "RestApiId") == parts.api.id
    }
    canary = item.value.canary_setting
    wanted: dict[Path, str | None] = {("DeploymentId",): item.value.deployment_id}
    if canary is not None and canary.deployment_id is not None:
        wanted["CanarySetting", "DeploymentId"] = canary.deployment_id
    for path, deployment_id in wanted.items():
        if deployment_id is None:
            if not item.has("DeploymentId"):
                intake.fault("DeploymentId is required: a stage serves a deployment", item.origin())
        elif deployment_id in own:
            continue
        elif deployment_id in intake.ids(DEPLOYMENT):
            intake.fault("DeploymentId is of a deployment of another API", item.origin(*path))
        elif own and _GIVEN_ID.fullmatch(deployment_id):
            intake.warn(
                f"deployment {deployment_id} is none of this source, but one that was retained in API Gateway: "
                "what is served here is the definition of this source",
                item.origin(*path),
            )
        else:
            intake.fault(f"there is no deployment {deployment_id!r}", item.origin(*path))


def _check_no_orphan(intake: Intake, item: Item[ApiDeployment]) -> None:
    """Refuse settings for a stage that is not named.

    Source: rest-facts.md section 12 (recorded): a canary deployment needs a stage name.
    """
    for setting, path in (
        (item.value.stage_description, "StageDescription"),
        (item.value.deployment_canary_settings, "DeploymentCanarySettings"),
    ):
        if setting is not None:
            intake.fault(f"{path} needs StageName: it is about the stage of that name", item.origin(path))


def _make(intake: Intake, item: Item[ApiDeployment], snapshot: ApiDeployment, stages: dict[str, Stage]) -> None:
    """Make the stage of a deployment, or move it where an earlier deployment made it."""
    assert snapshot.stage_name is not None
    existing = stages.get(snapshot.stage_name)
    if existing is not None:
        stages[snapshot.stage_name] = _move(existing, snapshot)
        return
    if snapshot.deployment_canary_settings is not None:
        intake.fault(
            f"stage {snapshot.stage_name!r} must be made before a canary deployment to it",
            item.origin("DeploymentCanarySettings"),
        )
    made = stages[snapshot.stage_name] = stage_of_deployment(snapshot)
    check_access_log(intake, item, made.access_log_setting, ("StageDescription", "AccessLogSetting"))


def _move(stage: Stage, snapshot: ApiDeployment) -> Stage:
    """Let a stage serve another deployment, or give it a canary.

    Source: CreateDeployment in the API reference: a stage that exists is updated.
    """
    canary = snapshot.deployment_canary_settings
    if canary is None:
        return dataclasses.replace(stage, deployment_id=snapshot.id)
    return dataclasses.replace(stage, canary_setting=_canary(canary, snapshot.id))


def _canary(settings: DeploymentCanarySettings, deployment_id: str | None) -> CanarySetting:
    return CanarySetting(
        deployment_id=deployment_id,
        percent_traffic=settings.percent_traffic,
        stage_variable_overrides=settings.stage_variable_overrides,
        use_stage_cache=settings.use_stage_cache,
        origin=settings.origin,
    )


def stage_of_deployment(deployment: ApiDeployment) -> Stage:
    """Make the stage that a deployment with a StageName makes by itself."""
    described = deployment.stage_description or StageDescription()
    return Stage(
        logical_id=deployment.logical_id,
        id=deployment.stage_name or "",
        rest_api_id=deployment.rest_api_id,
        access_log_setting=described.access_log_setting,
        cache_cluster_enabled=described.cache_cluster_enabled,
        cache_cluster_size=described.cache_cluster_size,
        canary_setting=_canary(described.canary_setting, None) if described.canary_setting else None,
        client_certificate_id=described.client_certificate_id,
        deployment_id=deployment.id,
        description=described.description,
        documentation_version=described.documentation_version,
        method_settings=(*_all_methods(described), *described.method_settings),
        stage_name=deployment.stage_name,
        tags=described.tags,
        tracing_enabled=described.tracing_enabled,
        variables=described.variables,
        origin=described.origin or deployment.origin,
    )


def _all_methods(described: StageDescription) -> tuple[MethodSetting, ...]:
    """Turn what a StageDescription says of all methods into the setting that means them."""
    settings = {name: getattr(described, name) for name in _SETTINGS}
    if all(value is None for value in settings.values()):
        return ()
    return (MethodSetting(http_method="*", resource_path="/*", origin=described.origin, **settings),)


_SETTINGS = (
    "cache_data_encrypted",
    "cache_ttl_in_seconds",
    "caching_enabled",
    "data_trace_enabled",
    "logging_level",
    "metrics_enabled",
    "throttling_burst_limit",
    "throttling_rate_limit",
)
