"""An OpenAPI document of either version: where its parts are, and where references lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from forestage.load.shape import shown
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.openapi.findings import ImportFindings
    from forestage.load.openapi.nodes import Node

_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A body that says which version it is of."""

    root: Node
    is_swagger: bool

    @property
    def schemas(self) -> Node:
        """The named schemas; its value is None where there are none."""
        return self.root.child("definitions") if self.is_swagger else self._component("schemas")

    @property
    def security_schemes(self) -> Node:
        """The named security schemes; its value is None where there are none."""
        return self.root.child("securityDefinitions") if self.is_swagger else self._component("securitySchemes")

    def _component(self, kind: str) -> Node:
        return self.root.child("components").child(kind)

    def model_name(self, reference: str) -> str | None:
        """Return the name of the schema that a reference leads to; None where it leads elsewhere."""
        for prefix in ("#/definitions/", "#/components/schemas/"):
            name = reference.removeprefix(prefix)
            if name != reference and "/" not in name:
                return unescaped(name)
        return None

    def at(self, reference: str) -> Node | None:
        """Return what a reference into this document leads to; None where there is nothing."""
        if not reference.startswith("#/"):
            return None
        node: Node | None = self.root
        for part in reference[2:].split("/"):
            node = node.get(unescaped(part)) if node is not None else None
        return node

    def follow(self, node: Node, findings: ImportFindings) -> Node | None:
        """Return a node, or what it leads to where it is a reference; a fault and None where that is nothing."""
        current = node
        for _ in range(_LONGEST_CHAIN):
            reference = current.text("$ref")
            if reference is None:
                return current
            found = self.at(reference)
            if found is None:
                findings.fault(f"$ref leads to nothing in the body: {reference!r}", current.child("$ref"))
                return None
            current = found
        findings.fault("$ref leads round in a circle", node.child("$ref"))
        return None

    def base_path(self) -> str:
        """Tell the base path: ``basePath`` of Swagger; of the servers, the variable of that name, or a URL's path.

        Source: developer guide, "Set the OpenAPI basePath property".
        """
        if self.is_swagger:
            return self.root.text("basePath") or ""
        servers = tuple(self.root.child("servers").each())
        variables = (server.child("variables").get("basePath") for server in servers)
        named = [variable.text("default") or "" for variable in variables if variable is not None]
        return named[0] if named else next(_url_paths(servers), "")


def _url_paths(servers: tuple[Node, ...]) -> Iterator[str]:
    for server in servers:
        path = urlsplit(server.text("url") or "").path
        if path.strip("/"):
            yield path


def unescaped(part: str) -> str:
    """Read a part of a JSON pointer as it stands in a URL fragment."""
    return unquote(part).replace("~1", "/").replace("~0", "~")


def open_document(root: Node, findings: ImportFindings) -> Document | None:
    """Find out the version of a body; a fault and None where it is none that API Gateway imports.

    Source: developer guide, "Use OpenAPI with API Gateway": OpenAPI 2.0 and 3.0.
    """
    if not isinstance(root.value, Mapping):
        findings.fault(f"an OpenAPI body must be an object, got {shown(root.value)}", root)
        return None
    swagger, version = root.text("swagger"), root.text("openapi")
    if swagger is not None and swagger.split(".")[0] == "2":
        return Document(root=root, is_swagger=True)
    if version is not None and version.split(".")[:2] in (["3", "0"], ["3"]):
        return Document(root=root, is_swagger=False)
    key, found = ("openapi", version) if version is not None else ("swagger", swagger)
    findings.fault(
        f"an OpenAPI body must have swagger: '2.0' or openapi: 3.0.x, got {shown(found) if found else 'neither'}",
        root.child(key),
    )
    return None
