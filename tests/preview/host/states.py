"""A state of a preview that does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.model.values import Json


class FixedState:
    """Tells the same of every preview; ``asked`` is what it was asked with parameters."""

    def __init__(self, *, ready: bool = True) -> None:
        self.ready = ready
        self.asked: list[tuple[object, ...]] = []

    def is_ready(self) -> bool:
        return self.ready

    def health(self) -> Mapping[str, Json]:
        return {"status": "ok" if self.ready else "starting"}

    def apis(self) -> Mapping[str, Json]:
        return {"apis": [{"id": "a1"}], "api_keys": []}

    def fidelity(self) -> Mapping[str, Json]:
        return {"rows": []}

    def traces(self) -> Sequence[Mapping[str, Json]]:
        return [{"request_id": "r1"}]

    def trace(self, request_id: str) -> Mapping[str, Json] | None:
        return {"request_id": request_id} if request_id == "r/1" else None

    def access_log(self, api: str, stage: str) -> Sequence[str]:
        self.asked.append((api, stage))
        return ["a line"]

    def function_logs(self, function: str | None, after: int) -> Mapping[str, Json]:
        self.asked.append((function, after))
        return {"lines": [], "next": after}
