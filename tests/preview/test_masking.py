from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from forestage.preview.masking import masked, masked_context, masked_event, masked_headers, without_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json

SECRET = "a-credential-of-length"
COVERED = "******length"


@pytest.mark.parametrize(("value", "shown"), [(SECRET, COVERED), ("short", "******"), ("", "******")])
def test_credential_keeps_its_last_characters(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_headers_that_carry_credentials_are_covered_in_any_case() -> None:
    headers = (("Accept", SECRET), ("AUTHORIZATION", SECRET), ("x-api-key", SECRET))

    assert masked_headers(headers) == (("Accept", SECRET), ("AUTHORIZATION", COVERED), ("x-api-key", COVERED))


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ({"identity": {"apiKey": SECRET, "user": "u"}}, {"identity": {"apiKey": COVERED, "user": "u"}}),
        ({"identity": {"apiKey": None}}, {"identity": {"apiKey": None}}),
        ({"identity": "text"}, {"identity": "text"}),
        ({}, {}),
    ],
)
def test_key_in_the_context_is_covered(context: Mapping[str, object], told: Mapping[str, object]) -> None:
    assert masked_context(context) == told


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            {"headers": {"Cookie": SECRET, "A": "b"}, "multiValueHeaders": {"Cookie": [SECRET, "x"], "A": ["b"]}},
            {
                "headers": {"Cookie": COVERED, "A": "b"},
                "multiValueHeaders": {"Cookie": [COVERED, "******"], "A": ["b"]},
            },
        ),
        ({"headers": None, "multiValueHeaders": None}, {"headers": None, "multiValueHeaders": None}),
        ({"requestContext": {"identity": {"apiKey": SECRET}}}, {"requestContext": {"identity": {"apiKey": COVERED}}}),
        (
            {"authorizationToken": SECRET, "identitySource": None},
            {"authorizationToken": COVERED, "identitySource": None},
        ),
    ],
)
def test_event_is_told_without_credentials(event: Mapping[str, object], told: Mapping[str, object]) -> None:
    assert orjson.loads(masked_event(orjson.dumps(event))) == told


def test_secret_is_covered_wherever_it_stands() -> None:
    value: Json = {"a": ["x-secret-0123456789-x", 5, None, {"b": "secret-0123456789"}], "c": True}

    assert without_secret(value, "secret-0123456789") == {
        "a": ["x-******456789-x", 5, None, {"b": "******456789"}],
        "c": True,
    }
