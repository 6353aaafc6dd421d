from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.commands.control_server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.commands.conftest import Outcome


def told(*, ahead: float = 0, frozen: bool = False) -> dict[str, object]:
    return {"now": 1.0, "time": "2026-11-25T13:40:55Z", "ahead_seconds": ahead, "frozen": frozen}


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (told(), "2026-11-25T13:40:55Z"),
        (told(ahead=2_685_605), "2026-11-25T13:40:55Z (ahead by 31d 2h 5s)"),
        (told(ahead=0.25), "2026-11-25T13:40:55Z (ahead by 0s)"),
        (told(ahead=60, frozen=True), "2026-11-25T13:40:55Z (frozen)"),
    ],
    ids=["as-the-machine", "ahead", "hardly-ahead", "frozen"],
)
@pytest.mark.parametrize("words", [[], ["show"]])
def test_time_is_told(words: list[str], page: object, line: str, run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/clock": page}) as server:
        outcome = run("clock", *words, "--port", str(server.port))

    assert outcome.data == f"{line}\n"


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        (["advance", "31d"], {"action": "advance", "by": "31d"}),
        (["freeze"], {"action": "freeze"}),
        (["reset"], {"action": "reset"}),
    ],
)
def test_time_is_changed(words: list[str], sent: object, run: Callable[..., Outcome]) -> None:
    with ControlServer({"POST /_forestage/clock": told(ahead=5)}) as server:
        outcome = run("clock", *words, "--format", "json", "--port", str(server.port))

    assert json.loads(outcome.data) == told(ahead=5)
    assert [json.loads(body) for _, body in server.sent] == [sent]
