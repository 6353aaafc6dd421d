from __future__ import annotations

import pytest

from forestage.model.vocabulary import Between, Constraint, Matches, OneOf


@pytest.mark.parametrize(
    ("constraint", "admitted", "refused", "text"),
    [
        (OneOf("GET", "PUT"), "GET", "get", "one of GET, PUT"),
        (Between(1, 3), 3, 4, "from 1 to 3"),
        (Between(1, 3), 1.0, 0.5, "from 1 to 3"),
        (Between(0), 10**9, -1, "0 or more"),
        (Between(0), 0, "0", "0 or more"),
        (Matches(r"\d+", "digits"), "12", "12a", "digits"),
        (Matches(r"\d+", "digits"), "1", 1, "digits"),
    ],
)
def test_constraint_admits_what_it_says(constraint: Constraint, admitted: object, refused: object, text: str) -> None:
    assert constraint.admits(admitted)
    assert not constraint.admits(refused)
    assert str(constraint) == text
