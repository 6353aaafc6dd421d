from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.vtl.budget import Budget
from forestage.vtl.errors import ThrownLimit
from forestage.vtl.regex import RegexError, compile_pattern
from forestage.vtl.regex.pattern import PATTERN_LENGTH_LIMIT, JavaPattern

if TYPE_CHECKING:
    from forestage.vtl.regex import Found

LONG = 5_000


def spans(found: list[Found]) -> list[tuple[tuple[int, int], ...]]:
    return [each.spans for each in found]


def find_slowly(pattern: str, text: str) -> list[tuple[tuple[int, int], ...]]:
    """Find with the machine, which is otherwise used only where ``re`` could take too long."""
    return spans(list(JavaPattern(pattern, "")._find_slowly(text, Budget())))


def find(pattern: str, text: str) -> list[tuple[tuple[int, int], ...]]:
    return spans(list(compile_pattern(pattern).find_all(text, Budget())))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a", "banana"),
        ("", "ab"),
        ("x*", "axxb"),
        ("a|an|na", "banana"),
        ("(a)(n)?", "banana"),
        ("(?:an)+", "banana"),
        ("(?:an)+?", "banana"),
        ("(?:an){2}", "banana"),
        ("(?:an){1,3}", "banana"),
        ("(?:an){1,3}?", "banana"),
        ("(?:a*)*", "baab"),
        ("(?:a|b*)*c", "abbac abd"),
        ("a{2,}", "aaa"),
        ("a{0,2}?b", "aab"),
        ("a++b", "aab"),
        ("a++a", "aaa"),
        ("a*+", "aa"),
        ("(?:an)++a", "banana"),
        ("(?>a+)b", "aab"),
        ("(?=an)a", "banana"),
        ("(?!an)a", "banana"),
        ("(?<=n)a", "banana"),
        ("(?<!n)a", "banana"),
        (r"(an)\1", "banana"),
        (r"(a)|\1b", "ab"),
        (r"(?i)(A)\1", "aAb"),
        ("^b|a$", "banana"),
        (r"\bb", "banana b"),
        (r"[^n]+", "banana"),
        (r"[a-m&&[^b]]+", "banana"),
        (r".+", "a\nb"),
        (r"(?s).+", "a\nb"),
        (r"(?m)^.$", "a\nb\r\nc"),
        (r"(?:a|ab)(?:c|bcd)", "abcd"),
        (r"(?:[ab]|[b])+c", "abc"),
        (r"(?:x)?y", "xyy"),
        (r"(?:\b){0,2}a", "aba"),
    ],
)
def test_machine_finds_what_re_finds(pattern: str, text: str) -> None:
    assert find_slowly(pattern, text) == find(pattern, text)


def test_machine_looks_behind_as_far_as_it_must() -> None:
    assert find("(?<=x.{0,3})a", "xbba yba") == [((3, 4),)]


PIECES = st.sampled_from(
    ["a", "b", ".", "[ab]", "(a)", "(?:ab)", "a?", "b*", "a+?", "(?:a|b)", "(?:a|bc)?", "^", "$", "c"]
)
PATTERNS = st.lists(PIECES, max_size=6).map("".join)


def python(pattern: str) -> str:
    """Write what means the same in Python."""
    return pattern.replace("^", r"\A").replace("$", r"(?=\n?\Z)")


@given(pattern=PATTERNS, text=st.text("abc\n", max_size=12))
def test_machine_and_re_agree(pattern: str, text: str) -> None:
    assert find_slowly(pattern, text) == [tuple(found.regs) for found in re.finditer(python(pattern), text)]


@given(pattern=PATTERNS, text=st.text("abc\n", max_size=12))
def test_match_of_the_whole_is_found_first_or_not_at_all(pattern: str, text: str) -> None:
    compiled = compile_pattern(pattern)

    matches = compiled.matches(text, Budget())

    assert matches == (re.fullmatch(python(pattern), text) is not None)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|aa)+b",
        "(a*)*(a*)*(a*)*b",
        "(.*)(.*)(.*)(.*)(.*)(.*)x",
        "(?=(a+))(?=(a+)+b)a",
        r"(.)\1*\1*\1*\1*\1*b",
        "(?:a|a)*b",
        "(?:a?){40}b",
        "(?:(?:a{1,50}){1,50}){1,4}b",
    ],
)
def test_pattern_that_would_never_end_is_stopped(pattern: str) -> None:
    with pytest.raises(ThrownLimit):
        compile_pattern(pattern).matches("a" * 60, Budget(100_000))


def test_search_that_would_take_too_long_is_stopped() -> None:
    with pytest.raises(ThrownLimit):
        list(compile_pattern("a*b").find_all("a" * LONG, Budget(100_000)))


def test_repetition_at_the_end_may_be_as_long_as_the_text() -> None:
    found = find("b|a+", "a" * 1_000_000)

    assert found == [((0, 1_000_000),)]


