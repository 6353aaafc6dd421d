"""The examples of the reference synthesize, and cfn-lint finds nothing in what they give, nor in stored templates."""

from __future__ import annotations

import json
import runpy
import shutil
from functools import cache
from pathlib import Path

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.runner import Runner

from scripts.documentation import ROOT
from tests.constructs.synthesis import TEMPLATES

EXAMPLES = sorted((ROOT / "examples/constructs").glob("*.py"))
DOUBLE_DEPENDENCY = "W3005"
"""The L2s of functions write dependencies that a reference states already; the examples have them as they come."""


@cache
def synthesized(example: Path) -> tuple[str, ...]:
    """Run an example as ``python EXAMPLE`` would, in this process, and return its templates."""
    assembly = Path(runpy.run_path(str(example), run_name="__main__")["app"].outdir)
    try:
        return tuple(path.read_text("utf-8") for path in sorted(assembly.glob("*.template.json")))
    finally:
        shutil.rmtree(assembly)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_an_app_with_a_stack(example: Path) -> None:
    templates = synthesized(example)

    assert templates
    assert all(json.loads(template)["Resources"] for template in templates)


def test_cfn_lint_finds_nothing(tmp_path: Path) -> None:
    """One run over all templates: it takes seconds to start."""
    written = [
        (tmp_path / f"{example.stem}-{index}.json", template)
        for example in EXAMPLES
        for index, template in enumerate(synthesized(example))
    ]
    for path, template in written:
        path.write_text(template, "utf-8")
    files = [*TEMPLATES.glob("*.json"), *(path for path, _ in written)]

    config = ConfigMixIn(cli_args=None, templates=sorted(map(str, files)), regions=["eu-west-1"])
    found = [
        match
        for match in Runner(config).run()
        if match.rule.id != DOUBLE_DEPENDENCY or Path(match.filename).parent == TEMPLATES
    ]

    assert [str(match) for match in found] == []
