"""From an OpenAPI body to the resources that a template would need for the same API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.openapi.document import open_document
from forestage.load.openapi.extensions import advise_of_extensions
from forestage.load.openapi.findings import ImportFindings
from forestage.load.openapi.models import Models
from forestage.load.openapi.nodes import Draft
from forestage.load.openapi.operations import Operations
from forestage.load.openapi.security import Security
from forestage.load.openapi.settings import (
    read_documentation,
    read_gateway_responses,
    read_settings,
    read_validators,
)
from forestage.load.shape import shown
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.errors import Fault
    from forestage.load.openapi.document import Document
    from forestage.load.openapi.nodes import BodyPart, Node
    from forestage.load.openapi.target import Target

BASE_PATH_MODES = ("ignore", "prepend", "split")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApiImport:
    """What a body defines.

    ``settings`` are the API's own properties, None where the body could not be read. ``warnings`` are those that
    FailOnWarnings is about; ``advice`` is what API Gateway itself says nothing about. ``file`` is the absolute path
    of the body's own file, None where it stands in the template.
    """

    parts: tuple[BodyPart, ...] = ()
    settings: BodyPart | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    advice: tuple[Fault, ...] = ()
    file: str | None = None


def load_openapi(
    body: Node, *, target: Target, base_path: str = "ignore", with_documentation: bool = True
) -> OpenApiImport:
    """Read an OpenAPI body, Swagger 2.0 or OpenAPI 3.0 with the extensions of API Gateway.

    ``base_path`` is what becomes of the body's base path: ignore, prepend or split.
    """
    findings = ImportFindings()
    document = open_document(body, findings)
    parts: tuple[BodyPart, ...] = ()
    settings = None
    if document is not None:
        settings = read_settings(document, target)
        advise_of_extensions(document, findings)
        parts = tuple(_parts(document, target, findings, _prefix(document, base_path), with_documentation))
    return OpenApiImport(
        parts=parts,
        settings=settings,
        faults=tuple(findings.faults),
        warnings=tuple(findings.warnings),
        advice=tuple(findings.advice),
    )


def _parts(
    document: Document,
    target: Target,
    findings: ImportFindings,
    prefix: tuple[str, ...],
    with_documentation: bool,  # ruff: ignore[boolean-type-hint-positional-argument]
) -> Iterator[BodyPart]:
    models = Models(document, target, findings)
    security = Security(document, target, findings)
    operations = Operations(document, target, models, security, findings)
    items = _path_items(document, findings, prefix)
    yield from _resources(target, items, document, prefix)
    for segments, item in items:
        yield from operations.of(item, f"/{'/'.join(segments)}")
    yield from models.parts()
    yield from read_validators(document, target)
    yield from security.authorizers()
    yield from read_gateway_responses(document, target)
    if with_documentation:
        yield from read_documentation(document, target)


def _prefix(document: Document, mode: str) -> tuple[str, ...]:
    """Split the base path as far as it is part of every path.

    Source: developer guide, "Set the OpenAPI basePath property": split leaves its first part to the stage.
    """
    if mode == "ignore":
        return ()
    segments = _segments(document.base_path())
    return segments[1:] if mode == "split" else segments


def _segments(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _path_items(
    document: Document, findings: ImportFindings, prefix: tuple[str, ...]
) -> tuple[tuple[tuple[str, ...], Node], ...]:
    found: list[tuple[tuple[str, ...], Node]] = []
    for path, item in document.root.child("paths").items():
        if path.startswith("x-"):
            continue
        if path.startswith("/"):
            found.append(((*prefix, *_segments(path)), item))
        else:
            findings.fault(f"a path must begin with /, got {shown(path)}", item)
    return tuple(found)


def _resources(
    target: Target, items: tuple[tuple[tuple[str, ...], Node], ...], document: Document, prefix: tuple[str, ...]
) -> Iterator[BodyPart]:
    """Yield the resource of each path and of those that lead to it, parents first."""
    sources: Mapping[tuple[str, ...], Node] = dict(items)
    made: set[tuple[str, ...]] = set()
    for segments, item in ((prefix, document.root), *items):
        for length in range(1, len(segments) + 1):
            path = segments[:length]
            if path not in made:
                made.add(path)
                yield _resource(target, path, sources.get(path, item))


def _resource(target: Target, path: tuple[str, ...], node: Node) -> BodyPart:
    draft = Draft(node)
    draft.put("PathPart", path[-1])
    draft.put("ParentId", target.resource_id(f"/{'/'.join(path[:-1])}"))
    own = f"/{'/'.join(path)}"
    return target.part("Resource", own, draft, id=target.resource_id(own))
