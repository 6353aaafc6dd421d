from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.load.openapi.document import Document, open_document, unescaped
from forestage.load.openapi.findings import ImportFindings
from forestage.load.openapi.nodes import Node

if TYPE_CHECKING:
    from forestage.load.resolved import Resolved


def opened(value: Resolved) -> Document:
    document = open_document(Node(value, file="api.yaml", where=""), ImportFindings())
    assert document is not None
    return document


@pytest.mark.parametrize(
    ("version", "is_swagger"),
    [
        pytest.param({"swagger": "2.0"}, True, id="swagger"),
        pytest.param({"swagger": 2}, True, id="swagger-as-a-number"),
        pytest.param({"openapi": "3.0.3"}, False, id="openapi"),
        pytest.param({"openapi": 3.0}, False, id="openapi-as-a-number"),
        pytest.param({"openapi": 3}, False, id="openapi-as-a-whole-number"),
    ],
)
def test_document_knows_its_version(version: dict[str, Resolved], *, is_swagger: bool) -> None:
    assert opened(version).is_swagger is is_swagger


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        pytest.param("#/definitions/Pet", "Pet", id="swagger"),
        pytest.param("#/components/schemas/a~1b", "a/b", id="escaped"),
        pytest.param("#/components/schemas/Pet/items", None, id="part-of-a-schema"),
        pytest.param("#/parameters/Pet", None, id="elsewhere"),
    ],
)
def test_model_name_is_the_end_of_a_reference_to_a_schema(reference: str, name: str | None) -> None:
    assert opened({"openapi": "3.0.1"}).model_name(reference) == name


def test_reference_is_followed_through_others() -> None:
    document = opened({"openapi": "3.0.1", "a": {"$ref": "#/b~1c"}, "b/c": {"$ref": "#/d"}, "d": {"end": True}})

    found = document.follow(document.root.child("a"), ImportFindings())

    assert found is not None
    assert found.value == {"end": True}
    assert found.where == "/d"


def test_pointer_is_unescaped_as_in_an_address() -> None:
    assert unescaped("~1pets~1%7Bid%7D~01") == "/pets/{id}~1"
