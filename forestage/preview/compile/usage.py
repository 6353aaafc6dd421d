"""API keys and usage plans, ready to be asked: which key a value is, and what its plan allows it on a stage."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from forestage.load.identity import stable_text
from forestage.model.records import dataclass, field
from forestage.model.values import Secret, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.model import Deployment
    from forestage.model.usage import ApiKey, ApiStage, ThrottleSettings, UsagePlan
    from forestage.preview.compile.stage_settings import StageSettings

GENERATED_LENGTH: Final = 40
"""Source: API Gateway developer guide, "Set up API keys": generated values have 40 letters and digits (recorded)."""

_SMALL_REGIONS: Final = frozenset(
    {
        "af-south-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7",
        "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "mx-central-1",
    }
)  # fmt: skip
"""Source: API Gateway developer guide, "Amazon API Gateway quotas": account-level quotas, per Region (documented)."""


class Scope(Enum):
    """What a token bucket is for."""

    KEY_METHOD = "key and method"
    KEY = "key"
    METHOD = "method"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """A rate in requests per second, and a burst in requests."""

    rate: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A token bucket: ``rate`` in requests per second, ``burst`` in requests.

    ``name`` tells buckets apart, ``plan p1 key k1``.
    """

    name: str
    scope: Scope
    rate: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Requests that a key may make in a ``period``, DAY, WEEK or MONTH; ``offset`` fewer in the first one."""

    limit: int
    period: str
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key, of the template or made here.

    ``logical_id`` is None for one that was made here. ``is_secret`` forbids to show the value to anybody.
    """

    id: str
    value: str
    name: str = ""
    description: str = ""
    enabled: bool = True
    plan_ids: tuple[str, ...] = ()
    logical_id: str | None = None
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A usage plan; ``stages`` is by API id and stage name, with the throttles of single methods by ``/path/VERB``."""

    id: str
    name: str
    logical_id: str
    throttle: ThrottleSettings | None
    quota: Quota | None
    stages: Mapping[tuple[str, str], Mapping[str, ThrottleSettings]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a plan allows a key on one stage.

    ``methods`` is by ``/path/VERB``: such a limit stands in the place of ``throttle``.
    """

    key_id: str
    plan_id: str
    plan_name: str
    throttle: Limit | None
    methods: Mapping[str, Limit]
    quota: Quota | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key that somebody has sent; ``subscription`` is None where no plan of it lists the stage."""

    id: str
    name: str
    enabled: bool
    subscription: Subscription | None


class Usage:
    """All keys and plans of a deployment."""

    def __init__(self, plans: Iterable[Plan], keys: Iterable[KeyRecord], account: Limit) -> None:
        self.plans: Mapping[str, Plan] = {plan.id: plan for plan in plans}
        self.keys: tuple[KeyRecord, ...] = tuple(keys)
        self._account = account
        self._by_value = {key.value: key for key in self.keys}
        self._found: dict[tuple[str, str, str], KnownKey] = {}
        self._limits: dict[str, Limit] = {}

    def find(self, api_id: str, stage: str, value: str) -> KnownKey | None:
        """Return the key of a value as it stands to a stage; None where the value is no key."""
        found = self._found.get((api_id, stage, value))
        if found is None and (key := self._by_value.get(value)) is not None:
            found = self._found[api_id, stage, value] = self._known(api_id, stage, key)
        return found

    def plan_named(self, word: str) -> Plan | None:
        """Find a plan by its id, logical id or name."""
        for plan in self.plans.values():
            if word in {plan.id, plan.logical_id, plan.name}:
                return plan
        return None

    def key_named(self, word: str) -> KeyRecord | None:
        """Find a key by its id, logical id, name or value."""
        for key in self.keys:
            if word in {key.id, key.logical_id, key.value} or (key.name and word == key.name):
                return key
        return None

    def _known(self, api_id: str, stage: str, key: KeyRecord) -> KnownKey:
        """Combine a key with its plan for a stage; the loader sees to it that there is one at most.

        Source: usage-plans.md, Check, in this order, 3 (documented).
        """
        plans = (self.plans[plan_id] for plan_id in key.plan_ids if plan_id in self.plans)
        plan = next((plan for plan in plans if (api_id, stage) in plan.stages), None)
        subscription = self._subscription(api_id, stage, key, plan) if plan else None
        return KnownKey(id=key.id, name=key.name, enabled=key.enabled, subscription=subscription)

    def _subscription(self, api_id: str, stage: str, key: KeyRecord, plan: Plan) -> Subscription:
        own = f"plan {plan.id} key {key.id}"
        return Subscription(
            key_id=key.id,
            plan_id=plan.id,
            plan_name=plan.name,
            throttle=self._limit(own, Scope.KEY, plan.throttle),
            methods={
                method: limit
                for method, throttle in plan.stages[api_id, stage].items()
                if (limit := self._limit(f"{own} {api_id}/{stage}{method}", Scope.KEY_METHOD, throttle))
            },
            quota=plan.quota,
        )

    def _limit(self, name: str, scope: Scope, throttle: ThrottleSettings | None) -> Limit | None:
        """Return the limit that a plan sets, the same for every stage; a half that is left out is the account's."""
        limit = self._limits.get(name)
        if limit is None and throttle is not None:
            limit = limit_of(name, scope, throttle.rate_limit, throttle.burst_limit, self._account)
            if limit is not None:
                self._limits[name] = limit
        return limit


