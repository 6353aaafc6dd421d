from __future__ import annotations

import pytest

from forestage.policy.patterns import arn_parts, read_arn, read_pattern, read_resource

KEYS = {"aws:username": ("ada",), "aws:star": ("a*",), "aws:many": ("x", "y"), "aws:none": ()}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("${aws:username}", "ada"),
        ("home/${AWS:UserName}/x", "home/ada/x"),
        ("${aws:username}${aws:username}", "adaada"),
        ("${aws:nope, 'nobody'}", "nobody"),
        ("${aws:username, 'nobody'}", "ada"),
        ("${aws:many, 'nobody'}", "nobody"),
        ("${aws:none,''}", ""),
        ("${*}${?}${$}", "*?$"),
        ("a*?", "a*?"),
        ("${aws:username", "${aws:username"),
        ("$aws}", "$aws}"),
    ],
)
def test_text_has_its_variables_filled(source: str, text: str) -> None:
    assert read_pattern(source, variables=True).text(KEYS, longest=20) == text


@pytest.mark.parametrize(
    "source",
    ["${aws:nope}", "${aws:many}", "${aws:none}", "${}", "${aws:nope, nobody}", "${aws:nope, '}", "x${aws:nope}"],
)
def test_text_without_a_value_is_none(source: str) -> None:
    pattern = read_pattern(source, variables=True)

    assert pattern.text(KEYS, longest=20) is None
    assert not pattern.covers("", KEYS)
    assert not pattern.covers(source, KEYS)


def test_old_version_takes_variables_for_what_is_written() -> None:
    pattern = read_pattern("${aws:username}", variables=False)

    assert pattern.text(KEYS, longest=20) == "${aws:username}"
    assert not pattern.covers("ada", KEYS)


def test_values_longer_than_what_they_are_compared_with_are_left() -> None:
    pattern = read_pattern("${aws:username}${aws:username}", variables=True)

    assert pattern.text(KEYS, longest=6) == "adaada"
    assert pattern.text(KEYS, longest=5) is None
    assert not pattern.covers("adaad", KEYS)


def test_wildcards_in_a_value_stand_for_themselves() -> None:
    pattern = read_pattern("${aws:star}/*", variables=True)

    assert pattern.covers("a*/b", KEYS)
    assert not pattern.covers("abc/b", KEYS)


def test_escaped_wildcards_stand_for_themselves() -> None:
    pattern = read_pattern("a${*}?", variables=True)

    assert pattern.covers("a*b", KEYS)
    assert not pattern.covers("axb", KEYS)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "arn:aws:execute-api:us-east-1:1:api/dev/GET/${aws:username}",
            "arn:aws:execute-api:us-east-1:1:api/dev/GET/ada",
        ),
        ("arn:aws:s3:::*/${aws:username}:x", "arn:aws:s3:::b/ada:x"),
        ("*", "anything"),
        ("arn:*", "arn:aws:x"),
    ],
)
def test_resource_fills_variables_behind_the_account(source: str, text: str) -> None:
    assert read_resource(source, variables=True).covers(text, KEYS)


def test_resource_fills_no_variables_before_the_account_ends() -> None:
    pattern = read_resource("arn:aws:execute-api:${aws:username}:1:api/*", variables=True)

    assert not pattern.covers("arn:aws:execute-api:ada:1:api/x", KEYS)


def test_resource_of_an_old_policy_fills_no_variables() -> None:
    pattern = read_resource("arn:aws:s3:::${aws:username}", variables=False)

    assert pattern.covers("arn:aws:s3:::${aws:username}", KEYS)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("arn:aws:iam::1:user/${aws:username}", ["arn", "aws", "iam", "", "1", "user/ada"]),
        ("arn:aws:iam::${aws:username}:role/${aws:username}:x", ["arn", "aws", "iam", "", "ada", "role/ada:x"]),
        ("arn:aws:sns:a:b:c:d", ["arn", "aws", "sns", "a", "b", "c:d"]),
    ],
)
def test_arn_is_cut_at_its_own_colons(source: str, parts: list[str]) -> None:
    assert [part.text(KEYS, longest=20) for part in read_arn(source, variables=True)] == parts


@pytest.mark.parametrize("source", ["", "*", "arn:aws:iam::1", "${a:b:c:d:e:f}"])
def test_arn_with_too_few_parts_has_none(source: str) -> None:
    assert read_arn(source, variables=True) == ()


def test_arn_of_an_old_policy_is_cut_within_variables() -> None:
    assert [part.text(KEYS, longest=20) for part in read_arn("${a:b:c:d:e:f}", variables=False)] == [
        "${a",
        "b",
        "c",
        "d",
        "e",
        "f}",
    ]


def test_value_is_cut_into_six_parts() -> None:
    assert arn_parts("arn:aws:sns:a:b:c:d") == ("arn", "aws", "sns", "a", "b", "c:d")
    assert arn_parts("arn:aws") == ()
