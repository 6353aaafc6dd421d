"""What people ask of keys, plans, usage and the clock while a preview runs, and what they change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import msgspec

from forestage.errors import KeyFileError
from forestage.load.api_key_file import read_api_keys
from forestage.preview.compile.usage import KeyRecord
from forestage.preview.engine.admit import masked_key
from forestage.preview.engine.quotas import day_of, from_date, period_start, to_date
from forestage.preview.host.clock import iso_time
from forestage.preview.host.durations import read_duration
from forestage.preview.host.key_ring import new_key_id, new_key_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from forestage.model.values import Json
    from forestage.preview.compile.usage import Plan, Usage
    from forestage.preview.host.clock import AdjustableClock
    from forestage.preview.host.key_ring import KeyRing
    from forestage.preview.host.ledger import Ledger

T = TypeVar("T")

MAX_DAYS: Final = 90
"""How many days of usage are told at once. Source: API Gateway, GetUsage (documented by AWS support)."""

MAX_NAME_CHARACTERS: Final = 1_024
MIN_VALUE_CHARACTERS: Final = 20
MAX_VALUE_CHARACTERS: Final = 128


class ObjectionError(Exception):
    """What is asked cannot be done; ``status`` is as HTTP has it, ``details`` are the parts of a longer complaint."""

    def __init__(self, status: int, message: str, details: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = tuple(details)


class NewKey(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A key to be created: the body of ``POST keys``. ``plans`` are ids, logical ids or names."""

    name: str = ""
    value: str | None = None
    description: str = ""
    enabled: bool = True
    plans: tuple[str, ...] = ()


