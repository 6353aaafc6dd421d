from __future__ import annotations

from forestage.diff.render.groups import by_api, by_place
from tests.diff.reports import finding

FIRST = finding(api="B", where="GET /b")
SECOND = finding(1, api=None, where="RESOURCE Table")
THIRD = finding(2, api="B", where="GET /a")
FOURTH = finding(3, api="B", where="GET /b")


def test_groups_are_in_the_order_in_which_they_are_met() -> None:
    assert list(by_api([FIRST, SECOND, THIRD, FOURTH]).items()) == [("B", [FIRST, THIRD, FOURTH]), (None, [SECOND])]
    assert list(by_place([FIRST, THIRD, FOURTH]).items()) == [("GET /b", [FIRST, FOURTH]), ("GET /a", [THIRD])]
