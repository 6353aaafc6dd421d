import json
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.model.values import Json
from forestage.tokens.bounded_json import MAX_SHOWN, BoundedJsonError, read_object, shown

VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_object_is_read_as_the_standard_library_reads_it(value: dict[str, Json]) -> None:
    assert read_object(json.dumps(value), max_depth=20) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("{} {}", "is no JSON"),
        ("\ufeff{}", "is no JSON"),
        ("{'a': 1}", "is no JSON"),
        ('{"a": 1' + "0" * 5000 + "}", "is no JSON"),
        (r'{"a": "\ud800"}', "is no JSON"),
        (r'{"\udc00": 1}', "is no JSON"),
        ("[]", "is no JSON object"),
        ('"text"', "is no JSON object"),
        ("null", "is no JSON object"),
        ('{"a": 1, "b": 2, "a": 1}', "has the name 'a' twice"),
        (r'{"a": {"b": 1, "\u0062": 2}}', "has the name 'b' twice"),
        ('{"a": NaN}', "has NaN, which is no JSON"),
        ('{"a": -Infinity}', "has -Infinity, which is no JSON"),
        ('{"a": 1e999}', "has a number too large: 1e999"),
        ('{"a": [[[]]]}', "nests deeper than 3"),
        ("[" * 100_000, "nests deeper than 3"),
        ('{"a":' * 100_000, "nests deeper than 3"),
    ],
    ids=itemgetter(slice(24)),
)
def test_anything_else_is_refused(text: str, told: str) -> None:
    with pytest.raises(BoundedJsonError) as raised:
        read_object(text, max_depth=3)

    assert str(raised.value) == told


@pytest.mark.parametrize(
    "text",
    ['{"a": [], "b": [], "c": [], "d": {}}', '{"a": "[[[[{{{{\\"[[[["}', '{"a": [[]]}'],
    ids=["side", "text", "edge"],
)
def test_only_brackets_within_one_another_count(text: str) -> None:
    assert read_object(text, max_depth=3) == json.loads(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", "'a'"), ("é\n\x1b", r"'\xe9\n\x1b'"), (None, "null"), ([1, True], "[1, true]")],
)
def test_stranger_s_value_is_shown_escaped(value: Json, expected: str) -> None:
    assert shown(value) == expected


def test_stranger_s_value_is_cut() -> None:
    assert len(shown("a" * 10_000)) == MAX_SHOWN + len("...")
