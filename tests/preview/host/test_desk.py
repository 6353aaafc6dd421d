from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from forestage.preview.engine.effects import FindApiKey
from forestage.preview.host.desk import ObjectionError
from tests.cases.short_api import API_ID
from tests.preview.host.states import KEY_VALUE, Books

if TYPE_CHECKING:
    from collections.abc import Mapping


def body(**fields: object) -> bytes:
    return orjson.dumps(fields)


def objection(call: Any, *arguments: Any, **named: Any) -> tuple[int, str]:
    with pytest.raises(ObjectionError) as objected:
        call(*arguments, **named)
    return objected.value.status, objected.value.message


# What is told is JSON.
def only_plan(told: Mapping[str, Any]) -> Mapping[str, Any]:
    (plan,) = told["plans"]
    found: Mapping[str, Any] = plan
    return found


def test_keys_are_listed_covered_or_not_and_secrets_never() -> None:
    desk = Books().desk

    covered, shown = desk.api_keys(include_values=False)["keys"], desk.api_keys(include_values=True)["keys"]

    assert isinstance(covered, list)
    assert isinstance(shown, list)
    assert [key["value"] for key in covered][:2] == ["****efghij", "****abcdef"]
    assert [key["value"] for key in shown][:2] == [KEY_VALUE, "****abcdef"]
    assert len(shown[2]["value"]) == 40
    assert covered[1] == {
        "id": "k2",
        "logical_id": "k2",
        "name": "hidden",
        "description": "",
        "enabled": True,
        "value": "****abcdef",
        "is_masked": True,
        "plans": [{"id": "p1", "name": "Small"}, {"id": "p2", "name": "Free"}],
    }


def test_created_key_has_a_value_and_works() -> None:
    books = Books()

    made = books.desk.create_key(body(name="new", plans=["Small"]))

    known = books.keys.find(FindApiKey(api_id=API_ID, stage="dev", value=str(made["value"])))
    assert known is not None
    assert (known.id, known.enabled, known.subscription is not None) == (made["id"], True, True)


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (body(name="n" * 1_025), 400, "Invalid API Key name, can be at most 1024 characters."),
        (body(value="v" * 19), 400, "API Key value should be at least 20 characters"),
        (body(value="v" * 129), 400, "API Key value exceeds maximum size of 128 characters"),
        (body(value=KEY_VALUE), 409, "API Key already exists"),
        (
            body(plans=["Large"]),
            404,
            "Invalid Usage Plan ID specified: there is no plan 'Large', only Small, Free, Rival",
        ),
        (
            body(name="new", plans=["Small", "Rival"]),
            409,
            (
                "the key new would be in the plans Small and Rival, which both have the stage a1b2c3d4e5/dev; "
                "a key has one plan for a stage"
            ),
        ),
        (body(nme="new"), 400, "the body is no such JSON: Object contains unknown field `nme`"),
        (
            b'{"\xed": 1}',
            400,
            "the body is no such JSON: 'utf-8' codec can't decode byte 0xed in position 0: unexpected end of data",
        ),
        (b"no json", 400, "the body is no such JSON: JSON is malformed: invalid character (byte 4)"),
    ],
    ids=["name", "short", "long", "there", "plan", "rivals", "field", "text", "json"],
)
def test_key_that_cannot_be_is_refused(content: bytes, status: int, message: str) -> None:
    assert objection(Books().desk.create_key, content) == (status, message)


def test_imported_keys_are_known_and_those_with_a_value_that_is_there_overwrite() -> None:
    books = Books()
    text = f"Name,Key,Enabled,UsagePlanIds\nagain,{KEY_VALUE},false,p2\nnew,{'n' * 30},,'p1,p9'\n"

    told = books.desk.import_keys(text.encode(), fail_on_warnings=False)

    ids = told["ids"]
    assert isinstance(ids, list)
    assert ids[0] == "k1"
    assert told["warnings"] == ["line 3: Invalid Usage Plan ID specified: there is no plan 'p9'"]
    first, new = (books.keys.usage.key_named(str(id_)) for id_ in ids)
    assert first is not None
    assert (first.name, first.enabled, first.plan_ids) == ("again", False, ("p1", "p2"))
    assert new is not None
    assert (new.name, new.enabled, new.plan_ids) == ("new", True, ("p1", "p9"))


@pytest.mark.parametrize(
    ("content", "message", "details"),
    [
        (b"Name,Key\n,short", "the file is no file of API keys that can be imported", 2),
        (b"\xff", "the file is no UTF-8: byte 0 cannot be read", 0),
        (f"Name,Key,UsagePlanIds\na,{'n' * 30},p9".encode(), "the file has warnings, and those were to count", 1),
    ],
    ids=["faults", "bytes", "warnings"],
)
def test_file_that_cannot_be_imported_is_refused_whole(content: bytes, message: str, details: int) -> None:
    books = Books()

    with pytest.raises(ObjectionError) as objected:
        books.desk.import_keys(content, fail_on_warnings=True)

    assert (objected.value.status, objected.value.message, len(objected.value.details)) == (400, message, details)
    assert len(books.keys.usage.keys) == 3


def test_import_puts_no_key_into_two_plans_of_a_stage() -> None:
    status, message = objection(
        Books().desk.import_keys, f"Name,Key,UsagePlanIds\nfirst,{KEY_VALUE},p3".encode(), fail_on_warnings=False
    )

    assert (status, message.partition(",")[0]) == (409, "the key first would be in the plans Small and Rival")


