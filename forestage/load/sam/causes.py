"""What the transform finds wrong, in our words and with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.errors import Fault
from forestage.load.positions import MarkedMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.load.locator import Locator
    from forestage.load.template import Template
    from forestage.model.values import Origin

_RESOURCE = re.compile(r"Resource with id \[([^\]]+)\] is invalid\. ", re.DOTALL)
_EVENT = re.compile(r"Event with id \[([^\]]+)\] is invalid\. ", re.DOTALL)
_TRANSFORMING = re.compile(r"Transforming resource with id \[([^\]]+)\] ")
_PROPERTY = re.compile(r"""[Pp]roperty ['"\[]?([A-Za-z][A-Za-z0-9.]+)|^'([A-Za-z][A-Za-z0-9.]+)'""")
_IN_GLOBALS = re.compile(r"'(\w+)' is not (?:a )?supported(?: property of '(\w+)')?")
_STRUCTURE = "Structure of the SAM template is invalid. "


def fault_of(cause: str, template: Template, locator: Locator) -> Fault:
    """Make a fault of a message of the transform, as near to what the author wrote as the message tells."""
    resource = _RESOURCE.match(cause)
    text = cause[resource.end() :] if resource else cause.removeprefix(_STRUCTURE)
    event = _EVENT.match(text)
    text = text[event.end() :] if event else text
    named = resource or _TRANSFORMING.match(text)
    path = _globals(text)
    if named:
        path = ["Resources", named[1]]
        inside = [*(("Events", event[1]) if event else ()), *_property(text)]
        path += ["Properties", *inside] if inside else []
    who = named[1] if named else "the template"
    who = f"event {event[1]} of {who}" if event else who
    return Fault(message=f"SAM cannot transform {who}: {_sentence(text)}", origin=_origin(template, locator, path))


def _globals(text: str) -> list[str]:
    """Tell the path in Globals that a message is about, empty for none."""
    if not text.startswith("'Globals'"):
        return []
    match = _IN_GLOBALS.search(text)
    return ["Globals", *(name for name in (match[2], match[1]) if name)] if match else ["Globals"]


def _property(text: str) -> Sequence[str]:
    match = _PROPERTY.search(text)
    return (match[1] or match[2]).split(".") if match else ()


def _sentence(text: str) -> str:
    """Write a message as ours are: lower case, no full stop."""
    text = " ".join(text.split()).removesuffix(".")
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


def _origin(template: Template, locator: Locator, path: Sequence[str]) -> Origin:
    """Follow a path as far as it was written; Properties and an event's Properties may be left out of it."""
    node, key = template.root, None
    for part in path:
        child = node if key is None else node.get(key)
        inner = child.get("Properties") if isinstance(child, MarkedMap) and part not in child else None
        for candidate in (child, inner):
            if isinstance(candidate, MarkedMap) and part in candidate:
                node, key = candidate, part
                break
    return locator.origin(node, key)
