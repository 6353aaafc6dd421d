"""What a body says of the API as such, and what belongs to no path: validators, gateway responses, documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.load.openapi.nodes import Draft
from forestage.load.openapi.operations import VALIDATORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.load.openapi.document import Document
    from forestage.load.openapi.nodes import BodyPart, Node
    from forestage.load.openapi.target import Target

SETTINGS: Final[Mapping[str, str]] = {
    "x-amazon-apigateway-api-key-source": "ApiKeySourceType",
    "x-amazon-apigateway-binary-media-types": "BinaryMediaTypes",
    "x-amazon-apigateway-endpoint-access-mode": "EndpointAccessMode",
    "x-amazon-apigateway-minimum-compression-size": "MinimumCompressionSize",
    "x-amazon-apigateway-policy": "Policy",
    "x-amazon-apigateway-security-policy": "SecurityPolicy",
}
"""Extensions at the root that are properties of the API; source: developer guide, "OpenAPI extensions"."""

INFO: Final[Mapping[str, str]] = {"title": "Name", "description": "Description", "version": "Version"}
ENDPOINT: Final = "x-amazon-apigateway-endpoint-configuration"
GATEWAY_RESPONSES: Final = "x-amazon-apigateway-gateway-responses"
DOCUMENTATION: Final = "x-amazon-apigateway-documentation"


def read_settings(document: Document, target: Target) -> BodyPart:
    """Read the API's own properties, as one ``AWS::ApiGateway::RestApi``."""
    draft = Draft(document.root)
    for key, name in INFO.items():
        _put(draft, name, document.root.child("info").get(key))
    for key, name in SETTINGS.items():
        _put(draft, name, document.root.get(key))
    source = draft.properties.get("ApiKeySourceType")
    if isinstance(source, str):
        draft.properties["ApiKeySourceType"] = source.upper()
    endpoint = _endpoint(document)
    if endpoint is not None:
        configuration = draft.rename(endpoint, {}, at=("EndpointConfiguration",))
        disabled = configuration.pop("DisableExecuteApiEndpoint", None)
        if disabled is not None:
            draft.put("DisableExecuteApiEndpoint", disabled, endpoint.child("disableExecuteApiEndpoint"))
        draft.put("EndpointConfiguration", configuration, endpoint)
    part = target.part("RestApi", "info", draft)
    draft.properties.pop("RestApiId")
    return part


def _put(draft: Draft, name: str, node: Node | None) -> None:
    if node is not None:
        draft.put(name, node.value, node)


def _endpoint(document: Document) -> Node | None:
    """Find the endpoint configuration: at the root, or with OpenAPI 3 at a server."""
    servers = (server.get(ENDPOINT) for server in document.root.child("servers").each())
    return document.root.get(ENDPOINT) or next(filter(None, servers), None)


def read_validators(document: Document, target: Target) -> Iterator[BodyPart]:
    """Yield the request validators."""
    for name, node in document.root.child(VALIDATORS).items():
        draft = Draft(node)
        draft.properties.update(draft.rename(node, {}))
        draft.put("Name", name)
        yield target.part("RequestValidator", name, draft)


def read_gateway_responses(document: Document, target: Target) -> Iterator[BodyPart]:
    """Yield the gateway responses."""
    for kind, node in document.root.child(GATEWAY_RESPONSES).items():
        draft = Draft(node)
        draft.properties.update(draft.rename(node, {}))
        draft.put("ResponseType", kind)
        yield target.part("GatewayResponse", kind, draft)


def read_documentation(document: Document, target: Target) -> Iterator[BodyPart]:
    """Yield the documentation parts."""
    for index, node in enumerate(document.root.child(DOCUMENTATION).child("documentationParts").each()):
        draft = Draft(node)
        location = draft.rename(node.child("location"), {}, at=("Location",))
        draft.put("Location", location, node.child("location"))
        draft.put("Properties", node.child("properties").value, node.child("properties"))
        yield target.part("DocumentationPart", f"documentation {index}", draft)
