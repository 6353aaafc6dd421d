from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.load.json_reader import read_json, to_number
from forestage.load.positions import Document, MarkedList, MarkedMap, SyntaxFaultError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


def read(text: str) -> Any:
    root, faults = read_json(Document("t.json", text))
    assert faults == ()
    return root


@given(value=VALUES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_json_is_read_as_the_standard_library_does(value: Any, indent: int | None, *, ascii_only: bool) -> None:
    assert read(json.dumps(value, indent=indent, ensure_ascii=ascii_only)) == value


def test_json_entries_know_their_place() -> None:
    root = read('{"a": 1,\n "b": [true,\n  {}]}')

    assert isinstance(root, MarkedMap)
    items = root["b"]
    assert isinstance(items, MarkedList)
    origins = [root.document.origin(mark) for mark in (root.marks["b"], items.marks[1])]
    assert [(origin.line, origin.column) for origin in origins] == [(2, 2), (3, 3)]


def test_json_duplicate_keys_are_all_faults() -> None:
    root, faults = read_json(Document("t.json", '{"a": 1,\n "a": 2, "b": {"c": 1, "c": 1}}'))

    assert root == {"a": 2, "b": {"c": 1}}
    assert [str(fault) for fault in faults] == [
        "t.json:2: the key 'a' is already in this map, in line 1",
        "t.json:2: the key 'c' is already in this map, in line 2",
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        pytest.param('{"a": 1', (1, 8), "expected ',' or '}', found the end of the text", id="unclosed-map"),
        pytest.param("[1 2]", (1, 4), "expected ',' or ']', found '2'", id="missing-comma"),
        pytest.param('{"a": 1,\n}', (2, 1), "expected a key in double quotes, found '}'", id="trailing-comma"),
        pytest.param("[1,]", (1, 4), "expected a value, found ']'", id="trailing-comma-in-list"),
        pytest.param("[1}", (1, 3), "expected ',' or ']', found '}'", id="wrong-bracket"),
        pytest.param("{'a': 1}", (1, 2), 'expected a key in double quotes, found "\'"', id="single-quotes"),
        pytest.param('{"a" 1}', (1, 6), "expected ':' after the key, found '1'", id="missing-colon"),
        pytest.param('{"a": nope}', (1, 7), "expected a value, found 'nope'", id="word"),
        pytest.param("{} {}", (1, 4), "expected nothing more after the value, found '{'", id="two-values"),
        pytest.param('["abc', (1, 2), "the string that starts here has no end", id="unclosed-string"),
        pytest.param('["a\nb"]', (1, 4), "a line break, tab or other control character in a string", id="line-break"),
        pytest.param(r'["\x"]', (1, 3), "a backslash in a string that begins no escape", id="bad-escape"),
        pytest.param(r'["\u12"]', (1, 4), r"\u in a string without four hexadecimal digits after it", id="bad-unicode"),
        pytest.param(r'["a", "\ud83d"]', (1, 7), "half of a surrogate pair", id="half-a-pair"),
        pytest.param("[1e999]", (1, 2), "the number 1e999... is too large", id="infinite"),
        pytest.param("[" * 101, (1, 101), "nested deeper than 100 levels", id="too-deep"),
        pytest.param("[NaN]", (1, 2), "expected a value, found 'NaN'", id="nan"),
    ],
)
def test_json_syntax_fault_says_what_and_where(text: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(SyntaxFaultError) as caught:
        read_json(Document("t.json", text))

    origin = caught.value.fault.origin
    assert origin is not None
    assert (origin.line, origin.column) == place
    assert caught.value.fault.message.startswith(f"invalid JSON: {message}")


def test_json_key_with_escapes_is_read() -> None:
    assert read('{"a\\u0062" : 1}') == {"ab": 1}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("-0", 0), ("1.50", 1.5), ("1e2", 100.0), ("01", None), ("1.", None), ("+1", None), ("9" * 401, None)],
)
def test_number_is_read_as_json_writes_it(text: str, number: float | None) -> None:
    assert to_number(text) == number
