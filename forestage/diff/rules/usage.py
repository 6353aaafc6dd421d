"""Rules about usage plans and API keys: diff.md, section 2.6."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.diff.walk.throttles import Throttle
    from forestage.model.values import OpenJson


@rule("plan-removed", Concern.PLAN_REMOVED, SAFE, BREAKING)
def plan_removed(change: Change[str]) -> Iterator[Verdict]:
    """Keys of the plan get 403 Forbidden where no other plan has them.

    It is safe where no method asks for keys, or every key has another plan with the stage.

    Instead: put the keys into another plan with the same stages first.
    """
    if Fact.REQUIRED in change.facts:
        yield Verdict(message=f"plan {change.before} is removed; its keys are refused", severity=BREAKING)
    else:
        yield Verdict(message=f"plan {change.before} is removed")


@rule("plan-stage-removed", Concern.PLAN_STAGE_REMOVED, BREAKING)
def plan_stage_removed(change: Change[str]) -> Iterator[Verdict]:
    """Keys of the plan get 403 Forbidden at the stage.

    Instead: put the keys into another plan with the stage first.
    """
    yield Verdict(message=f"the plan has no {change.before} any more; its keys are refused there")


@rule("plan-stage-added", Concern.PLAN_STAGE_ADDED, SAFE)
def plan_stage_added(change: Change[str]) -> Iterator[Verdict]:
    """Keys of the plan are accepted at one more stage.

    Instead: check that all holders are meant.
    """
    yield Verdict(message=f"the plan has {change.after} too")


@rule("quota-lowered", Concern.QUOTA, DANGEROUS)
def quota_lowered(change: Change[float | None]) -> Iterator[Verdict]:
    """Keys that use more get 429 Limit Exceeded for the rest of the period.

    Quotas are compared by requests a day: a week has 7, a month 30.4.

    Instead: look at the use of each key first (`forestage diff --usage`).
    """
    if change.before is not None and change.after is not None and change.after < change.before:
        yield Verdict(message=f"the quota is {_quotas(change)}")


@rule("quota-raised", Concern.QUOTA, SAFE, security=WEAKER)
def quota_raised(change: Change[float | None]) -> Iterator[Verdict]:
    """Keys may call more often.

    Instead: check that the backend bears it.
    """
    if change.before is not None and change.after is not None and change.after > change.before:
        yield Verdict(message=f"the quota is {_quotas(change)}")


def _quotas(change: Change[float | None]) -> str:
    before, after = change.shown or (change.before, change.after)
    return f"{after}, it was {before}"


@rule("quota-below-use", Concern.QUOTA_USE, BREAKING)
def quota_below_use(change: Change[int]) -> Iterator[Verdict]:
    """A key that calls as often as in the last period gets 429 Limit Exceeded.

    It is found with `--usage` alone, which asks AWS what keys used.

    Instead: give the key a plan with a higher quota first.
    """
    yield Verdict(message=f"key {change.detail} made {change.before} requests, the quota is {change.after}")


@rule("quota-added", Concern.QUOTA, DANGEROUS, security=STRONGER)
def quota_added(change: Change[float | None]) -> Iterator[Verdict]:
    """Keys that use more get 429 Limit Exceeded for the rest of the period.

    Instead: look at the use of each key first.
    """
    if change.before is None:
        yield Verdict(message=f"the plan has a quota of {(change.shown or (None, ''))[1]}")


@rule("quota-removed", Concern.QUOTA, SAFE, security=WEAKER)
def quota_removed(change: Change[float | None]) -> Iterator[Verdict]:
    """Keys may call without end.

    Instead: keep a quota that bounds the cost.
    """
    if change.after is None:
        yield Verdict(message="the plan has no quota any more")


@rule("quota-offset-changed", Concern.QUOTA_SHAPE, DANGEROUS)
def quota_offset_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The same quota is counted over another period, or begins with fewer requests: bursts may be refused.

    Instead: look at how the use of keys is spread over the period.
    """
    yield Verdict(message=f"the quota is counted otherwise: {change.after}, it was {change.before}")


def _limits(throttle: Throttle) -> tuple[float, float]:
    """Return rate and burst; what is not set is no limit."""
    return (
        math.inf if throttle.rate is None else throttle.rate,
        math.inf if throttle.burst is None else throttle.burst,
    )


