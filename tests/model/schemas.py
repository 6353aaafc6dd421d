"""CloudFormation's own schemas of the API Gateway types, as cfn-lint ships them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGION = "us-east-1"
PREFIXES = ("AWS::ApiGateway::", "AWS::ApiGatewayV2::")


def resource_types(prefixes: tuple[str, ...] = PREFIXES) -> tuple[str, ...]:
    """List the resource types of some services."""
    return tuple(
        sorted(name for name in PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION) if name.startswith(prefixes))
    )


# A schema is whatever JSON CloudFormation publishes.
@cache
def schema(resource_type: str) -> Mapping[str, Any]:
    """Return the schema of a type."""
    found: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema
    return found


def writable_properties(resource_type: str) -> dict[str, Mapping[str, Any]]:
    """Return the schema of every property that a template may set, by dotted path; ``*`` stands for keys of a map."""
    read_only = {
        name.removeprefix("/properties/").replace("/", ".")
        for name in schema(resource_type).get("readOnlyProperties", ())
    }
    found = dict(_properties(schema(resource_type), schema(resource_type), ""))
    return {path: node for path, node in found.items() if path not in read_only}


def required_properties(node: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of properties that an object must have."""
    return frozenset(node.get("required", ()))


def resolved(root: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow the references of a schema."""
    while "$ref" in node:
        target: Any = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def map_value(root: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the schema of the values of a map; None where the node is none.

    ``RequestParameters`` of a V2 Route is an object with ``items``, which is documented as a map.
    """
    if "patternProperties" in node:
        return resolved(root, next(iter(node["patternProperties"].values())))
    if isinstance(node.get("additionalProperties"), dict):
        return resolved(root, node["additionalProperties"])
    return resolved(root, node["items"]) if node.get("type") == "object" and "items" in node else None


def list_item(root: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the schema of the items of a list; None where the node is none."""
    return resolved(root, node["items"]) if node.get("type") == "array" else None


def _properties(
    root: Mapping[str, Any], node: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, written in node.get("properties", {}).items():
        path, prop = f"{prefix}{name}", resolved(root, written)
        yield path, prop
        value, item = map_value(root, prop), list_item(root, prop)
        if value is not None:
            yield from _properties(root, value, f"{path}.*.")
        else:
            yield from _properties(root, item or prop, f"{path}.")
