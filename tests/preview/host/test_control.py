from __future__ import annotations

from typing import Any

import orjson
import pytest

from forestage.preview.engine.wire import TlsSession, WireRequest, WireResponse
from forestage.preview.host.control import ControlPlane
from tests.preview.host.states import Books, FixedState

TLS = TlsSession(version="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256")

OWN = (("Host", "localhost:3000"),)


def ask(target: str, *, state: FixedState | None = None, books: Books | None = None, **changes: Any) -> WireResponse:
    request: dict[str, Any] = {
        "method": "GET",
        "target": f"/_forestage/{target}",
        "headers": OWN,
        "body": b"",
        "client": "127.0.0.1",
        "server_port": 3000,
        "tls": None,
        "arrived_at": 0.0,
    }
    return ControlPlane(state or FixedState(), (books or Books()).desk).answer(WireRequest(**(request | changes)))


def post(
    target: str, body: object, *, books: Books | None = None, media_type: str = "application/json"
) -> WireResponse:
    content = body.encode() if isinstance(body, str) else orjson.dumps(body)
    headers = (*OWN, ("content-type", media_type))
    return ask(target, books=books, method="POST", headers=headers, body=content)


def json_of(response: WireResponse) -> Any:
    assert isinstance(response.body, bytes)
    return orjson.loads(response.body)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("health", {"status": "ok"}),
        ("apis", {"apis": [{"id": "a1"}], "api_keys": []}),
        ("client-certificates", {"client_certificates": []}),
        ("fidelity", {"rows": []}),
        ("traces", {"traces": [{"request_id": "r1"}]}),
        ("traces/r%2F1", {"request_id": "r/1"}),
        ("logs/access?api=a1&stage=dev", {"lines": ["a line"]}),
        ("logs/functions", {"lines": [], "next": 0}),
        ("logs/functions?function=f&after=12", {"lines": [], "next": 12}),
        ("logs/execution?request=r%2F1", {"lines": ["a line"]}),
    ],
)
def test_page_tells_what_the_state_says(target: str, told: Any) -> None:
    response = ask(target)

    assert (response.status, json_of(response)) == (200, told)


def test_page_is_json_that_nobody_keeps() -> None:
    assert ask("apis").headers == (
        ("Content-Type", "application/json"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    )


def test_health_is_503_until_every_api_answers() -> None:
    assert ask("health", state=FixedState(ready=False)).status == 503


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("logs/access?api=a%201&stage=dev", ("a 1", "dev")),
        ("logs/functions?function=&after=", (None, 0)),
        ("logs/functions?function=pets&after=7", ("pets", 7)),
    ],
)
def test_parameters_reach_the_state(target: str, asked: tuple[object, ...]) -> None:
    state = FixedState()

    ask(target, state=state)

    assert state.asked == [asked]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("", 404),
        ("other", 404),
        ("traces/", 404),
        ("traces/unknown", 404),
        ("apis/a1", 404),
        ("logs/access", 400),
        ("logs/access?api=a1", 400),
        ("logs/functions?after=x", 400),
        ("logs/execution", 400),
        ("logs/execution?request=unknown", 404),
        ("logs/functions?after=-1", 400),
        ("logs/functions?after=%C2%B2", 400),
    ],
)
def test_what_is_not_there_is_told_in_json(target: str, status: int) -> None:
    response = ask(target)

    assert (response.status, list(json_of(response))) == (status, ["message"])


def test_only_reading_is_allowed() -> None:
    response = ask("apis", method="POST")

    assert (response.status, response.headers[-1]) == (405, ("Allow", "GET, HEAD"))


def test_head_is_reading() -> None:
    assert ask("apis", method="HEAD").status == 200


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        ([("Host", "LOCALHOST:3000")], {}),
        ([("Host", "127.0.0.1:3000")], {}),
        ([("Host", "[::1]:3000")], {"client": "::1"}),
        ([("Host", "localhost:3000")], {"client": "::ffff:127.0.0.1"}),
        ([("Host", "localhost:3000"), ("Origin", "http://localhost:3000")], {}),
        ([("Host", "localhost:3000"), ("Origin", "https://localhost:3000")], {"tls": TLS}),
        ([("Host", "localhost:3000"), ("Sec-Fetch-Site", "same-origin")], {}),
        ([("Host", "localhost:3000"), ("Sec-Fetch-Site", "none")], {}),
        ([("Host", "localhost")], {"server_port": 80}),
        ([("Host", "localhost")], {"server_port": 443, "tls": TLS}),
    ],
)
def test_own_pages_and_programs_are_let_in(headers: list[tuple[str, str]], changes: dict[str, Any]) -> None:
    assert ask("apis", headers=tuple(headers), **changes).status == 200


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        ([], {}),
        ([("Host", "localhost")], {}),
        ([("Host", "localhost:3001")], {}),
        ([("Host", "evil.example:3000")], {}),
        ([("Host", "localhost.evil.example:3000")], {}),
        ([("Host", "localhost:3000"), ("Origin", "http://evil.example")], {}),
        ([("Host", "localhost:3000"), ("Origin", "http://localhost:3001")], {}),
        ([("Host", "localhost:3000"), ("Origin", "https://localhost:3000")], {}),
        ([("Host", "localhost:3000"), ("Origin", "null")], {}),
        ([("Host", "localhost:3000"), ("Sec-Fetch-Site", "cross-site")], {}),
        ([("Host", "localhost:3000"), ("Sec-Fetch-Site", "same-site")], {}),
        ([("Host", "localhost:3000")], {"client": "192.168.1.7"}),
        ([("Host", "localhost:3000")], {"client": ""}),
    ],
)
def test_others_are_kept_out(headers: list[tuple[str, str]], changes: dict[str, Any]) -> None:
    response = ask("apis", headers=tuple(headers), **changes)

    assert (response.status, list(json_of(response))) == (403, ["message"])


