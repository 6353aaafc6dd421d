"""What becomes of the value of a NoEcho parameter: it is sent where it belongs, and told to nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.commands.applications import api, method, write_template
from tests.functional.backends import answering, backend
from tests.functional.preview_process import PreviewProcess, forestage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.functional.backends import Backend

SECRET = "hunter2/and-more"


def template(port: int) -> dict[str, Any]:
    """An API that sends a secret in the address, a header, the query and the body, each from another place."""
    integration = {
        "Type": "HTTP",
        "IntegrationHttpMethod": "POST",
        "Uri": {"Fn::Sub": f"http://127.0.0.1:{port}/${{Key}}/x"},
        "RequestParameters": {
            "integration.request.header.X-Key": "stageVariables.key",
            "integration.request.querystring.key": {"Fn::Sub": "'${Key}'"},
        },
        "RequestTemplates": {"application/json": {"Fn::Sub": '{"key": "${Key}"}'}},
        "IntegrationResponses": [{"StatusCode": "200"}],
    }
    made = api(Get=method(integration))
    made["Resources"]["Stagedev"]["Properties"]["Variables"] = {"key": {"Ref": "Key"}}
    return {"Parameters": {"Key": {"Type": "String", "NoEcho": True}}, **made}


@pytest.fixture
def server() -> Iterator[Backend]:
    with backend(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as running:
        yield running


def test_secret_is_sent_and_told_to_nobody(tmp_path: Path, server: Backend) -> None:
    write_template(tmp_path, template(server.port))
    home = tmp_path / "home"
    words = ("template.json", "--parameter", f"Key={SECRET}", "--port", "0")

    with PreviewProcess(*words, folder=tmp_path, home=home) as running:
        running.wait_for_talk("curl")
        answer = running.call("GET", "/dev")
        request_id = answer.headers["x-amzn-RequestId"]
        pages = [
            running.call("GET", f"/_forestage/{page}").body
            for page in ("traces", f"traces/{request_id}", f"logs/execution?request={request_id}", "apis", "fidelity")
        ]
        explained = forestage("explain", request_id, folder=tmp_path, home=home)
        told = [running.talk(), running.output(), explained.stdout, explained.stderr, *pages]

    assert answer.status == 200
    assert server.requests[0].count(SECRET.encode()) >= 2
    assert json.loads(pages[1])["steps"]
    assert "***" in pages[1]
    for text in told:
        assert SECRET not in text
        assert quote(SECRET, safe="") not in text


def test_secret_is_not_told_by_a_single_request_and_the_list_of_routes(tmp_path: Path, server: Backend) -> None:
    write_template(tmp_path, template(server.port))
    given = ("--parameter", f"Key={SECRET}")

    invoked = forestage(
        "invoke",
        "template.json",
        "GET",
        "/dev",
        "--trace",
        "--aws-log",
        *given,
        folder=tmp_path,
        home=tmp_path / "home",
    )
    routes = forestage("routes", "template.json", "--format", "json", *given, folder=tmp_path, home=tmp_path / "home")

    assert "***" in invoked.stderr
    assert "HTTP http://127.0.0.1" in routes.stdout
    for text in (invoked.stdout, invoked.stderr, routes.stdout, routes.stderr):
        assert SECRET not in text
        assert quote(SECRET, safe="") not in text