def test_usage_is_told_for_every_plan_and_key() -> None:
    books = Books()
    for _ in range(2):
        books.use()

    told = books.desk.usage(plan=None, key=None, start=None, end=None)

    assert told == {
        "plans": [
            {
                "usagePlanId": "p1",
                "name": "Small",
                "quota": {"limit": 5, "period": "WEEK", "offset": 0},
                "startDate": "2026-11-25",
                "endDate": "2026-11-25",
                "values": {"k1": [[2, 3]], "k2": [[0, 5]]},
            },
            {
                "usagePlanId": "p2",
                "name": "Free",
                "quota": None,
                "startDate": "2026-11-25",
                "endDate": "2026-11-25",
                "values": {"k2": [[0, None]]},
            },
            {
                "usagePlanId": "p3",
                "name": "Rival",
                "quota": None,
                "startDate": "2026-11-25",
                "endDate": "2026-11-25",
                "values": {},
            },
        ]
    }


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-24", None, ("2026-11-24", "2026-11-25")),
        ("2026-12-01", None, ("2026-12-01", "2026-12-01")),
        ("2026-11-01", "2026-11-02", ("2026-11-01", "2026-11-02")),
    ],
)
def test_usage_is_of_the_days_that_are_asked_for(start: str, end: str | None, days: tuple[str, str]) -> None:
    plan = only_plan(Books().desk.usage(plan="Free", key="hidden", start=start, end=end))

    assert (plan["startDate"], plan["endDate"]) == days


@pytest.mark.parametrize(
    ("asked", "status", "message"),
    [
        ({"plan": "Large"}, 404, "Invalid Usage Plan ID specified: there is no plan 'Large', only Small, Free, Rival"),
        ({"key": "nobody"}, 404, "Invalid API Key identifier specified: there is no such key"),
        ({"start": "yesterday"}, 400, "start is a day, 2026-11-25, got 'yesterday'"),
        ({"end": "2026-13-01"}, 400, "end is a day, 2026-11-25, got '2026-13-01'"),
        ({"end": "2026-11-24"}, 400, "end has to be start or up to 89 days later"),
        ({"start": "2026-01-01", "end": "2026-04-01"}, 400, "end has to be start or up to 89 days later"),
    ],
)
def test_usage_that_cannot_be_told_is_refused(asked: dict[str, str], status: int, message: str) -> None:
    nothing = dict.fromkeys(("plan", "key", "start", "end"))

    assert objection(Books().desk.usage, **{**nothing, **asked}) == (status, message)


def test_rest_of_a_quota_is_changed() -> None:
    books = Books()
    for _ in range(5):
        books.use()

    told = books.desk.change_rest(body(plan="Small", key="first", remaining=1))
    books.use()

    assert only_plan(told)["values"] == {"k1": [[0, 5], [0, 5], [0, 5], [5, 1]]}
    assert type(books.use()).__name__ == "Refused"


@pytest.mark.parametrize(
    ("wanted", "status", "message"),
    [
        ({"plan": "Free", "key": "first", "remaining": 1}, 404, "the key first is not in the plan Free"),
        ({"plan": "Free", "key": "hidden", "remaining": 1}, 400, "the plan Free has no quota"),
        ({"plan": "Small", "key": "first", "remaining": -1}, 400, "remaining must be 0 or more requests, got -1"),
        (
            {"plan": "Small", "key": "first", "remaining": "all"},
            400,
            "the body is no such JSON: Expected `int`, got `str` - at `$.remaining`",
        ),
    ],
)
def test_rest_that_cannot_be_changed_is_refused(wanted: dict[str, object], status: int, message: str) -> None:
    assert objection(Books().desk.change_rest, body(**wanted)) == (status, message)


def test_clock_is_advanced_frozen_and_reset_and_people_are_told() -> None:
    books = Books()
    desk = books.desk

    advanced = desk.change_clock(body(action="advance", by="P1D"))
    frozen = desk.change_clock(body(action="freeze"))
    reset = desk.change_clock(body(action="reset"))

    assert advanced == {"now": 1795700455.25, "time": "2026-11-26T13:40:55Z", "ahead_seconds": 86400, "frozen": False}
    assert frozen == {**advanced, "frozen": True}
    assert reset == {"now": 1795614055.25, "time": "2026-11-25T13:40:55Z", "ahead_seconds": 0, "frozen": False}
    assert desk.clock() == reset
    assert books.told == [
        "the clock is at 2026-11-26T13:40:55Z, ahead of the machine's by 86400 s",
        "the clock is at 2026-11-26T13:40:55Z, and stands still",
        "the clock is at 2026-11-25T13:40:55Z, as on this machine",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the body is no such JSON: Object missing required field `action`"),
        (body(action="stop"), "the body is no such JSON: Invalid enum value 'stop' - at `$.action`"),
        (body(action="advance"), 'a change is {"action": "advance", "by": "31d"}, or "freeze" or "reset" without by'),
        (
            body(action="reset", by="1d"),
            'a change is {"action": "advance", "by": "31d"}, or "freeze" or "reset" without by',
        ),
        (
            body(action="advance", by="soon"),
            "a length of time is written 31d, 12h, 5m, 30s, 1h30m or P1DT12H, got 'soon'",
        ),
        (
            body(action="advance", by="999999999d"),
            "the clock goes forward, and not beyond the year 9998, got 8.64e+13 s",
        ),
    ],
)
def test_change_of_the_clock_that_is_none_is_refused(content: bytes, message: str) -> None:
    assert objection(Books().desk.change_clock, content) == (400, message)
