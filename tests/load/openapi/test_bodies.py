from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.errors import StrictError, TemplateError
from forestage.load.loader import load
from tests.load.openapi.bodies import paths_of

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.load.deployment import Loaded

API = """\
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
"""
BODY = """\
openapi: 3.0.1
paths:
  /pets:
    get:
      responses:
        200: {description: fine}
      x-amazon-apigateway-integration:
        type: http
        uri: nowhere
"""
NO_ADDRESS = "Uri must be an address with http:// or https://, got 'nowhere'"


def loaded(folder: Path, text: str) -> Loaded:
    (folder / "stack.yaml").write_text(f"{API}{text}", encoding="utf-8")
    return load(str(folder / "stack.yaml"))


def places(folder: Path, text: str) -> list[str]:
    """List the faults of a template, each with its place."""
    with pytest.raises(TemplateError) as caught:
        loaded(folder, text)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def test_fault_in_a_body_is_told_with_its_line(tmp_path: Path) -> None:
    body = "".join(f"        {line}\n" for line in BODY.splitlines())

    where = "Resources/Api/Properties/Body/paths//pets/get/x-amazon-apigateway-integration/uri"
    assert places(tmp_path, f"      Body:\n{body}") == [f"stack.yaml:14 ({where}): {NO_ADDRESS}"]


def test_fault_in_a_file_is_told_with_its_line_there(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(BODY, encoding="utf-8")

    where = "/paths//pets/get/x-amazon-apigateway-integration/uri"
    assert places(tmp_path, "      BodyS3Location: {Bucket: b, Key: api.yaml}\n") == [
        f"api.yaml:9 ({where}): {NO_ADDRESS}"
    ]


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("{Bucket: b, Key: api.json}", id="object"),
        pytest.param("./api.json", id="path-before-packaging"),
    ],
)
def test_body_in_a_file_is_read(tmp_path: Path, location: str) -> None:
    (tmp_path / "api.json").write_text('{"swagger": "2.0", "paths": {"/a": {}}}', encoding="utf-8")

    (api,) = loaded(tmp_path, f"      BodyS3Location: {location}\n").deployment.rest_apis

    assert paths_of(api) == ["/a"]


def test_body_that_is_not_here_is_told_and_refused_by_strict(tmp_path: Path) -> None:
    found = loaded(tmp_path, "      BodyS3Location: {Bucket: b, Key: away.json}\n")

    assert [warning.message for warning in found.warnings] == [
        "the body is not on this machine: nothing of it is served"
    ]
    with pytest.raises(StrictError):
        found.fidelity.refuse()


def test_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text('{"swagger": ', encoding="utf-8")

    (fault,) = places(tmp_path, "      BodyS3Location: {Bucket: b, Key: api.json}\n")

    assert fault.startswith("api.json:1")


def test_file_with_no_object_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text('"text"', encoding="utf-8")

    assert places(tmp_path, "      BodyS3Location: {Bucket: b, Key: api.json}\n") == [
        'api.json:1: an OpenAPI body must be an object, got "text"'
    ]


def test_asset_of_a_cdk_app_is_found_by_its_metadata(tmp_path: Path) -> None:
    (tmp_path / "asset.0a1b.json").write_text('{"swagger": "2.0", "paths": {"/a": {}}}', encoding="utf-8")

    text = "      BodyS3Location: {Bucket: assets, Key: 0a1b.json}\n    Metadata: {aws:asset:path: asset.0a1b.json}\n"
    (api,) = loaded(tmp_path, text).deployment.rest_apis

    assert paths_of(api) == ["/a"]
