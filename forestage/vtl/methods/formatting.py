"""``String.format``: the part of ``java.util.Formatter`` that a template can use."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Final

from forestage.vtl.comparing import hash_of
from forestage.vtl.errors import Thrown, ThrownLimit
from forestage.vtl.printing import text_of
from forestage.vtl.values import LENGTH_LIMIT, Character, checked_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.vtl.budget import Budget

_DIRECTIVE: Final = re.compile(r"%(?:(\d{1,4})\$)?([-#+ 0,(<]*)(\d{1,8})?(?:\.(\d{1,4}))?([a-zA-Z%])")
_DIGITS_LIMIT: Final = 5_000
_LAST_CODE: Final = 0x10FFFF
_CONTEXT: Final = Context(prec=6_000, rounding=ROUND_HALF_UP)


def format_text(pattern: str, arguments: Sequence[object], budget: Budget) -> str:
    """Fill a format.

    Raises:
        Thrown: the format is malformed, an argument is missing or of another class than its conversion takes.
    """
    parts: list[str] = []
    position = ordinary = 0
    previous = -1
    room = LENGTH_LIMIT
    while (percent := pattern.find("%", position)) >= 0:
        found = _DIRECTIVE.match(pattern, percent)
        if found is None:
            raise Thrown(
                f"unknown format conversion in {pattern[percent : percent + 10]!r} (UnknownFormatConversionException)"
            )
        parts.append(pattern[position:percent])
        position = found.end()
        if found[5] in "n%":
            parts.append(_padded("%", found) if found[5] == "%" else "\n")
            continue
        if "<" in found[2]:
            index = previous
        elif found[1]:
            index = int(found[1]) - 1
        else:
            index = ordinary
            ordinary += 1
        if not 0 <= index < len(arguments):
            raise Thrown(f"no argument for {found[0]!r} (MissingFormatArgumentException)")
        previous = index
        parts.append(_convert(found, arguments[index], budget))
        room -= len(parts[-1])
        if room < 0:
            raise ThrownLimit(f"a text of more than {LENGTH_LIMIT} characters")
    parts.append(pattern[position:])
    return checked_text("".join(parts))


def _convert(found: re.Match[str], argument: object, budget: Budget) -> str:
    conversion = found[5]
    lower = conversion.lower()
    if lower == "s":
        text = text_of(argument, budget)
    elif lower == "b":
        text = "false" if argument is None else text_of(argument, budget) if isinstance(argument, bool) else "true"
    elif lower == "h":
        text = f"{hash_of(argument, budget) & 0xFFFFFFFF:x}"
    elif argument is None:
        text = "null"
    elif lower == "c" and isinstance(argument, Character):
        text = argument.text
    elif lower == "c" and isinstance(argument, int) and not isinstance(argument, bool) and 0 <= argument <= _LAST_CODE:
        text = chr(argument)
    elif lower in "dxo" and isinstance(argument, int) and not isinstance(argument, bool):
        return _padded(_integer(argument, found), found, conversion=conversion)
    elif lower in "fe" and isinstance(argument, float | Decimal):
        return _padded(_decimal(Decimal(argument), found), found, conversion=conversion)
    else:
        raise Thrown(f"{found[0]} does not take {text_of(argument, budget)[:50]} (IllegalFormatConversionException)")
    if found[4] is not None:
        text = text[: int(found[4])]
    return _padded(text, found, conversion=conversion)


def _integer(value: int, found: re.Match[str]) -> str:
    if found[5] == "d":
        return _signed(f"{abs(value):{',' if ',' in found[2] else ''}d}", found, negative=value < 0)
    mask = 0xFFFFFFFF if -(2**31) <= value < 2**31 else 0xFFFFFFFFFFFFFFFF
    unsigned = value & mask if value < 0 else value
    prefix = ("0x" if found[5] in "xX" else "0") if "#" in found[2] else ""
    return prefix + f"{unsigned:{found[5].lower()}}"


def _decimal(value: Decimal, found: re.Match[str]) -> str:
    if not value.is_finite():
        return "NaN" if value.is_nan() else _signed("Infinity", found, negative=value < 0)
    places = int(found[4]) if found[4] else 6
    if places + abs(value.adjusted()) > _DIGITS_LIMIT:
        raise ThrownLimit(f"a number of more than {_DIGITS_LIMIT} digits")
    size = value.copy_abs()
    if found[5] in "eE":
        mantissa, _, exponent = f"{size:.{places}e}".partition("e")
        digits = f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"
    else:
        digits = f"{size.quantize(Decimal(1).scaleb(-places), context=_CONTEXT):{',' if ',' in found[2] else ''}f}"
    return _signed(digits, found, negative=value.is_signed())


def _signed(digits: str, found: re.Match[str], *, negative: bool) -> str:
    flags = found[2]
    if negative:
        before, behind = ("(", ")") if "(" in flags else ("-", "")
    else:
        before, behind = "+" if "+" in flags else " " if " " in flags else "", ""
    if "0" in flags and found[3]:
        digits = digits.rjust(int(found[3]) - len(before + behind), "0")
    return before + digits + behind


def _padded(text: str, found: re.Match[str], *, conversion: str = "") -> str:
    shown = text.upper() if conversion.isupper() else text
    width = int(found[3] or 0)
    if width > LENGTH_LIMIT:
        raise ThrownLimit(f"a text of more than {LENGTH_LIMIT} characters")
    if "0" in found[2] and conversion in {"x", "X", "o"}:
        return shown.rjust(width, "0")
    return shown.ljust(width) if "-" in found[2] else shown.rjust(width)
