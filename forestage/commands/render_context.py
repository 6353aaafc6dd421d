"""What a template that is rendered alone can see: the shape of ``--context``, and of the context of a case.

``{"body": {"id": 7}, "params": {"path": {"id": "7"}, "querystring": {}, "header": {}}, "stageVariables": {"table":
"pets"}, "context": {"identity": {"sourceIp": "127.0.0.1"}}, "vars": {"name": "Ada"}}``, where each part may be
missing. Source: conformance/vtl/README.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from forestage.vtl import Scope
from forestage.vtl.values import JavaList

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.model.values import Json

PARTS: Final = ("body", "params", "stageVariables", "context", "vars")
PARAMETERS: Final = ("path", "querystring", "header")


class ShapeError(ValueError):
    """A context has another shape; the message tells all that is wrong with it."""


def read_scope(content: object) -> Scope:
    """Read what a template can see.

    A body that is text is taken as it is, of anything else its compact JSON. Lists of ``vars`` are Java's.

    Raises:
        ShapeError: the content has another shape.
    """
    try:
        faults = tuple(_faults(content))
    except RecursionError:
        raise ShapeError("the context is nested too deeply") from None
    if faults:
        raise ShapeError("; ".join(faults))
    assert isinstance(content, dict)
    params = content.get("params") or {}
    return Scope(
        body=_body(content["body"]) if "body" in content else "",
        path=_texts(params.get("path")),
        querystring=_texts(params.get("querystring")),
        header=_texts(params.get("header")),
        stage_variables=_texts(content.get("stageVariables")),
        context=content.get("context") or {},
        variables={name: _java(value) for name, value in (content.get("vars") or {}).items()},
    )


def _faults(content: object) -> Iterator[str]:
    if not isinstance(content, dict):
        yield f"the context must be an object with any of {', '.join(PARTS)}"
        return
    yield from (f"there is no {name!r}, only {', '.join(PARTS)}" for name in content if name not in PARTS)
    for part in ("params", "stageVariables", "context", "vars"):
        if not isinstance(content.get(part) or {}, dict):
            yield f"{part} must be an object"
    params = content.get("params")
    groups = params if isinstance(params, dict) else {}
    yield from (f"there is no params.{name}, only {', '.join(PARAMETERS)}" for name in groups if name not in PARAMETERS)
    for name in PARAMETERS:
        yield from _no_texts(f"params.{name}", groups.get(name) or {})
    given = content.get("stageVariables")
    yield from _no_texts("stageVariables", given if isinstance(given, dict) else {})
    yield from _foreign(content, "")


def _no_texts(name: str, group: object) -> Iterator[str]:
    if not isinstance(group, dict):
        yield f"{name} must be an object"
    elif not all(isinstance(value, str | int | float) for value in group.values()):
        yield f"{name} must have texts as its values"


def _foreign(value: object, place: str) -> Iterator[str]:
    """Find what JSON does not have, such as a date in YAML."""
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(name, str):
                yield from _foreign(member, f"{place}.{name}" if place else name)
            else:
                yield f"the name {name!r} in {place or 'the context'} must be text, so put it in quotes"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _foreign(item, f"{place}[{number}]")
    elif value is not None and not isinstance(value, str | int | float):
        yield f"{place} is a {type(value).__name__}, so put it in quotes"


def _body(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _texts(values: Mapping[str, Json] | None) -> Mapping[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in (values or {}).items()}


def _java(value: object) -> object:
    if isinstance(value, list):
        return JavaList(map(_java, value))
    if isinstance(value, dict):
        return {key: _java(member) for key, member in value.items()}
    return value
