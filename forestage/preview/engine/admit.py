"""Stage 5 of a request: API key, throttle, quota."""

from __future__ import annotations

from forestage.preview.engine.results import Admitted, Authorized


async def admit(authorized: Authorized) -> Admitted:
    """Admit everybody: methods that demand a key were refused before, throttles are in the fidelity report."""
    return Admitted(authorized=authorized)
