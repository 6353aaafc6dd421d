"""What templates print that stand in no case of ``conformance/vtl``: oddities, and what the plain profile does.

``cases/language.json`` holds them. Every expectation is what Apache Velocity 1.7 prints, driven by
``conformance/vtl_oracle``; ``expected_plain`` only where plain Velocity prints something else than API Gateway.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from forestage.vtl import Profile, Rendering, Scope
from tests.vtl.rendering import outcome, variables

# Any: the cases are JSON without a schema.
CASES: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "cases" / "language.json").read_text(encoding="utf-8")
)


def _with(field: str) -> list[dict[str, Any]]:
    return [case for case in CASES if field in case]


def _id(case: dict[str, Any]) -> str:
    return str(case["id"])


def _scope() -> Scope:
    return Scope(variables=variables(name="Ada", n=7, f=2.5, l=["x", "y", "z"], m={"a": 1}, t=True, no=False, e=""))


@pytest.mark.parametrize("case", _with("expected"), ids=_id)
def test_template_prints_what_velocity_does(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], _scope())

    assert isinstance(rendering, Rendering)
    assert rendering.text == case["expected"]


@pytest.mark.parametrize("case", _with("expected_error"), ids=_id)
def test_template_fails_where_velocity_does(case: dict[str, Any]) -> None:
    kind = outcome(case["template"], _scope())

    assert kind == case["expected_error"]


@pytest.mark.parametrize("case", _with("expected_plain"), ids=_id)
def test_template_prints_what_plain_velocity_does(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], _scope(), profile=Profile.PLAIN)

    assert isinstance(rendering, Rendering)
    assert rendering.text == case["expected_plain"]