def test_clock_is_told_and_changed() -> None:
    books = Books()

    before = json_of(ask("clock", books=books))
    changed = post(
        "clock", {"action": "advance", "by": "31d"}, books=books, media_type="Application/JSON; charset=utf-8"
    )

    assert before == {"now": 1795614055.25, "time": "2026-11-25T13:40:55Z", "ahead_seconds": 0.0, "frozen": False}
    assert (changed.status, json_of(changed)) == (
        200,
        {"now": 1798292455.25, "time": "2026-12-26T13:40:55Z", "ahead_seconds": 2678400.0, "frozen": False},
    )


def test_key_is_created_and_listed_without_its_value() -> None:
    books = Books()

    created = post("keys", {"name": "new", "value": "v" * 20, "plans": ["Free"]}, books=books)
    listed = json_of(ask("keys", books=books))["keys"][-1]
    shown = json_of(ask("keys?includeValues=true", books=books))["keys"][-1]

    assert (created.status, json_of(created)) == (201, shown)
    assert (listed["value"], listed["is_masked"], shown["value"]) == ("****vvvvvv", True, "v" * 20)
    assert listed["plans"] == [{"id": "p2", "name": "Free"}]


def test_keys_are_imported_from_csv() -> None:
    imported = post("keys/import", f"Name,Key,UsagePlanIds\none,{'k' * 30},p9", media_type="text/csv")
    strict = post("keys/import?failonwarnings", f"Name,Key,UsagePlanIds\none,{'k' * 30},p9", media_type="text/csv")

    warning = "line 2: Invalid Usage Plan ID specified: there is no plan 'p9'"
    assert (imported.status, json_of(imported)["warnings"]) == (201, [warning])
    assert (strict.status, json_of(strict)["details"]) == (400, [warning])


def test_usage_is_told_and_what_is_left_changed() -> None:
    books = Books()
    books.use()

    told = json_of(ask("usage?plan=Small&key=first&start=2026-11-24&end=2026-11-26", books=books))
    changed = json_of(post("usage", {"plan": "p1", "key": "k1", "remaining": 9}, books=books))

    assert told["plans"][0]["values"] == {"k1": [[0, 5], [1, 4], [0, 4]]}
    assert changed["plans"][0]["values"] == {"k1": [[0, 5], [0, 5], [0, 5], [1, 9]]}


@pytest.mark.parametrize(
    ("target", "media_type", "status"),
    [
        ("keys", "text/plain", 415),
        ("keys", "", 415),
        ("keys/import", "application/json", 415),
        ("keys", "application/json", 400),
    ],
)
def test_change_has_to_be_what_no_form_can_send(target: str, media_type: str, status: int) -> None:
    response = post(target, "no json", media_type=media_type)

    assert response.status == status


@pytest.mark.parametrize(
    ("method", "target", "allowed", "message"),
    [
        ("POST", "apis", "GET, HEAD", "/_forestage/apis is read with GET, not POST"),
        ("PUT", "clock", "GET, HEAD, POST", "/_forestage/clock is read with GET and changed with POST, not PUT"),
        ("GET", "keys/import", "POST", "/_forestage/keys/import is changed with POST, not GET"),
    ],
)
def test_other_ways_are_not_allowed(method: str, target: str, allowed: str, message: str) -> None:
    response = ask(target, method=method)

    assert (response.status, json_of(response)) == (405, {"message": message})
    assert ("Allow", allowed) in response.headers


def test_change_of_a_page_from_elsewhere_is_kept_out() -> None:
    headers = (*OWN, ("content-type", "application/json"), ("origin", "http://evil.example"))

    response = ask("clock", method="POST", headers=headers, body=b'{"action": "freeze"}')

    assert response.status == 403
