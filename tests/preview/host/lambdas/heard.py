"""What a wire told, and what it wrote."""

from __future__ import annotations

import asyncio


class Heard:
    """Writes down what a channel tells."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []

    def ready(self) -> None:
        self.events.append(("ready",))

    def result(self, payload: bytes) -> None:
        self.events.append(("result", payload))

    def piece(self, data: bytes) -> None:
        self.events.append(("piece", data))

    def ended(self) -> None:
        self.events.append(("ended",))

    def error(self, payload: bytes) -> None:
        self.events.append(("error", payload))

    def result_too_large(self) -> None:
        self.events.append(("too large",))

    def init_error(self, payload: bytes, error_type: str) -> None:
        self.events.append(("init error", payload, error_type))

    def closed(self) -> None:
        self.events.append(("closed",))


class Written(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""
        self.is_aborted = False
        self.rests = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.data += data

    def pause_reading(self) -> None:
        self.rests = True

    def resume_reading(self) -> None:
        self.rests = False

    def abort(self) -> None:
        self.is_aborted = True

    def is_closing(self) -> bool:
        return self.is_aborted
