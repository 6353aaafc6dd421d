"""Parameter mappings, applied.

Source: rest-facts.md sections 5.1 and 9 (recorded and AWS-validated unit tests).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec
import orjson

from forestage.preview.compile.parameters import Place, SourceKind
from forestage.preview.engine.bodies import as_text
from forestage.preview.engine.context import context_text
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forestage.model.values import Json
    from forestage.preview.compile.parameters import ParameterMapping, ValueSource
    from forestage.preview.engine.results import Validated
    from forestage.preview.engine.wire import Headers

MAX_PATH_STEPS = 100_000
"""Steps that a JSON path of a mapping may take through a body; paths are untrusted input."""


class MappedParameters(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the mappings of a request yield; a source that is not there yields nothing."""

    headers: Sequence[tuple[str, str]] = ()
    query: Sequence[tuple[str, str]] = ()
    path: Mapping[str, str]


_NOTHING = MappedParameters(path={})


def map_request(validated: Validated, mappings: Sequence[ParameterMapping]) -> MappedParameters:
    """Apply ``integration.request.*`` mappings.

    Raises:
        GatewayFailure: a mapping reads the body, which begins like JSON and is none (400).
    """
    if not mappings:
        return _NOTHING
    headers: list[tuple[str, str]] = []
    query: list[tuple[str, str]] = []
    path: dict[str, str] = {}
    for mapping in mappings:
        place, source = mapping.place, mapping.source
        if place is Place.PATH and source.kind is SourceKind.PATH:
            # It stays as it was sent, the slashes of a greedy one and encoded ones alike.
            sent = _path_parameter(validated, source.name)
            if sent is not None:
                path[mapping.name] = sent
            continue
        values = request_values(validated, source)
        if not values:
            continue
        if place is Place.HEADER:
            headers.append((mapping.name, ",".join(values)))
        elif place is Place.QUERY:
            query.extend((mapping.name, value) for value in values)
        else:
            path[mapping.name] = _in_uri(source, ",".join(values))
    return MappedParameters(headers=headers, query=query, path=path)


def map_response_headers(
    validated: Validated, mappings: Sequence[ParameterMapping], *, headers: Headers, body: bytes
) -> list[tuple[str, str]]:
    """Apply ``method.response.header.*`` mappings.

    Raises:
        GatewayFailure: a mapping reads the body, which begins like JSON and is none (500).
    """
    mapped = []
    for mapping in mappings:
        source = mapping.source
        if source.kind is SourceKind.BODY:
            value = _body_value(body, source.name, _bad_response_body)
        elif source.kind in {SourceKind.HEADER, SourceKind.MULTI_HEADER}:
            value = _header_value(headers, source)
        else:
            value = _shared_value(validated, source)
        if value is not None:
            mapped.append((mapping.name, value))
    return mapped


def request_values(validated: Validated, source: ValueSource) -> tuple[str, ...]:
    """Read a parameter of a request, its values in order; none where it is not there.

    Raises:
        GatewayFailure: it is read from the body, which begins like JSON and is none (400).
    """
    addressed = validated.addressed
    match source.kind:
        case SourceKind.QUERY | SourceKind.MULTI_QUERY:
            values = tuple(value for name, value in parse_query(addressed.raw_query) if name == source.name)
            return values if source.kind is SourceKind.MULTI_QUERY else values[-1:]
        case SourceKind.HEADER | SourceKind.MULTI_HEADER:
            value = _header_value(addressed.headers, source)
        case SourceKind.PATH:
            sent = _path_parameter(validated, source.name)
            value = None if sent is None else unquote(sent)
        case SourceKind.BODY:
            value = _body_value(addressed.body, source.name, _bad_request_body)
        case _:
            value = _shared_value(validated, source)
    return () if value is None else (value,)


def _path_parameter(validated: Validated, name: str) -> str | None:
    """Read a path parameter as it was sent, undecoded."""
    for found, value in reversed(validated.matched.route.path_parameters):
        if found == name:
            return value
    return None


def _in_uri(source: ValueSource, value: str) -> str:
    """Encode a value for a URI, which has to stay one whatever a client sends.

    What the template's author wrote stays, and may hold a query of its own.
    """
    if source.kind in {SourceKind.STATIC, SourceKind.STAGE_VARIABLE}:
        return value
    return quote(value, safe="/:@!$*,()")


def _header_value(headers: Headers, source: ValueSource) -> str | None:
    """Read a header, its name compared with case: the last line, or all of them joined."""
    values = [value for name, value in headers if name == source.name]
    if not values:
        return None
    return ",".join(values) if source.kind is SourceKind.MULTI_HEADER else values[-1]


def _shared_value(validated: Validated, source: ValueSource) -> str | None:
    match source.kind:
        case SourceKind.STATIC:
            return source.name
        case SourceKind.STAGE_VARIABLE:
            return validated.addressed.stage.variables.get(source.name)
        case SourceKind.CONTEXT:
            return context_text(validated.admitted, source.name)
        case _:
            return None


def _body_value(body: bytes, path: str, failure: Callable[[], GatewayFailure]) -> str | None:
    """Read the body or a place in it; an empty body is ``{}``, and text that is no JSON has no places.

    ``failure`` makes what is raised for a body that begins like JSON and is none, even where all of it is wanted.
    """
    text = (as_text(body) or "{}").strip()
    try:
        document: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        if text.startswith(("{", "[", '"', "'")):
            raise failure() from None
        return None if path else text
    if not path:
        return text
    return _find(document, path)


def _find(document: Json, path: str) -> str | None:
    # Loaded with the first path: most APIs have none.
    from forestage.vtl.budget import Budget
    from forestage.vtl.errors import ThrownLimit
    from forestage.vtl.jsonpath import MISSING, PathError, compile_path

    try:
        found = compile_path(f"$.{path}").find(document, Budget(MAX_PATH_STEPS))
    except (PathError, ThrownLimit):
        return None
    return None if found is MISSING else _to_text(found)


def _to_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        # It is nested deeper than 254 levels.
        return None


def _bad_request_body() -> GatewayFailure:
    reason = "a parameter mapping reads the body, which is no JSON"
    return GatewayFailure(ResponseType.DEFAULT_4XX, reason, message="Invalid JSON in request body")


def _bad_response_body() -> GatewayFailure:
    return GatewayFailure(
        ResponseType.DEFAULT_5XX,
        "a parameter mapping reads the response's body, which is no JSON",
        error_type="InternalFailureException",
    )
