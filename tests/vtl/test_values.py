from __future__ import annotations

from decimal import Decimal

import pytest

from forestage.vtl.budget import Budget
from forestage.vtl.comparing import equals, hash_of, loosely_equal
from forestage.vtl.errors import ThrownLimit
from forestage.vtl.printing import json_of, text_of
from forestage.vtl.utf16 import encodable
from forestage.vtl.values import (
    SIZE_LIMIT,
    Branch,
    Character,
    Cursor,
    Entry,
    EntryView,
    JavaArray,
    JavaKey,
    JavaList,
    KeyView,
    Loop,
    Stream,
    ValueView,
    elements,
    put,
)
from tests.vtl.rendering import render

LOOP = Loop(None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (Character("x"), "x"),
        (Branch({"a": 1}), ""),
        (JavaList(["a", None, [1, "b"], {}]), '[a, null, [1,"b"], {}]'),
        ({"a": [1, {"b": "c/d"}], "e": JavaList()}, '{a=[1,{"b":"c\\/d"}], e=[]}'),
        (KeyView({"a": 1}), "[a]"),
        (ValueView({"a": 1}), "[1]"),
        (EntryView({"a": 1}), "[a=1]"),
        (Entry({JavaKey(1): 2}, JavaKey(1)), "1=2"),
        (JavaArray([]), "[Ljava.lang.String;@0"),
        (JavaArray([], "char"), "[C@0"),
        (Cursor([], int), "java.util.Iterator@0"),
        (Stream([]), ""),
        (LOOP, "{}"),
    ],
    ids=str,
)
def test_value_prints(value: object, text: str) -> None:
    assert text_of(value, Budget()) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (JavaArray(["a", 1]), '["a",1]'),
        (KeyView({"a": 1}), '["a"]'),
        (Character("x"), '"x"'),
        ({JavaKey(1): Decimal("1.50")}, '{"1":1.50}'),
        ([float("inf"), float("nan"), None, True], "[null,NaN,null,true]"),
        (Entry({"a": 1}, "a"), '"a=1"'),
    ],
    ids=str,
)
def test_value_that_is_no_json_is_written_as_json(value: object, text: str) -> None:
    assert json_of(value, Budget()) == text


def test_texts_together_are_bounded_in_length() -> None:
    with pytest.raises(ThrownLimit, match="more than 10000000 characters"):
        text_of(JavaList(["x" * 6_000_000] * 2), Budget())


@pytest.mark.parametrize(
    ("left", "right", "are_equal"),
    [
        (LOOP, Loop(None), True),
        (Entry({"a": 1}, "a"), Entry({"a": 1, "b": 2}, "a"), True),
        (Entry({"a": 1}, "a"), Entry({"a": 2}, "a"), False),
        (KeyView({"a": 1}), KeyView({"a": 2}), True),
        (EntryView({"a": 1}), EntryView({"a": 2}), False),
        (ValueView({"a": 1}), ValueView({"a": 1}), False),
        (JavaArray([]), JavaArray([]), False),
        (JavaList([1, {"a": [2]}]), [1, {"a": [2]}], True),
        ([1], [1.0], False),
        ([1], [True], False),
        ([2**40], [1], False),
        (Decimal("1.0"), Decimal("1.0"), True),
        (Character("a"), Character("a"), True),
        (Character("a"), "a", False),
        ({"a": None}, {"b": None}, False),
    ],
)
def test_values_are_equal_as_in_java(left: object, right: object, *, are_equal: bool) -> None:
    assert equals(left, right, Budget()) is are_equal


@pytest.mark.parametrize(
    ("left", "right", "are_equal"),
    [
        (None, None, True),
        (None, "", False),
        ("", None, False),
        (1, 1.0, True),
        (1, "1", True),
        (True, "true", True),
        (True, 1, False),
        ([1], "[1]", True),
        ({"a": 1}, "{a=1}", True),
        (JavaArray([]), JavaArray([]), False),
        (Stream([]), "", True),
        (Stream([]), Stream([]), False),
    ],
)
def test_values_are_equal_as_in_velocity(left: object, right: object, *, are_equal: bool) -> None:
    assert loosely_equal(left, right, Budget()) is are_equal


@pytest.mark.parametrize(
    ("value", "hash_code"),
    [
        ("Ada", 65662),
        (Character("A"), 65),
        (True, 1231),
        (False, 1237),
        (7, 7),
        (5_000_000_000, 705032705),
        (2.5, 1074003968),
        (JavaList(["x", "y"]), 4802),
        ({"a": 1}, 96),
        (Entry({"a": 1}, "a"), 96),
        (KeyView({"a": 1, "b": 2}), 195),
        (None, 0),
    ],
    ids=str,
)
def test_hash_is_that_of_java(value: object, hash_code: int) -> None:
    assert hash_of(value, Budget()) == hash_code


def test_map_is_bounded_in_size() -> None:
    into: dict[object, object] = dict.fromkeys(range(SIZE_LIMIT))

    with pytest.raises(ThrownLimit, match="more than 1000000 entries"):
        put(into, "one more", 1)


def test_what_is_no_collection_has_no_elements() -> None:
    assert elements("text", Budget()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "plain"), ("é", "é"), ("\ud83d\ude00", "\N{GRINNING FACE}"), ("a\ud83d", "a?"), ("\ude00b", "?b")],
)
def test_half_characters_are_mended_or_replaced(text: str, expected: str) -> None:
    assert encodable(text) == expected


def test_variables_within_a_null_element_are_set_and_removed_outside() -> None:
    template = (
        "#foreach($x in $w)#set($y = $foreach.count)#foreach($z in [1])#end#macro(m $p)\\$p#end#m($y.q)#end$y|$!z|$!x"
    )

    assert render(template, w=[1, None]) == "$y.q$y.q2||"
