"""Every case of ``conformance/vtl``: what a mapping template must render."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from forestage.vtl import Profile, Rendering
from tests.vtl.rendering import outcome, scope_of

# Any: the cases are JSON without a schema; README.md beside them describes the fields.
CASES: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "conformance" / "vtl" / "cases.json").read_text(encoding="utf-8")
)


def _with(field: str) -> list[dict[str, Any]]:
    return [case for case in CASES if field in case]


def _id(case: dict[str, Any]) -> str:
    return str(case["id"])


@pytest.mark.parametrize("case", _with("expected"), ids=_id)
def test_case_renders_as_in_api_gateway(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], scope_of(case["context"]))

    assert isinstance(rendering, Rendering)
    assert rendering.text == case["expected"]


@pytest.mark.parametrize("case", _with("expected_error"), ids=_id)
def test_case_fails_as_in_api_gateway(case: dict[str, Any]) -> None:
    kind = outcome(case["template"], scope_of(case["context"]))

    assert kind == case["expected_error"]


@pytest.mark.parametrize("case", _with("expected_stock"), ids=_id)
def test_case_renders_as_in_plain_velocity(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], scope_of(case["context"]), profile=Profile.PLAIN)

    assert isinstance(rendering, Rendering)
    assert rendering.text == case["expected_stock"]


@pytest.mark.parametrize("case", _with("expected_request_override"), ids=_id)
def test_case_leaves_the_request_override(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], scope_of(case["context"]))

    assert isinstance(rendering, Rendering)
    assert rendering.request_override == case["expected_request_override"]


@pytest.mark.parametrize("case", _with("expected_response_override"), ids=_id)
def test_case_leaves_the_response_override(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], scope_of(case["context"]))

    assert isinstance(rendering, Rendering)
    assert rendering.response_override == case["expected_response_override"]
