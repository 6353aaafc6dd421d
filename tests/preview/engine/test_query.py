import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.engine.query import format_query, parse_query


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        pytest.param("", (), id="empty"),
        pytest.param("a=1", (("a", "1"),), id="one"),
        pytest.param("a=1&a=2&b=3", (("a", "1"), ("a", "2"), ("b", "3")), id="several"),
        pytest.param("a", (("a", ""),), id="without-value"),
        pytest.param("a=", (("a", ""),), id="blank-value"),
        pytest.param("=1", (("", "1"),), id="blank-name"),
        pytest.param("a=b=c", (("a", "b=c"),), id="equals-in-the-value"),
        pytest.param("&&a=1&", (("a", "1"),), id="empty-parts"),
        pytest.param("a=1;b=2", (("a", "1"), ("b", "2")), id="semicolon-splits"),
        pytest.param("a=x+y%20z%2B", (("a", "x y z+"),), id="plus-is-a-blank"),
        pytest.param("a%26b=%3D%3B", (("a&b", "=;"),), id="encoded-separators"),
        pytest.param("a=%E2%82%AC", (("a", "\u20ac"),), id="utf-8"),
        pytest.param("a=%FF%zz", (("a", "\ufffd%zz"),), id="no-utf-8"),
    ],
)
def test_query_is_parsed(raw: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert parse_query(raw) == pairs


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        pytest.param([], "", id="empty"),
        pytest.param([("a", "1"), ("b", "2"), ("a", "3")], "a=1&a=3&b=2", id="of-one-name-side-by-side"),
        pytest.param([("a b", "c+d&e=\u20ac")], "a+b=c%2Bd%26e%3D%E2%82%AC", id="encoded"),
    ],
)
def test_query_is_formatted(pairs: list[tuple[str, str]], text: str) -> None:
    assert format_query(pairs) == text


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXT.filter(bool), st.lists(TEXT, min_size=1)))
def test_what_is_formatted_is_parsed_again(values: dict[str, list[str]]) -> None:
    pairs = [(name, value) for name, several in values.items() for value in several]

    assert list(parse_query(format_query(pairs))) == pairs