def _is_lower(change: Change[Throttle]) -> bool:
    return any(new < old for old, new in zip(_limits(change.before), _limits(change.after), strict=True))


def _is_higher(change: Change[Throttle]) -> bool:
    return any(new > old for old, new in zip(_limits(change.before), _limits(change.after), strict=True))


def _written(throttle: Throttle) -> str:
    rate = "no rate" if throttle.rate is None else f"{throttle.rate:g}/s"
    return f"{rate} and {'no burst' if throttle.burst is None else f'a burst of {throttle.burst:g}'}"


@rule("plan-throttle-lowered", Concern.PLAN_THROTTLE, DANGEROUS)
def plan_throttle_lowered(change: Change[Throttle]) -> Iterator[Verdict]:
    """Calls of a key beyond the lower rate or burst get 429 Too Many Requests.

    Instead: look at the highest rate of each key first.
    """
    if _is_lower(change) and 0 not in _limits(change.after):
        yield Verdict(message=f"the plan has {_written(change.after)}, it had {_written(change.before)}")


@rule("plan-throttle-raised", Concern.PLAN_THROTTLE, SAFE)
def plan_throttle_raised(change: Change[Throttle]) -> Iterator[Verdict]:
    """Keys may call faster.

    Instead: check that the backend bears it.
    """
    if _is_higher(change):
        yield Verdict(message=f"the plan has {_written(change.after)}, it had {_written(change.before)}")


@rule("plan-throttle-zero", Concern.PLAN_THROTTLE, BREAKING)
def plan_throttle_zero(change: Change[Throttle]) -> Iterator[Verdict]:
    """Every call of the plan's keys gets 429 Too Many Requests.

    Instead: take the keys out of the plan if they are not to call.
    """
    if 0 in _limits(change.after):
        yield Verdict(message="the plan's throttle is zero; every call of its keys is refused")


@rule("plan-method-throttle-lowered", Concern.PLAN_METHOD_THROTTLE, DANGEROUS)
def plan_method_throttle_lowered(change: Change[Throttle]) -> Iterator[Verdict]:
    """Calls of a key to the method beyond the lower rate or burst get 429 Too Many Requests.

    Instead: look at the highest rate of each key at the method first.
    """
    if _is_lower(change):
        yield Verdict(message=f"{change.detail} has {_written(change.after)}, it had {_written(change.before)}")


@rule("key-removed", Concern.KEY_REMOVED, BREAKING, security=STRONGER)
def key_removed(change: Change[str]) -> Iterator[Verdict]:
    """The holder of the key gets 403 Forbidden.

    Instead: give the holder another key first.
    """
    yield Verdict(message=f"key {change.before} is removed")


@rule("key-disabled", Concern.KEY_DISABLED, BREAKING, security=STRONGER)
def key_disabled(change: Change[bool]) -> Iterator[Verdict]:
    """The holder of the key gets 403 Forbidden.

    Instead: give the holder another key first.
    """
    yield Verdict(message=f"{change.place.where} is disabled")


@rule("key-replaced", Concern.KEY_REPLACED, BREAKING, operations=(Operation.REPLACE,))
def key_replaced(change: Change[str]) -> Iterator[Verdict]:
    """A new value is issued: the holder's key gets 403 Forbidden.

    Instead: add the new key beside the old one, and remove that when the holder has changed over.
    """
    yield Verdict(message=f"{change.place.where} is replaced, its {change.note} is another; a new value is issued")


@rule("key-left-plan", Concern.KEY_LEFT_PLAN, BREAKING)
def key_left_plan(change: Change[str]) -> Iterator[Verdict]:
    """The holder of the key gets 403 Forbidden at the stages of the plan.

    Instead: put the key into another plan with the same stages first.
    """
    yield Verdict(message=f"{change.place.where} is in plan {change.before} no longer")


@rule("key-joined-plan", Concern.KEY_JOINED_PLAN, SAFE)
def key_joined_plan(change: Change[str]) -> Iterator[Verdict]:
    """The holder of the key may call the stages of the plan.

    Instead: check that the holder is meant.
    """
    yield Verdict(message=f"{change.place.where} is in plan {change.after} too")
