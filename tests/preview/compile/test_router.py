"""The router, by table and by law: it agrees with one that tries every method by the documented priority."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forestage.model.rest import Method
from forestage.preview.compile.router import ANY_VERBS, Route, Router
from forestage.preview.compile.runtime import CompiledMethod, UnsupportedIntegration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def method(route: str) -> CompiledMethod:
    """Make a method from ``GET /pets/{id}``."""
    verb, _, path = route.partition(" ")
    return CompiledMethod(
        verb=verb,
        resource_path=path,
        resource_id=path,
        method=Method(logical_id=route, id=route, http_method=verb, resource_id=path, rest_api_id="a"),
        integration=UnsupportedIntegration(kind="NONE", reason=""),
        responses={},
    )


def found(router: Router, request: str) -> str | None:
    """Tell which method serves ``GET /pets/1``."""
    verb, _, path = request.partition(" ")
    route = router.find(verb, path)
    return f"{route.method.verb} {route.method.resource_path}" if route else None


def router_of(*routes: str) -> Router:
    return Router(method(route) for route in routes)


@pytest.mark.parametrize(
    ("routes", "request_line", "expected"),
    [
        pytest.param(["GET /"], "GET /", "GET /", id="root"),
        pytest.param(["ANY /"], "GET /", "ANY /", id="root-by-any"),
        pytest.param([], "GET /", None, id="nothing"),
        pytest.param(["GET /a"], "GET /a/", "GET /a", id="trailing-slash"),
        pytest.param(["GET /a"], "GET /a//", "GET /a", id="trailing-slashes"),
        pytest.param(["GET /a"], "GET /A", None, id="case-counts"),
        pytest.param(["GET /a"], "HEAD /a", None, id="head-is-not-get"),
        pytest.param(["GET /a"], "GET /a/b", None, id="beyond-the-tree"),
        pytest.param(["GET /a/b"], "GET /a", None, id="level-without-methods"),
        pytest.param(["GET /a/b"], "GET /a//b", None, id="doubled-slash-inside"),
        pytest.param(["ANY /a", "GET /a"], "GET /a", "GET /a", id="own-method-before-any"),
        pytest.param(["ANY /a"], "ANY /a", None, id="any-is-no-verb"),
        pytest.param(["ANY /a"], "TRACE /a", None, id="any-covers-seven-verbs"),
        pytest.param(["GET /{id}", "GET /a"], "GET /a", "GET /a", id="fixed-before-parameter"),
        pytest.param(["GET /{p+}", "GET /{id}"], "GET /a", "GET /{id}", id="parameter-before-greedy"),
        pytest.param(["GET /{p+}", "GET /{id}"], "GET /a/b", "GET /{p+}", id="greedy-for-more"),
        pytest.param(["POST /a", "GET /{id}"], "GET /a", "GET /{id}", id="verb-falls-to-parameter"),
        pytest.param(["POST /a", "POST /{id}", "GET /{p+}"], "GET /a", "GET /{p+}", id="verb-falls-to-greedy"),
        pytest.param(["GET /a/b", "GET /{p+}"], "GET /a/c", "GET /{p+}", id="backtracks-to-greedy"),
        pytest.param(["GET /a/b/c", "GET /a/{x+}", "GET /{p+}"], "GET /a/b/d", "GET /a/{x+}", id="nearest-greedy"),
        pytest.param(["POST /a/{x+}", "GET /{p+}"], "GET /a/b", "GET /{p+}", id="outer-greedy-has-the-verb"),
        pytest.param(["GET /{x}/b", "GET /a/c"], "GET /a/b", "GET /{x}/b", id="backtracks-to-parameter"),
        pytest.param(["GET /{p+}"], "GET /", None, id="greedy-needs-a-segment"),
        pytest.param(["GET /{id}"], "GET //", None, id="parameter-needs-a-segment"),
        pytest.param(["GET /{id}"], "GET /{id}", "GET /{id}", id="braces-are-just-text"),
    ],
)
def test_router_finds_by_priority(routes: list[str], request_line: str, expected: str | None) -> None:
    assert found(router_of(*routes), request_line) == expected
    assert found(router_of(*reversed(routes)), request_line) == expected


@pytest.mark.parametrize(
    ("route", "path", "parameters"),
    [
        pytest.param("GET /a", "/a", (), id="none"),
        pytest.param("GET /a/{id}", "/a/b%2Fc/", (("id", "b%2Fc"),), id="undecoded"),
        pytest.param("GET /{x}/{y}", "/a/b", (("x", "a"), ("y", "b")), id="two"),
        pytest.param("GET /{p+}", "/a//b/c/", (("p", "a//b/c"),), id="greedy"),
        pytest.param("GET /{x}/{p+}", "/a/b/c", (("x", "a"), ("p", "b/c")), id="both"),
    ],
)
def test_router_binds_path_parameters(route: str, path: str, parameters: tuple[tuple[str, str], ...]) -> None:
    assert router_of(route).find("GET", path) == Route(method(route), parameters)


def test_router_forgets_parameters_of_a_branch_it_left() -> None:
    router = router_of("GET /{x}/{y}/z", "GET /{p+}")

    assert router.find("GET", "/a/b/c") == Route(method("GET /{p+}"), (("p", "a/b/c"),))


def test_router_lists_its_methods() -> None:
    methods = (method("GET /b"), method("ANY /a"))

    assert Router(methods).methods == methods


# -- the law --------------------------------------------------------------------------------------------------------

VERBS = ["GET", "POST", "TRACE"]
PARTS = ["a", "b", "{x}", "{p+}"]
KINDS = {"fixed": 0, "parameter": 1, "greedy": 2}


def kind_of(part: str) -> str:
    return "greedy" if part.endswith("+}") else "parameter" if part.startswith("{") else "fixed"


def naive(methods: Iterable[CompiledMethod], verb: str, path: str) -> str | None:
    """Try each pair of resource and method, best first: by the kinds of its segments, then the own verb before ANY."""
    segments = path.rstrip("/").split("/")[1:]
    candidates = [
        (ranking(parts_of(one)), one.verb == "ANY", f"{one.verb} {one.resource_path}")
        for one in methods
        if verb in ANY_VERBS and one.verb in {verb, "ANY"} and fits(parts_of(one), segments)
    ]
    return min(candidates)[2] if candidates else None


def parts_of(one: CompiledMethod) -> list[str]:
    return one.resource_path.split("/")[1:] if one.resource_path != "/" else []


def ranking(parts: Sequence[str]) -> list[int]:
    return [KINDS[kind_of(part)] for part in parts]


def fits(parts: Sequence[str], segments: Sequence[str]) -> bool:
    if parts and kind_of(parts[-1]) == "greedy":
        return len(segments) >= len(parts) and fits(parts[:-1], segments[: len(parts) - 1])
    return len(parts) == len(segments) and all(
        part == segment if kind_of(part) == "fixed" else bool(segment)
        for part, segment in zip(parts, segments, strict=True)
    )


PATHS = st.lists(st.sampled_from(PARTS), max_size=4).filter(
    lambda parts: all(kind_of(part) != "greedy" for part in parts[:-1])
)
ROUTES = st.lists(
    st.tuples(st.sampled_from(["GET", "POST", "ANY"]), PATHS).map(lambda pair: f"{pair[0]} /{'/'.join(pair[1])}"),
    unique=True,
    max_size=8,
)
REQUESTS = st.tuples(st.sampled_from([*VERBS, "ANY"]), st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=5))


@settings(max_examples=300, deadline=None)
@given(routes=ROUTES, request_parts=REQUESTS)
@example(routes=["GET /a/b", "GET /{x}/{p+}", "ANY /{p+}"], request_parts=("GET", ["a", "c"]))
def test_router_agrees_with_a_naive_one(routes: list[str], request_parts: tuple[str, list[str]]) -> None:
    methods = [method(route) for route in routes]
    verb, segments = request_parts
    # The data plane has folded the slashes at the start of a path.
    path = "/" + "/".join(segments).lstrip("/")

    assert found(Router(methods), f"{verb} {path}") == naive(methods, verb, path)


@pytest.mark.parametrize(("verb", "path"), list(product(sorted(ANY_VERBS), ["/", "/a"])))
def test_any_serves_each_of_its_verbs(verb: str, path: str) -> None:
    assert found(router_of(f"ANY {path}"), f"{verb} {path}") == f"ANY {path}"
