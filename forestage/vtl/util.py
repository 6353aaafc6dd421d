"""``$util``: escaping, encoding and parsing.

Sources: API Gateway developer guide, "Mapping template and access logging variable reference"; spec/vtl.md section 3.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus, unquote_to_bytes

from forestage.vtl.errors import Thrown
from forestage.vtl.json_reader import JsonError, read_json
from forestage.vtl.methods.table import Methods, any_value, text
from forestage.vtl.printing import text_of
from forestage.vtl.values import checked_text

if TYPE_CHECKING:
    from forestage.vtl.budget import Budget

_ESCAPED: Final = re.compile(r"""["'\\/\x00-\x1f\x80-\U0010ffff]""")
_SHORT: Final = {
    "'": "\\'",
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\n": "\\n",
    "\t": "\\t",
    "\f": "\\f",
    "\r": "\\r",
}
_SHORT_TEXT: Final = 256
_BAD_PERCENT: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class Util:
    """``$util`` itself; all it can is in ``UTIL_METHODS``."""

    __slots__ = ()


def escape_java_script(value: str) -> str:
    """Escape a text as commons-lang's ``escapeJavaScript`` does: quotes, slashes, and everything that is not ASCII."""
    if value.isascii() and value.isprintable():
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'").replace("/", "\\/")
    return _ESCAPED.sub(_escape, value)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    short = _SHORT.get(character)
    if short is not None:
        return short
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))


def _escape_java_script(budget: Budget, _util: Util, value: object) -> str | None:
    if value is None:
        return None
    text: str = value if value.__class__ is str else text_of(value, budget)
    if len(text) < _SHORT_TEXT:
        return escape_java_script(text)
    budget.spend_characters(len(text))
    return checked_text(escape_java_script(text))


def _parse_json(budget: Budget, _util: Util, json: str) -> object:
    budget.spend_characters(len(json))
    try:
        return read_json(json)
    except JsonError as error:
        raise Thrown(f"{json[:50]!r} is no JSON: {error} (ParseException)") from None


def _url_encode(_budget: Budget, _util: Util, value: str) -> str:
    return checked_text(quote_plus(value, safe="*", errors="replace").replace("~", "%7E"))


def _url_decode(_budget: Budget, _util: Util, value: str) -> str:
    bad = _BAD_PERCENT.search(value)
    if bad is not None:
        raise Thrown(
            f"illegal characters behind % in {value[bad.start() : bad.start() + 3]!r} (IllegalArgumentException)"
        )
    return unquote_to_bytes(value.replace("+", " ")).decode("utf-8", "replace")


def _base64_encode(_budget: Budget, _util: Util, value: str) -> str:
    return checked_text(base64.b64encode(value.encode("utf-8", "replace")).decode("ascii"))


def _base64_decode(_budget: Budget, _util: Util, value: str) -> str:
    # Java takes a text without its padding, and refuses line ends and wrong padding.
    padded = value if "=" in value else value + "=" * (-len(value) % 4)
    if _BASE64.fullmatch(value) is None or len(padded) % 4:
        raise Thrown(f"{value[:50]!r} is no base64 (IllegalArgumentException)")
    try:
        return base64.b64decode(padded).decode("utf-8", "replace")
    except binascii.Error:
        raise Thrown(f"{value[:50]!r} is no base64 (IllegalArgumentException)") from None


UTIL_METHODS: Final = Methods()
UTIL_METHODS.add_all(
    (
        ("escapeJavaScript", (any_value,), _escape_java_script),
        ("parseJson", (text,), _parse_json),
        ("urlEncode", (text,), _url_encode),
        ("urlDecode", (text,), _url_decode),
        ("base64Encode", (text,), _base64_encode),
        ("base64Decode", (text,), _base64_decode),
    )
)
