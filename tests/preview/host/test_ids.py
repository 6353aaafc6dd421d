import re

from forestage.preview.host.ids import Ids


def test_ids_have_the_forms_of_api_gateway() -> None:
    ids = Ids().draw(1_795_614_055.9)

    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", ids.request_id)
    assert re.fullmatch(r"[A-Za-z0-9+/]{15}=", ids.extended_request_id)
    assert re.fullmatch(r"1-6b06e567-[0-9a-f]{24}", ids.trace_root)
    assert re.fullmatch(r"[0-9a-f]{16}", ids.trace_parent)


def test_ids_are_never_the_same_over_many_blocks() -> None:
    source = Ids()

    drawn = [source.draw(0.0) for _ in range(1_000)]

    for name in ("request_id", "extended_request_id", "trace_root", "trace_parent"):
        assert len({getattr(ids, name) for ids in drawn}) == 1_000


def test_two_sources_do_not_agree() -> None:
    assert Ids().draw(0.0) != Ids().draw(0.0)


def test_canary_draws_are_a_share_of_a_hundred() -> None:
    source = Ids()

    drawn = [source.draw_canary() for _ in range(1_000)]

    assert all(0 <= draw < 100 for draw in drawn)
    assert len(set(drawn)) == 1_000


def test_canary_draws_of_one_seed_are_the_same() -> None:
    first, second = Ids(canary_seed=7), Ids(canary_seed=7)

    drawn = [[source.draw_canary() for _ in range(5)] for source in (first, second, Ids(canary_seed=8))]

    assert drawn[0] == drawn[1] != drawn[2]


def test_ids_do_not_move_the_canary_draws() -> None:
    first, second = Ids(canary_seed=7), Ids(canary_seed=7)
    first.draw(0.0)

    assert first.draw_canary() == second.draw_canary()
