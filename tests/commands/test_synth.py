from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.commands.applications import api, method, mock_api, write_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome


def test_synth_tells_what_is_there_and_where_it_was_read(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = write_template(tmp_path, mock_api())

    outcome = run("synth", str(template))

    assert outcome.code == 0
    assert outcome.data.startswith("1  REST APIs:  Api\n")
    assert f"read from {template}" in outcome.data
    assert "properties of the template are honoured" in outcome.data


def test_synth_tells_all_faults_at_once(run: Callable[..., Outcome], tmp_path: Path) -> None:
    broken = mock_api()
    broken["Resources"]["Api"]["Properties"]["Name"] = {"Ref": "Nobody"}
    broken["Resources"]["Api"]["Properties"]["Description"] = {"Fn::GetAtt": ["Nothing", "Arn"]}

    outcome = run("synth", str(write_template(tmp_path, broken)))

    assert outcome.code == 1
    assert not outcome.data
    assert "Nobody" in outcome.talk
    assert "Nothing" in outcome.talk
    assert "template.json:" in outcome.talk


def test_synth_as_json(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = write_template(tmp_path, mock_api())

    told = json.loads(run("synth", str(template), "--format", "json").data)

    assert told["rest_apis"] == ["Api"]
    assert told["functions"] == []
    assert told["files"] == [str(template)]
    assert told["fidelity"]["entries"] == []


def test_strict_synth_refuses_what_is_not_simulated(run: Callable[..., Outcome], tmp_path: Path) -> None:
    queue = {"Type": "AWS", "Uri": "arn:aws:apigateway:us-east-1:sqs:path/1/q", "IntegrationHttpMethod": "POST"}
    template = write_template(tmp_path, api(Get=method(queue)))

    outcome = run("synth", str(template), "--strict")

    assert outcome.code == 1
    assert "properties of the template are not simulated" in outcome.talk
    assert "Integration.Uri" in outcome.talk


def test_parameter_reaches_the_template(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = {"Parameters": {"Name": {"Type": "String"}}, **mock_api()}
    template["Resources"]["Api"]["Properties"]["Name"] = {"Ref": "Name"}

    outcome = run("routes", str(write_template(tmp_path, template)), "-P", "Name=birds")

    assert outcome.data.startswith("birds  REST API")
