from __future__ import annotations

import pytest

from forestage.vtl import Scope, compile_template
from forestage.vtl.context import has_overrides, names_in
from tests.vtl.rendering import rendering_of


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("no reference", set()),
        ("$context.stage", {"stage"}),
        ("$!context.stage ${context.path} $!{context.stage}", {"stage", "path"}),
        ("$context.identity.sourceIp.length()", {"identity"}),
        ('#set($context.responseOverride.header["a"] = 1)', {"responseOverride"}),
        ("$context.request-id.", {"request-id"}),
    ],
)
def test_names_of_the_context_are_read_from_a_template(template: str, names: set[str]) -> None:
    assert names_in(template) == frozenset(names)


@pytest.mark.parametrize(
    "template",
    [
        "$context",
        "#set($c = $context)$c.stage $context.path",
        '$context["stage"]',
        "$context.get('stage')",
        "$context.keySet ()",
        "$contextual.stage",
        "$x.context.stage",
        "the context $context.stage",
    ],
)
def test_template_that_may_ask_for_any_name_has_no_names(template: str) -> None:
    assert names_in(template) is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [(None, True), (frozenset(), False), (frozenset({"stage"}), False), (frozenset({"requestOverride"}), True)],
)
def test_overrides_are_made_where_they_may_be_named(names: frozenset[str] | None, *, expected: bool) -> None:
    assert has_overrides(names) is expected


@pytest.mark.parametrize(
    ("template", "may_override"),
    [
        ("constant", False),
        ("$input.body", False),
        ("$context.stage", False),
        ("$context", True),
        ("#set($context.responseOverride.status = 201)", True),
        ('"#set($x = "\\u0063")$x"', True),
    ],
)
def test_template_says_whether_it_may_override(template: str, *, may_override: bool) -> None:
    assert compile_template(template, name="t").may_override is may_override


@pytest.mark.parametrize(
    ("template", "reads_params"),
    [("constant", False), ("$input.body", False), ("$input.params('a')", True), ("$input.params().header", True)],
)
def test_template_says_whether_it_reads_parameters(template: str, *, reads_params: bool) -> None:
    assert compile_template(template, name="t").reads_params is reads_params


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$context.stage|$context.none|$context.identity.ip|$context.authorizer.x", "prod||192.0.2.1|"),
        ("#set($c = $context)$c.stage|$c.identity.ip", "prod|192.0.2.1"),
        ("#set($context.stage = 'mine')$context.stage", "mine"),
        ('#set($c = "$context.stage")$c', "prod"),
    ],
)
def test_context_is_the_same_however_it_is_asked_for(template: str, text: str) -> None:
    scope = Scope(context={"stage": "prod", "identity": {"ip": "192.0.2.1"}})

    assert rendering_of(template, scope).text == text
