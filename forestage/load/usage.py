"""From resources to API keys and usage plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.usage import ApiKey, UsagePlan, UsagePlanKey
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.load.intake import Intake, Item
    from forestage.load.stage_index import StageIndex

_KEY_LENGTHS = range(20, 129)
"""Source: usage-plans.md, Keys (recorded)."""


def load_api_keys(intake: Intake, stages: StageIndex) -> tuple[ApiKey, ...]:
    """Read the API keys of a source."""
    items = intake.load(ApiKey, "AWS::ApiGateway::ApiKey")
    for item in items:
        value = known(item.value.value)
        if value is not None and len(value) not in _KEY_LENGTHS:
            intake.fault(f"Value must have 20 to 128 characters, got {len(value)}", item.origin("Value"))
        for index, key in enumerate(item.value.stage_keys):
            if key.rest_api_id is not None:
                stages.check(intake, key.rest_api_id, key.stage_name, item.origin("StageKeys", index))
    return tuple(item.value for item in items)


def load_usage_plans(intake: Intake, stages: StageIndex) -> tuple[UsagePlan, ...]:
    """Read the usage plans of a source; faults for stages that do not exist."""
    items = intake.load(UsagePlan, "AWS::ApiGateway::UsagePlan")
    for item in items:
        _check_plan(intake, stages, item)
    return tuple(item.value for item in items)


def _check_plan(intake: Intake, stages: StageIndex, item: Item[UsagePlan]) -> None:
    """Check the stages and the quota of a plan.

    Source: usage-plans.md, Plan API errors (recorded): "Invalid API Stage specified".
    """
    seen: set[tuple[str, str]] = set()
    for index, api_stage in enumerate(item.value.api_stages):
        origin = item.origin("ApiStages", index)
        if api_stage.api_id is None or api_stage.stage is None:
            if not (item.has("ApiStages", index, "ApiId") and item.has("ApiStages", index, "Stage")):
                intake.fault("an entry of ApiStages needs ApiId and Stage", origin)
            continue
        stages.check(intake, api_stage.api_id, api_stage.stage, origin)
        if (api_stage.api_id, api_stage.stage) in seen:
            intake.fault(f"stage {api_stage.stage!r} is in the plan already", origin)
        seen.add((api_stage.api_id, api_stage.stage))
    quota = item.value.quota
    if quota is not None and not (item.has("Quota", "Limit") and item.has("Quota", "Period")):
        intake.fault("Quota needs Limit and Period", item.origin("Quota"))


def _places(plan: UsagePlan) -> tuple[tuple[str, str], ...]:
    return tuple((entry.api_id, entry.stage) for entry in plan.api_stages if entry.api_id and entry.stage)


def load_usage_plan_keys(intake: Intake, plans: Sequence[UsagePlan]) -> tuple[UsagePlanKey, ...]:
    """Read which keys are in which plans; warnings for keys and plans that the source does not have."""
    places = {plan.id: _places(plan) for plan in plans}
    taken: dict[str, dict[tuple[str, str], str]] = {}
    items = intake.load(UsagePlanKey, "AWS::ApiGateway::UsagePlanKey")
    for item in items:
        if item.value.key_id not in intake.ids("AWS::ApiGateway::ApiKey"):
            intake.warn(f"API key {item.value.key_id!r} is not in this source", item.origin("KeyId"))
        if item.value.usage_plan_id not in intake.ids("AWS::ApiGateway::UsagePlan"):
            intake.warn(f"usage plan {item.value.usage_plan_id!r} is not in this source", item.origin("UsagePlanId"))
        own = taken.setdefault(item.value.key_id, {})
        for place in places.get(item.value.usage_plan_id, ()):
            if own.setdefault(place, item.value.usage_plan_id) != item.value.usage_plan_id:
                # Source: usage-plans.md, Check, in this order, 3 (documented).
                intake.fault(f"the key has another plan for stage {place[1]!r} already", item.origin("UsagePlanId"))
    return tuple(item.value for item in items)
