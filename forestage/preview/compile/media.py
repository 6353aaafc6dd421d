"""Media types: what is binary, and which template a content type takes."""

from __future__ import annotations

from dataclasses import dataclass


def media_type(header: str | None) -> str:
    """Return type and subtype of a Content-Type or Accept value, in lower case; empty where there is none."""
    if not header:
        return ""
    return header.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class BinaryMediaTypes:
    """The ``binaryMediaTypes`` of an API.

    Source: rest-facts.md section 6 (recorded; ``*/*`` as documented).
    """

    exact: frozenset[str] = frozenset()
    ranges: frozenset[str] = frozenset()
    everything: bool = False

    @classmethod
    def of(cls, types: tuple[str, ...]) -> BinaryMediaTypes:
        """Sort the types of a template: ``image/png``, ``image/*`` or ``*/*``; the rest never matches."""
        lowered = [entry.strip().lower() for entry in types]
        well_formed = [entry for entry in lowered if entry.count("/") == 1 and not entry.startswith("*/")]
        return cls(
            exact=frozenset(well_formed),
            ranges=frozenset(entry[:-1] for entry in well_formed if entry.endswith("/*")),
            everything="*/*" in lowered,
        )

    def __contains__(self, header: str | None) -> bool:
        """Tell whether a Content-Type or Accept value is binary; only its first type counts."""
        if not self.exact and not self.everything:
            return False
        first = media_type((header or "").partition(",")[0])
        if self.everything:
            return True
        if first.count("/") != 1:
            return False
        return first in self.exact or first.partition("/")[0] + "/" in self.ranges