_USUAL_REGION: Final = Throttle(rate=10_000.0, burst=5_000)
_SMALL_REGION: Final = Throttle(rate=2_500.0, burst=1_250)


def compile_usage(deployment: Deployment, keys: Iterable[KeyRecord]) -> Usage:
    """Compile the plans of a deployment over its keys."""
    plans = (compile_plan(plan) for plan in deployment.usage_plans)
    return Usage(plans, keys, account_limit(deployment.environment.region))


def compile_plan(plan: UsagePlan) -> Plan:
    """Compile a plan; stages of other accounts and sources cannot be called here and are left out."""
    quota = plan.quota
    return Plan(
        id=plan.id,
        name=known(plan.usage_plan_name) or plan.logical_id,
        logical_id=plan.logical_id,
        throttle=plan.throttle,
        quota=Quota(limit=quota.limit, period=quota.period, offset=quota.offset or 0)
        if quota and quota.limit is not None and quota.period
        else None,
        stages={place: entry.throttle for entry in plan.api_stages if (place := _place(entry))},
    )


def _place(entry: ApiStage) -> tuple[str, str] | None:
    return (entry.api_id, entry.stage) if entry.api_id and entry.stage else None


def template_keys(deployment: Deployment, values: Mapping[str, str]) -> tuple[KeyRecord, ...]:
    """Return the keys of a template; ``values`` are those of generated keys, by key id.

    Two resources with the same value are one key. Source: usage-plans.md, Keys (documented). A key is disabled where
    its resource does not say otherwise (recorded), and goes by its logical id where it has no name.
    """
    plans: dict[str, tuple[str, ...]] = {}
    for entry in deployment.usage_plan_keys:
        plans[entry.key_id] = (*plans.get(entry.key_id, ()), entry.usage_plan_id)
    found: dict[str, KeyRecord] = {}
    for key in deployment.api_keys:
        record = KeyRecord(
            id=key.id,
            value=known(key.value) or values.get(key.id) or generated_value(key),
            name=known(key.name) or key.logical_id,
            description=known(key.description) or "",
            enabled=bool(key.enabled),
            plan_ids=plans.get(key.id, ()),
            logical_id=key.logical_id,
            is_secret=isinstance(key.value, Secret),
        )
        former = found.get(record.value)
        found[record.value] = record if former is None else with_plans(former, record.plan_ids)
    return tuple(found.values())


def with_plans(key: KeyRecord, plan_ids: Iterable[str]) -> KeyRecord:
    """Put a key into further plans."""
    return KeyRecord(
        id=key.id,
        value=key.value,
        name=key.name,
        description=key.description,
        enabled=key.enabled,
        plan_ids=tuple(dict.fromkeys((*key.plan_ids, *plan_ids))),
        logical_id=key.logical_id,
        is_secret=key.is_secret,
    )


def generated_value(key: ApiKey) -> str:
    """Make the value of a key that has none: always the same, since its id is a function of stack and logical id."""
    return stable_text("api key", key.id, key.logical_id, length=GENERATED_LENGTH)


def account_limit(region: str, raised: Throttle | None = None) -> Limit:
    """Return the limit over everything that an account serves in a Region; ``raised`` is what it was raised to."""
    throttle = raised or (_SMALL_REGION if region in _SMALL_REGIONS else _USUAL_REGION)
    return Limit(name="account", scope=Scope.ACCOUNT, rate=throttle.rate, burst=throttle.burst)


def limit_of(name: str, scope: Scope, rate: float | None, burst: int | None, account: Limit) -> Limit | None:
    """Return a limit with its halves filled up from the account's; None where it sets neither."""
    if rate is None and burst is None:
        return None
    return Limit(
        name=name,
        scope=scope,
        rate=account.rate if rate is None else rate,
        burst=account.burst if burst is None else burst,
    )


def stage_throttles(place: str, settings: StageSettings, account: Limit) -> StageThrottles:
    """Return the limits of a stage's methods; ``place`` is ``a1b2/dev``.

    Each method has a bucket of its own, also under a setting for all. Source: usage-plans.md, Throttling (documented).
    """
    found: dict[tuple[str, str], tuple[Limit, ...]] = {}
    for (verb, path), setting in settings.methods.items():
        own = limit_of(f"stage {place} {verb} {path}", Scope.METHOD, setting.rate, setting.burst, account)
        limits = stage_limits(own, account)
        if limits != (account,):
            found[verb, path] = limits
    return StageThrottles(others=(account,), methods=found)


def stage_limits(own: Limit | None, account: Limit) -> tuple[Limit, ...]:
    """Return what a method of a stage has to pass beside its callers' plans, in order.

    A limit that is not below the account's is left out: whatever takes from it takes from the account's, too, so
    that one is empty first. Source: usage-plans.md, Throttling (documented order).
    """
    if own is None or (own.rate >= account.rate and own.burst >= account.burst):
        return (account,)
    return (own, account)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageThrottles:
    """The limits of a stage's methods beside plans; ``methods`` is by verb and resource path, others have the rest."""

    others: tuple[Limit, ...]
    methods: Mapping[tuple[str, str], tuple[Limit, ...]] = field(default_factory=dict)

    def of(self, verb: str, path: str) -> tuple[Limit, ...]:
        """Return the limits of a method."""
        return self.methods.get((verb, path), self.others)
