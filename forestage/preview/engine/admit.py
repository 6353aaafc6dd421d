"""Stage 5 of a request: API key, throttle, quota.

The key is looked at first, then the buckets of the caller's plan, the stage and the account, then the quota.

Source: usage-plans.md, Check, in this order; Throttling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.preview.compile.usage import Scope
from forestage.preview.engine.effects import FindApiKey, Refused, Spend
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find
from forestage.preview.engine.quotas import to_date
from forestage.preview.engine.results import Admitted

if TYPE_CHECKING:
    from forestage.preview.compile.usage import KnownKey, Limit, Subscription
    from forestage.preview.engine.effects import Granted, QuotaLevel
    from forestage.preview.engine.results import Authorized

_SHOWN: Final = 6
"""How many characters of a key are told, as CloudWatch does. Source: usage-plans.md (recorded)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is called, of an API of any kind.

    ``what`` is for people, ``Resource a1b2, HttpMethod GET`` or ``Route $connect``. ``plan_methods`` are the names
    that a plan may have for it, the nearest first: ``/pets/GET``, or the route key. ``limits`` are those beside
    plans.
    """

    api_id: str
    stage: str
    what: str
    plan_methods: tuple[str, ...]
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A caller with a key may go on; ``limits`` are the buckets that were asked, as ``granted`` tells them."""

    key: KnownKey
    subscription: Subscription
    limits: tuple[Limit, ...]
    granted: Granted


async def admit(authorized: Authorized) -> Admitted:
    """Admit a request.

    Raises:
        GatewayFailure: the method demands a key that the caller lacks (403), a bucket is empty or the quota used up
            (429).
    """
    matched = authorized.matched
    addressed, method = matched.addressed, matched.method
    stage = addressed.stage
    throttles = stage.throttles
    limits = throttles.of(method.verb, method.resource_path) if throttles.methods else throttles.others
    if not method.method.api_key_required:
        granted = await Spend(limits)
        if isinstance(granted, Refused):
            what = f"Resource {method.resource_id}, HttpMethod {addressed.verb}"
            raise _throttled(granted, f"API Stage {stage.api.id}/{stage.name}", what)
        return Admitted(authorized=authorized, limits=limits, granted=granted)
    if addressed.arrival.api.key_from_authorizer:
        value, source = authorized.usage_key, "the authorizer's answer has no usageIdentifierKey"
    else:
        value, source = find(addressed.headers, "x-api-key"), "the request has no x-api-key"
    passed = await admit_key(
        value,
        Call(
            api_id=stage.api.id,
            stage=stage.name,
            what=f"Resource {method.resource_id}, HttpMethod {addressed.verb}",
            plan_methods=tuple(f"{method.resource_path}/{verb}" for verb in (addressed.verb, method.verb)),
            limits=limits,
        ),
        absence=source,
    )
    return Admitted(
        authorized=authorized,
        api_key=value,
        api_key_id=passed.key.id,
        subscription=passed.subscription,
        limits=passed.limits,
        granted=passed.granted,
    )


async def admit_key(value: str | None, call: Call, *, absence: str) -> Passed:
    """Admit the holder of a key to a call, on APIs of any kind; ``absence`` says why there is no key.

    Raises:
        GatewayFailure: as for ``admit``.
    """
    place = f"API Stage {call.api_id}/{call.stage}"
    if not value:
        raise _forbidden(f"{call.what} requires an API key, and {absence}")
    key = await FindApiKey(api_id=call.api_id, stage=call.stage, value=value)
    shown = f"API Key {masked_key(value)}"
    if key is None:
        raise _forbidden(f"{shown} does not exist")
    if not key.enabled:
        raise _forbidden(f"{shown} ({key.id}) is disabled")
    subscription = key.subscription
    if subscription is None:
        raise _forbidden(f"{shown} ({key.id}) is in no usage plan of {place}")
    limits = (*_plan_limits(subscription, call), *call.limits)
    spent = await Spend(limits, subscription)
    if not isinstance(spent, Refused):
        return Passed(key=key, subscription=subscription, limits=limits, granted=spent)
    if spent.limit is not None:
        plan = f"Usage Plan ID {subscription.plan_id}, Api {call.api_id}, Stage {call.stage}, {call.what}"
        raise _throttled(spent, f"{shown} exceeded throttle limit for {place}", plan)
    assert spent.quota is not None  # It is the quota that refused.
    raise GatewayFailure(
        ResponseType.QUOTA_EXCEEDED,
        f"{shown} exceeded quota limit for {place}: Key quota exhausted for Usage Plan ID {subscription.plan_id}. "
        f"Q Limit: {spent.quota.allowed} Period: {spent.quota.period}; {_use(spent.quota)}",
    )


def masked_key(value: str) -> str:
    """Return what may be told of a key."""
    return "****" + (value[-_SHOWN:] if len(value) > 2 * _SHOWN else "")


def _plan_limits(subscription: Subscription, call: Call) -> tuple[Limit, ...]:
    """Return the bucket that a plan has for a call: the method's own in the place of the key's.

    Source: usage-plans.md, Throttling (a method entry has its own bucket: inferred).
    """
    for method in call.plan_methods:
        if method in subscription.methods:
            return (subscription.methods[method],)
    return (subscription.throttle,) if subscription.throttle else ()


def _forbidden(reason: str) -> GatewayFailure:
    return GatewayFailure(ResponseType.INVALID_API_KEY, reason)


def _throttled(refused: Refused, who: str, where: str) -> GatewayFailure:
    limit = refused.limit
    assert limit is not None  # It is a bucket that refused.
    waiting = "never" if refused.wait_seconds is None else f"in {refused.wait_seconds:.3g} s"
    return GatewayFailure(
        ResponseType.THROTTLED,
        f"{who}: {_WORDS[limit.scope]} throttle limit exceeded for {where}. "
        f"Limit: {limit.rate:.2f} Burst: {limit.burst}; the bucket holds {refused.tokens:.3g} tokens, "
        f"a request passes {waiting}",
    )


def _use(quota: QuotaLevel) -> str:
    return f"{quota.used} used since {to_date(quota.began_on)}"


_WORDS: Final = {
    Scope.KEY_METHOD: "Key and method",
    Scope.KEY: "Key",
    Scope.METHOD: "Method",
    Scope.ACCOUNT: "Account",
}
"""Source of the wording: usage-plans.md, Check, in this order (recorded for keys)."""
