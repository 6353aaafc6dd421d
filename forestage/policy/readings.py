"""Values of conditions as what they stand for: numbers, moments, addresses, bytes; None where a text is none."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST: Final = 64
_REMEMBERED: Final = 256
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
_PREFIX: Final = re.compile(r"[0-9]{1,3}", re.ASCII)
_MOMENT: Final = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[Tt](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?P<fraction>\.\d{1,9})?)?"
    r"(?:[Zz]|(?P<sign>[-+])(?P<zone_hour>\d\d):?(?P<zone_minute>\d\d))?)?)?",
    re.ASCII,
)


@lru_cache(_REMEMBERED)
def read_number(text: str) -> Decimal | None:
    """Read an integer or a decimal number."""
    return Decimal(text) if len(text) <= _LONGEST and _NUMBER.fullmatch(text) else None


@lru_cache(_REMEMBERED)
def read_moment(text: str) -> Decimal | None:
    """Read a date, a date with a time, or seconds since 1970, and return seconds since 1970.

    Four digits are seconds, not a year. A time without a zone is UTC.

    Source: IAM user guide, "Date condition operators" (documented); moto's validator of policies, which was held
    against IAM, for what counts as seconds and for the missing zone.
    """
    if _SECONDS.fullmatch(text):
        return Decimal(text)
    found = _MOMENT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    part = {name: int(value) for name, value in found.groupdict("0").items() if value.isdigit()}
    try:
        local = datetime(
            *(part["year"], part["month"], part["day"] if found["day"] else 1),
            *(part["hour"], part["minute"], part["second"]),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    ahead = (part["zone_hour"] * 60 + part["zone_minute"]) * 60 * (-1 if found["sign"] == "-" else 1)
    return Decimal(int((local - _EPOCH).total_seconds()) - ahead) + Decimal(found["fraction"] or 0)


@lru_cache(_REMEMBERED)
def read_address(text: str) -> Address | None:
    """Read an IPv4 or IPv6 address."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def read_network(text: str) -> Network | None:
    """Read a range of addresses in CIDR form; an address alone is a range of one, bits behind the prefix are nothing.

    Source: IAM user guide, "IP address condition operators"; Access Analyzer, "Improve IP range" (documented).
    """
    _, slash, prefix = text.partition("/")
    if slash and not _PREFIX.fullmatch(prefix):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def read_bytes(text: str) -> bytes | None:
    """Read bytes in base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def read_truth(text: str) -> bool | None:
    """Read ``true`` or ``false``, in any case."""
    return {"true": True, "false": False}.get(text.lower())
