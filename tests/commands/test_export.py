from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.commands.applications import mock_api, write_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome

UNKNOWN = {"Fn::ImportValue": "elsewhere"}


def two_apis() -> dict[str, object]:
    application = mock_api()
    application["Resources"]["Other"] = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "second"}}
    return application


def test_export_prints_the_only_api(run: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = run("export", str(write_template(tmp_path, mock_api())))

    assert outcome.code == 0
    assert json.loads(outcome.data)["openapi"] == "3.0.1"
    assert json.loads(outcome.data)["paths"]


@pytest.mark.parametrize("name", ["Other", "second"])
def test_export_takes_the_api_by_its_name(run: Callable[..., Outcome], tmp_path: Path, name: str) -> None:
    outcome = run("export", str(write_template(tmp_path, two_apis())), "--format", "openapi", "--api", name)

    assert json.loads(outcome.data)["info"]["title"] == "second"


def test_export_asks_which_of_several_apis(run: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = run("export", str(write_template(tmp_path, two_apis())))

    assert outcome.code == 2
    assert "--api is needed: the REST APIs are Api, Other" in outcome.talk


def test_export_of_an_unknown_api_names_those_that_are_there(run: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = run("export", str(write_template(tmp_path, two_apis())), "--api", "third")

    assert outcome.code == 2
    assert "no REST API is called 'third', there are Api, Other" in outcome.talk


def test_export_without_any_api_is_wrong_usage(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}

    outcome = run("export", str(write_template(tmp_path, template)))

    assert outcome.code == 2
    assert "there is no REST API" in outcome.talk


def test_export_of_a_stage_is_what_it_serves(run: Callable[..., Outcome], tmp_path: Path) -> None:
    application = mock_api()
    stages = [item for item in application["Resources"].values() if item["Type"] == "AWS::ApiGateway::Stage"]
    name = stages[0]["Properties"]["StageName"]

    outcome = run("export", str(write_template(tmp_path, application)), "--stage", name)

    assert json.loads(outcome.data)["paths"]


def test_export_of_an_unknown_stage_is_wrong_usage(run: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = run("export", str(write_template(tmp_path, mock_api())), "--stage", "nowhere")

    assert outcome.code == 2
    assert "there is no stage 'nowhere'" in outcome.talk


def test_export_goes_to_a_file(run: Callable[..., Outcome], tmp_path: Path) -> None:
    file = tmp_path / "api.json"

    outcome = run("export", str(write_template(tmp_path, mock_api())), "-o", str(file))

    assert not outcome.data
    assert json.loads(file.read_text(encoding="utf-8"))["openapi"] == "3.0.1"


def test_export_tells_what_it_could_not_say(run: Callable[..., Outcome], tmp_path: Path) -> None:
    application = mock_api()
    application["Resources"]["Api"]["Properties"]["Description"] = UNKNOWN

    outcome = run("export", str(write_template(tmp_path, application)))

    assert "the description of the API is known only after deployment" in outcome.talk
