from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forestage.model import Deployment
from forestage.model.usage import ApiKey
from forestage.preview.compile.usage import KeyRecord, generated_value
from forestage.preview.engine.effects import FindApiKey
from forestage.preview.host.key_ring import KeyRing, new_key_id, new_key_value
from forestage.preview.host.state import MemoryState
from tests.cases.short_api import API_ID, usage_plans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GIVEN = "given-value-0123456789abcdefgh"
PLANS = usage_plans(
    {"k1": {"value": GIVEN, "name": "given", "in": ["p1"]}, "k2": {}},
    {"p1": {"stages": {"dev": None}}, "p2": {"stages": {"prod": None}}},
)


@dataclass
class NotingState(MemoryState):
    """Notes what is kept, and holds other values than those that are made up."""

    values: dict[str, str] = field(default_factory=dict)
    kept: list[KeyRecord] = field(default_factory=list)

    # A fake may hold something where what it stands for does not.
    def settle_values(self, values: Mapping[str, str]) -> Mapping[str, str]:  # type: ignore[override]
        return {**values, **self.values}

    def put_keys(self, keys: Sequence[KeyRecord]) -> None:  # type: ignore[override]
        self.kept.extend(keys)


def find(ring: KeyRing, value: str, stage: str = "dev") -> tuple[str, str, bool, str | None] | None:
    known = ring.find(FindApiKey(api_id=API_ID, stage=stage, value=value))
    if known is None:
        return None
    plan = known.subscription.plan_id if known.subscription else None
    return known.id, known.name, known.enabled, plan


def test_keys_of_the_template_are_known() -> None:
    ring = KeyRing(PLANS, state=MemoryState())

    assert find(ring, GIVEN) == ("k1", "given", True, "p1")
    assert find(ring, generated_value(PLANS.api_keys[1])) == ("k2", "k2", True, None)
    assert find(ring, "unknown") is None


def test_generated_value_is_the_one_that_the_state_holds() -> None:
    ring = KeyRing(PLANS, state=NotingState(values={"k2": "the-older-value-01234"}))

    assert [key.value for key in ring.usage.keys] == [GIVEN, "the-older-value-01234"]


def test_key_that_is_put_is_known_and_kept() -> None:
    state = NotingState()
    ring = KeyRing(PLANS, state=state)
    key = KeyRecord(id="k9", value="n" * 30, name="new", plan_ids=("p2",))

    kept = ring.put([key])

    assert (kept, state.kept) == ((key,), [key])
    assert find(ring, "n" * 30, "prod") == ("k9", "new", True, "p2")


def test_key_with_a_value_that_is_there_is_that_key_with_other_properties() -> None:
    ring = KeyRing(PLANS, state=MemoryState())

    (kept,) = ring.put([KeyRecord(id="k9", value=GIVEN, name="again", enabled=False, plan_ids=("p2",))])

    assert (kept.id, kept.logical_id, kept.plan_ids) == ("k1", "k1", ("p1", "p2"))
    assert find(ring, GIVEN) == ("k1", "again", False, "p1")
    assert find(ring, GIVEN, "prod") == ("k1", "again", False, "p2")
    assert len(ring.usage.keys) == 2


def test_made_keys_survive_another_version_of_the_template() -> None:
    ring = KeyRing(PLANS, state=MemoryState())
    ring.put([KeyRecord(id="k9", value="n" * 30, plan_ids=("p1",))])

    ring.serve(usage_plans({}, {"p1": {"stages": {"dev": None}}}))

    assert find(ring, GIVEN) is None
    assert find(ring, "n" * 30) == ("k9", "", True, "p1")


def test_made_keys_are_those_of_the_state() -> None:
    ring = KeyRing(Deployment(api_keys=(ApiKey(logical_id="K", id="k", value=GIVEN),)), state=MemoryState())
    ring.put([KeyRecord(id="k8", value="m" * 30)])

    ring.know_made([KeyRecord(id="k9", value="n" * 30)])

    assert [key.id for key in ring.usage.keys] == ["k", "k9"]


def test_made_up_ids_and_values_look_like_api_gateways() -> None:
    ids, values = {new_key_id() for _ in range(20)}, {new_key_value() for _ in range(20)}

    assert (len(ids), len(values)) == (20, 20)
    assert all(len(made) == 10 and made[0].isalpha() and made == made.lower() for made in ids)
    assert all(len(made) == 40 and made.isalnum() for made in values)
