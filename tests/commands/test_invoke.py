from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.commands.applications import MOCK, api, function_api, method, mock_api, write_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome

ECHO = "import json\n\n\ndef handler(event, context):\n    return {'statusCode': 201, 'body': json.dumps(event)}\n"


@pytest.fixture
def echo(tmp_path: Path) -> str:
    """An API whose function answers with its event."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "index.py").write_text(ECHO, encoding="utf-8")
    return str(write_template(tmp_path, function_api(tmp_path / "code")))


def test_body_is_data_and_the_head_is_talk(run: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = run("invoke", str(write_template(tmp_path, mock_api())), "GET", "/dev")

    assert outcome.code == 0
    assert outcome.data == '["tiger"]'
    assert outcome.talk.startswith("200 OK\nContent-Type: application/json\n")


def test_current_folder_is_the_source(
    run: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    outcome = run("invoke", "GET", "/dev")

    assert outcome.code == 1
    assert "neither cdk.json nor manifest.json" in outcome.talk


def test_address_of_a_preview_may_be_given(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = str(write_template(tmp_path, mock_api()))

    assert run("invoke", template, "get", "http://localhost:3000/dev").data == '["tiger"]'


def test_trace_tells_what_happened(run: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = run("invoke", str(write_template(tmp_path, mock_api())), "GET", "/dev/none", "--trace")

    assert outcome.talk.startswith("403 Forbidden\n")
    assert "the gateway itself answers" in outcome.talk
    assert json.loads(outcome.data) == {"message": "Missing Authentication Token"}


def test_function_gets_method_headers_and_body(run: Callable[..., Outcome], echo: str) -> None:
    outcome = run("invoke", echo, "GET", "/dev?a=1", "-H", "X-Mood: good", "-d", "hello")

    event = json.loads(outcome.data)
    assert outcome.talk.startswith("201 Created\n")
    assert event["queryStringParameters"] == {"a": "1"}
    assert event["headers"]["X-Mood"] == "good"
    assert event["headers"]["Host"].endswith(".execute-api.us-east-1.amazonaws.com")
    assert event["body"] == "hello"


def test_body_is_read_from_a_file(run: Callable[..., Outcome], echo: str, tmp_path: Path) -> None:
    (tmp_path / "body.txt").write_text("from a file", encoding="utf-8")

    outcome = run("invoke", echo, "GET", "/dev", "--body", f"@{tmp_path / 'body.txt'}")

    assert json.loads(outcome.data)["body"] == "from a file"


def test_body_is_read_from_standard_input(
    run: Callable[..., Outcome], echo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"typed"), encoding="utf-8"))

    assert json.loads(run("invoke", echo, "GET", "/dev", "--body", "-").data)["body"] == "typed"


def test_environment_variables_and_logs_of_the_function(run: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    source = "import os\n\n\ndef handler(event, context):\n    print('mood', os.environ['MOOD'])\n    return {}\n"
    (tmp_path / "code" / "index.py").write_text(source, encoding="utf-8")
    (tmp_path / "env.json").write_text('{"Pets": {"MOOD": "good"}}', encoding="utf-8")
    template = str(write_template(tmp_path, function_api(tmp_path / "code")))

    outcome = run("invoke", template, "GET", "/dev", "--env-vars", str(tmp_path / "env.json"))

    assert "[pets] mood good\n" in outcome.talk


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["GET"], "METHOD and PATH are needed", id="too few words"),
        pytest.param(["a", "b", "c", "d"], "got 4 words", id="too many words"),
        pytest.param(["G-T", "/dev"], "'G-T' is no HTTP method", id="no method"),
        pytest.param(["GET", "dev"], "'dev' must begin with / and the stage", id="no path"),
        pytest.param(["GET", "/dev", "-H", "Accept"], "'Accept' must be a name and a value", id="no header"),
        pytest.param(["GET", "/dev", "-d", "@none.txt"], "none.txt cannot be read", id="no file"),
    ],
)
def test_wrong_usage_is_told(words: list[str], message: str, run: Callable[..., Outcome]) -> None:
    outcome = run("invoke", *words)

    assert outcome.code == 2
    assert message in outcome.talk


@pytest.fixture
def two_apis(tmp_path: Path) -> str:
    template = mock_api()
    template["Resources"]["Second"] = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "birds"}}
    return str(write_template(tmp_path, template))


def test_several_apis_need_a_choice(run: Callable[..., Outcome], two_apis: str) -> None:
    outcome = run("invoke", two_apis, "GET", "/dev")

    assert outcome.code == 2
    assert "choose one with --api: Api, Second" in outcome.talk


@pytest.mark.parametrize(("name", "status"), [("pets", "200 OK"), ("Api", "200 OK"), ("birds", "403 Forbidden")])
def test_api_is_chosen_by_name(name: str, status: str, run: Callable[..., Outcome], two_apis: str) -> None:
    assert run("invoke", two_apis, "GET", "/dev", "--api", name).talk.startswith(status)


def test_unknown_api_is_told(run: Callable[..., Outcome], two_apis: str) -> None:
    outcome = run("invoke", two_apis, "GET", "/dev", "--api", "fish")

    assert outcome.code == 2
    assert "there is no REST API 'fish'; there are: Api, Second" in outcome.talk


def test_application_without_an_api_is_told(run: Callable[..., Outcome], tmp_path: Path) -> None:
    template = write_template(tmp_path, {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})

    outcome = run("invoke", str(template), "GET", "/dev")

    assert outcome.code == 1
    assert "there is no REST API in the application" in outcome.talk


def test_status_that_http_does_not_know_has_no_phrase(run: Callable[..., Outcome], tmp_path: Path) -> None:
    mock = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode": 299}'},
        "IntegrationResponses": [{"StatusCode": "299"}],
    }
    template = api(Get=method(mock))
    template["Resources"]["Get"]["Properties"]["MethodResponses"] = [{"StatusCode": "299"}]

    assert run("invoke", str(write_template(tmp_path, template)), "GET", "/dev").talk.startswith("299\n")


@pytest.mark.parametrize(("seed", "canary"), [("1", "true"), ("5", "false")])
def test_canary_seed_decides_whether_the_canary_answers(
    seed: str, canary: str, run: Callable[..., Outcome], tmp_path: Path
) -> None:
    told = {"StatusCode": "200", "ResponseTemplates": {"application/json": "$context.isCanaryRequest"}}
    template = api(Get=method({**MOCK, "IntegrationResponses": [told]}))
    template["Resources"]["Stagedev"]["Properties"]["CanarySetting"] = {"PercentTraffic": 50}
    source = str(write_template(tmp_path, template))

    assert run("invoke", source, "GET", "/dev", "--canary-seed", seed).data == canary


def test_log_is_that_of_api_gateway(run: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = run("invoke", str(write_template(tmp_path, mock_api())), "GET", "/dev", "--aws-log")

    log = outcome.talk[outcome.talk.index("Execution log for request ") :].splitlines()
    assert " : Starting execution for request: " in log[5]
    assert log[-1].endswith(" : Method completed with status: 200")
    assert outcome.data == '["tiger"]'


@pytest.mark.parametrize(
    ("words", "code"), [(["/dev"], 0), (["/dev", "--fail"], 0), (["/none"], 0), (["/none", "--fail"], 1)]
)
def test_status_decides_the_exit_code_where_that_is_asked_for(
    words: list[str], code: int, run: Callable[..., Outcome], tmp_path: Path
) -> None:
    assert run("invoke", str(write_template(tmp_path, mock_api())), "GET", *words).code == code


def test_gateway_gives_up_after_the_timeout_of_the_integration(run: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    source = "import threading\n\n\ndef handler(event, context):\n    threading.Event().wait()\n"
    (tmp_path / "code" / "index.py").write_text(source, encoding="utf-8")
    template = function_api(tmp_path / "code")
    template["Resources"]["Pets"]["Properties"]["Timeout"] = 900
    template["Resources"]["Get"]["Properties"]["Integration"]["TimeoutInMillis"] = 50

    outcome = run("invoke", str(write_template(tmp_path, template)), "GET", "/dev")

    assert json.loads(outcome.data) == {"message": "Endpoint request timed out"}
    assert outcome.talk.startswith("504 Gateway Timeout\n")


def test_trace_is_as_wide_as_the_terminal(
    run: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    template = mock_api()
    template["Resources"]["Get"]["Properties"]["Integration"]["RequestTemplates"] = {
        "application/json": '{"statusCode": 200, "path": "$context.resourcePath", "stage": "$context.stage"}'
    }

    outcome = run("invoke", str(write_template(tmp_path, template)), "GET", "/dev", "--trace")

    rows = [line for line in outcome.talk.splitlines() if " │ " in line]
    assert rows == []
    assert "    rendering\n      {" in outcome.talk


def test_template_stands_beside_its_rendering_in_the_trace(
    run: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    template = mock_api()
    template["Resources"]["Get"]["Properties"]["Integration"]["RequestTemplates"] = {
        "application/json": '#set($s = 200){"statusCode": $s}'
    }

    outcome = run("invoke", str(write_template(tmp_path, template)), "GET", "/dev", "--trace")

    assert '    #set($s = 200){"statusCode": $s} │ {"statusCode": 200}\n' in outcome.talk
