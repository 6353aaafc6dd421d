"""The cases of ``conformance/vtl`` in which plain Velocity prints something else than API Gateway.

What API Gateway renders is held against ``forestage render --cases``, in tests/commands/test_render.py.
"""

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


def _id(case: dict[str, Any]) -> str:
    return str(case["id"])


@pytest.mark.parametrize("case", [case for case in CASES if "expected_stock" in case], ids=_id)
def test_case_renders_as_in_plain_velocity(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], scope_of(case["context"]), profile=Profile.PLAIN)

    assert isinstance(rendering, Rendering)
    assert rendering.text == case["expected_stock"]
