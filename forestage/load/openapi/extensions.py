"""Extensions of API Gateway that an import of a REST API passes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.load.openapi.operations import INTEGRATION, VALIDATOR, VALIDATORS
from forestage.load.openapi.security import AUTH_TYPE
from forestage.load.openapi.settings import DOCUMENTATION, ENDPOINT, GATEWAY_RESPONSES, SETTINGS

if TYPE_CHECKING:
    from forestage.load.openapi.document import Document
    from forestage.load.openapi.findings import ImportFindings
    from forestage.load.openapi.nodes import Node

PREFIX: Final = "x-amazon-apigateway-"
OF_THE_BODY: Final = frozenset(
    {
        *SETTINGS,
        DOCUMENTATION,
        ENDPOINT,
        GATEWAY_RESPONSES,
        VALIDATOR,
        VALIDATORS,
        "x-amazon-apigateway-importer-version",
        "x-amazon-apigateway-importexport-version",
    }
)
OF_AN_OPERATION: Final = frozenset({AUTH_TYPE, INTEGRATION, VALIDATOR, "x-amazon-apigateway-auth"})
"""Source: developer guide, "OpenAPI extensions for API Gateway"; the others are for HTTP APIs, or are none."""


def advise_of_extensions(document: Document, findings: ImportFindings) -> None:
    """Tell which extensions nobody reads; a misspelled one would otherwise be lost without a word."""
    _advise(document.root, OF_THE_BODY, findings)
    for item in document.root.child("paths").values():
        for operation in item.values():
            _advise(operation, OF_AN_OPERATION, findings)


def _advise(node: Node, known: frozenset[str], findings: ImportFindings) -> None:
    for key, child in node.items():
        if key.startswith(PREFIX) and key not in known:
            findings.advise(f"{key} is passed over: REST APIs have no such extension here", child)
