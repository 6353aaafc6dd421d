"""Methods of HTTP that a REST API can have."""

from __future__ import annotations

from typing import Final

ANY: Final = "ANY"
VERBS: Final = (ANY, "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
