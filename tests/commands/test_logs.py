from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.control_server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.commands.conftest import Outcome


def line(number: int, function: str, text: str, stream: str = "function") -> dict[str, object]:
    return {"number": number, "at": 1.0, "function": function, "request_id": None, "stream": stream, "text": text}


PAGES = {
    "/_forestage/logs/functions": {
        "lines": [line(1, "app-Pets-X", "one"), line(2, "app-Cats-Y", "two"), line(3, "app-Pets-X", "END", "platform")],
        "next": 3,
        "functions": ["app-Pets-X", "app-Cats-Y", "app-Quiet-Z"],
    }
}


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        pytest.param([], ["[app-Pets-X] one", "[app-Cats-Y] two", "[app-Pets-X] END"], id="all functions"),
        pytest.param(["pets"], ["[app-Pets-X] one", "[app-Pets-X] END"], id="a part of a name, in any case"),
        pytest.param(["pets", "--tail", "1"], ["[app-Pets-X] END"], id="the latest"),
        pytest.param(["--tail", "0"], [], id="none"),
        pytest.param(["--tail", "9"], ["[app-Pets-X] one", "[app-Cats-Y] two", "[app-Pets-X] END"], id="more than all"),
        pytest.param(["quiet"], [], id="a function that has logged nothing"),
    ],
)
def test_lines_of_functions_are_shown(words: list[str], lines: list[str], run: Callable[..., Outcome]) -> None:
    with ControlServer(PAGES) as server:
        outcome = run("logs", *words, "--port", str(server.port))

    assert outcome.code == 0
    assert outcome.data.splitlines() == lines


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        (["app-Pets-X", "app-Cats-Y"], "there are: app-Pets-X, app-Cats-Y"),
        ([], "there are no functions"),
    ],
)
def test_function_that_is_none_is_told(functions: list[str], message: str, run: Callable[..., Outcome]) -> None:
    page = {"lines": [], "next": 0, "functions": functions}

    with ControlServer({"/_forestage/logs/functions": page}) as server:
        outcome = run("logs", "nobody", "--port", str(server.port))

    assert outcome.code == 1
    assert outcome.talk == f"error: no function is called 'nobody'; {message}\n"


def test_following_shows_what_comes_and_ends_with_the_preview(run: Callable[..., Outcome]) -> None:
    later = {"lines": [line(4, "app-Pets-X", "later")], "next": 4}

    with ControlServer({**PAGES, "/_forestage/logs/functions?after=3": later}) as server:
        outcome = run("logs", "pets", "--follow", "--port", str(server.port))

    assert outcome.data.splitlines()[-1] == "[app-Pets-X] later"
    assert server.asked[-1] == "/_forestage/logs/functions?after=4"
    assert outcome.code == 1
    assert outcome.talk == "error: there is none\n"
