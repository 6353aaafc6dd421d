"""Every case of the VTL suite: what a mapping template must render."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forestage.vtl import Scope, VtlError, compile_template
from forestage.vtl.values import JavaList

CASES = Path(__file__).parents[2] / "conformance" / "vtl" / "cases.json"


# A case is free JSON, described in conformance/vtl/README.md.
def load_cases() -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in json.loads(CASES.read_text(encoding="utf-8"))]


def as_java(value: Any) -> object:
    """Make the lists of a case Java's own, as its README says; objects stay."""
    if isinstance(value, list):
        return JavaList(as_java(item) for item in value)
    if isinstance(value, dict):
        return {name: as_java(item) for name, item in value.items()}
    return value


def scope_of(context: Any) -> Scope:
    body = context.get("body", "")
    params = context.get("params", {})
    return Scope(
        body=body if isinstance(body, str) else json.dumps(body, separators=(",", ":"), ensure_ascii=False),
        path=params.get("path", {}),
        querystring=params.get("querystring", {}),
        header=params.get("header", {}),
        stage_variables=context.get("stageVariables", {}),
        context=context.get("context", {}),
        variables={name: as_java(value) for name, value in context.get("vars", {}).items()},
    )


@pytest.mark.parametrize("case", load_cases())
def test_case_renders_as_api_gateway_does(case: Any) -> None:
    if "expected_error" in case:
        with pytest.raises(VtlError) as failure:
            compile_template(case["template"], name=case["id"]).render(scope_of(case["context"]))
        assert failure.value.kind == case["expected_error"]
        return

    rendering = compile_template(case["template"], name=case["id"]).render(scope_of(case["context"]))

    assert rendering.text == case["expected"]
    for field, actual in (
        ("expected_request_override", rendering.request_override),
        ("expected_response_override", rendering.response_override),
    ):
        assert actual == case.get(field, actual)
