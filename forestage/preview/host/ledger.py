"""The ledger: token buckets, and how often each key was used in each plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.preview.engine.buckets import TokenBucket
from forestage.preview.engine.effects import Granted, QuotaLevel, Refused
from forestage.preview.engine.quotas import DayUse, allowance, daily_use, day_of, period_start, used_since
from forestage.preview.host.state import UsageDay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.preview.compile.usage import Limit, Quota, Subscription
    from forestage.preview.engine.effects import Spend
    from forestage.preview.host.clock import Clock
    from forestage.preview.host.state import Saved


class _KeyUse:
    """What a key has used of a plan, by day, and how the quota stands on the latest of them."""

    __slots__ = ("allowed", "began_on", "day", "granted", "quota", "used", "used_in_period")

    def __init__(self) -> None:
        self.used: dict[int, int] = {}
        self.granted: dict[int, int] = {}
        self.quota: Quota | None = None
        self.day = -1
        self.began_on = self.allowed = self.used_in_period = 0

    def turn_to(self, day: int, quota: Quota, since: int) -> None:
        """Reckon how a quota stands on a day."""
        self.day, self.quota = day, quota
        self.began_on = period_start(quota.period, day)
        self.allowed = allowance(quota, self.began_on, since=since, grants=self.granted, until=day)
        self.used_in_period = used_since(self.used, self.began_on, until=day)

    def level(self, quota: Quota) -> QuotaLevel:
        return QuotaLevel(
            used=self.used_in_period,
            allowed=max(0, self.allowed),
            period=quota.period,
            began_on=self.began_on,
        )


class Ledger:
    """Answers what may be spent.

    Buckets go by a time that never goes back, quotas by the day. Buckets are this preview's own; counters may be
    shared, and what was counted since the last ``take_pending`` is pending.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._now = clock.now
        self._monotonic = clock.monotonic
        self._buckets: dict[str, TokenBucket] = {}
        self._uses: dict[tuple[str, str], _KeyUse] = {}
        self._since: dict[str, int] = {}
        self._pending_used: dict[UsageDay, int] = {}
        self._pending_granted: dict[UsageDay, int] = {}

    def spend(self, effect: Spend) -> Granted | Refused:
        """Take a token from each bucket and a request from the quota, or nothing."""
        now_ns = int(self._monotonic() * 1e9 + 0.5)
        subscription, limits = effect.subscription, effect.limits
        if subscription is None and len(limits) == 1:
            # What nearly every request asks; measured: half the time of the way for all.
            limit = limits[0]
            bucket = self._buckets.get(limit.name)
            if bucket is None or bucket.limit is not limit:
                bucket = self._bucket(limit, now_ns)
            left = bucket.try_take(now_ns)
            return _refused(bucket) if left is None else Granted((left,))
        asked = [self._bucket(limit, now_ns) for limit in limits]
        for bucket in asked:
            if not bucket.holds_token(now_ns):
                return _refused(bucket)
        counted = self._count(subscription) if subscription else None
        if isinstance(counted, Refused):
            return counted
        return Granted(tuple([bucket.take() for bucket in asked]), counted)

    def _bucket(self, limit: Limit, now_ns: int) -> TokenBucket:
        """Return the bucket of a limit; one whose limit has changed keeps what it holds."""
        former = self._buckets.get(limit.name)
        if former is None:
            bucket = TokenBucket(limit, now_ns)
        elif former.limit is limit:
            return former
        elif former.limit == limit:
            bucket = former
            bucket.limit = limit
        else:
            bucket = former.changed_to(limit, now_ns)
        self._buckets[limit.name] = bucket
        return bucket

    def _count(self, subscription: Subscription) -> QuotaLevel | Refused | None:
        """Count a request, unless the quota is used up; None where there is no quota."""
        plan_id, key_id, quota = subscription.plan_id, subscription.key_id, subscription.quota
        use = self._use(plan_id, key_id)
        day = day_of(self._now())
        if quota is not None:
            if use.day != day or use.quota is not quota:
                use.turn_to(day, quota, self._since.setdefault(plan_id, day))
            if use.used_in_period >= use.allowed:
                return Refused(limit=None, quota=use.level(quota))
            use.used_in_period += 1
        use.used[day] = use.used.get(day, 0) + 1
        at = UsageDay(plan_id, key_id, day)
        self._pending_used[at] = self._pending_used.get(at, 0) + 1
        return use.level(quota) if quota else None

    def grant(self, plan_id: str, key_id: str, quota: Quota, *, remaining: int) -> None:
        """Change what is left of a quota in this period, as UpdateUsage does. Source: usage-plans.md, Quotas."""
        use = self._use(plan_id, key_id)
        day = day_of(self._now())
        use.turn_to(day, quota, self._since.setdefault(plan_id, day))
        added = remaining - max(0, use.allowed - use.used_in_period)
        # A quota that was lowered meanwhile may be overdrawn: the overdraft is granted, too.
        added += max(0, use.used_in_period - use.allowed)
        use.granted[day] = use.granted.get(day, 0) + added
        at = UsageDay(plan_id, key_id, day)
        self._pending_granted[at] = self._pending_granted.get(at, 0) + added
        use.day = -1

    def usage(self, plan_id: str, key_id: str, quota: Quota | None, *, first: int, last: int) -> tuple[DayUse, ...]:
        """Tell use and rest day by day."""
        use = self._uses.get((plan_id, key_id)) or _KeyUse()
        since = self._since.get(plan_id, first)
        return tuple(daily_use(quota, use.used, since=since, grants=use.granted, first=first, last=last))

    def level(self, subscription: Subscription) -> QuotaLevel | None:
        """Tell how a quota stands now; None where there is none."""
        quota = subscription.quota
        if quota is None:
            return None
        use = self._use(subscription.plan_id, subscription.key_id)
        day = day_of(self._now())
        use.turn_to(day, quota, self._since.setdefault(subscription.plan_id, day))
        return use.level(quota)

    def note_plans(self, since: Mapping[str, int]) -> None:
        """Learn on which day each plan was first served: its quota's first period is the one of that day."""
        self._since.update(since)
        self._recount()

    def take_pending(self) -> tuple[dict[UsageDay, int], dict[UsageDay, int]]:
        """Return what was counted and granted since the last time, which is not pending any more."""
        used, self._pending_used = self._pending_used, {}
        granted, self._pending_granted = self._pending_granted, {}
        return used, granted

    def give_back(self, used: Mapping[UsageDay, int], granted: Mapping[UsageDay, int]) -> None:
        """Make pending again what could not be kept."""
        for at, number in used.items():
            self._pending_used[at] = self._pending_used.get(at, 0) + number
        for at, number in granted.items():
            self._pending_granted[at] = self._pending_granted.get(at, 0) + number

    def has_pending(self) -> bool:
        """Say whether something is pending."""
        return bool(self._pending_used or self._pending_granted)

    def absorb(self, saved: Saved) -> None:
        """Take over counters that others have added to; what is pending here comes on top."""
        self._uses.clear()
        for counters, pending, kind in (
            (saved.used, self._pending_used, "used"),
            (saved.granted, self._pending_granted, "granted"),
        ):
            for at in (*counters, *(at for at in pending if at not in counters)):
                days: dict[int, int] = getattr(self._use(at.plan_id, at.key_id), kind)
                days[at.day] = counters.get(at, 0) + pending.get(at, 0)
        self._since.update(saved.since)

    def _use(self, plan_id: str, key_id: str) -> _KeyUse:
        use = self._uses.get((plan_id, key_id))
        if use is None:
            use = self._uses[plan_id, key_id] = _KeyUse()
        return use

    def _recount(self) -> None:
        for use in self._uses.values():
            use.day = -1


def _refused(bucket: TokenBucket) -> Refused:
    return Refused(limit=bucket.limit, tokens=bucket.tokens(), wait_seconds=bucket.wait_seconds())
