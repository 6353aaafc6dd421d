"""The integration of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.openapi.nodes import Draft, Node
    from forestage.load.resolved import Resolved

NAMES: Final[Mapping[str, str]] = {"httpMethod": "IntegrationHttpMethod", "responses": "IntegrationResponses"}
"""Properties whose name is another one in CloudFormation; the rest only begins with a capital there.

Source: developer guide, "x-amazon-apigateway-integration object".
"""

CAPITALS: Final = ("Type", "PassthroughBehavior", "ContentHandling", "ConnectionType", "ResponseTransferMode")
"""Words that bodies may write in small letters."""

DEFAULT: Final = "default"
"""The pattern of the integration response for everything else."""

_HTTP_API_ONLY = ("IntegrationSubtype", "PayloadFormatVersion")


def read_integration(draft: Draft, node: Node, verb: str) -> dict[str, Resolved]:
    """Return a method's property Integration, for a method of some verb.

    Source of the verbs that are left out: LocalStack's import, validated against AWS: a function is called by POST,
    other backends by the method's own verb.
    """
    at = ("Integration",)
    found = draft.rename(node, NAMES, at=at)
    for name in _HTTP_API_ONLY:
        found.pop(name, None)
    for name in CAPITALS:
        _capitalise(found, name)
    _capitalise(found, "IntegrationHttpMethod")
    kind = found.get("Type")
    if kind in {"AWS_PROXY", "AWS", "HTTP", "HTTP_PROXY"}:
        found.setdefault("IntegrationHttpMethod", "POST" if kind == "AWS_PROXY" else verb)
    if node.get("responses") is not None:
        found["IntegrationResponses"] = _responses(draft, node.child("responses"), (*at, "IntegrationResponses"))
    if node.get("tlsConfig") is not None:
        found["TlsConfig"] = draft.rename(node.child("tlsConfig"), {}, at=(*at, "TlsConfig"))
    return found


def _responses(draft: Draft, responses: Node, at: tuple[str, str]) -> list[Resolved]:
    found: list[Resolved] = []
    for index, (pattern, response) in enumerate(responses.items()):
        made = draft.rename(response, {}, at=(*at, index))
        draft.sources[*at, index] = response
        _capitalise(made, "ContentHandling")
        # Source: LocalStack's import: an integration response without status is the one for 200.
        made.setdefault("StatusCode", "200")
        if pattern != DEFAULT:
            made["SelectionPattern"] = pattern
        found.append(made)
    return found


def _capitalise(properties: dict[str, Resolved], name: str) -> None:
    value = properties.get(name)
    if isinstance(value, str):
        properties[name] = value.upper()
