from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.commands.applications import MOCK, api, method, mock_api, write_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome


def test_routes_are_a_table_with_a_command_each(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = write_template(tmp_path, mock_api())

    outcome = run("routes", str(template))

    assert outcome.code == 0
    assert not outcome.talk
    title, stage, route = outcome.data.splitlines()
    assert title.startswith("pets  REST API, edge, id ")
    assert stage == "  stage dev: http://localhost:3000/dev"
    assert route == "    GET  /  MOCK  curl http://localhost:3000/dev/"


def test_routes_count_up_from_the_port(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = write_template(tmp_path, mock_api())

    outcome = run("routes", str(template), "--port", "4000")

    assert "http://localhost:4000/dev" in outcome.data


def test_routes_say_what_admits_nobody(run: Callable[..., Outcome], tmp_path: Path) -> None:
    guarded = method(MOCK, authorization="CUSTOM")
    guarded["Properties"]["AuthorizerId"] = {"Ref": "Guard"}
    properties = {"RestApiId": {"Ref": "Api"}, "Name": "guard", "Type": "TOKEN", "AuthorizerUri": "https://guard"}
    guard = {"Type": "AWS::ApiGateway::Authorizer", "Properties": properties}
    template = write_template(tmp_path, api(Get=guarded, Guard=guard))

    outcome = run("routes", str(template))

    assert "refused: the authorizer guard cannot be asked" in outcome.data
    assert "curl" not in outcome.data


def test_routes_as_json_have_every_stage(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = write_template(tmp_path, api(("dev", "prod"), Get=method(MOCK)))

    outcome = run("routes", str(template), "--format", "json")

    (described,) = json.loads(outcome.data)["apis"]
    assert described["name"] == "pets"
    assert [stage["name"] for stage in described["stages"]] == ["dev", "prod"]
    assert described["stages"][0]["routes"] == [{"verb": "GET", "path": "/", "integration": "MOCK", "refusal": None}]


def test_application_without_an_api_is_said_to_have_none(run: Callable[..., Outcome], tmp_path: Path) -> None:
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}

    outcome = run("routes", str(write_template(tmp_path, topic)))

    assert outcome.code == 0
    assert outcome.data == "there is no REST API in it\n"
