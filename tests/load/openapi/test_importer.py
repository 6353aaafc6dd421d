from __future__ import annotations

import pytest

from tests.load.openapi.bodies import api_with, body, definition_of, imported, only_method, paths_of
from tests.load.templates import faults, load

BASE_PATHS = [
    pytest.param({}, ["/e", "/f"], id="by-default-ignored"),
    pytest.param({"Parameters": {"basepath": "ignore"}}, ["/e", "/f"], id="ignore"),
    pytest.param(
        {"Parameters": {"basepath": "prepend"}}, ["/a", "/a/b", "/a/b/c", "/a/b/c/e", "/a/b/c/f"], id="prepend"
    ),
    pytest.param({"Parameters": {"basepath": "split"}}, ["/b", "/b/c", "/b/c/e", "/b/c/f"], id="split"),
]
PATHS = "paths: {/e: {}, /f: {}}"


@pytest.mark.parametrize(("properties", "paths"), BASE_PATHS)
def test_base_path_of_swagger_becomes_what_the_parameter_says(properties: dict[str, object], paths: list[str]) -> None:
    api = imported(f"basePath: /a/b/c\n{PATHS}", swagger=True, **properties)

    assert paths_of(api) == paths


@pytest.mark.parametrize(
    "servers",
    [
        pytest.param("[{url: 'https://x.example/a/b/c'}]", id="path-of-a-url"),
        pytest.param(
            "[{url: 'https://x/{basePath}', variables: {basePath: {default: /a/b/c}}}]", id="variable-in-the-url"
        ),
        pytest.param(
            "[{url: 'https://x/y'}, {url: '/', variables: {basePath: {default: a/b/c}}}]", id="variable-of-a-later-one"
        ),
    ],
)
def test_base_path_of_openapi_is_found_at_the_servers(servers: str) -> None:
    api = imported(f"servers: {servers}\n{PATHS}", Parameters={"basepath": "split"})

    assert paths_of(api) == ["/b", "/b/c", "/b/c/e", "/b/c/f"]


def test_base_path_that_is_not_there_adds_nothing() -> None:
    api = imported(f"servers: [{{url: 'https://x.example'}}]\n{PATHS}", Parameters={"basepath": "prepend"})

    assert paths_of(api) == ["/e", "/f"]


def test_resources_that_lead_to_a_path_are_made_once() -> None:
    api = imported("paths: {/a/b/c: {}, /a/b: {}, /a/d/: {}, /: {}, x-note: {}}")

    assert paths_of(api) == ["/a", "/a/b", "/a/b/c", "/a/d"]


def test_ids_are_the_same_on_every_run_and_of_six_characters() -> None:
    text = "paths: {/a: {get: {x-amazon-apigateway-integration: {type: mock}}}}"

    first, second = imported(text), imported(text)

    assert definition_of(first) == definition_of(second)
    assert len(definition_of(first).resources[0].id) == 6
    assert only_method(first).resource_id == definition_of(first).resources[0].id


def test_method_at_the_root_belongs_to_the_root() -> None:
    api = imported("paths: {/: {post: {}}}")

    assert only_method(api).resource_id == definition_of(api).root_resource_id


@pytest.mark.parametrize(
    ("written", "message"),
    [
        pytest.param({}, "an OpenAPI body must have swagger: '2.0' or openapi: 3.0.x, got neither", id="no-version"),
        pytest.param(
            {"openapi": "3.1.0"},
            "an OpenAPI body must have swagger: '2.0' or openapi: 3.0.x, got \"3.1.0\"",
            id="newer-version",
        ),
        pytest.param(
            {"swagger": 1.2}, "an OpenAPI body must have swagger: '2.0' or openapi: 3.0.x, got \"1.2\"", id="older"
        ),
        pytest.param(["x"], "an OpenAPI body must be an object, got a list", id="no-object"),
        pytest.param(body("paths: {pets: {}}"), 'a path must begin with /, got "pets"', id="path-without-slash"),
        pytest.param(
            body("paths: {'/{a}': {}, '/{b}': {}}"),
            "a sibling of {b} is a variable part already, {a}: only one is allowed",
            id="two-variables-beside-each-other",
        ),
        pytest.param(
            body("paths: {/a: {get: {}}, /a/: {get: {}}}"),
            "the resource has a method GET already: Api:GET /a",
            id="method-twice",
        ),
        pytest.param(
            body("paths: {/a: {$ref: '#/x/y'}}"),
            "$ref leads to nothing in the body: '#/x/y'",
            id="reference-to-nothing",
        ),
        pytest.param(
            body("paths: {/a: {$ref: 'https://example.com/a'}}"),
            "$ref leads to nothing in the body: 'https://example.com/a'",
            id="reference-to-elsewhere",
        ),
        pytest.param(
            body("paths: {/a: {$ref: '#/paths/~1a'}}"), "$ref leads round in a circle", id="reference-to-itself"
        ),
    ],
)
def test_body_that_api_gateway_refuses_is_a_fault(written: object, message: str) -> None:
    assert faults(api_with(written)) == [message]


def test_all_faults_are_told_at_once() -> None:
    written = body("paths: {pets: {}, /a: {get: {x-amazon-apigateway-integration: {type: ftp}}}, /b: {$ref: '#/no'}}")

    assert len(faults(api_with(written))) == 3


def test_documentation_can_be_left_out() -> None:
    text = "x-amazon-apigateway-documentation: {documentationParts: [{location: {type: API}, properties: {info: x}}]}"

    with_it, without = imported(text), imported(text, Parameters={"ignore": "documentation"})

    assert [part.properties for part in definition_of(with_it).documentation_parts] == [{"info": "x"}]
    assert definition_of(without).documentation_parts == ()


def test_things_that_are_not_executed_are_in_the_fidelity_report() -> None:
    written = body(
        """
        paths:
          /a:
            get:
              x-amazon-apigateway-integration: {type: mock, cacheNamespace: x, invented: 1, payloadFormatVersion: '1.0'}
        """
    )

    entries = load(api_with(written)).fidelity.entries

    found = {(entry.type, entry.property, entry.origin.path.partition("paths/")[2]) for entry in entries}
    where = "/a/get/x-amazon-apigateway-integration"
    assert ("AWS::ApiGateway::Method", "Integration.Invented", f"{where}/invented") in found
    assert not any("PayloadFormatVersion" in name for _, name, _ in found)
