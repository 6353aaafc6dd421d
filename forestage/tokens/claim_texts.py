"""Claims as backends see them: every one is a text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from forestage.tokens.verification import LAST_INSTANT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json

_DATES: Final = frozenset({"exp", "iat", "nbf"})
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def claims_as_strings(claims: Mapping[str, Json]) -> dict[str, str]:
    """Return ``requestContext.authorizer.claims`` of a REST API: each claim as a text; those that are null are not.

    ``exp`` and ``iat`` are dates as Java writes them, ``Thu Nov 28 04:24:11 UTC 2019``, other numbers are digits.
    The items of a list stand side by side with commas, ``admins,editors``; an object is JSON.

    Source: events that API Gateway sent to functions behind a Cognito authorizer, printed in
    amazon-archives/amazon-cognito-identity-js#92 (dates, numbers, booleans), AWS re:Post QUFJRBaEJRSmmqarNrvCWoQA
    (a group without brackets) and awsdocs/amazon-api-gateway-developer-guide#158 (every value is a string). That
    ``nbf`` is a date, and that JWT authorizers of REST APIs write claims the same way, is an inference.
    """
    return {
        name: _date(value) if name in _DATES else _text(value) for name, value in claims.items() if value is not None
    }


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _date(value: Json) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST_INSTANT:
        return _text(value)
    date = datetime.fromtimestamp(int(value), UTC)
    return f"{_DAYS[date.weekday()]} {_MONTHS[date.month - 1]} {date:%d %H:%M:%S} UTC {date.year:04}"
