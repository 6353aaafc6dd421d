"""Imports that would take long by themselves, made so that they do not."""

from __future__ import annotations

import sys


def import_msgspec() -> None:
    """Import msgspec without typing_extensions.

    It asks that first for what ``typing`` has had since Python 3.11, and importing it takes a twentieth of the time
    until a preview answers. A module that is None cannot be imported: msgspec turns to ``typing`` then.
    """
    if "typing_extensions" in sys.modules:
        return  # Then it costs nothing.
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # the type has no place for it
    try:
        import msgspec  # ruff: ignore[unused-import]  (it is imported for those that come after)
    finally:
        del sys.modules["typing_extensions"]
