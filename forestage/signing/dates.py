"""When a request was signed, and whether that is now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from forestage.signing.refusal import Refusal, RefusedError

SKEW: Final = timedelta(minutes=5)
"""How far a signature may be from now. Source: "Signature expired: ... - 5 min." (recorded on REST APIs)."""

_BASIC = "%Y%m%dT%H%M%SZ"
_BASIC_FORM = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_HTTP_FORM = re.compile(
    r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|[+-]0000)", re.ASCII
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHOWN_LENGTH = 64


def signed_at(text: str) -> datetime:
    """Read ``X-Amz-Date`` or ``Date``: in ISO 8601's basic format, or as HTTP writes dates.

    Raises:
        RefusedError: it is neither.

    Source: SigV4, "Create a signed request": either header may carry the date; botocore sends ``Date``
    as mail has it, with ``-0000``.
    """
    moment = _from_basic(text) or _from_http(text)
    if moment is None:
        raise RefusedError(
            Refusal.INCOMPLETE,
            f"Date must be in ISO-8601 'basic format'. Got '{text[:_SHOWN_LENGTH]}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601",
            "the date of the signature cannot be read",
        )
    return moment


def check_skew(moment: datetime, now: float) -> None:
    """Refuse a signature that is older or newer than the clocks of two machines may differ.

    Raises:
        RefusedError: it has expired, or is not yet current.
    """
    current = datetime.fromtimestamp(int(now), UTC)
    minutes = int(SKEW.total_seconds()) // 60
    if moment < current - SKEW:
        raise RefusedError(
            Refusal.EXPIRED,
            f"Signature expired: {basic(moment)} is now earlier than {basic(current - SKEW)} "
            f"({basic(current)} - {minutes} min.)",
            f"the request was signed {current - moment} ago; a signature is good for {minutes} minutes",
        )
    if moment > current + SKEW:
        raise RefusedError(
            Refusal.NOT_YET_CURRENT,
            f"Signature not yet current: {basic(moment)} is still later than {basic(current + SKEW)} "
            f"({basic(current)} + {minutes} min.)",
            f"the request was signed {moment - current} from now; a signature may be {minutes} minutes ahead",
        )


def basic(moment: datetime) -> str:
    """Write a moment as signatures have it: ``20260501T120000Z``."""
    return f"{moment.year:04}{moment:%m%dT%H%M%SZ}"


def _from_basic(text: str) -> datetime | None:
    if not _BASIC_FORM.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, _BASIC).replace(tzinfo=UTC)
    except ValueError:
        return None


def _from_http(text: str) -> datetime | None:
    match = _HTTP_FORM.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(match[group]) for group in (1, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(match[2]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
