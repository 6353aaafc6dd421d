"""Paths in a SAM template: the transform takes objects in S3 alone, so paths go through it as such and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.load.positions import MarkedMap
from forestage.load.sam.plain import map_at
from forestage.load.scope import describe
from forestage.load.template import sam_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.load.positions import Raw
    from forestage.load.sam.plain import Plain, PlainMap
    from forestage.load.scope import Scope
    from forestage.load.template import Template

BUCKET: Final = "forestage-local"
"""Stands for this machine: the key of an object in it is a path."""

CODE: Final[Mapping[str, str]] = {
    "Function": "CodeUri",
    "LayerVersion": "ContentUri",
    "MicrovmImage": "CodeUri",
    "WebFunction": "CodeUri",
}
"""The property of each type that says where code is, which ``sam build`` fills with what it built."""

_DEFINITIONS: Mapping[str, str] = {
    "Api": "DefinitionUri",
    "HttpApi": "DefinitionUri",
    "StateMachine": "DefinitionUri",
}
_PATHS: Mapping[str, str] = {**CODE, **_DEFINITIONS}
_CODE_CHOICES = ("CodeUri", "FunctionCode", "ImageUri", "InlineCode")


def hide_paths(plain: PlainMap, template: Template, scope: Scope, built: Mapping[str, str]) -> None:
    """Put objects of BUCKET in place of paths; ``built`` has other paths for some resources, by logical id.

    A function that says nothing about its code has it beside the template. Source: SAM CLI, "sam deploy" packages
    the folder of the template then.
    """
    for logical_id, name, holder in _holders(template):
        key = _PATHS[name]
        value = scope.resolve(holder[key], holder) if key in holder else None
        if isinstance(value, str):
            target = _properties(plain, logical_id) if logical_id else map_at(plain, "Globals", name)
            target[key] = value if "://" in value else _object(built.get(logical_id, value))
    inherited = map_at(plain, "Globals", "Function")
    for logical_id, resource in template.section("Resources").items():
        name = sam_type(resource) if isinstance(resource, MarkedMap) else ""
        if name == "Function":
            properties = _properties(plain, logical_id)
            _complete_code(logical_id, properties, {**inherited, **properties}, built)
        elif name == "Application" and isinstance(resource, MarkedMap):
            _complete_location(_properties(plain, logical_id), resource, scope)


def source_paths(template: Template, scope: Scope) -> Iterator[str]:
    """List the paths of code that a template names, for all its functions and layers."""
    for _, name, holder in _holders(template):
        key = CODE.get(name, "")
        value = scope.resolve(holder[key], holder) if key in holder else None
        if isinstance(value, str) and "://" not in value:
            yield value


def show_paths(value: Plain) -> Plain:
    """Put paths back in place of code in BUCKET; definitions stay objects, whose key is the path."""
    if isinstance(value, dict):
        if value.get("S3Bucket") == BUCKET:
            return value.get("S3Key")
        return {key: show_paths(child) for key, child in value.items()}
    return [show_paths(child) for child in value] if isinstance(value, list) else value


def _holders(template: Template) -> Iterator[tuple[str, str, MarkedMap[Raw]]]:
    """Yield the maps that may have a path: logical id, empty for Globals, type, and the map."""
    for name, properties in template.section("Globals").items():
        if name in _PATHS and isinstance(properties, MarkedMap):
            yield "", name, properties
    for logical_id, resource in template.section("Resources").items():
        name = sam_type(resource) if isinstance(resource, MarkedMap) else ""
        properties = resource.get("Properties") if isinstance(resource, MarkedMap) else None
        if name in _PATHS and isinstance(properties, MarkedMap):
            yield logical_id, name, properties


def _properties(plain: PlainMap, logical_id: str) -> PlainMap:
    """Return the properties of a resource, which it gets if it has none."""
    resource = map_at(plain, "Resources", logical_id)
    resource.setdefault("Properties", {})
    return map_at(resource, "Properties")


def _object(path: str) -> Plain:
    return {"Bucket": BUCKET, "Key": path or "."}


def _complete_code(logical_id: str, properties: PlainMap, merged: PlainMap, built: Mapping[str, str]) -> None:
    """Give a function what ``sam build`` and ``sam deploy`` would: the name of its image, or the folder of its code."""
    if merged.get("PackageType") == "Image":
        properties.setdefault("ImageUri", merged.get("ImageUri") or f"{logical_id.lower()}:latest")
    elif not any(merged.get(choice) for choice in _CODE_CHOICES):
        properties["CodeUri"] = _object(built.get(logical_id, "."))
    elif logical_id in built and "InlineCode" not in properties:
        properties["CodeUri"] = _object(built[logical_id])


def _complete_location(properties: PlainMap, resource: MarkedMap[Raw], scope: Scope) -> None:
    """Put an address in place of an application of the Serverless Application Repository, which only AWS has."""
    written = resource.get("Properties")
    location = written.get("Location") if isinstance(written, MarkedMap) else None
    if not isinstance(location, MarkedMap) or "ApplicationId" not in location:
        return
    application, version = (scope.resolve(location.get(key), location) for key in ("ApplicationId", "SemanticVersion"))
    name = application if isinstance(application, str) else describe(application)
    properties["Location"] = f"serverlessrepo://{name}@{version}"
