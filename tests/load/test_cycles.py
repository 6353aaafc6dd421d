from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from forestage.load.cycles import sort_by_needs

NODES = st.integers(0, 6)
GRAPHS = st.dictionaries(NODES, st.sets(NODES))


def test_what_is_needed_comes_first_and_the_rest_keeps_its_order() -> None:
    order, circles = sort_by_needs({"c": set(), "a": {"b", "elsewhere"}, "b": set()})

    assert (order, circles) == (("c", "b", "a"), ())


def test_circle_runs_along_the_needs() -> None:
    _, circles = sort_by_needs({"a": {"b"}, "b": {"c"}, "c": {"a"}})

    [circle] = circles
    assert circle[0] == circle[-1]
    assert list(pairwise(circle)) in (
        [("a", "b"), ("b", "c"), ("c", "a")],
        [("b", "c"), ("c", "a"), ("a", "b")],
        [("c", "a"), ("a", "b"), ("b", "c")],
    )


@given(graph=GRAPHS)
def test_every_circle_is_one_and_the_order_is_whole(graph: dict[int, set[int]]) -> None:
    order, circles = sort_by_needs(graph)

    assert sorted(order) == sorted(graph)
    assert all(need in graph[node] for circle in circles for node, need in pairwise(circle))


@given(graph=GRAPHS)
def test_order_without_circles_puts_needs_first(graph: dict[int, set[int]]) -> None:
    downward = {node: {need for need in needs if need < node} for node, needs in graph.items()}

    order, circles = sort_by_needs(downward)

    assert circles == ()
    assert all(
        order.index(need) < order.index(node) for node, needs in downward.items() for need in needs if need in downward
    )
