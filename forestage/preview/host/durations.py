"""Lengths of time as people write them: ``31d``, ``1h30m``, ``P1DT12H``."""

from __future__ import annotations

import re
from typing import Final

_SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_NUMBER: Final = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_PART: Final = re.compile(_NUMBER + r"([wdhms])")
_ISO: Final = re.compile(rf"P(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?")


def read_duration(text: str) -> float:
    """Return a length of time in seconds.

    Raises:
        ValueError: it is none; months and years have no length of their own.
    """
    text = text.strip()
    parts = _PART.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text:
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    found = _ISO.fullmatch(text)
    if found and not text.endswith("T") and any(found.groups()):
        return sum(
            float(number) * _SECONDS[unit] for number, unit in zip(found.groups(), "wdhms", strict=True) if number
        )
    raise ValueError(f"a length of time is written 31d, 12h, 5m, 30s, 1h30m or P1DT12H, got {text!r}")
