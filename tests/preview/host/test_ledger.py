from __future__ import annotations

from forestage.preview.compile.usage import Limit, Quota, Scope, Subscription
from forestage.preview.engine.effects import Granted, QuotaLevel, Refused, Spend
from forestage.preview.engine.quotas import DayUse, day_of
from forestage.preview.host.clock import AdjustableClock, ManualClock
from forestage.preview.host.ledger import Ledger
from forestage.preview.host.state import Saved, UsageDay

NOON = 1_795_608_000.0
"""25 Nov 2026, 12:00."""

TODAY = day_of(NOON)
ACCOUNT = Limit(name="account", scope=Scope.ACCOUNT, rate=10, burst=5)
OWN = Limit(name="own", scope=Scope.KEY, rate=1, burst=2)


def plan(
    limit: int = 3, period: str = "DAY", *, offset: int = 0, plan_id: str = "p", key_id: str = "k"
) -> Subscription:
    quota = Quota(limit=limit, period=period, offset=offset)
    return Subscription(key_id=key_id, plan_id=plan_id, plan_name="", throttle=None, methods={}, quota=quota)


def made() -> tuple[Ledger, ManualClock]:
    clock = ManualClock(now=NOON)
    return Ledger(clock=clock), clock


def level(used: int, allowed: int, period: str = "DAY", began_on: int = TODAY) -> QuotaLevel:
    return QuotaLevel(used=used, allowed=allowed, period=period, began_on=began_on)


def test_token_is_taken_from_every_bucket() -> None:
    ledger, _ = made()

    granted = [ledger.spend(Spend((OWN, ACCOUNT))), ledger.spend(Spend((ACCOUNT,)))]

    assert granted == [Granted((1.0, 4.0)), Granted((3.0,))]


def test_refused_request_takes_from_no_bucket_and_no_quota() -> None:
    ledger, clock = made()
    subscription = plan()
    for _ in range(2):
        ledger.spend(Spend((ACCOUNT, OWN), subscription))

    refused = ledger.spend(Spend((ACCOUNT, OWN), subscription))
    clock.advance(0.25)
    other = ledger.spend(Spend((ACCOUNT,)))

    assert refused == Refused(limit=OWN, tokens=0.0, wait_seconds=1.0)
    assert other == Granted((4.0,))
    assert ledger.level(subscription) == level(2, 3)


def test_single_bucket_refuses_like_any() -> None:
    ledger, _ = made()
    for _ in range(2):
        ledger.spend(Spend((OWN,)))

    assert ledger.spend(Spend((OWN,))) == Refused(limit=OWN, tokens=0.0, wait_seconds=1.0)


def test_quota_that_is_used_up_takes_no_token() -> None:
    ledger, _ = made()
    subscription = plan(1)
    ledger.spend(Spend((ACCOUNT,), subscription))

    refused = ledger.spend(Spend((ACCOUNT,), subscription))

    assert refused == Refused(limit=None, quota=level(1, 1))
    assert ledger.spend(Spend((ACCOUNT,))) == Granted((3.0,))


def test_limit_that_is_the_same_keeps_its_bucket_and_another_what_it_holds() -> None:
    ledger, _ = made()
    ledger.spend(Spend((ACCOUNT,)))
    same = Limit(name="account", scope=Scope.ACCOUNT, rate=10, burst=5)
    smaller = Limit(name="account", scope=Scope.ACCOUNT, rate=10, burst=3)

    found = [ledger.spend(Spend((limit,))) for limit in (same, smaller)]

    assert found == [Granted((3.0,)), Granted((2.0,))]


def test_quota_is_the_keys_own_in_each_plan() -> None:
    ledger, _ = made()
    ledger.spend(Spend((), plan(1)))

    others = [ledger.spend(Spend((), other)) for other in (plan(1, plan_id="other"), plan(1, key_id="other"))]

    assert others == [Granted((), level(1, 1))] * 2


def test_offset_counts_until_the_period_in_which_the_plan_began_is_over() -> None:
    ledger, clock = made()
    ledger.note_plans({"p": TODAY})
    subscription = plan(3, "WEEK", offset=2)
    sunday = TODAY - 3

    first = [ledger.spend(Spend((), subscription)) for _ in range(2)]
    clock.advance(3.4 * 86_400)
    at_the_end = ledger.spend(Spend((), subscription))
    clock.advance(86_400)
    next_week = ledger.spend(Spend((), subscription))

    assert first == [
        Granted((), level(1, 1, "WEEK", sunday)),
        Refused(limit=None, quota=level(1, 1, "WEEK", sunday)),
    ]
    assert at_the_end == Refused(limit=None, quota=level(1, 1, "WEEK", sunday))
    assert next_week == Granted((), level(1, 3, "WEEK", sunday + 7))


