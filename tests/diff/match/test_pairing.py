from __future__ import annotations

from operator import itemgetter

from hypothesis import given
from hypothesis import strategies as st

from forestage.diff.match.pairing import paired
from forestage.diff.match.pairs import Pair

first = itemgetter(slice(1))


def test_things_pair_by_the_first_key_that_fits() -> None:
    pairs = paired(["a1", "b1"], ["b1", "a2"], lambda text: text, first)

    assert pairs == (Pair(before="b1", after="b1"), Pair(before="a1", after="a2"))


def test_what_is_on_one_side_only_stands_alone() -> None:
    pairs = paired(["gone"], ["new"], lambda text: text)

    assert pairs == (Pair(before=None, after="new"), Pair(before="gone", after=None))
    assert pairs[0].both is None
    assert pairs[1].either == "gone"


def test_a_key_that_several_have_pairs_nothing() -> None:
    pairs = paired(["a1", "a2"], ["a3"], first)

    assert [pair.both for pair in pairs] == [None, None, None]


def test_no_key_is_no_key() -> None:
    assert [pair.both for pair in paired(["a"], ["b"], lambda _: None)] == [None, None]


@given(st.lists(st.text(max_size=2), max_size=6), st.lists(st.text(max_size=2), max_size=6))
def test_everything_is_in_one_pair(before: list[str], after: list[str]) -> None:
    pairs = paired(before, after, lambda text: text, first)

    assert [pair.after for pair in pairs if pair.after is not None] == after
    assert sorted(pair.before for pair in pairs if pair.before is not None) == sorted(before)
