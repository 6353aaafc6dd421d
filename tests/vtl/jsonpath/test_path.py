from __future__ import annotations

from typing import Any, Final

import pytest

from forestage.vtl.budget import Budget
from forestage.vtl.errors import Thrown, ThrownLimit
from forestage.vtl.jsonpath import MISSING, PathError, compile_path
from forestage.vtl.jsonpath.path import PATH_LENGTH_LIMIT

DOCUMENT: Final[dict[str, Any]] = {
    "o": {
        "id": 42,
        "s": "str",
        "n": None,
        "lines": [{"sku": "A", "q": 2, "p": 1.5}, {"sku": "B", "q": 1}, {"q": "7", "x": {"y": [1, 2]}}],
    },
    "t": ["new", "gift", "x"],
    "e": [],
    "z": {},
    "a-b": 5,
    "num": {"0": "zero"},
    "nest": {"a": {"b": {"sku": "deep", "q": 9}}},
    "mixed": [1, "a", None, True, {"a": 1}, [1, 2]],
}
A, B, C = DOCUMENT["o"]["lines"]


def find(path: str, document: object = DOCUMENT) -> object:
    return compile_path(path).find(document, Budget())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", DOCUMENT),
        ("@", DOCUMENT),
        (" $.o.id ", 42),
        ("o.id", 42),
        ("t[0]", "new"),
        ("$.o.n", None),
        ("$.a-b", 5),
        ("$.num.0", "zero"),
        ("$['o']['id']", 42),
        ('$["o"].id', 42),
        ("$['a-b']", 5),
        ("$.t[2]", "x"),
        ("$.t[-1]", "x"),
        ("$.t[ 0 ]", "new"),
        ("$.o.lines[2].x.y[1]", 2),
        ("$.mixed[5][0]", 1),
        ("$['o','t']", {"o": DOCUMENT["o"], "t": DOCUMENT["t"]}),
        ("$.o['id', 'nope']", {"id": 42}),
        (r"$['a\-b']", 5),
    ],
)
def test_definite_path_gives_the_value(path: str, expected: object) -> None:
    assert find(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "$.missing",
        "$.missing.x",
        "$.o.missing",
        "$.o.id.x",
        "$.t.x",
        "$.t[9]",
        "$.t[-9]",
        "$.t[0].x",
        "$.o.n[0]",
        "$.t.x[*]",
        "$['zz']",
    ],
)
def test_definite_path_that_leads_nowhere_gives_nothing(path: str) -> None:
    assert find(path) is MISSING


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.t[0,1]", ["new", "gift"]),
        ("$.t[0, 1]", ["new", "gift"]),
        ("$.t[0,9]", ["new"]),
        ("$.t[1:]", ["gift", "x"]),
        ("$.t[:1]", ["new"]),
        ("$.t[-1:]", ["x"]),
        ("$.t[:-1]", ["new", "gift"]),
        ("$.t[0:2]", ["new", "gift"]),
        ("$.t[ 0 : 2 ]", ["new", "gift"]),
        ("$.t[-3:-1]", ["new", "gift"]),
        ("$.t[-9:-2]", ["new"]),
        ("$.t[2:1]", []),
        ("$.t[5:]", []),
        ("$.t[*]", ["new", "gift", "x"]),
        ("$.t.*", ["new", "gift", "x"]),
        ("$.num.*", ["zero"]),
        ("$.o.id.*", []),
        ("$.e[*]", []),
        ("$.missing[*]", []),
        ("$.missing[1:]", []),
        ("$.missing[0,1]", []),
        ("$..missing", []),
        ("$.o.lines[*].sku", ["A", "B"]),
        ("$.o.lines[*].x.y", [[1, 2]]),
        ("$.o.lines[0:2].sku", ["A", "B"]),
        ("$.o.lines[*]['q','sku']", [{"q": 2, "sku": "A"}, {"q": 1, "sku": "B"}, {"q": "7"}]),
        ("$['o','nest'].id", [42]),
        ("$.mixed[*].a", [1]),
        ("$.mixed[*][0]", [1]),
        ("$.mixed[*][1:]", [2]),
        ("$..sku", ["A", "B", "deep"]),
        ("$..lines[0].sku", ["A"]),
        ("$..lines[*].sku", ["A", "B"]),
        ("$.nest..sku", ["deep"]),
        ("$.o.lines..y", [[1, 2]]),
        ("$..y[0]", [1]),
        ("$..[0].sku", ["A"]),
        ("$..y[0:1]", [1]),
        ("$..b['q','zz'].x", []),
        ("$..a[?(@.q > 8)].sku", []),
        ("$..[?(@.q == 9)].sku", ["deep"]),
        ("$.z..*", []),
        ("$.num..*", ["zero"]),
    ],
)
def test_indefinite_path_gives_a_list(path: str, expected: object) -> None:
    assert find(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "",
        "  ",
        "$.",
        "$..",
        "$...a",
        "$x",
        "$.a b",
        "$.a..",
        "$.t[",
        "$.t[]",
        "$.t[a]",
        "$.t[x:]",
        "$.t[:]",
        "$.t[1",
        "$.t['",
        "$.t['a'",
        "$.t['a'x]",
        "$.t['a',]",
        "$.t[?]",
        "$.t[?(@.a]",
        "$.t[?@.a]",
        "$.(",
        "$.f(1",
        "$.f(1)",
        "$" + ".a" * 102,
    ],
)
def test_malformed_path_is_refused(path: str) -> None:
    with pytest.raises(PathError):
        compile_path(path)


