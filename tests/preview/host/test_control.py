from __future__ import annotations

from typing import Any

import orjson
import pytest

from forestage.preview.engine.wire import WireRequest, WireResponse
from forestage.preview.host.control import ControlPlane
from tests.preview.host.states import FixedState

OWN = (("Host", "localhost:3000"),)


def ask(target: str, *, state: FixedState | None = None, **changes: Any) -> WireResponse:
    request: dict[str, Any] = {
        "method": "GET",
        "target": f"/_forestage/{target}",
        "headers": OWN,
        "body": b"",
        "client": "127.0.0.1",
        "server_port": 3000,
        "tls": False,
        "arrived_at": 0.0,
    }
    return ControlPlane(state or FixedState()).answer(WireRequest(**(request | changes)))


def json_of(response: WireResponse) -> Any:
    assert isinstance(response.body, bytes)
    return orjson.loads(response.body)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("health", {"status": "ok"}),
        ("apis", {"apis": [{"id": "a1"}], "api_keys": []}),
        ("fidelity", {"rows": []}),
        ("traces", {"traces": [{"request_id": "r1"}]}),
        ("traces/r%2F1", {"request_id": "r/1"}),
        ("logs/access?api=a1&stage=dev", {"lines": ["a line"]}),
        ("logs/functions", {"lines": [], "next": 0}),
        ("logs/functions?function=f&after=12", {"lines": [], "next": 12}),
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
        ([("Host", "localhost:3000"), ("Origin", "https://localhost:3000")], {"tls": True}),
        ([("Host", "localhost:3000"), ("Sec-Fetch-Site", "same-origin")], {}),
        ([("Host", "localhost:3000"), ("Sec-Fetch-Site", "none")], {}),
        ([("Host", "localhost")], {"server_port": 80}),
        ([("Host", "localhost")], {"server_port": 443, "tls": True}),
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
