from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.functional.preview_process import PreviewProcess
from tests.functional.test_preview_command import free_port

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Environment: {Variables: {GREETING: hello}}
Resources:
  Pets:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Events:
        Get: {Type: Api, Properties: {Path: "/pets/{name}", Method: get}}
"""
HANDLER = """
import os


def handler(event, context):
    return {"statusCode": 200, "body": os.environ["GREETING"] + " " + event["pathParameters"]["name"]}
"""


def test_sam_template_is_served_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(HANDLER, encoding="utf-8")
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")

    with PreviewProcess(
        "template.yaml", "--port", str(free_port()), folder=tmp_path, home=tmp_path / "home"
    ) as running:
        named = running.call("GET", "/Prod/pets/tiger")
        extra = running.call("GET", "/Stage/pets/tiger")
        missing = running.call("GET", "/Prod/pets")

    assert (named.status, named.body) == (200, "hello tiger")
    assert (extra.status, extra.body) == (200, "hello tiger")
    assert (missing.status, json.loads(missing.body)) == (403, {"message": "Missing Authentication Token"})
