from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.secret_texts import MAX_CHARACTERS, MAX_SECRETS, MIN_CHARACTERS, SecretTexts

if TYPE_CHECKING:
    from forestage.model.values import Json

SECRET = 's3cr"t value/1'


@pytest.mark.parametrize(
    "told",
    [
        f"before {SECRET} after",
        f"before {json.dumps(SECRET)[1:-1]} after",
        f"before {quote(SECRET, safe='')} after",
        f"before {quote(SECRET)} after",
        "before s3cr%22t+value%2F1 after",
    ],
    ids=["as it is", "in JSON", "in a query", "in a path", "in a form"],
)
def test_secret_is_covered_in_every_form(told: str) -> None:
    assert SecretTexts([SECRET]).text(told) == "before *** after"


def test_secrets_in_a_value_are_covered_and_the_rest_is_kept() -> None:
    value: Json = {"a": [f"x{SECRET}", 1, None, True], SECRET: {"b": SECRET}}

    assert SecretTexts([SECRET]).json(value) == {"a": ["x***", 1, None, True], "***": {"b": "***"}}


def test_value_without_secrets_is_the_same() -> None:
    value = {"a": ["b"]}

    assert SecretTexts().json(value) is value
    assert SecretTexts().text("abcd") == "abcd"


def test_longer_secret_goes_before_its_part() -> None:
    assert SecretTexts(["abcd", "abcdef"]).text("abcdef abcd") == "*** ***"


def test_secret_that_is_too_short_or_too_long_is_not_looked_for() -> None:
    short, long = "x" * (MIN_CHARACTERS - 1), "y" * (MAX_CHARACTERS + 1)

    assert SecretTexts([short, long]).text(f"{short} {long}") == f"{short} {long}"


def test_number_of_secrets_is_bounded_and_the_longest_are_kept() -> None:
    secrets = SecretTexts(f"{number:0>{8 + number % 2}}" for number in range(2 * MAX_SECRETS))

    assert secrets.text("000000001") == "***"
    assert secrets.text("00000002") == "00000002"


def test_further_secrets_are_covered_as_well() -> None:
    secrets = SecretTexts(["first"])

    assert secrets.with_more(["second"]).text("first second") == "*** ***"
    assert secrets.with_more(["first"]) is secrets


UNCOVERED = st.characters(exclude_characters="*", exclude_categories=["Cs"])


@given(
    secret=st.text(UNCOVERED, min_size=MIN_CHARACTERS, max_size=30),
    before=st.text(UNCOVERED, max_size=5),
    after=st.text(UNCOVERED, max_size=5),
)
def test_no_secret_stays_in_a_text(secret: str, before: str, after: str) -> None:
    secrets = SecretTexts([secret])

    covered = secrets.text(before + secret + after)

    assert secret not in covered
