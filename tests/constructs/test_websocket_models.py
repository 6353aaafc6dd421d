"""Models of WebSocket APIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import ConstructError
from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.synthesis import synthesized
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from aws_cdk import Stack


@dataclass
class Author:
    name: str


@dataclass
class Post:
    """What is posted."""

    text: str
    author: Author


def schemas(stack: Stack) -> dict[str, Any]:  # JSON schemas by the names of models
    found = synthesized(stack)["Resources"].values()
    return {
        resource["Properties"]["Name"]: resource["Properties"]["Schema"]
        for resource in found
        if resource["Type"] == "AWS::ApiGatewayV2::Model"
    }


def test_model_has_the_types_within_it(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route("post", Pong(), body=Post)

    found = schemas(stack)
    assert list(found) == ["Post"]
    assert found["Post"]["properties"]["author"] == {"$ref": "#/definitions/Author"}
    assert found["Post"]["definitions"]["Author"]["required"] == ["name"]


def test_model_of_a_type_is_made_once(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.route("post", Pong(), body=Post)
    api.route("edit", Pong(), body=Post)

    assert list(schemas(stack)) == ["Post"]


def test_two_types_of_one_name_are_refused(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.route("post", Pong(), body=Post)

    with pytest.raises(ConstructError, match="two types of this API have the name 'Post'"):
        api.route("edit", Pong(), body={"title": "Post", "type": "object"})


def test_type_without_a_schema_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="Stack/Chat/Models: "):
        WebSocketApi(stack, "Chat").route("post", Pong(), body={"type": "object"})


def test_model_of_a_rest_api_is_refused(stack: Stack) -> None:
    model = apigateway.Model.from_model_name(stack, "Model", "Post")

    with pytest.raises(ConstructError, match="a model of a REST API is none of a WebSocket API"):
        WebSocketApi(stack, "Chat").route("post", Pong(), body=model)
