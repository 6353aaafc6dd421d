"""Parameter mappings: where a value goes, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Text


class Place(Enum):
    """A place that a value is put to, in the integration request or the response."""

    HEADER = "header"
    QUERY = "querystring"
    PATH = "path"


class SourceKind(Enum):
    """A place that a value is taken from."""

    STATIC = "static"
    HEADER = "header"
    MULTI_HEADER = "multivalueheader"
    QUERY = "querystring"
    MULTI_QUERY = "multivaluequerystring"
    PATH = "path"
    BODY = "body"
    CONTEXT = "context"
    STAGE_VARIABLE = "stageVariables"


@dataclass(frozen=True, slots=True)
class ValueSource:
    """Where a value comes from; ``name`` is a header, parameter, path in the body or the static text."""

    kind: SourceKind
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ParameterMapping:
    """One mapping: ``integration.request.header.X`` from ``method.request.querystring.y``."""

    place: Place
    name: str
    source: ValueSource


_SOURCES = {
    f"method.request.{kind.value}.": kind
    for kind in (
        SourceKind.HEADER,
        SourceKind.MULTI_HEADER,
        SourceKind.QUERY,
        SourceKind.MULTI_QUERY,
        SourceKind.PATH,
        SourceKind.BODY,
    )
} | {
    "integration.response.header.": SourceKind.HEADER,
    "integration.response.multivalueheader.": SourceKind.MULTI_HEADER,
    "integration.response.body.": SourceKind.BODY,
    "context.": SourceKind.CONTEXT,
    "stageVariables.": SourceKind.STAGE_VARIABLE,
}
_WHOLE_BODY = frozenset({"method.request.body", "integration.response.body"})


def compile_source(text: str) -> ValueSource | None:
    """Read the right side of a mapping; None where it is none of the forms that API Gateway knows."""
    if text in _WHOLE_BODY:
        return ValueSource(SourceKind.BODY, "", text)
    if len(text) > 1 and text[0] == text[-1] == "'":
        return ValueSource(SourceKind.STATIC, text[1:-1], text)
    for prefix, kind in _SOURCES.items():
        if text.startswith(prefix):
            return ValueSource(kind, text[len(prefix) :], text)
    return None


def compile_request_parameters(parameters: Mapping[str, Text]) -> tuple[ParameterMapping, ...]:
    """Compile ``integration.request.{header|querystring|path}.NAME`` entries."""
    return _compile(parameters, {f"integration.request.{place.value}.": place for place in Place})


def compile_response_parameters(parameters: Mapping[str, Text]) -> tuple[ParameterMapping, ...]:
    """Compile ``method.response.header.NAME`` entries."""
    return _compile(parameters, {"method.response.header.": Place.HEADER})


def _compile(parameters: Mapping[str, Text], prefixes: Mapping[str, Place]) -> tuple[ParameterMapping, ...]:
    compiled = []
    for target, value in parameters.items():
        source = compile_source(known(value) or "")
        for prefix, place in prefixes.items():
            if source and target.startswith(prefix):
                compiled.append(ParameterMapping(place, target[len(prefix) :], source))
    return tuple(compiled)
