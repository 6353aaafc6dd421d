"""What the methods of Java's classes do, and how json-smart reads a body.

``cases/methods.json`` holds the cases. Every expectation is what Apache Velocity 1.7 prints on Java 17, driven by
``conformance/vtl_oracle``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from forestage.vtl import Rendering, Scope
from tests.vtl.rendering import outcome, variables

# Any: the cases are JSON without a schema.
CASES: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "cases" / "methods.json").read_text(encoding="utf-8")
)


def _with(field: str) -> list[dict[str, Any]]:
    return [case for case in CASES if field in case]


def _id(case: dict[str, Any]) -> str:
    return str(case["id"])


def _scope(case: dict[str, Any]) -> Scope:
    return Scope(
        body=case.get("body", ""),
        variables=variables(
            name="Ada",
            n=7,
            f=2.5,
            t=True,
            no=False,
            e="",
            l=["x", "y", "z", "x"],
            m={"a": 1, "b": None},
            big=5_000_000_000,
            s="Hello, World",
            csv="a,b;c",
            x="aXbXc",
            emoji="a\N{GRINNING FACE}b",
            u="\u00c0\u00c9\u00df",
            ws="  \t \u00e9 ",
            D="$",
        ),
    )


@pytest.mark.parametrize("case", _with("expected"), ids=_id)
def test_method_gives_what_java_gives(case: dict[str, Any]) -> None:
    rendering = outcome(case["template"], _scope(case))

    assert isinstance(rendering, Rendering)
    assert rendering.text == case["expected"]


@pytest.mark.parametrize("case", _with("expected_error"), ids=_id)
def test_method_throws_where_java_throws(case: dict[str, Any]) -> None:
    kind = outcome(case["template"], _scope(case))

    assert kind == case["expected_error"]
