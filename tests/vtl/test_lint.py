from __future__ import annotations

import pytest

from forestage.vtl import TemplateSyntaxError
from forestage.vtl.lint import lint_template


def rules(template: str) -> list[str]:
    return [advice.rule for advice in lint_template(template, name="t")]


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        ("$util.escapeJavascript($x)", "unknown-method"),
        ("$input.param('x')", "unknown-method"),
        ("#if($util.nope(1) == 1)x#end", "unknown-method"),
        ("$x.get($util.nope())[$util.urlEncode('a')]", "unknown-method"),
        ("$l[$input.nope()]", "unknown-method"),
        ('#set($x = "a $util.nope()")', "unknown-method"),
        ("#set($x = [1, $util.nope()])", "unknown-method"),
        ('#set($x = {"k": $util.nope()})', "unknown-method"),
        ("#foreach($i in $util.nope())x#end", "unknown-method"),
        ("#foreach($i in $l)$util.nope()#end", "unknown-method"),
        ("#macro(m)$util.nope()#end", "unknown-method"),
        ("#define($d)$util.nope()#end", "unknown-method"),
        ("#m($util.nope())", "unknown-method"),
        ("#@m()$util.nope()#end", "unknown-method"),
        ("#if(true)x#else $util.nope()#end", "unknown-method"),
        ("$a-$b", "hyphen-in-name"),
        ("$n-1", "hyphen-in-name"),
        ("$o.id-$o.tag", "hyphen-in-name"),
        ("#if($input.params('x'))y#end", "condition-without-value"),
        ("#if($x)y#end", "condition-without-value"),
        ("#if($x && $l.isEmpty())y#end", "condition-without-value"),
        ("#if(!$x)y#end", "condition-without-value"),
        ("#if($x[0])y#end", "condition-without-value"),
        ("#set($x = 'true')#if($x)y#end", "condition-without-value"),
        ("#if('abc')y#end", "condition-never-true"),
        ("#if(1 + 1)y#end", "condition-never-true"),
        (
            "#set($context.responseOverride.status = 1)#set($context['responseOverride'].status = 2)",
            "override-set-twice",
        ),
        ("$input.path('$')", "object-printed"),
        ("#set($r = $input.path('$')){$r}", "object-printed"),
        ("#elseIf($x)", "misspelt-directive"),
        ("#endif", "misspelt-directive"),
        ("#IF($x)", "misspelt-directive"),
    ],
)
def test_template_gets_advice(template: str, rule: str) -> None:
    assert rules(template) == [rule]


@pytest.mark.parametrize(
    "template",
    [
        "",
        "$util.escapeJavaScript($input.path('$.a')) $input.json('$') $input.params('x') $input.body",
        "$x.X-Amz-Target $a-b",
        "#if($x != '')y#end",
        "#if($x.containsKey('a') && !$foreach.hasNext || true)y#end",
        "#set($found = false)#if($found)y#end",
        "#set($found = $x == 1)#if($found)y#end",
        "#set($found = !$x.isEmpty())#if(!$found)y#end",
        "#set($r = $input.path('$'))$r.a#set($r = 1)$r",
        "#set($r = $x.path('$'))$r",
        "#set($m.k = $input.path('$'))$m",
        "#set($context.responseOverride.status = 1)#if($x == 1)#set($context.responseOverride.status = 2)#end",
        "#set($context.requestOverride.header[$k] = 1)#set($context.requestOverride.header[$k] = 2)",
        "#set($context.requestOverride.header.get('a') = 1)#set($context.requestOverride.header.get('a') = 2)",
        "#set($context.stage = 1)#set($context.stage = 2)",
        "#set($x = 1)#set($x = 2)",
        "#ff00aa #foo #mymacro($x)",
        "#foreach($i in)x#end#stop",
    ],
)
def test_template_without_fault_gets_none(template: str) -> None:
    assert rules(template) == []


def test_long_condition_is_looked_through() -> None:
    assert rules("#if(" + " || ".join(["$x == 1"] * 5_000) + " || $x)y#end") == ["condition-without-value"]


def test_advice_tells_the_place_and_what_to_do() -> None:
    (advice,) = lint_template("a\n  #if($input.params('x'))y#end", name="t")

    assert (advice.position.line, advice.position.column) == (2, 7)
    assert advice.message == (
        "$input.params('x') holds also where it has no value: only the Boolean false does not;"
        " compare it, $input.params('x') != ''"
    )


@pytest.mark.parametrize("template", ["#if(", '#set($x = "#if(")'])
def test_text_that_is_no_template_is_refused(template: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="t:1:"):
        lint_template(template, name="t")