def test_clock_that_goes_back_finds_the_counters_of_then() -> None:
    machine = ManualClock(now=NOON)
    clock = AdjustableClock(machine)
    ledger, subscription = Ledger(clock=clock), plan(1)
    ledger.spend(Spend((), subscription))
    clock.advance(86_400)
    later = ledger.spend(Spend((), subscription))

    clock.reset()
    back = ledger.spend(Spend((), subscription))

    assert (later, back) == (Granted((), level(1, 1, began_on=TODAY + 1)), Refused(limit=None, quota=level(1, 1)))


def test_plan_without_quota_is_counted() -> None:
    ledger, clock = made()
    free = Subscription(key_id="k", plan_id="p", plan_name="", throttle=None, methods={}, quota=None)

    granted = [ledger.spend(Spend((ACCOUNT,), free)) for _ in range(2)]
    clock.advance(86_400)
    ledger.spend(Spend((), free))

    assert granted == [Granted((4.0,)), Granted((3.0,))]
    assert ledger.usage("p", "k", None, first=TODAY, last=TODAY + 1) == (DayUse(2, None), DayUse(1, None))
    assert ledger.level(free) is None


def test_grant_changes_what_is_left_in_this_period_alone() -> None:
    ledger, clock = made()
    subscription = plan(3)
    quota = subscription.quota
    assert quota is not None
    for _ in range(3):
        ledger.spend(Spend((), subscription))

    ledger.grant("p", "k", quota, remaining=2)
    today = [ledger.spend(Spend((), subscription)) for _ in range(3)]
    clock.advance(86_400)

    assert today[1:] == [Granted((), level(5, 5)), Refused(limit=None, quota=level(5, 5))]
    assert ledger.spend(Spend((), subscription)) == Granted((), level(1, 3, began_on=TODAY + 1))


def test_grant_may_lessen_and_makes_up_for_what_is_overdrawn() -> None:
    ledger, _ = made()
    for _ in range(3):
        ledger.spend(Spend((), plan(3)))
    smaller = plan(1)
    assert smaller.quota is not None

    ledger.grant("p", "k", smaller.quota, remaining=4)
    ledger.grant("p", "k", smaller.quota, remaining=1)

    assert ledger.level(smaller) == level(3, 4)


def test_usage_of_nobody_is_nothing() -> None:
    ledger, _ = made()

    assert ledger.usage("p", "k", Quota(limit=5, period="DAY"), first=1, last=2) == (DayUse(0, 5), DayUse(0, 5))


def test_what_was_counted_is_pending_once() -> None:
    ledger, _ = made()
    subscription = plan()
    assert subscription.quota is not None
    at = UsageDay("p", "k", TODAY)
    for _ in range(2):
        ledger.spend(Spend((), subscription))
    ledger.grant("p", "k", subscription.quota, remaining=9)

    taken = ledger.take_pending()

    assert taken == ({at: 2}, {at: 8})
    assert not ledger.has_pending()
    ledger.spend(Spend((), subscription))
    ledger.give_back(*taken)
    assert ledger.has_pending()
    assert ledger.take_pending() == ({at: 3}, {at: 8})


def test_counters_of_others_are_taken_over_beside_what_is_pending() -> None:
    ledger, _ = made()
    subscription = plan(100)
    at, other = UsageDay("p", "k", TODAY), UsageDay("p", "other", TODAY)
    for _ in range(5):
        ledger.spend(Spend((), subscription))
    ledger.take_pending()
    ledger.spend(Spend((), subscription))
    ledger.spend(Spend((), plan(100, key_id="new")))

    ledger.absorb(Saved(used={at: 40, other: 3}, granted={at: 7}, since={"p": TODAY}))

    assert ledger.level(subscription) == level(41, 107)
    assert ledger.level(plan(100, key_id="other")) == level(3, 100)
    assert ledger.level(plan(100, key_id="new")) == level(1, 100)


def test_day_that_is_learned_later_counts_at_once() -> None:
    ledger, _ = made()
    subscription = plan(3, "WEEK", offset=2)
    ledger.spend(Spend((), subscription))

    ledger.note_plans({"p": TODAY - 7})

    assert ledger.spend(Spend((), subscription)) == Granted((), level(2, 3, "WEEK", TODAY - 3))
