r"""Which characters ``\d``, ``\p{Alpha}`` and their like stand for, as the inside of a class in Python's syntax.

Source: the documentation of ``java.util.regex.Pattern``, Java 17.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from forestage.vtl.regex.nodes import One

LINE_ENDS: Final = r"\n\r\x85\u2028\u2029"
ANY: Final = r"[\s\S]"
NONE: Final = "(?!)"

PREDEFINED: Final = {
    "d": "0-9",
    "w": "a-zA-Z0-9_",
    "s": r" \t\n\x0b\f\r",
    "h": r" \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000",
    "v": r"\n\x0b\f\r\x85\u2028\u2029",
}
ANCHORS: Final = {
    "b": r"\b",
    "B": r"\B",
    "A": r"\A",
    "z": r"\Z",
    "Z": rf"(?=(?:\r\n|[{LINE_ENDS}])?\Z)",
    "G": r"\A",
}
CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}

_POSIX: Final = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9a-fA-F",
    "Space": r" \t\n\x0b\f\r",
}
_PROPERTIES: Final = {
    "javaLowerCase": "Ll",
    "javaUpperCase": "Lu",
    "IsAlphabetic": "L",
    "IsLetter": "L",
    "IsDigit": "Nd",
    "IsLowercase": "Ll",
    "IsUppercase": "Lu",
    "IsPunctuation": "P",
    "IsWhite_Space": "Z",
}
_CATEGORIES: Final = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "C",
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
    ]
)
_TABLE_END: Final = 0x3000
# Beyond the table come, but for signs, the letters of the East.
_EASTERN_LETTERS: Final = r"\u3005-\ud7ff\uf900-\ufdff"
_BASIC_PLANE_END: Final = 0xFFFF


def named(name: str) -> str | None:
    r"""Return what ``\p{name}`` stands for; None where Java knows no such property."""
    if name in _POSIX:
        return _POSIX[name]
    category = _PROPERTIES.get(name)
    if category is None:
        category = name.removeprefix("general_category=").removeprefix("gc=").removeprefix("Is")
    return _members(category) if category in _CATEGORIES else None


@lru_cache(maxsize=len(_CATEGORIES))
def _members(category: str) -> str:
    ranges: list[tuple[int, int]] = []
    for code in range(_TABLE_END):
        if unicodedata.category(chr(code)).startswith(category):
            low = ranges.pop()[0] if ranges and ranges[-1][1] == code - 1 else code
            ranges.append((low, code))
    eastern = _EASTERN_LETTERS if category in {"L", "Lo"} else ""
    return "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in ranges) + eastern or r"\ud800-\udfff"


def quoted(character: str) -> str:
    """Write one character so that it means itself within a class."""
    code = ord(character)
    return f"\\u{code:04x}" if code <= _BASIC_PLANE_END else f"\\U{code:08x}"


def literal(character: str, *, ignore_case: bool) -> One:
    """Make the node of one character."""
    return One(f"[{quoted(character)}]", ignore_case, character)


def union(members: list[str], *, negated: bool = False) -> str:
    """Return the class of what is in any of these, or in none of them; each member is a class of its own."""
    if members and all(member.startswith("[") and not member.startswith("[^") for member in members):
        return f"[{'^' if negated else ''}{''.join(member[1:-1] for member in members)}]"
    joined = f"(?:{'|'.join(members)})" if members else NONE
    return f"(?:(?!{joined}){ANY})" if negated else joined
