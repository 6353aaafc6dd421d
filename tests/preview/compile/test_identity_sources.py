from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.preview.compile.identity_sources import (
    IdentityKind,
    IdentitySource,
    IdentitySourceError,
    read_identity,
    read_identity_sources,
)

if TYPE_CHECKING:
    from forestage.model.values import Json

HEADERS = (("x-tenant", "first"), ("X-Tenant", "second"), ("X-Empty", ""))
QUERY = (("q", "1"), ("q", "2"), ("empty", ""))
VARIABLES = {"realm": "blue", "empty": ""}
CONTEXT: dict[str, Json] = {
    "stage": "dev",
    "requestTimeEpoch": 5,
    "isMarked": True,
    "identity": {"sourceIp": "127.0.0.1", "user": None},
    "list": [],
}


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("method.request.header.Authorization", IdentityKind.HEADER, "Authorization"),
        ("route.request.header.Auth", IdentityKind.HEADER, "Auth"),
        ("method.request.querystring.token", IdentityKind.QUERY, "token"),
        ("route.request.querystring.token", IdentityKind.QUERY, "token"),
        ("stageVariables.realm", IdentityKind.STAGE_VARIABLE, "realm"),
        ("context.identity.sourceIp", IdentityKind.CONTEXT, "identity.sourceIp"),
        ("method.request.header.X-Api_Key.2", IdentityKind.HEADER, "X-Api_Key.2"),
    ],
)
def test_a_source_is_read(text: str, kind: IdentityKind, name: str) -> None:
    assert read_identity_sources(text) == (IdentitySource(kind=kind, name=name),)


def test_several_sources_stand_between_commas() -> None:
    sources = read_identity_sources("method.request.header.A , stageVariables.b,context.c")

    assert [source.name for source in sources] == ["A", "b", "c"]


def test_no_text_is_no_source() -> None:
    assert read_identity_sources("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "method.request.path.id",
        "method.request.multivalueheader.A",
        "method.request.body.a",
        "Authorization",
        "method.request.header.",
        "method.request.header.a b",
        "method.request.header.é",
        "$request.header.A",
        "$context.stage",
        "context",
        "context.",
        "stageVariables.a[0]",
    ],
)
def test_what_is_no_source_is_told(text: str) -> None:
    with pytest.raises(IdentitySourceError, match=r"an identity source is method\.request\.header\.NAME"):
        read_identity_sources(f"method.request.header.A,{text}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("method.request.header.X-TENANT", "second"),
        ("method.request.header.X-Empty", None),
        ("method.request.header.X-Other", None),
        ("method.request.querystring.q", "2"),
        ("method.request.querystring.Q", None),
        ("method.request.querystring.empty", None),
        ("stageVariables.realm", "blue"),
        ("stageVariables.empty", None),
        ("stageVariables.other", None),
        ("context.stage", "dev"),
        ("context.requestTimeEpoch", "5"),
        ("context.isMarked", "true"),
        ("context.identity.sourceIp", "127.0.0.1"),
        ("context.identity.user", None),
        ("context.identity", None),
        ("context.list", None),
        ("context.stage.other", None),
    ],
)
def test_a_value_is_read_from_the_request(text: str, value: str | None) -> None:
    (source,) = read_identity_sources(text)

    found = read_identity(source, headers=HEADERS, query=QUERY, stage_variables=VARIABLES, context=CONTEXT)

    assert (found[-1] if found else None) == value


def test_every_value_of_a_source_is_read() -> None:
    sources = read_identity_sources("method.request.header.X-Tenant, method.request.querystring.q")

    found = [
        read_identity(source, headers=HEADERS, query=QUERY, stage_variables=VARIABLES, context=CONTEXT)
        for source in sources
    ]

    assert found == [("first", "second"), ("1", "2")]
