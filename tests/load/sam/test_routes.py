from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.load.documents import read_text
from forestage.load.positions import MarkedMap, Place, place_of
from forestage.load.sam.routes import events_in, written_routes

if TYPE_CHECKING:
    from forestage.load.positions import Raw


def resources(text: str) -> MarkedMap[Raw]:
    root = read_text(text, file="t.yaml").root
    assert isinstance(root, MarkedMap)
    return root


def line_of(node: MarkedMap[Raw], *path: str) -> int:
    return place_of(node, path, Place(node.document, node.mark)).origin().line


@pytest.mark.parametrize(
    ("event", "api"),
    [
        pytest.param("{Type: Api, Properties: {Path: /, Method: get}}", "ServerlessRestApi", id="implicit-rest"),
        pytest.param("{Type: HttpApi}", "ServerlessHttpApi", id="implicit-http"),
        pytest.param("{Type: Api, Properties: {RestApiId: !Ref Pets}}", "Pets", id="ref"),
        pytest.param("{Type: Api, Properties: {RestApiId: Pets}}", "Pets", id="name"),
        pytest.param("{Type: HttpApi, Properties: {ApiId: !Ref Pets}}", "Pets", id="http-ref"),
        pytest.param("{Type: SQS, Properties: {Queue: q}}", "", id="no-route"),
    ],
)
def test_event_knows_the_api_that_it_is_a_route_of(event: str, api: str) -> None:
    [found] = events_in(resources(f"F: {{Type: AWS::Serverless::Function, Properties: {{Events: {{E: {event}}}}}}}"))

    assert found.api == api
    assert (found.owner, found.name) == ("F", "E")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("F: {Type: AWS::Lambda::Function, Properties: {Events: {E: {Type: Api}}}}", id="not-of-sam"),
        pytest.param("F: {Type: AWS::Serverless::Function, Properties: {Events: [1]}}", id="no-map"),
        pytest.param("F: {Type: AWS::Serverless::Function, Properties: {Events: {E: 5}}}", id="event-no-map"),
        pytest.param("F: {Type: AWS::Serverless::Function}", id="no-properties"),
        pytest.param("F: 5", id="no-resource"),
    ],
)
def test_resource_without_events_has_none(text: str) -> None:
    assert events_in(resources(text)) == ()


def test_routes_are_written_where_their_events_stand() -> None:
    text = """
F:
  Type: AWS::Serverless::Function
  Properties:
    Events:
      A: {Type: Api, Properties: {Path: /a, Method: GET}}
      B: {Type: Api, Properties: {Path: /a, Method: "*"}}
      C: {Type: Api, Properties: {Path: /c, Method: any}}
"""

    routes = written_routes("ServerlessRestApi", events_in(resources(text)))

    assert routes is not None
    assert line_of(routes, "paths", "/a", "get") == 6
    assert line_of(routes, "paths", "/a", "x-amazon-apigateway-any-method") == 7
    assert line_of(routes, "paths", "/c", "x-amazon-apigateway-any-method") == 8


def test_api_without_events_has_no_routes() -> None:
    assert written_routes("Pets", ()) is None
