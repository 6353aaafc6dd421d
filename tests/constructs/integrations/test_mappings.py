from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import Aws

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations.mappings import (
    check_template_variables,
    check_url,
    check_websocket_mappings,
    check_websocket_url,
    declared,
    path_mappings,
    variables_of,
)

if TYPE_CHECKING:
    from aws_cdk import Stack


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/pets", ()),
        ("/owners/{owner}/pets/{pet}", ("owner", "pet")),
        ("/files/{proxy+}", ("proxy",)),
        ("https://x.example/{id}/{id}", ("id",)),
        ("https://${stageVariables.host}/{id}", ("id",)),
        (f"https://{Aws.REGION}.example/", ()),
    ],
)
def test_variables_are_those_in_braces(path: str, expected: tuple[str, ...]) -> None:
    assert variables_of(path) == expected


def test_variables_of_a_url_are_mapped_unless_they_are_already(stack: Stack) -> None:
    given = {"integration.request.path.b": "method.request.header.B"}

    mappings = path_mappings(stack, url="https://x.example/{a}/{b}", path="/{a}", given=given)

    assert mappings == {"integration.request.path.a": "method.request.path.a"}


def test_sources_are_declared_as_methods_name_them(stack: Stack) -> None:
    sources = [
        "method.request.path.id",
        "method.request.querystring.page",
        "method.request.multivaluequerystring.tag",
        "method.request.multivalueheader.Accept",
        "method.request.body.name",
        "context.stage",
        "'constant'",
    ]

    assert declared(stack, sources, path="/{id}") == {
        "method.request.path.id": True,
        "method.request.querystring.page": False,
        "method.request.querystring.tag": False,
        "method.request.header.Accept": False,
    }


def test_template_may_ask_for_variables_of_the_path(stack: Stack) -> None:
    check_template_variables(stack, "$input.params().path.get('id')", path="/pets/{id}")

    with pytest.raises(ConstructError, match=r"uses \{pet\}, and the path /pets/\{id\}"):
        check_template_variables(stack, "$input.params().path.get('pet')", path="/pets/{id}")


def test_url_has_a_scheme(stack: Stack) -> None:
    check_url(stack, Aws.REGION)

    with pytest.raises(ConstructError, match="begins with https:// or http://, got 'ftp://x'"):
        check_url(stack, "ftp://x")


@pytest.mark.parametrize("source", ["'x'", "context.routeKey", "stageVariables.x", "route.request.body.x", Aws.REGION])
def test_message_can_be_mapped_from(stack: Stack, source: str) -> None:
    check_websocket_mappings(stack, {"integration.request.header.X": source})


def test_message_cannot_be_mapped_from_a_method(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"is mapped from method\.request\.body, which a WebSocket API does not"):
        check_websocket_mappings(stack, {"integration.request.header.X": "method.request.body"})


def test_message_has_no_path(stack: Stack) -> None:
    check_websocket_url(stack, "https://x.example")

    with pytest.raises(ConstructError, match=r"has \{id\}: take it out"):
        check_websocket_url(stack, "https://x.example/{id}")
