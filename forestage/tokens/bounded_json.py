"""JSON that strangers wrote: bounded in depth, each name once, every number finite."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from forestage.model.values import Json

_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"')


class BoundedJsonError(ValueError):
    """A text is no JSON object within its bounds; the message goes on after the name of the text."""


def read_object(text: str, *, max_depth: int) -> dict[str, Json]:
    """Read a JSON object whose brackets nest ``max_depth`` deep at most.

    The length is for the caller to bound.

    Raises:
        BoundedJsonError: the text is no JSON object, nests deeper, has a name twice, a number that is none, or half
            of a surrogate pair.
    """
    _check_depth(text, max_depth)
    try:
        value: Json = json.loads(text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse_constant)
        # Escapes may spell half a pair, which no encoder of events could write.
        json.dumps(value, ensure_ascii=False).encode()
    except BoundedJsonError:
        raise
    except ValueError:
        raise BoundedJsonError("is no JSON") from None
    if not isinstance(value, dict):
        raise BoundedJsonError("is no JSON object")
    return value


def _check_depth(text: str, max_depth: int) -> None:
    if text.count("{") + text.count("[") <= max_depth:
        return
    depth = 0
    for character in _STRINGS.sub("", text):
        if character in "{[":
            depth += 1
            if depth > max_depth:
                raise BoundedJsonError(f"nests deeper than {max_depth}")
        elif character in "}]":
            depth -= 1


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            raise BoundedJsonError(f"has the name {shown(name)} twice")
        found[name] = value
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BoundedJsonError(f"has a number too large: {text[:20]}")
    return value


def _refuse_constant(text: str) -> NoReturn:
    raise BoundedJsonError(f"has {text}, which is no JSON")


MAX_SHOWN: Final = 100
"""How many characters of a stranger's value a message repeats."""


def shown(value: Json) -> str:
    """Write a stranger's value for a message: quoted, escaped and cut."""
    text = ascii(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
