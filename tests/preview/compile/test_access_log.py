from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.compile.access_log import LogPart, compile_access_log


def words(text: str) -> list[str]:
    """Take a format apart, variables in brackets."""
    return [f"<{part.variable}>" if part.variable is not None else part.text for part in compile_access_log(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("no variable", ["no variable"]),
        ("$context.requestId", ["<requestId>"]),
        ("[$context.identity.sourceIp] x", ["[", "<identity.sourceIp>", "] x"]),
        ("${context.status}ms", ["<status>", "ms"]),
        ("$context.status.", ["<status>", "."]),
        ("$context.a-$context.b", ["<a>", "-", "<b>"]),
        ("$context.responseOverride.header.X-One", ["<responseOverride.header.X-One>"]),
        ("$context", ["$context"]),
        ("$context. $contextual.x $input.body", ["$context. $contextual.x $input.body"]),
        ("$context.authorizer.claims.cognito:username, x", ["<authorizer.claims.cognito:username>", ", x"]),
        ("$context.authorizer.claims.sub: x", ["<authorizer.claims.sub>", ": x"]),
        ("$context.authorizer.claims", ["<authorizer.claims>"]),
        ("$context.authorizer.claims-x", ["<authorizer.claims-x>"]),
        ("$context.error.messageString\r\n", ["<error.messageString>"]),
    ],
)
def test_format_is_taken_apart_at_its_variables(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(st.sampled_from("$context.{}:-a \n")))
def test_parts_are_the_format(text: str) -> None:
    parts = compile_access_log(text.replace("{", "").replace("}", ""))

    written = "".join(part.text if part.variable is None else f"$context.{part.variable}" for part in parts)
    assert written == text.replace("{", "").replace("}", "").rstrip("\r\n")


def test_part_is_a_text_or_a_variable() -> None:
    assert compile_access_log("a$context.b") == (LogPart(text="a"), LogPart(variable="b"))
