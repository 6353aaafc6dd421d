"""Texts that CloudFormation does not tell as they are: every character outside ASCII comes back as ``?``.

Source: aws-cloudformation/cloudformation-coverage-roadmap, issues 814 and 1220; the deployed resource has the right
characters.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.model.deployment import Deployment

_HIDDEN = "?"


def mangled(text: str) -> str:
    """Write a text as CloudFormation tells it."""
    return "".join(character if character.isascii() else _HIDDEN for character in text)


def restored(deployed: Deployment, other: Deployment) -> Deployment:
    """Put characters back that CloudFormation hides, where the other side of a comparison tells what they may be.

    A text that is told as CloudFormation would tell one of the other side's is taken to be that one.
    """
    written = {mangled(text): text for text in _texts(other) if not text.isascii()}
    found: Deployment = _restored(deployed, written) if written else deployed
    return found


# Parts of the model have no common type, here and below.
def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
    elif dataclasses.is_dataclass(value):
        for field in _fields(value):
            yield from _texts(getattr(value, field))


# As above.
def _restored(value: Any, written: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return written.get(value, value)
    if isinstance(value, Mapping):
        return {written.get(key, key): _restored(item, written) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_restored(item, written) for item in value)
    if isinstance(value, list):
        return [_restored(item, written) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fresh = {field: _restored(getattr(value, field), written) for field in _fields(value)}
        return dataclasses.replace(value, **fresh)
    return value


# As above.
def _fields(value: Any) -> Iterator[str]:
    """Name the fields of a part that tell what it is, not where it was written."""
    yield from (field.name for field in dataclasses.fields(value) if field.compare and field.init)
