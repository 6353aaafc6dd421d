"""Usage plans and API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.equality import Sides
from forestage.diff.walk.places import Places
from forestage.diff.walk.throttles import Throttle
from forestage.model.values import Secret, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.diff.match.pairs import DeploymentPair, Pair
    from forestage.diff.match.sides import SideView
    from forestage.diff.walk.changes import Place
    from forestage.model.usage import ApiKey, PlanUse, QuotaSettings, UsagePlan
    from forestage.model.values import OpenJson

    AnyChange = Change[OpenJson | Throttle | float]

PERIOD_DAYS: Final[Mapping[str, float]] = {"DAY": 1, "WEEK": 7, "MONTH": 30.4}
"""Source: diff.md, 2.6."""
_PLAN = "AWS::ApiGateway::UsagePlan"
_KEY = "AWS::ApiGateway::ApiKey"


def walk_usage(pair: DeploymentPair, *, use: Sequence[PlanUse] = ()) -> Iterator[AnyChange]:
    """Tell what is different in usage plans and keys; ``use`` has what keys used of their quotas."""
    walk = _Walk(pair)
    for plan in pair.plans:
        yield from walk.plan(plan, [item for item in use if item.plan == plan.either.logical_id])
    for key in pair.keys:
        yield from walk.key(key)
    yield from walk.memberships()


class _Walk:
    def __init__(self, pair: DeploymentPair) -> None:
        self.pair = pair
        self.sides = Sides(pair.before, pair.after)
        self._gone = Places(pair.before)
        self._here = Places(pair.after)
        self._keys = {item.id: pairs.either.logical_id for pairs in pair.keys for item in _sides(pairs)}
        self._plans = {item.id: pairs.either.logical_id for pairs in pair.plans for item in _sides(pairs)}

    def _place(self, kind: str, item: UsagePlan | ApiKey, *, gone: bool = False) -> Place:
        places = self._gone if gone else self._here
        name = getattr(item, "usage_plan_name", None) or getattr(item, "name", None)
        resource_type = _PLAN if kind == "PLAN" else _KEY
        return places.named(kind, item.logical_id, item.logical_id, resource_type, item.origin, name)

    # Plans.

    def plan(self, pair: Pair[UsagePlan], use: Sequence[PlanUse]) -> Iterator[AnyChange]:
        both = pair.both
        if both is not None:
            yield from self._stages(*both)
            yield from self._quota(*both)
            yield from self._use(both[1], use)
            yield from self._throttles(*both)
        elif pair.before is not None:
            place = self._place("PLAN", pair.before, gone=True)
            facts = frozenset({Fact.REQUIRED}) if self._is_needed(pair.before) else frozenset[Fact]()
            yield Change(
                concern=Concern.PLAN_REMOVED, place=place, before=pair.before.logical_id, after=None, facts=facts
            )

    def _is_needed(self, plan: UsagePlan) -> bool:
        """Tell whether a key of a plan that is gone has no other plan where a method asks for keys.

        Which keys a plan has may be known to nobody: then they have no other.
        """
        before, after = self.pair.before, self.pair.after
        keys = {
            self._keys.get(item.key_id) for item in before.deployment.usage_plan_keys if item.usage_plan_id == plan.id
        }
        left = {self._keys[item.id] for pairs in self.pair.keys if (item := pairs.after) is not None}
        wanted = (keys & left) or ({None} if not keys else set())
        for stage in plan.api_stages:
            api = self._api_after(stage.api_id)
            if not _asks_for_keys(after, api):
                continue
            if any(not self._has_plan(key, api, stage.stage) for key in wanted):
                return True
        return False

    def _api_after(self, api_id: str | None) -> str | None:
        """Return the id after the change of an API before."""
        found = (pair.both for pair in self.pair.apis)
        return next((both[1].id for both in found if both is not None and both[0].id == api_id), None)

    def _has_plan(self, key: str | None, api_id: str | None, stage: str | None) -> bool:
        deployment = self.pair.after.deployment
        plans = {item.usage_plan_id for item in deployment.usage_plan_keys if self._keys.get(item.key_id) == key}
        return any(
            plan.id in plans and any(item.api_id == api_id and item.stage == stage for item in plan.api_stages)
            for plan in deployment.usage_plans
        )

    def _stages(self, before: UsagePlan, after: UsagePlan) -> Iterator[AnyChange]:
        """Tell which stages a plan lost and got; one that is gone itself is told of at the stage."""
        place = self._place("PLAN", after)
        there = {
            (api.id, stage.stage_name)
            for apis in (self.pair.after.deployment.rest_apis, self.pair.after.deployment.apis)
            for api in apis
            for stage in api.stages
        }
        known_apis = {api for api, _ in there}
        ours = {(self._api_after(item.api_id) or item.api_id, item.stage): item for item in before.api_stages}
        theirs = {(item.api_id, item.stage): item for item in after.api_stages}
        names = self._api_names()
        for key in [key for key in ours if key not in theirs and (key in there or key[0] not in known_apis)]:
            name = f"{names.get(key[0] or '', key[0])}/{key[1]}"
            yield Change(
                concern=Concern.PLAN_STAGE_REMOVED,
                place=place,
                before=name,
                after=None,
                detail=name,
                path=("ApiStages",),
            )
        for key, item in theirs.items():
            name = f"{names.get(key[0] or '', key[0])}/{key[1]}"
            if key not in ours:
                yield Change(
                    concern=Concern.PLAN_STAGE_ADDED,
                    place=place,
                    before=None,
                    after=name,
                    detail=name,
                    path=("ApiStages",),
                )
                continue
            for method in sorted({*item.throttle} | {*ours[key].throttle}):
                values = tuple(
                    Throttle(rate=found.rate_limit, burst=found.burst_limit) if found else Throttle()
                    for found in (ours[key].throttle.get(method), item.throttle.get(method))
                )
                if values[0] != values[1]:
                    yield Change(
                        concern=Concern.PLAN_METHOD_THROTTLE,
                        place=place,
                        before=values[0],
                        after=values[1],
                        detail=f"{name} {method}",
                        path=("ApiStages",),
                        shown=(values[0].shown(), values[1].shown()),
                    )

    def _api_names(self) -> Mapping[str, str]:
        return {api.id: pair.either.logical_id for pair in self.pair.apis for api in (pair.before, pair.after) if api}

    def _quota(self, before: UsagePlan, after: UsagePlan) -> Iterator[AnyChange]:
        ours, theirs = quota_per_day(before.quota), quota_per_day(after.quota)
        place = self._place("PLAN", after)
        shown = _shown_quota(before.quota), _shown_quota(after.quota)
        if ours != theirs:
            yield Change(concern=Concern.QUOTA, place=place, before=ours, after=theirs, path=("Quota",), shown=shown)
        elif shown[0] != shown[1]:
            yield Change(concern=Concern.QUOTA_SHAPE, place=place, before=shown[0], after=shown[1], path=("Quota",))
        elif after.quota and before.quota and (before.quota.offset or 0) != (after.quota.offset or 0):
            offsets = before.quota.offset or 0, after.quota.offset or 0
            yield Change(
                concern=Concern.QUOTA_SHAPE, place=place, before=offsets[0], after=offsets[1], path=("Quota", "Offset")
            )

    def _use(self, plan: UsagePlan, use: Sequence[PlanUse]) -> Iterator[AnyChange]:
        limit = plan.quota.limit if plan.quota else None
        for item in use:
            if limit is not None and item.requests > limit:
                yield Change(
                    concern=Concern.QUOTA_USE,
                    place=self._place("PLAN", plan),
                    before=item.requests,
                    after=limit,
                    detail=item.key,
                    path=("Quota", "Limit"),
                )

    def _throttles(self, before: UsagePlan, after: UsagePlan) -> Iterator[AnyChange]:
        ours, theirs = (
            Throttle(rate=plan.throttle.rate_limit, burst=plan.throttle.burst_limit) if plan.throttle else Throttle()
            for plan in (before, after)
        )
        if ours != theirs:
            yield Change(
                concern=Concern.PLAN_THROTTLE,
                place=self._place("PLAN", after),
                before=ours,
                after=theirs,
                path=("Throttle",),
                shown=(ours.shown(), theirs.shown()),
            )

    # Keys.

    def key(self, pair: Pair[ApiKey]) -> Iterator[AnyChange]:
        both = pair.both
        if both is None:
            if pair.before is not None:
                place = self._place("KEY", pair.before, gone=True)
                yield Change(concern=Concern.KEY_REMOVED, place=place, before=pair.before.logical_id, after=None)
            return
        before, after = both
        place = self._place("KEY", after)
        changed = [
            name
            for name, ours, theirs in (
                ("Value", _value(before), _value(after)),
                ("Name", before.name, after.name),
                ("GenerateDistinctId", bool(before.generate_distinct_id), bool(after.generate_distinct_id)),
            )
            if not self.sides.are_same(ours, theirs)
        ]
        if before.logical_id != after.logical_id and not _keeps_value(before, after):
            changed.append("logical id")
        if changed:
            yield Change(
                concern=Concern.KEY_REPLACED,
                place=place,
                before=before.logical_id,
                after=after.logical_id,
                note=", ".join(changed),
                path=(changed[0],) if changed[0] != "logical id" else (),
            )
        if before.enabled is not False and after.enabled is False:
            yield Change(concern=Concern.KEY_DISABLED, place=place, before=True, after=False, path=("Enabled",))

    def memberships(self) -> Iterator[AnyChange]:
        """Tell which keys left plans and joined them; those that are gone left with everything."""
        ours, theirs = self._members(self.pair.before), self._members(self.pair.after)
        keys = {pairs.either.logical_id: pairs for pairs in self.pair.keys}
        plans = {pairs.either.logical_id: pairs for pairs in self.pair.plans}
        for key, plan in sorted(ours ^ theirs):
            gone = (key, plan) in ours
            pairs = keys.get(key), plans.get(plan)
            if any(item is None or item.both is None for item in pairs):
                continue
            assert pairs[0] is not None, "a key that is there has a pair"
            yield Change(
                concern=Concern.KEY_LEFT_PLAN if gone else Concern.KEY_JOINED_PLAN,
                place=self._place("KEY", pairs[0].either),
                before=plan if gone else None,
                after=None if gone else plan,
                detail=plan,
            )

    def _members(self, side: SideView) -> set[tuple[str, str]]:
        return {
            (self._keys[item.key_id], self._plans[item.usage_plan_id])
            for item in side.deployment.usage_plan_keys
            if item.key_id in self._keys and item.usage_plan_id in self._plans
        }


def _sides(pair: Pair[UsagePlan] | Pair[ApiKey]) -> Iterator[UsagePlan | ApiKey]:
    for item in (pair.before, pair.after):
        if item is not None:
            yield item


def _asks_for_keys(side: SideView, api_id: str | None) -> bool:
    view = side.rest.get(api_id or "")
    if view is not None:
        return any(method.api_key_required for method in view.definition.methods)
    sockets = (api for api in side.deployment.apis if api.id == api_id)
    return any(route.api_key_required for api in sockets for route in api.definition.routes)


def _value(key: ApiKey) -> OpenJson:
    """Return a key's value as a secret, whoever wrote it."""
    value = known(key.value)
    return key.value if value is None else Secret(value)


def _keeps_value(before: ApiKey, after: ApiKey) -> bool:
    return known(before.value) is not None and known(before.value) == known(after.value)


def quota_per_day(quota: QuotaSettings | None) -> float | None:
    """Tell the requests a day that a quota comes to; None where there is none."""
    if quota is None or quota.limit is None:
        return None
    return quota.limit / PERIOD_DAYS[quota.period or "DAY"]


def _shown_quota(quota: QuotaSettings | None) -> OpenJson:
    return None if quota is None else f"{quota.limit} a {(quota.period or 'DAY').lower()}"
