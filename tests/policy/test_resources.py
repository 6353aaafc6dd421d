from __future__ import annotations

import pytest

from forestage.policy.resources import expand_resources
from tests.policy.building import API, policy, statement


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("execute-api:/*", f"{API}/*"),
        ("execute-api:/dev/GET/pets", f"{API}/dev/GET/pets"),
        ("execute-api:/", f"{API}/"),
        ("execute-api:/dev/GET/${aws:username}", f"{API}/dev/GET/${{aws:username}}"),
        ("execute-api:*", "execute-api:*"),
        ("*", "*"),
        (f"{API}/*", f"{API}/*"),
    ],
)
def test_short_resources_are_written_out(short: str, whole: str) -> None:
    assert expand_resources(policy(statement(Resource=[short])), arn_prefix=API) == policy(statement(Resource=[whole]))


def test_excepted_resources_are_written_out() -> None:
    short = {"Effect": "Allow", "Action": "*", "NotResource": "execute-api:/dev/*"}

    expanded = expand_resources(policy(short), arn_prefix=API)

    assert expanded == policy(short | {"NotResource": f"{API}/dev/*"})
