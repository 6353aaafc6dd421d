from __future__ import annotations

from forestage.policy import ENDPOINT_POLICY_CHARACTERS, RESOURCE_POLICY_CHARACTERS
from forestage.policy.limits import BOUNDS


def test_bounds_leave_room_for_every_policy_that_aws_takes() -> None:
    assert BOUNDS.characters >= max(RESOURCE_POLICY_CHARACTERS, ENDPOINT_POLICY_CHARACTERS)
    assert BOUNDS.text_characters >= BOUNDS.characters
