"""What templates override: parameters of the integration request, headers and status of the response.

Source: rest-pipeline.md, Overrides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What templates of a request have set so far: ``$context.requestOverride`` and ``$context.responseOverride``."""

    request: Mapping[str, Json]
    response: Mapping[str, Json]


NO_OVERRIDES = Overrides(request={}, response={})


def override_lines(overrides: Json) -> list[tuple[str, str]]:
    """Read overrides of headers or parameters: a value that is a list is several lines, what is null is none."""
    if not isinstance(overrides, dict):
        return []
    return [
        (name, text)
        for name, value in overrides.items()
        for item in (value if isinstance(value, list) else [value])
        if (text := _text(item)) is not None
    ]


def override_status(overrides: Mapping[str, Json]) -> int | None:
    """Read ``$context.responseOverride.status``; what is no integer from 100 to 599 is ignored.

    Source: rest-facts.md section 7 (AWS-validated unit test).
    """
    value = overrides.get("status")
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == _STATUS_DIGITS:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value in _STATUSES:
        return value
    return None


_STATUS_DIGITS = 3
_STATUSES = range(100, 600)


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
