from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.diff.compare import Compared, compare
from forestage.diff.walk.bodies import OTHER_NAMES, in_operation, operation_path
from forestage.load import load
from forestage.load.openapi.integration import NAMES
from forestage.model.values import Origin

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = "Resources/Api/Properties/Body/paths/"


@pytest.mark.parametrize(
    ("verb", "path", "expected"),
    [
        ("GET", f"{WRITTEN}/pets/get", ("paths", "/pets", "get")),
        ("ANY", f"{WRITTEN}//x-amazon-apigateway-any-method", ("paths", "/", "x-amazon-apigateway-any-method")),
        ("GET", "Stack/Api", ("paths", "/v1/pets", "get")),
        ("GET", f"{WRITTEN}/pets/post", ("paths", "/v1/pets", "get")),
        ("GET", None, ("paths", "/v1/pets", "get")),
    ],
    ids=["written", "any", "construct", "other-verb", "unknown"],
)
def test_operation_is_where_it_was_written(verb: str, path: str | None, expected: tuple[str, ...]) -> None:
    origin = None if path is None else Origin("t.yaml", path=path)

    assert operation_path("Api", "/v1/pets", verb, origin) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ""),
        (("ApiKeyRequired",), ""),
        (("Integration",), "x-amazon-apigateway-integration"),
        (("Integration", "Uri"), "x-amazon-apigateway-integration uri"),
        (("Integration", "IntegrationHttpMethod"), "x-amazon-apigateway-integration httpMethod"),
        (("Integration", "IntegrationResponses", 0, "StatusCode"), "x-amazon-apigateway-integration responses"),
        (
            ("Integration", "RequestTemplates", "application/json"),
            "x-amazon-apigateway-integration requestTemplates application/json",
        ),
    ],
)
def test_property_of_a_method_is_in_its_operation(path: tuple[str | int, ...], expected: str) -> None:
    assert " ".join(map(str, in_operation(path))) == expected


def test_names_are_those_of_the_import() -> None:
    assert {key: name for name, key in OTHER_NAMES.items()} == NAMES


BODY = """
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        swagger: '2.0'
        basePath: /v1
        info: {{title: pets, version: '1'}}
        paths:
          /pets:
            get:
              x-amazon-apigateway-integration: {{type: http_proxy, httpMethod: GET, uri: 'https://{host}.example'}}
      Parameters: {{basepath: prepend}}
  Deployment: {{Type: AWS::ApiGateway::Deployment, Properties: {{RestApiId: !Ref Api, StageName: dev}}}}
"""


def test_finding_points_into_the_operation(tmp_path: Path) -> None:
    sides = []
    for host in ("old", "new"):
        file = tmp_path / f"from-{host}.yaml"
        file.write_text(BODY.format(host=host), encoding="utf-8")
        sides.append(Compared.of(host, load(str(file))))

    paths = {finding.id: (finding.where, finding.path) for finding in compare(*sides).findings}

    assert paths["integration-target-changed"] == (
        "GET /v1/pets",
        "/Resources/Api/Properties/Body/paths/~1pets/get/x-amazon-apigateway-integration/uri",
    )
