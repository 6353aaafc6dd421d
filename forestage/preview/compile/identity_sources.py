"""Where an authorizer finds who calls: headers, the query, stage variables, ``$context``.

Source: authorizers.md (documented). The characters of names are those that API Gateway's own refusals tell, recorded in
serverless/serverless#4428 (REST) and aws/aws-cdk#18307 (WebSocket).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.model.values import Json


class IdentityKind(Enum):
    """What part of a request an identity source reads."""

    HEADER = "header"
    QUERY = "querystring"
    STAGE_VARIABLE = "stageVariables"
    CONTEXT = "context"


class IdentitySourceError(ValueError):
    """A text is no identity source; the message says what one looks like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySource:
    """One value that has to be there; ``name`` of ``$context`` may be a dotted path."""

    kind: IdentityKind
    name: str


_SOURCE: Final = re.compile(
    r"(?:method|route)\.request\.(?P<place>header|querystring)\.(?P<parameter>[a-zA-Z0-9._-]+)"
    r"|(?P<root>stageVariables|context)\.(?P<name>[a-zA-Z0-9._-]+)"
)


def read_identity_sources(text: str) -> tuple[IdentitySource, ...]:
    """Read ``method.request.header.X, context.identity.sourceIp``; WebSocket APIs write ``route.request.header.X``.

    Raises:
        IdentitySourceError: a part is none of the forms; path parameters cannot identify anybody.
    """
    return tuple(_read(part.strip()) for part in text.split(",") if part.strip())


def _read(text: str) -> IdentitySource:
    found = _SOURCE.fullmatch(text)
    if found is None:
        raise IdentitySourceError(
            f"an identity source is method.request.header.NAME, method.request.querystring.NAME, "
            f"stageVariables.NAME or context.NAME, got {text!r}"
        )
    if found["place"]:
        return IdentitySource(kind=IdentityKind(found["place"]), name=found["parameter"])
    return IdentitySource(kind=IdentityKind(found["root"]), name=found["name"])


def read_identity(
    source: IdentitySource,
    *,
    headers: Iterable[tuple[str, str]],
    query: Iterable[tuple[str, str]],
    stage_variables: Mapping[str, str],
    context: Mapping[str, Json],
) -> tuple[str, ...]:
    """Read every value that a request has of a source, of which the last one counts; none where that is empty.

    Names of headers are compared without their case.
    """
    match source.kind:
        case IdentityKind.HEADER:
            wanted = source.name.lower()
            found = tuple(value for name, value in headers if name.lower() == wanted)
        case IdentityKind.QUERY:
            found = tuple(value for name, value in query if name == source.name)
        case IdentityKind.STAGE_VARIABLE:
            found = (stage_variables.get(source.name, ""),)
        case IdentityKind.CONTEXT:
            found = (_text(_dig(context, source.name)),)
    return found if found and found[-1] else ()


def _dig(value: Json | Mapping[str, Json], path: str) -> Json:
    found: Json | Mapping[str, Json] = value
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if not isinstance(found, dict) else None


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, list) else str(value)
