"""How a value is shown to a person whose template it surprised."""

from __future__ import annotations

from typing import Final

from forestage.vtl.budget import Budget
from forestage.vtl.errors import Thrown
from forestage.vtl.input import Input
from forestage.vtl.printing import json_of
from forestage.vtl.runtime import DefinedBlock
from forestage.vtl.util import Util

LENGTH_LIMIT: Final = 200
_STEPS: Final = 20_000


def brief(value: object) -> str:
    """Write a value as JSON, cut where it is long; of ``$input`` its body, and nothing of what is no data."""
    if isinstance(value, Input):
        return _cut(value.body)
    if isinstance(value, Util | DefinedBlock):
        return ""
    try:
        return _cut(json_of(value[:LENGTH_LIMIT] if isinstance(value, str) else value, Budget(_STEPS)))
    except Thrown:
        return "a value too large to be shown"


def _cut(text: str) -> str:
    return text if len(text) <= LENGTH_LIMIT else f"{text[: LENGTH_LIMIT - 1]}…"
