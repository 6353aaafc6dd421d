"""A state of a preview that does not change, and a desk over a few keys and plans that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.values import Secret
from forestage.preview.engine.effects import FindApiKey, Granted, Refused, Spend
from forestage.preview.host.clock import AdjustableClock, ManualClock
from forestage.preview.host.desk import Desk
from forestage.preview.host.key_ring import KeyRing
from forestage.preview.host.ledger import Ledger
from forestage.preview.host.state import MemoryState
from tests.cases.short_api import API_ID, usage_plans

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

    def client_certificates(self) -> Mapping[str, Json]:
        return {"client_certificates": []}

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

    def execution_log(self, request_id: str) -> Sequence[str] | None:
        return ("a line",) if request_id == "r/1" else None


KEY_VALUE = "first-key-0123456789abcdefghij"
PLANS = usage_plans(
    {
        "k1": {"name": "first", "value": KEY_VALUE, "in": ["p1"]},
        "k2": {"name": "hidden", "value": Secret("a-secret-key-0123456789abcdef"), "in": ["p1", "p2"]},
        "k3": {"name": "made up"},
    },
    {
        "p1": {"usage_plan_name": "Small", "quota": {"limit": 5, "period": "WEEK"}, "stages": {"dev": None}},
        "p2": {"usage_plan_name": "Free", "stages": {"prod": None}},
        "p3": {"usage_plan_name": "Rival", "stages": {"dev": None}},
    },
)


class Books:
    """Keys, counters and a clock with a desk before them; ``told`` is what was said of the clock."""

    def __init__(self) -> None:
        self.machine = ManualClock(now=1_795_614_055.25)
        self.clock = AdjustableClock(self.machine)
        self.keys = KeyRing(PLANS, state=MemoryState())
        self.ledger = Ledger(clock=self.clock)
        self.told: list[str] = []
        self.desk = Desk(keys=self.keys, ledger=self.ledger, clock=self.clock, on_clock=self.told.append)

    def use(self, value: str = KEY_VALUE, *, stage: str = "dev") -> Granted | Refused:
        """Spend a request of a key."""
        known = self.keys.find(FindApiKey(api_id=API_ID, stage=stage, value=value))
        assert known is not None
        return self.ledger.spend(Spend((), known.subscription))
