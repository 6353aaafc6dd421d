"""How much of their quotas the keys of deployed usage plans used: what GetUsage tells, for a comparison."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from forestage.load.deployed.rest import PAGE_ITEMS, SERVICE, listed
from forestage.load.stack import NESTED_STACK
from forestage.model.usage import PlanUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.aws import Aws
    from forestage.model.deployment import Deployment
    from forestage.model.usage import UsagePlan

_USAGE_PLAN: Final = "AWS::ApiGateway::UsagePlan"
_SUNDAY: Final = 6


def plan_use(aws: Aws, deployed: Deployment, planned: Deployment, *, today: date) -> tuple[PlanUse, ...]:
    """Tell how many requests each key made in a period of its plan: the last whole one, or the current one if more.

    The period is that of the plan's quota as it is planned, since that is the quota that would hold; plans are known by
    their logical ids. Days are UTC.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
    """
    periods = {plan.logical_id: plan.quota.period for plan in planned.usage_plans if plan.quota and plan.quota.period}
    return tuple(
        use
        for plan in deployed.usage_plans
        if (period := periods.get(plan.logical_id)) is not None
        for use in _use_of(aws, deployed, plan, period, today)
    )


def _use_of(aws: Aws, deployed: Deployment, plan: UsagePlan, period: str, today: date) -> Iterator[PlanUse]:
    plan_id = _plan_id(aws, deployed, plan)
    start = last_period_start(period, today)
    names = {
        str(key["id"]): str(key.get("name") or key["id"])
        for key in listed(aws, "get_usage_plan_keys", usagePlanId=plan_id)
    }
    daily: dict[str, list[int]] = defaultdict(list)
    for page in aws.pages(
        SERVICE,
        "get_usage",
        usagePlanId=plan_id,
        startDate=start.isoformat(),
        endDate=today.isoformat(),
        limit=PAGE_ITEMS,
    ):
        for key_id, days in (page.get("items") or {}).items():
            daily[key_id] += [int(day[0]) for day in days]
    for key_id, used in daily.items():
        yield PlanUse(
            plan=plan.logical_id, key=names.get(key_id, key_id), requests=most_used(used, start, period=period)
        )


def last_period_start(period: str, today: date) -> date:
    """Return the first day of the last whole DAY, WEEK or MONTH before today."""
    return _start(period, _start(period, today) - timedelta(days=1))


def _start(period: str, day: date) -> date:
    match period:
        case "MONTH":
            return day.replace(day=1)
        case "WEEK":  # From Sunday, as in the preview: no page tells.
            return day - timedelta(days=(day.weekday() - _SUNDAY) % 7)
        case _:
            return day


def most_used(daily: Sequence[int], start: date, *, period: str) -> int:
    """Return the most requests in one period, from requests a day; ``start`` is the first of these days."""
    totals: dict[date, int] = defaultdict(int)
    for index, used in enumerate(daily):
        totals[_start(period, start + timedelta(days=index))] += used
    return max(totals.values(), default=0)


def _plan_id(aws: Aws, deployed: Deployment, plan: UsagePlan) -> str:
    """Return what AWS calls a plan: its own id where no stack made it."""
    if plan.logical_id == plan.id:
        return plan.id
    stack = next(
        resource.stack
        for resource in deployed.template_resources
        if (resource.type, resource.id) == (_USAGE_PLAN, plan.id)
    )
    return _physical_id(aws, _stack_name(aws, deployed, stack), plan.logical_id)


def _stack_name(aws: Aws, deployed: Deployment, stack: str) -> str:
    """Return what AWS calls a stack: one that is nested has a name that AWS made up."""
    nests: Mapping[str, tuple[str, str]] = {
        resource.id.split("/")[1]: (resource.stack, resource.logical_id)
        for resource in deployed.template_resources
        if resource.type == NESTED_STACK
    }
    if stack not in nests:
        return stack
    parent, logical_id = nests[stack]
    return _physical_id(aws, _stack_name(aws, deployed, parent), logical_id)


def _physical_id(aws: Aws, stack: str, logical_id: str) -> str:
    answer = aws.ask("cloudformation", "describe_stack_resource", StackName=stack, LogicalResourceId=logical_id)
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])
