"""Query strings, as API Gateway reads and writes them."""

from __future__ import annotations

from urllib.parse import quote_plus, unquote_plus


def parse_query(raw: str) -> tuple[tuple[str, str], ...]:
    """Decode a query string into pairs in order: ``+`` is a blank; ``;`` splits like ``&``.

    Source: rest-facts.md section 1 (recorded); rest-pipeline.md, Others (``;`` splits, documented).
    """
    if not raw:
        return ()
    pairs = []
    for part in raw.replace(";", "&").split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((unquote_plus(name), unquote_plus(value)))
    return tuple(pairs)


def format_query(pairs: list[tuple[str, str]]) -> str:
    """Encode pairs in order, those of one name side by side at the place of the first."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, values in grouped.items() for value in values)
