"""The client of HTTP backends, made when the first one is called: many APIs have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from forestage.preview.engine.effects import (
        BackendAnswer,
        BackendFailure,
        BackendStream,
        CallBackend,
        StreamBackend,
    )
    from forestage.preview.host.backend import BackendClient


class LateBackends:
    """Calls HTTP backends by a client that ``make`` makes at the first call."""

    def __init__(self, make: Callable[[], BackendClient]) -> None:
        self._make = make
        self._client: BackendClient | None = None

    def call(self, effect: CallBackend) -> asyncio.Future[BackendAnswer | BackendFailure]:
        """Send a request; a failure of any kind is an answer."""
        return self._made().call(effect)

    def stream(self, effect: StreamBackend) -> asyncio.Future[BackendStream | BackendFailure]:
        """Send a request whose answer comes as the backend sends it."""
        return self._made().stream(effect)

    def close(self) -> None:
        """Close the connections, where there are any."""
        if self._client is not None:
            self._client.close()

    def _made(self) -> BackendClient:
        if self._client is None:
            self._client = self._make()
        return self._client
