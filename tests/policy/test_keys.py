from __future__ import annotations

import pytest

from forestage.policy.keys import CONDITION_KEYS, Availability, find_key


@pytest.mark.parametrize(
    ("name", "availability"),
    [
        ("aws:SourceIp", Availability.ALL),
        ("AWS:sourceip", Availability.ALL),
        ("aws:SourceVpce", Availability.PRIVATE),
        ("aws:username", Availability.IAM),
        ("aws:SourceArn", Availability.SERVICE),
        ("aws:PrincipalTag/team", Availability.IAM),
    ],
)
def test_key_is_found(name: str, availability: Availability) -> None:
    key = find_key(name)

    assert key
    assert key.availability is availability


@pytest.mark.parametrize("name", ["", "aws:SourceIpX", "aws:PrincipalTag", "s3:prefix", "aws:TagKeys"])
def test_key_that_no_request_has_is_not_found(name: str) -> None:
    assert find_key(name) is None


def test_keys_stand_in_order() -> None:
    names = [key.name.lower() for key in CONDITION_KEYS]

    assert names == sorted(set(names))