@pytest.mark.parametrize(
    ("pattern", "text", "count"),
    [("(?:a|b)*x", "ab" * 50, 0), ("a+(?:b)", "a" * 2_000, 0), ("(?:a{2}){3}", "a" * 12, 2)],
)
def test_costly_pattern_still_finds(pattern: str, text: str, count: int) -> None:
    assert len(find(pattern, text)) == count


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:(?:ab){999}){999}",
        "(?:(?=(?:ab){99}){99}){99}",
        "(?:){0,99999999}",
        "(" * 60 + ")" * 60,
        "[" * 60 + "]" * 60,
        "()" * 101,
        "a" * (PATTERN_LENGTH_LIMIT + 1),
    ],
)
def test_pattern_that_is_too_large_is_refused(pattern: str) -> None:
    with pytest.raises(RegexError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["(?:){99999999}", "(?:(?:){9999}){99999}a?", "(?:(?i)){99999999}", "a?" + "{99999999}" * 50]
)
def test_repetition_of_nothing_takes_no_time(pattern: str) -> None:
    assert compile_pattern(pattern).matches("", Budget())


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("abc", "abc"), (r"a\.b", "a.b"), (r"\Qa.b\E", "a.b"), (r"\'", "'"), (r"\t\x41\0101B", "\tAAB")],
)
def test_literal_pattern_is_known_for_one(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).literal == text


@pytest.mark.parametrize("pattern", ["", "a|b", "a*", "[ab]", "(?i)a", "(a)", "^a"])
def test_other_pattern_is_no_literal(pattern: str) -> None:
    assert compile_pattern(pattern).literal is None


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\p{Lu}", "aÀB", "ÀB"),
        (r"\p{L}", "a1語", "a語"),
        (r"\P{L}", "a1", "1"),
        (r"\p{IsAlphabetic}", "a1é", "aé"),
        (r"\p{Nd}", "a1٣", "1٣"),
        (r"\p{Punct}", "a-]b", "-]"),
        (r"\p{Cs}", "a", ""),
        (r"\p{gc=Lu}", "aB", "B"),
        (r"[\p{Digit}x]", "a1x", "1x"),
        (r"[\D&&[^a]]", "a1b", "b"),
        (r"[^\D]", "a1b", "1"),
        (r"\h", "a \u00a0b", " \u00a0"),
        (r"\v", "a\nb", "\n"),
        (r"\R", "a\r\nb\n", "\r\n\n"),
        (r"[a-z&&b-d&&[^c]]", "abcde", "bd"),
        (r"[&&]", "a&", ""),
        (r"[a&&]", "ab", "a"),
        (r"[a&b]", "a&b", "a&b"),
        (r"[\Q]^\E]", "a]^", "]^"),
        (r"[\Q\E]", "a", ""),
        (r"[a-]", "a-b", "a-"),
        (r"[\x{1F600}]", "a😀", "😀"),
        (r"\x{1F600}", "a😀", "😀"),
        (r"[\u0061-\u0062]", "abc", "ab"),
        (r"[[a-b]c[^\x00-\x7f]]", "abcdé", "abcé"),
        (r"\cA", "\x01", "\x01"),
        (r"\e\a\f", "\x1b\a\f", "\x1b\a\f"),
        (r"(?x) a # comment", "a b", "a"),
        (r"(?x)a#", "a", "a"),
        (r"(?i)É", "é", ""),
        (r"(?-i:a)", "aA", "a"),
        (r"a(?i)b|c", "aB C", "aBC"),
        (r"(a)\10", "aa0", "aa0"),
        (r"\Qab", "ab", "ab"),
        (r"\Qab\E{2}", "abb", "abb"),
        (r"a\E", "a", "a"),
        (r"\_", "_", "_"),
        (r"\X", "ab", "ab"),
        (r"(?<v>a)\k<v>", "aab", "aa"),
        (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10", "abcdefghijj", "abcdefghijj"),
        ("(?:ab|b)c", "abcbc", "abcbc"),
        ("{2}a", "a", "a"),
        ("(?:ab){2}{3}", "ababab", "abab"),
        ("(?:a|b?)c", "acbcc", "acbcc"),
    ],
)
def test_syntax_of_java_is_understood(pattern: str, text: str, expected: str) -> None:
    found = compile_pattern(pattern).find_all(text, Budget())

    assert "".join(text[each.start : each.end] for each in found) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[",
        "[a",
        "*",
        "a{",
        "{",
        "a**",
        "a?+?",
        "a{2,1}",
        "\\",
        "\\q",
        "(?z)",
        "(?<a",
        "(?",
        "(a",
        r"\p{Nope}",
        r"\p{L",
        r"\p",
        r"\k<a>",
        r"\k",
        r"\x{110000}",
        r"\x{41",
        r"\xzz",
        r"\u12",
        r"\09",
        "[z-a]",
        r"[\q]",
        "(?<a>x)(?<a>y)",
    ],
)
def test_malformed_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(RegexError, match="regular expression"):
        compile_pattern(pattern)


@given(st.text("ab()[]{}|*+?.^$\\-&123,QEpLxu", max_size=12), st.text("ab1\n", max_size=8))
def test_any_pattern_is_refused_or_ends(pattern: str, text: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except RegexError:
        return

    assert compiled.matches(text, Budget()) in {True, False}
