"""Synthesizes what tests describe, holds it against stored templates, and previews it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as stepfunctions
from aws_cdk.assertions import Template

from forestage.load import LoadOptions, load
from forestage.preview.compile.deployment import compile_deployment
from tests.cases.form import header_lines
from tests.cases.script import Kept, play, wire_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import Stack

    from forestage.load import Loaded
    from forestage.preview.engine.results import Caller
    from tests.cases.script import Played

TEMPLATES = Path(__file__).parent / "templates"
UPDATE = "FORESTAGE_UPDATE_TEMPLATES"


def synthesized(stack: Stack) -> dict[str, Any]:
    """Return the template of a stack as CloudFormation gets it."""
    return dict(Template.from_stack(stack).to_json())


def hold_against_stored(stack: Stack, name: str) -> dict[str, Any]:
    """Compare with ``templates/NAME.json``, which is written where ``FORESTAGE_UPDATE_TEMPLATES`` is set."""
    _excuse_dependencies_of_cdk(stack)
    template = synthesized(stack)
    path = TEMPLATES / f"{name}.json"
    text = json.dumps(template, indent=1) + "\n"
    if os.environ.get(UPDATE):
        path.write_text(text, "utf-8")
    assert path.exists(), f"{path} is missing: run the test with {UPDATE}=1, and read what it writes"
    assert json.loads(path.read_text("utf-8")) == template, f"{path} differs: run with {UPDATE}=1, and read the change"
    return template


def _excuse_dependencies_of_cdk(stack: Stack) -> None:
    """Let cfn-lint pass over what is not ours: these L2s write the role that they refer to into DependsOn as well."""
    for construct in stack.node.find_all():
        if isinstance(construct, lambda_.CfnFunction | stepfunctions.CfnStateMachine):
            construct.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})


def loaded(template: dict[str, Any], folder: Path) -> Loaded:
    """Load a template as the commands do."""
    path = folder / "template.json"
    path.write_text(json.dumps(template), "utf-8")
    return load(str(path), options=LoadOptions())


class Previewed:
    """A template that has one REST API, as the preview executes it, without sockets and processes.

    ``vpc_links`` are the addresses that stand for VPC links, by their ids.
    """

    def __init__(self, template: dict[str, Any], folder: Path, *, vpc_links: Mapping[str, str] | None = None) -> None:
        self.deployment = loaded(template, folder).deployment
        self._kept = Kept(self.deployment)
        (self._api,) = compile_deployment(self.deployment, vpc_links=vpc_links).apis.values()

    def call(
        self,
        request: str,
        *answers: Any,  # each has the type of the effect that it answers
        headers: Mapping[str, str | list[str]] | None = None,
        body: bytes = b"",
        caller: Caller | None = None,
    ) -> Played:
        """Play ``GET /dev/pets?x=1``; ``answers`` are those of backends, functions and authorizers in their order."""
        lines = header_lines({"Host": "localhost:3000", **(headers or {})})
        wire = wire_request(request, headers=lines, body=body)
        return play(self._api, wire, answers, kept=self._kept, caller=caller)
