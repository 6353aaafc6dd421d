from __future__ import annotations

import re
from typing import SupportsIndex

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forestage.policy.wildcards import Piece, compile_glob


def matches(pattern: str, text: str) -> bool:
    return compile_glob([Piece(pattern, literal=False)]).matches(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("", ""),
        ("*", ""),
        ("*", "a/b:c\nd"),
        ("?", "a"),
        ("abc", "abc"),
        ("a?c", "abc"),
        ("a*", "a"),
        ("*c", "abc"),
        ("a*c", "ac"),
        ("a*b*c", "a-b-b-c"),
        ("**", "x"),
        ("a***c", "abc"),
        ("*b?d*", "abcbcd-"),
        ("*a?*", "aab"),
        ("*?", "x"),
        ("arn:*:abc/*/GET/*", "arn:aws:execute-api:us-east-1:1:abc/dev/GET/a/b"),
        ("a.c", "a.c"),
    ],
)
def test_pattern_matches(pattern: str, text: str) -> None:
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("", "a"),
        ("?", ""),
        ("?", "ab"),
        ("abc", "abcd"),
        ("abc", "ABC"),
        ("a?c", "abd"),
        ("a*a", "a"),
        ("a*b", "b"),
        ("a*b", "a"),
        ("*bb*", "ab-b"),
        ("*b?b*", "abxc"),
        ("*long?part*", "short"),
        ("*longer*", "long"),
        ("a*?c", "ab-"),
        ("a.c", "abc"),
    ],
)
def test_pattern_does_not_match(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


def test_literal_piece_stands_for_itself() -> None:
    glob = compile_glob([Piece("a", literal=False), Piece("*?", literal=True), Piece("*", literal=False)])

    assert glob.matches("a*?b")
    assert not glob.matches("axyb")


def test_gap_behind_another_piece_is_at_its_place() -> None:
    glob = compile_glob([Piece("ab", literal=True), Piece("?d", literal=False)])

    assert glob.matches("abcd")
    assert not glob.matches("abce")


PIECES = st.lists(st.builds(Piece, st.text("ab*?/", max_size=5), literal=st.booleans()), max_size=4)


@settings(deadline=None)
@given(PIECES, st.text("ab*?/", max_size=12))
@example([Piece("*a?b*", literal=False)], "aaab")
def test_pattern_agrees_with_a_regular_expression(pieces: list[Piece], text: str) -> None:
    regex = "".join(
        {"*": ".*", "?": "."}.get(character, re.escape(character)) if not literal else re.escape(character)
        for piece, literal in pieces
        for character in piece
    )

    assert compile_glob(pieces).matches(text) is bool(re.fullmatch(regex, text, re.DOTALL))


class Counted(str):  # ruff: ignore[subclass-builtin]  (the matcher takes texts)
    """A text that counts how many of its characters are looked at."""

    __slots__ = ("looks",)

    def __init__(self, _text: str) -> None:
        self.looks = 0

    def __getitem__(self, place: SupportsIndex | slice) -> str:
        self.looks += 1
        return super().__getitem__(place)

    def startswith(  # type: ignore[override]  # only what the matcher asks for
        self, prefix: str, start: int
    ) -> bool:
        self.looks += len(prefix)
        return super().startswith(prefix, start)

    def find(  # type: ignore[override]  # as above
        self, sub: str, start: int, end: int
    ) -> int:
        found = super().find(sub, start, end)
        self.looks += (end if found < 0 else found + len(sub)) - start
        return found


SEEDS = st.sampled_from(["a*", "a?", "?", "*", "ab", "*a?a*", "a" * 20, "?b*"])


@settings(deadline=None)
@given(st.lists(SEEDS, max_size=40).map("".join), st.sampled_from(["a", "ab", "aab"]), st.integers(0, 300))
@example("a*" * 60 + "b", "a", 300)
@example("*" + "a?" * 30 + "b*" + "a?" * 30 + "*c", "a", 300)
def test_matching_looks_at_each_character_a_few_times(pattern: str, unit: str, count: int) -> None:
    text = Counted(unit * count)

    matches(pattern, text)

    assert text.looks <= 3 * len(text) + 3
