"""Laws of mappings; test_gateway_domains.py has the cases."""

from __future__ import annotations

from itertools import starmap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.compile.domains import DomainRuntime, HeaderPattern, PathMapping, RoutingMode, Rule
from forestage.preview.compile.tls import TlsTerms
from forestage.preview.engine.domains import Turned, choose_domain, choose_stage
from forestage.preview.engine.results import Caller, DomainCall

SEGMENTS = st.lists(st.sampled_from(["a", "b", "ab", ""]), max_size=4).map(tuple)
BASES = st.lists(SEGMENTS.filter(lambda base: "" not in base), max_size=6, unique=True)
PATHS = st.tuples(st.sampled_from(["/", "//"]), SEGMENTS).map(lambda parts: parts[0] + "/".join(parts[1]))


def domain(*steps: PathMapping | Rule) -> DomainRuntime:
    mappings = [step for step in steps if isinstance(step, PathMapping)]
    return DomainRuntime(
        name="a.example",
        logical_id="A",
        endpoint_type="REGIONAL",
        mode=RoutingMode.RULES_THEN_MAPPINGS,
        mappings=tuple(sorted(mappings, key=lambda mapping: -len(mapping.segments))),
        rules=tuple(step for step in steps if isinstance(step, Rule)),
        tls=TlsTerms(),
    )


def mapping(*segments: str) -> PathMapping:
    return PathMapping(name="M", segments=segments, api_id="/".join(segments) or "root", stage="dev")


@pytest.mark.parametrize("home", ["one", "two", "elsewhere"])
def test_domain_of_the_port_s_api_is_chosen_among_those_of_several_regions(home: str) -> None:
    domains = [domain(mapping(name)) for name in ("one", "two")]

    chosen = choose_domain(domains, Caller(source_ip="127.0.0.1"), home)

    assert chosen is domains[home == "two"]


def begins_with(path: str, base: tuple[str, ...]) -> bool:
    called = path.lstrip("/")
    return not base or called == "/".join(base) or called.startswith("/".join(base) + "/")


@given(bases=BASES, path=PATHS)
def test_longest_mapping_that_the_path_begins_with_wins(bases: list[tuple[str, ...]], path: str) -> None:
    fitting = [base for base in bases if begins_with(path, base)]

    found = choose_stage(domain(*starmap(mapping, bases)), path, ())

    if not fitting:
        assert isinstance(found, Turned)
    else:
        longest = max(fitting, key=len)
        assert isinstance(found, DomainCall)
        assert found.api_id == ("/".join(longest) or "root")


@given(bases=BASES, path=PATHS)
def test_base_path_and_rest_are_the_path(bases: list[tuple[str, ...]], path: str) -> None:
    found = choose_stage(domain(*starmap(mapping, bases)), path, ())

    if isinstance(found, DomainCall):
        whole = "/".join(filter(None, (found.base_path, found.path.removeprefix("/"))))
        slash = "/" if found.base_path and found.path == "/" else ""
        assert whole + slash == path.lstrip("/")
        assert found.called_path == path


def test_longest_base_path_of_a_rule_is_the_one_that_is_stripped() -> None:
    rule = Rule(
        name="R",
        id="r",
        priority=1,
        headers=(),
        base_paths=(("a",), ("a", "b")),
        api_id="api",
        stage="dev",
        strips_base_path=True,
    )

    found = choose_stage(domain(rule), "/a/b/c", ())

    assert isinstance(found, DomainCall)
    assert (found.base_path, found.path, found.rule_id) == ("a/b", "/c", "r")


def test_one_of_several_lines_of_a_header_is_enough() -> None:
    group = (HeaderPattern(header="x-a", glob="2"),)
    rule = Rule(
        name="R",
        id="r",
        priority=1,
        headers=(group,),
        base_paths=(),
        api_id="api",
        stage="dev",
        strips_base_path=False,
    )

    assert isinstance(choose_stage(domain(rule), "/", (("X-A", "1"), ("x-a", "2"))), DomainCall)
    assert isinstance(choose_stage(domain(rule), "/", (("X-A", "1, 2"),)), Turned)
