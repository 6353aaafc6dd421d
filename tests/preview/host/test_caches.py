from __future__ import annotations

from forestage.preview.engine.effects import Forget, Recall, Remember
from forestage.preview.host.caches import Caches
from forestage.preview.host.clock import ManualClock


def remember(key: str, value: object = "value", *, ttl: float = 60, size: int = 1, capacity: int = 10) -> Remember:
    return Remember(space="s", key=key, value=value, ttl_seconds=ttl, size_bytes=size, capacity_bytes=capacity)


def kept(caches: Caches, *keys: str) -> list[object]:
    return [caches.recall(Recall(space="s", key=key)) for key in keys]


def test_what_was_remembered_is_recalled() -> None:
    caches = Caches(clock=ManualClock())

    caches.remember(remember("a", {"b": 1}))

    assert kept(caches, "a") == [{"b": 1}]


def test_nothing_is_recalled_that_was_not_remembered() -> None:
    caches = Caches(clock=ManualClock())
    caches.remember(remember("a"))

    assert kept(caches, "b") == [None]
    assert caches.recall(Recall(space="other", key="a")) is None


def test_a_value_is_gone_after_its_time() -> None:
    clock = ManualClock()
    caches = Caches(clock=clock)
    caches.remember(remember("a", ttl=60))

    clock.advance(59.9)
    before = kept(caches, "a")
    clock.advance(0.1)

    assert before == ["value"]
    assert kept(caches, "a") == [None]


def test_setting_the_day_forward_lets_values_expire() -> None:
    clock = ManualClock()
    caches = Caches(clock=clock)
    caches.remember(remember("a", ttl=60))

    clock.set_now(clock.now() + 60)

    assert kept(caches, "a") == [None]


def test_the_least_recently_recalled_go_first_where_a_space_is_full() -> None:
    caches = Caches(clock=ManualClock())
    caches.remember(remember("a", size=4))
    caches.remember(remember("b", size=4))
    kept(caches, "a")

    caches.remember(remember("c", size=4))

    assert kept(caches, "a", "b", "c") == ["value", None, "value"]


def test_a_value_replaces_the_one_under_its_key() -> None:
    caches = Caches(clock=ManualClock())
    caches.remember(remember("a", "first", size=8))

    caches.remember(remember("a", "second", size=8))

    assert kept(caches, "a") == ["second"]


def test_a_value_larger_than_its_space_is_not_kept_nor_the_one_before() -> None:
    caches = Caches(clock=ManualClock())
    caches.remember(remember("a", "first"))
    caches.remember(remember("b"))

    caches.remember(remember("a", "second", size=11))

    assert kept(caches, "a", "b") == [None, "value"]


def test_a_value_can_be_forgotten() -> None:
    caches = Caches(clock=ManualClock())
    caches.remember(remember("a"))

    caches.forget(Forget(space="s", key="a"))
    caches.forget(Forget(space="s", key="a"))
    caches.forget(Forget(space="other", key="a"))

    assert kept(caches, "a") == [None]


def test_everything_is_let_go_where_another_version_is_served() -> None:
    caches = Caches(clock=ManualClock())
    caches.remember(remember("a"))

    caches.clear()

    assert kept(caches, "a") == [None]
