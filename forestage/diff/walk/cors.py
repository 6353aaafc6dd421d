"""What browsers of other origins may do: the CORS headers that a method answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern
from forestage.diff.walk.integrations import is_cors
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.match.pairs import MethodPair
    from forestage.diff.walk.changes import Place
    from forestage.model.rest import Integration
    from forestage.model.websocket import Cors

HEADERS: Mapping[str, Concern] = {
    "access-control-allow-origin": Concern.CORS_ORIGINS,
    "access-control-allow-methods": Concern.CORS_METHODS,
    "access-control-allow-headers": Concern.CORS_HEADERS,
    "access-control-expose-headers": Concern.CORS_EXPOSED,
    "access-control-allow-credentials": Concern.CORS_CREDENTIALS,
}


def walk_cors(pair: MethodPair, place: Place) -> Iterator[Change[frozenset[str]]]:
    """Tell which CORS headers a method answers otherwise."""
    ours, theirs = _headers(pair.before.method.integration), _headers(pair.after.method.integration)
    for name, concern in HEADERS.items():
        before, after = ours.get(name), theirs.get(name)
        if before is None and after is None:
            continue
        values = _values(name, before), _values(name, after)
        if values[0] != values[1]:
            yield Change(
                concern=concern,
                place=place,
                before=values[0],
                after=values[1],
                path=("Integration", "IntegrationResponses"),
                is_held=True,
                origin=pair.after.method.integration.origin if pair.after.method.integration else None,
            )


def _headers(integration: Integration | None) -> Mapping[str, str]:
    """Return the CORS headers of an integration's responses, the default's first."""
    if integration is None:
        return {}
    found: dict[str, str] = {}
    for response in sorted(integration.integration_responses, key=lambda item: bool(item.selection_pattern)):
        for name, value in response.response_parameters.items():
            if is_cors(name):
                text = known(value) if known(value) is not None else str(value)
                found.setdefault(name.rpartition(".")[2].lower(), text or "")
    return found


def _values(name: str, text: str | None) -> frozenset[str]:
    """List the values of a header; a mapping writes a literal between quotes."""
    if text is None:
        return frozenset()
    literal = text[1:-1] if text.startswith("'") and text.endswith("'") else text
    parts = (part.strip() for part in literal.split(","))
    fold = str.lower if name.endswith(("headers", "credentials")) else str
    return frozenset(fold(part) for part in parts if part)


def walk_cors_configuration(before: Cors | None, after: Cors | None, place: Place) -> Iterator[Change[frozenset[str]]]:
    """Tell what the CORS configuration of an HTTP API says otherwise."""
    for concern, field in (
        (Concern.CORS_ORIGINS, "allow_origins"),
        (Concern.CORS_METHODS, "allow_methods"),
        (Concern.CORS_HEADERS, "allow_headers"),
        (Concern.CORS_EXPOSED, "expose_headers"),
    ):
        values = tuple(frozenset(str(item) for item in getattr(cors, field, ())) for cors in (before, after))
        if values[0] != values[1]:
            yield Change(
                concern=concern,
                place=place,
                before=values[0],
                after=values[1],
                path=("CorsConfiguration",),
                origin=after.origin if after else None,
            )
    credentials = tuple(
        frozenset({"true"} if cors is not None and cors.allow_credentials else ()) for cors in (before, after)
    )
    if credentials[0] != credentials[1]:
        yield Change(
            concern=Concern.CORS_CREDENTIALS,
            place=place,
            before=credentials[0],
            after=credentials[1],
            path=("CorsConfiguration", "AllowCredentials"),
        )