def test_long_path_is_refused() -> None:
    with pytest.raises(PathError, match="more than"):
        compile_path("a" * (PATH_LENGTH_LIMIT + 1))


@pytest.mark.parametrize("path", ["$.o[0]", "$.o.s[0]", "$.o[1:]", "$.o.s[?(@.x)]", "$..min()"])
def test_path_that_cannot_be_applied_is_refused(path: str) -> None:
    with pytest.raises(PathError):
        find(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.t.length()", 3),
        ("$.t.size()", 3),
        ("$.o.length()", 4),
        ("$.o.s.length()", None),
        ("$..sku.length()", 0),
        ("$..y.length()", 2),
        ("$.o.keys()", ["id", "s", "n", "lines"]),
        ("$.t.keys()", None),
        ("$.t.first()", "new"),
        ("$.t.last()", "x"),
        ("$.t.index(1)", "gift"),
        ("$.t.index(-1)", "x"),
        ("$.t.concat()", "newgiftx"),
        ('$.o.concat("a-", $.o.id, 5)', "a-425"),
        ("$.t.append(1)", ["new", "gift", "x", 1]),
        ("$.o.append(1)", DOCUMENT["o"]),
        ("$.o.lines[2].x.y.sum()", 3.0),
        ("$.o.lines[2].x.y.min()", 1.0),
        ("$.o.lines[2].x.y.max()", 2.0),
        ("$.o.lines[2].x.y.avg()", 1.5),
        ("$.o.lines[2].x.y.stddev()", 0.5),
        ("$..q.sum()", 12.0),
        ("$.o.sum($..q, $.missing, 1)", 13.0),
        ("$.o.concat($.t)", "newgiftx"),
        ("$.o.lines[*].length()", [3, 2, 2]),
        ('$.o.concat([1,2], {"a": 1}, "(,")', "[1,2]{a=1}(,"),
    ],
)
def test_function_is_applied(path: str, expected: object) -> None:
    assert find(path) == expected


@pytest.mark.parametrize("path", ["$.t.sum()", "$.o.first()", "$.t.index(9)", "$.e.avg()"])
def test_function_that_cannot_be_applied_is_refused(path: str) -> None:
    with pytest.raises(PathError):
        find(path)


@pytest.mark.parametrize(
    "path",
    ["$.t.concat(nope\x00{)", '$.t.concat("a)', "$.t.concat([1)", "$.t.concat({]", "$" + ".concat(" * 20 + ")" * 20],
)
def test_malformed_argument_is_refused(path: str) -> None:
    with pytest.raises(PathError):
        compile_path(path)


@pytest.mark.parametrize(
    ("path", "is_definite"),
    [
        ("$", True),
        ("$.a[0]", True),
        ("$['a','b']", True),
        ("$.t.length()", True),
        ("$['a','b'].c", False),
        ("$.a[*]", False),
        ("$..a", False),
        ("$.a[0,1]", False),
        ("$.a[1:]", False),
        ("$.a[?(@.b)]", False),
    ],
)
def test_path_knows_whether_it_is_definite(path: str, *, is_definite: bool) -> None:
    assert compile_path(path).definite is is_definite


def test_found_parts_are_those_of_the_document() -> None:
    document: dict[str, Any] = {"a": [{"b": {}}]}

    found = find("$.a[0].b", document)

    assert found is document["a"][0]["b"]


def test_scan_of_what_is_nested_without_end_is_refused() -> None:
    document: dict[str, object] = {}
    document["a"] = [document]

    with pytest.raises(ThrownLimit):
        find("$..b", document)


def test_walk_takes_no_more_steps_than_are_left() -> None:
    with pytest.raises(ThrownLimit):
        compile_path("$.t[*]").find(DOCUMENT, Budget(10))


def test_many_scans_of_a_deep_document_are_refused() -> None:
    document: dict[str, object] = {}
    for _ in range(60):
        document = {"a": document}

    with pytest.raises(ThrownLimit):
        compile_path("$" + "..a" * 30 + ".b").find(document, Budget(100_000))


def test_sum_beyond_what_a_double_holds_throws() -> None:
    with pytest.raises(Thrown, match="too large"):
        find("$.sum()", [1e308, 1e308])
