from __future__ import annotations

import re

import pytest

from forestage.diff.selection import Selection, path_of, select
from tests.diff.reports import finding, report

PETS = finding(where="GET /pets")
ORDERS = finding(1, where="GET /orders", api="Other")
STAGE = finding(2, where="STAGE prod")
HIDDEN = finding(3, hidden=True)
AROUND = finding(4, api=None, where="RESOURCE Table")
REPORT = report(PETS, ORDERS, STAGE, HIDDEN, AROUND, Api="pets", Other="orders")


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        (Selection(), (PETS, ORDERS, STAGE, AROUND)),
        (Selection(includes_hidden=True), REPORT.findings),
        (Selection(api="Api"), (PETS, STAGE)),
        (Selection(api="orders"), (ORDERS,)),
        (Selection(matching=re.compile(r"^/pets")), (PETS, STAGE, AROUND)),
        (Selection(unmatching=re.compile(r"pets")), (ORDERS, STAGE, AROUND)),
        (Selection(matching=re.compile(r"s$"), unmatching=re.compile(r"pets")), (ORDERS, STAGE, AROUND)),
    ],
    ids=["all", "hidden", "logical id", "name", "matching", "unmatching", "both"],
)
def test_selection_leaves_what_is_wanted(selection: Selection, wanted: tuple[object, ...]) -> None:
    assert select(REPORT, selection).findings == wanted


@pytest.mark.parametrize(
    ("where", "path"),
    [("GET /pets/{id}", "/pets/{id}"), ("ROUTE $connect", None), ("API Api", None), ("API", None)],
)
def test_only_places_of_methods_have_a_path(where: str, path: str | None) -> None:
    assert path_of(where) == path
