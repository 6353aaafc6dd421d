from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from forestage.vtl.budget import Budget
from forestage.vtl.jsonpath import PathError, compile_path
from forestage.vtl.jsonpath.filters import read_filter
from forestage.vtl.jsonpath.reader import read_path

ITEMS: Final = [
    {"n": "a", "q": 2, "tags": ["x", "y"], "s": "Ann", "none": None},
    {"n": "b", "q": 1.5, "tags": [], "s": "bob", "deep": {"k": 1}},
    {"n": "c", "q": "7", "s": "", "flag": True, "max": 2},
    {"n": "d", "q": Decimal("2.0"), "flag": False, "tags": ["y"]},
]


def names(condition: str) -> str:
    document = {"items": ITEMS, "limit": 2, "wanted": ["a", "d"]}
    found = compile_path(f"$.items[?({condition})].n").find(document, Budget())
    assert isinstance(found, list)
    return "".join(map(str, found))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("@.flag", "cd"),
        ("@.none", "a"),
        ("!@.flag", "ab"),
        ("@.deep.k", "b"),
        ("@..k", "abcd"),
        ("@['flag']", "cd"),
        ("@.q == 2", "ad"),
        ("@.q==2", "ad"),
        ("2 == @.q", "ad"),
        ("@.q == 7", "c"),
        ("@.q == '7'", "c"),
        ("@.q == '2'", "ad"),
        ("7 == @.q", "c"),
        ("2 == 'x'", ""),
        ("@.q === 7", ""),
        ("@.q === 2", "ad"),
        ("@.q !== '7'", "abd"),
        ("@.q != 2", "bc"),
        ("@.q > 1.5", "ad"),
        ("@.q >= 1.5", "abd"),
        ("@.q < 2", "b"),
        ("@.q <= 2", "abd"),
        ("@.n < 'b'", "a"),
        ("@.n >= 'c'", "cd"),
        ("@.n > 1", ""),
        ("@.q == -2", ""),
        ("@.q == 2e0", "ad"),
        ("@.q == $.limit", "ad"),
        ("@.max == $.limit", "c"),
        ("@.none == null", "a"),
        ("@.flag == true", "c"),
        ("@.flag == false", "d"),
        ("@.missing == null", ""),
        ("@.missing != 1", "abcd"),
        ("@.n == 'a' || @.n == 'b'", "ab"),
        ("@.n == 'a' || @.n == 'b' && @.q > 5", "a"),
        ("(@.n == 'a' || @.n == 'b') && @.q > 1.6", "a"),
        ("!(@.n == 'a')", "bcd"),
        ("!!(@.n == 'a')", "a"),
        ("@.n=='a'&&@.q>1", "a"),
        ('@.n == "a"', "a"),
        (r"@.n == '\u0061'", "a"),
        (r"@.n == 'it\'s'", ""),
        ("@.s =~ /a.*/i", "a"),
        ("@.s =~ /.*b/", "b"),
        ("/b.b/ =~ @.s", "b"),
        ("@.tags =~ /x/", "a"),
        ("@.q =~ /1\\.5/", "b"),
        ("@.flag =~ /tr.*/", "c"),
        ("@.deep =~ /.*/", "abcd"),
        ("/a/ =~ /a/", ""),
        ("@.n =~ 'a'", ""),
        ("@.n in ['a', 'c']", "ac"),
        ("@.n IN ['a', 'c']", "ac"),
        ("@.n in $.wanted", "ad"),
        ("@.n nin ['a', 'c']", "bd"),
        ("@.n in 'abc'", ""),
        ("@.tags contains 'y'", "ad"),
        ("@.s contains 'o'", "b"),
        ("@.s contains 5", ""),
        ("@.q contains 5", ""),
        ("@.tags all ['x','y']", "a"),
        ("@.deep all ['x']", "b"),
        ("@.n all ['x']", ""),
        ("@.tags all 'x'", ""),
        ("@.tags subsetof ['y','z']", "bd"),
        ("@.n subsetof ['y']", ""),
        ("@.tags anyof ['x','z']", "a"),
        ("@.n anyof ['x']", ""),
        ("@.tags noneof ['x','z']", "bd"),
        ("@.n noneof ['x']", ""),
        ("@.tags size 2", "a"),
        ("@.s size 3", "ab"),
        ("@.s size 'x'", ""),
        ("@.tags empty true", "b"),
        ("@.s empty true", "c"),
        ("@.tags empty false", "ad"),
        ("@.tags empty 1", ""),
        ("@.tags[0] == 'x'", "a"),
        ("@.tags == ['x','y']", "a"),
        ('@.deep == {"k": 1}', "b"),
        ("@.tags.length() == 2", "a"),
        ("@.deep[0] == 1", ""),
        ("@..k == 1", ""),
        ("@.n == ')'", ""),
        ("@.q == .5", ""),
    ],
)
def test_filter_keeps_what_fulfils_its_condition(condition: str, expected: str) -> None:
    assert names(condition) == expected


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "5",
        "'a'",
        "@.a ==",
        "@.a == b",
        "@.a ~ 5",
        "@.a foo 5",
        "@.a == 'x",
        "@.a == [1",
        "@.a == {]}",
        "@.a == 5 5",
        "(@.a",
        "!5",
        "@.a && ",
        "@.a == tru",
        "@.a =~ /(/",
        "@.a =~ /a",
        "@.a == " + "9" * 1_001,
        "@.a == 1e99999999999999999999",
        "@.a[ == 1",
        "(" * 21 + "@.a" + ")" * 21,
    ],
)
def test_malformed_filter_is_refused(condition: str) -> None:
    with pytest.raises(PathError):
        compile_path(f"$[?({condition})]")


def test_filter_may_stand_upon_an_object() -> None:
    found = compile_path("$.a[?(@.b == 1)].c").find({"a": {"b": 1, "c": 2}}, Budget())

    assert found == [2]


def test_filter_looks_at_everything_an_array_holds() -> None:
    found = compile_path("$[?(@ == 1)]").find([1, "a", 1.0, None], Budget())

    assert found == [1, 1.0]


@pytest.mark.parametrize("condition", ["(@.a", "@.a == 'x", "@.a == /x", "@.a[0 == 1", "@.a == [1", '@.a == {"b": ]}'])
def test_filter_that_ends_early_is_refused(condition: str) -> None:
    with pytest.raises(PathError):
        read_filter(condition, read_path)
