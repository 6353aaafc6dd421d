from __future__ import annotations

import pytest

from forestage.diff.match.paths import is_greedy, parameters_of, serves, shape_of, specificity


@pytest.mark.parametrize(
    ("path", "shape", "names"),
    [
        ("/", "/", ()),
        ("/pets/{id}", "/pets/{}", ("id",)),
        ("/{proxy+}", "/{+}", ("proxy",)),
        ("GET /a/{b}/c/{d}", "GET /a/{}/c/{}", ("b", "d")),
    ],
)
def test_shapes_have_no_names(path: str, shape: str, names: tuple[str, ...]) -> None:
    assert shape_of(path) == shape
    assert parameters_of(path) == names


@pytest.mark.parametrize(
    ("shape", "wanted", "does"),
    [
        ("/{+}", "/pets", True),
        ("/{+}", "/pets/{}", True),
        ("/pets/{+}", "/pets/a/b", True),
        ("/pets/{+}", "/pets", False),
        ("/pets/{+}", "/cats/a", False),
        ("/pets/{}", "/pets/new", True),
        ("/pets/{}", "/pets/new/old", False),
        ("/pets/{}", "/cats/new", False),
    ],
)
def test_wider_shapes_serve_narrower_ones(shape: str, wanted: str, does: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a column)
    assert serves(shape, wanted) is does


def test_plain_parts_come_before_parameters_and_these_before_greedy_ones() -> None:
    shapes = ["/{+}", "/pets/{+}", "/pets/{}", "/pets/new"]

    assert sorted(shapes, key=specificity) == ["/pets/new", "/pets/{}", "/pets/{+}", "/{+}"]


def test_greedy_paths_end_in_a_plus() -> None:
    assert is_greedy("/a/{proxy+}")
    assert not is_greedy("/a/{proxy}")
