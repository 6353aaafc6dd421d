from typing import Any

import pytest

from tests.cases.compare import differences, has_path, header_differences

HEADERS = (("X-Tag", "a"), ("x-tag", "b"), ("Via", "1.1 hop"))


# Both sides are free JSON.
@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (1, 1),
        (None, None),
        ("text", "text"),
        ("*", {"any": "thing"}),
        ("/^a.c$/", "abc"),
        ("/", "/"),
        ([1, "/b/"], [1, "abc"]),
        ({"a": {"b": [1]}}, {"a": {"b": [1]}}),
        (b"bytes", b"bytes"),
    ],
)
def test_what_is_like_the_expectation_does_not_differ(expected: Any, actual: Any) -> None:
    assert list(differences(expected, actual, "it")) == []


# Both sides are free JSON.
@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        (1, 2, ["it is 2, expected 1"]),
        (1, True, ["it is True, expected 1"]),
        (1, 1.0, ["it is 1.0, expected 1"]),
        ("/^b/", "abc", ["it is 'abc', expected '/^b/'"]),
        ("/1/", 1, ["it is 1, expected '/1/'"]),
        ([1], [1, 2], ["it is [1, 2], expected [1]"]),
        ([1, 2], [1, 3], ["it[1] is 3, expected 2"]),
        ({"a": 1}, {}, ["it.a is missing"]),
        ({}, {"a": 1}, ["it.a should not be there: 1"]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["it.a.b is 2, expected 1"]),
        ({"a": 1}, [1], ["it is [1], expected {'a': 1}"]),
    ],
)
def test_every_difference_is_told(expected: Any, actual: Any, found: list[str]) -> None:
    assert list(differences(expected, actual, "it")) == found


def test_subset_may_lack_keys_at_every_depth() -> None:
    assert list(differences({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}, "it", subset=True)) == []


@pytest.mark.parametrize(
    ("expected", "absent", "found"),
    [
        ({"X-TAG": "a, b"}, ["Age"], []),
        ({"X-Tag": "b"}, [], ["header X-Tag is 'a, b', expected 'b'"]),
        ({"Age": "*"}, [], ["header Age is missing"]),
        ({}, ["via"], ["header via should not be there: '1.1 hop'"]),
    ],
)
def test_headers_are_compared_without_case(expected: dict[str, str], absent: list[str], found: list[str]) -> None:
    assert list(header_differences(expected, absent, HEADERS, "header")) == found


@pytest.mark.parametrize(
    ("path", "expected"), [("a", True), ("a.b", True), ("a.c", False), ("a.b.c", False), ("d", False)]
)
def test_place_in_an_object_is_found(path: str, *, expected: bool) -> None:
    assert has_path({"a": {"b": 1}}, path) is expected
