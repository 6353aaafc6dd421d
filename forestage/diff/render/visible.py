"""Text of templates, made harmless: what steers terminals, or reverses the direction of text, is spelled out."""

from __future__ import annotations


def visible(text: str) -> str:
    r"""Spell out every character that is not seen, ``\x1b``, ``\n``, ``\u202e``; the rest stays as it is.

    What comes out is one line, can be encoded as UTF-8, and has no character that XML forbids.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)