class NewRest(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a key is to have left of a plan's quota in this period: the body of ``POST usage``."""

    plan: str
    key: str
    remaining: int


class ClockChange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is to happen to the clock: the body of ``POST clock``. ``by`` is a length of time, ``31d``."""

    action: Literal["advance", "freeze", "reset"]
    by: str | None = None


class Desk:
    """Answers with values that JSON has. ``on_clock`` is called when the clock was changed, with words for people."""

    def __init__(
        self, *, keys: KeyRing, ledger: Ledger, clock: AdjustableClock, on_clock: Callable[[str], None]
    ) -> None:
        self._keys = keys
        self._ledger = ledger
        self._clock = clock
        self._on_clock = on_clock

    # -- keys ---------------------------------------------------------------------------------------------------

    def api_keys(self, *, include_values: bool) -> Mapping[str, Json]:
        """Tell all keys: ``{"keys": [...]}``. The value of a secret one is told to nobody."""
        return {"keys": [_key(key, self._keys.usage, include_value=include_values) for key in self._keys.usage.keys]}

    def create_key(self, body: bytes) -> Mapping[str, Json]:
        """Create a key, with a value of our own where none is given.

        Raises:
            ObjectionError: it cannot be; the words are those of CreateApiKey. Source: usage-plans.md, Keys (recorded).
        """
        wanted = _read(body, NewKey)
        if len(wanted.name) > MAX_NAME_CHARACTERS:
            raise ObjectionError(400, "Invalid API Key name, can be at most 1024 characters.")
        if wanted.value is not None and len(wanted.value) < MIN_VALUE_CHARACTERS:
            raise ObjectionError(400, "API Key value should be at least 20 characters")
        if wanted.value is not None and len(wanted.value) > MAX_VALUE_CHARACTERS:
            raise ObjectionError(400, "API Key value exceeds maximum size of 128 characters")
        usage = self._keys.usage
        if any(key.value == wanted.value for key in usage.keys):
            raise ObjectionError(409, "API Key already exists")
        key = KeyRecord(
            id=new_key_id(),
            value=wanted.value or new_key_value(),
            name=wanted.name,
            description=wanted.description,
            enabled=wanted.enabled,
            plan_ids=tuple(self._plan(word).id for word in wanted.plans),
        )
        self._refuse_rivals(key)
        self._keys.put([key])
        # Who has made a key has to learn its value, once.
        return _key(key, self._keys.usage, include_value=True)

    def import_keys(self, body: bytes, *, fail_on_warnings: bool) -> Mapping[str, Json]:
        """Import the keys of a CSV file: ``{"ids": [...], "warnings": [...]}``, as ImportApiKeys answers.

        Raises:
            ObjectionError: the file has faults, or warnings where those count; then nothing is imported.
        """
        try:
            listed = read_api_keys(body.decode("utf-8"), file="the file")
        except UnicodeDecodeError as error:
            raise ObjectionError(400, f"the file is no UTF-8: byte {error.start} cannot be read") from None
        except KeyFileError as error:
            raise ObjectionError(400, error.message, map(str, error.faults)) from None
        plans = self._keys.usage.plans
        warnings = [
            f"line {key.line}: Invalid Usage Plan ID specified: there is no plan {plan_id!r}"
            for key in listed
            for plan_id in key.plan_ids
            if plan_id not in plans
        ]
        if warnings and fail_on_warnings:
            raise ObjectionError(400, "the file has warnings, and those were to count", warnings)
        keys = [
            KeyRecord(
                id=new_key_id(),
                value=key.value,
                name=key.name,
                description=key.description,
                enabled=key.enabled,
                plan_ids=key.plan_ids,
            )
            for key in listed
        ]
        for key in keys:
            self._refuse_rivals(key)
        return {"ids": [key.id for key in self._keys.put(keys)], "warnings": warnings}

    def _refuse_rivals(self, key: KeyRecord) -> None:
        """Refuse two plans of the same stage. Source: usage-plans.md, Check, in this order, 3 (documented)."""
        former = next((known for known in self._keys.usage.keys if known.value == key.value), None)
        plan_ids = dict.fromkeys((*(former.plan_ids if former else ()), *key.plan_ids))
        taken: dict[tuple[str, str], str] = {}
        for plan in (self._keys.usage.plans[plan_id] for plan_id in plan_ids if plan_id in self._keys.usage.plans):
            for place in plan.stages:
                if place in taken:
                    raise ObjectionError(
                        409,
                        f"the key {key.name or masked_key(key.value)} would be in the plans {taken[place]} and "
                        f"{plan.name}, which both have the stage {'/'.join(place)}; a key has one plan for a stage",
                    )
                taken[place] = plan.name

    # -- usage --------------------------------------------------------------------------------------------------

    def usage(self, *, plan: str | None, key: str | None, start: str | None, end: str | None) -> Mapping[str, Json]:
        """Tell what GetUsage does, for one plan or all: ``{"plans": [{"usagePlanId", ..., "values": {...}}]}``.

        ``values`` is by key id; each key has a pair of used and remaining requests for every day. Days are those of
        UTC, today where they are not named; what is left is null where the plan has no quota.

        Raises:
            ObjectionError: no such plan or key, or the days are none.
        """
        today = day_of(self._clock.now())
        first = _day(start, "start") if start else today
        last = _day(end, "end") if end else max(today, first)
        if not 0 <= last - first < MAX_DAYS:
            raise ObjectionError(400, f"end has to be start or up to {MAX_DAYS - 1} days later")
        plans = [self._plan(plan)] if plan else list(self._keys.usage.plans.values())
        chosen = self._key(key) if key else None
        return {"plans": [self._plan_usage(each, chosen, first, last) for each in plans]}

    def _plan_usage(self, plan: Plan, chosen: KeyRecord | None, first: int, last: int) -> Mapping[str, Json]:
        keys = [key for key in self._keys.usage.keys if plan.id in key.plan_ids and chosen in {None, key}]
        quota = plan.quota
        return {
            "usagePlanId": plan.id,
            "name": plan.name,
            "quota": {"limit": quota.limit, "period": quota.period, "offset": quota.offset} if quota else None,
            "startDate": f"{to_date(first)}",
            "endDate": f"{to_date(last)}",
            "values": {
                key.id: [list(day) for day in self._ledger.usage(plan.id, key.id, quota, first=first, last=last)]
                for key in keys
            },
        }

    def change_rest(self, body: bytes) -> Mapping[str, Json]:
        """Grant a key what it has left of a quota in this period, as UpdateUsage does, and tell its usage.

        Raises:
            ObjectionError: no such plan or key, or the plan has no quota.
        """
        wanted = _read(body, NewRest)
        plan, key = self._plan(wanted.plan), self._key(wanted.key)
        if plan.id not in key.plan_ids:
            raise ObjectionError(404, f"the key {key.name or key.id} is not in the plan {plan.name}")
        if plan.quota is None:
            raise ObjectionError(400, f"the plan {plan.name} has no quota")
        if wanted.remaining < 0:
            raise ObjectionError(400, f"remaining must be 0 or more requests, got {wanted.remaining}")
        self._ledger.grant(plan.id, key.id, plan.quota, remaining=wanted.remaining)
        today = day_of(self._clock.now())
        return {"plans": [self._plan_usage(plan, key, period_start(plan.quota.period, today), today)]}

    # -- clock --------------------------------------------------------------------------------------------------

    def clock(self) -> Mapping[str, Json]:
        """Tell the time: ``{"now": ..., "time": "2026-...Z", "ahead_seconds": 0, "frozen": false}``."""
        reading = self._clock.read()
        return {
            "now": reading.now,
            "time": iso_time(reading.now),
            "ahead_seconds": round(reading.ahead_seconds, 3),
            "frozen": reading.is_frozen,
        }

    def change_clock(self, body: bytes) -> Mapping[str, Json]:
        """Advance, freeze or reset the clock, and tell the time.

        Raises:
            ObjectionError: the change is none, or not possible.
        """
        change = _read(body, ClockChange)
        if (change.action == "advance") != (change.by is not None):
            raise ObjectionError(
                400, 'a change is {"action": "advance", "by": "31d"}, or "freeze" or "reset" without by'
            )
        match change.action:
            case "advance":
                try:
                    self._clock.advance(read_duration(change.by or ""))
                except ValueError as error:
                    raise ObjectionError(400, f"{error}") from None
            case "freeze":
                self._clock.freeze()
            case "reset":
                self._clock.reset()
        told = self.clock()
        how = "and stands still" if told["frozen"] else self._clock.deviation or "as on this machine"
        self._on_clock(f"the clock is at {told['time']}, {how}")
        return told

    # -- parts --------------------------------------------------------------------------------------------------

    def _plan(self, word: str) -> Plan:
        plan = self._keys.usage.plan_named(word)
        if plan is None:
            known = ", ".join(each.name for each in self._keys.usage.plans.values()) or "none"
            raise ObjectionError(404, f"Invalid Usage Plan ID specified: there is no plan {word!r}, only {known}")
        return plan

    def _key(self, word: str) -> KeyRecord:
        key = self._keys.usage.key_named(word)
        if key is None:
            raise ObjectionError(404, "Invalid API Key identifier specified: there is no such key")
        return key


def _key(key: KeyRecord, usage: Usage, *, include_value: bool) -> Mapping[str, Json]:
    shown = include_value and not key.is_secret
    return {
        "id": key.id,
        "logical_id": key.logical_id,
        "name": key.name,
        "description": key.description,
        "enabled": key.enabled,
        "value": key.value if shown else masked_key(key.value),
        "is_masked": not shown,
        "plans": list(_plan_names(key, usage)),
    }


def _plan_names(key: KeyRecord, usage: Usage) -> Iterator[Mapping[str, Json]]:
    for plan_id in key.plan_ids:
        plan = usage.plans.get(plan_id)
        yield {"id": plan_id, "name": plan.name if plan else None}


def _day(text: str, what: str) -> int:
    try:
        return from_date(date.fromisoformat(text))
    except ValueError:
        raise ObjectionError(400, f"{what} is a day, 2026-11-25, got {text!r}") from None


# The type of the result is the one that is asked for.
def _read(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body or b"{}", type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ObjectionError(400, f"the body is no such JSON: {error}") from None
