"""Templates are not trusted: each of these would run, grow or nest without end."""

from __future__ import annotations

import inspect
import sys
from typing import Final

import pytest

from forestage.vtl import LimitError, MethodError, Scope, TemplateSyntaxError, compile_template
from forestage.vtl.template import TEMPLATE_BYTES_LIMIT

DOUBLING: Final = "#set($s = 'x')#foreach($i in [1..100])"
DEEP: Final = "#set($r = $input.path('$'))#set($r.a = [])#foreach($i in [1..999])#set($r.a = [$r.a])#end"
DAG: Final = "#set($l = [1])#set($k = [1])#foreach($i in [1..99])#set($l = [$l, $l])#set($k = [$k, $k])#end"
LARGE: Final = "x" * 300_000

UNBOUNDED: Final = {
    "loops within loops": "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])x#end#end#end",
    "a long range": "#set($x = [1..2000000000])",
    "many ranges": "#foreach($i in [1..1000])#set($x = [1..1000000])#end",
    "strings doubled by +": DOUBLING + "#set($s = $s + $s)#end",
    "strings doubled by interpolation": DOUBLING + '#set($s = "$s$s")#end',
    "strings doubled by concat": DOUBLING + "#set($s = $s.concat($s))#end",
    "strings doubled by replace": DOUBLING + "#set($s = $s.replace('x', 'xx'))#end",
    "strings doubled by replaceAll": DOUBLING + "#set($s = $s.replaceAll('(x)', '$1$1'))#end",
    "strings doubled by a literal replaceAll": DOUBLING + "#set($s = $s.replaceAll('x', 'xx'))#end",
    "strings doubled by join": DOUBLING + "#set($s = $s.join('', $s, $s))#end",
    "strings doubled by format": DOUBLING + "#set($s = $s.format('%s%s', $s, $s))#end",
    "replace with a long text": "$big.replace('x', $big)",
    "replaceAll with a long text": "#set($s = $big.substring(0, 40))$s.replaceAll('x', '$0').replaceAll('(x)', $big)",
    "a repeated string": "$big.repeat(2000000000)",
    "a wide format": "$big.format('%99999999d', 5)",
    "a wide format of many": "$big.format('%9999999d%9999999d', 5, 5)",
    "a precise format": "$big.format('%.9999f', 1.5)",
    "one text printed often": "#set($s = $big.repeat(33))#foreach($i in [1..1000])$s#end",
    "one map printed often": "#set($m = {'k': $big.repeat(33)})#foreach($i in [1..1000])#set($z = \"$m\")#end",
    "more output than there may be": "#foreach($i in [1..40])$big#end",
    "replace of nothing": "$big.replace('', $big)",
    "lists doubled": "#set($l = [1])#foreach($i in [1..100])#set($d = $l.addAll($l))#end",
    "a list that grows": "#set($l = [1..1000000])#set($d = $l.add(1))",
    "a list that grows at its head": "#set($l = [1..1000000])$l.add(0, 1)",
    "a shared list printed": DAG + "$l",
    "shared lists compared": DAG + "#if($l == $k)x#end",
    "a shared list hashed": DAG + "$l.hashCode()",
    "a shared list as JSON": "#set($r = $input.path('$'))" + DAG + "#set($r.a = $l)$input.json('$')",
    "a shared list scanned": "#set($r = $input.path('$'))" + DAG + "#set($r.a = $l)$input.path('$..z')",
    "a shared list in an override": DAG + "#set($context.requestOverride.a = $l)",
    "a cycle as JSON": "#set($r = $input.path('$'))#set($r.a = {'b': $r})$input.json('$')",
    "a cycle printed": "#set($m = {})#set($l = [$m])#set($m.l = $l)$m",
    "a cycle hashed": "#set($m = {})#set($l = [$m])#set($m.l = $l)$m.hashCode()",
    "cycles compared": "#set($m = {})#set($n = {})#set($m.l = [$m])#set($n.l = [$n])$m.equals($n)",
    "a cycle in an override": "#set($context.requestOverride.x = {'a': $context.requestOverride})",
    "a deep list printed": DEEP + "$r.a",
    "a deep list as JSON": DEEP + "$input.json('$')",
    "a deep list scanned": DEEP + "$input.path('$..z')",
    "a macro that calls itself": "#macro(m)#m()#end#m()",
    "macros that call each other twice": "#macro(m)#m()#m()#end#m()",
    "a macro that is handed itself": '#macro(r $x)#r("$x$x")#end#r("a")',
    "blocks that hold others twice": "".join(f"#define($d{i})$d{i + 1}$d{i + 1}#end" for i in range(99)) + "$d0",
    "an integer that doubles": "#set($x = 99999999999)#foreach($i in [1..100])#set($x = $x * $x)#end",
    "a decimal that grows": "#set($x = 99999999999999999999 * 1.1)#foreach($i in [1..100])#set($x = $x * $x)#end",
    "a power": "#set($x = 99999999999999999999)$x.pow(2000000000)",
    "a pattern without end": "#set($s = $big.substring(0, 50))$s.matches('(x+)+y')",
    "a search without end": "$big.replaceAll('x*y', '')",
    "a split into too much": "#set($s = $big.repeat(4))$s.split('')",
    "an array of too much": "#set($s = $big.repeat(4))$s.toCharArray()",
    "a map copied often": "#foreach($i in [1..1000])#foreach($e in $map)#break#end#end",
    "keys copied often": "#foreach($i in [1..1000])#set($x = $map.keySet().toArray())#end",
    "lists copied often": "#set($l = [1..99999])#foreach($i in [1..999])#set($x = $l.subList(0, 99999).toArray())#end",
    "a text taken apart often": "#foreach($i in [1..1000])#set($x = $big.toCharArray())#end",
    "texts changed often": "#foreach($i in [1..9])#foreach($j in [1..1000])#set($x = $big.toUpperCase())#end#end",
    "texts compared often": "#foreach($i in [1..1000])#set($x = $big.compareTo($big))#end",
    "texts escaped often": "#foreach($i in [1..1000])#set($x = $util.escapeJavaScript($big))#end",
    "elements looked for often": "#set($l = [1..3000])$l.removeAll($l)",
}


@pytest.mark.parametrize("template", UNBOUNDED.values(), ids=UNBOUNDED.keys())
def test_rendering_without_end_is_ended(template: str) -> None:
    compiled = compile_template(template, name="t")
    scope = Scope(
        body='{"a": {"a": {"a": {"a": {"a": {"b": [[[[{}, {}], []]], []]}}}}}}',
        variables={"big": LARGE, "map": {str(number): number for number in range(100_000)}},
    )

    with pytest.raises(LimitError):
        compiled.render(scope, step_limit=400_000)


@pytest.mark.parametrize("pattern", ["(?:(?:ab){999}){999}", "(" * 60 + "a" + ")" * 60, "a" * 10_001])
def test_pattern_that_is_too_large_throws(pattern: str) -> None:
    with pytest.raises(MethodError, match="PatternSyntaxException"):
        compile_template("$s.matches($p)", name="t").render(Scope(variables={"s": "x", "p": pattern}))


@pytest.mark.parametrize(
    "template",
    [
        "#if(" + "(" * 5_000 + "1" + ")" * 5_000 + ")x#end",
        "#if(true)" * 3_000 + "#end" * 3_000,
        "#set($x = " + "[" * 5_000 + "]" * 5_000 + ")",
        "#set($x = " + "{1:" * 5_000 + "}" * 5_000 + ")",
        "$a.b(" * 3_000,
        "$a[" * 5_000,
        "#foo(" + "[" * 5_000,
    ],
    ids=["parentheses", "blocks", "lists", "maps", "arguments", "indexes", "directive"],
)
def test_template_that_nests_without_end_is_refused(template: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="nested deeper than the 100 levels"):
        compile_template(template, name="t")


def test_strings_may_nest_in_strings() -> None:
    template = "x"
    for _ in range(13):
        template = '#set($x = "{}")'.format(template.replace('"', '""'))

    compile_template(template, name="t")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("#if(" + " && ".join(["true"] * 20_000) + ")x#end", "x"),
        ("#if(" + " || ".join(["false"] * 20_000) + ")x#end", ""),
        ("#set($x = " + " + ".join(["1"] * 20_000) + ")$x", "20000"),
        ("#if(" + "!" * 20_000 + "true)x#end", "x"),
        ("$a" + ".b" * 20_000, ""),
        ("$" * 100_000 + "a", "$" * 99_999),
        ("#*" + "x" * 200_000, ""),
    ],
    ids=["and", "or", "sum", "not", "properties", "dollars", "comment"],
)
def test_long_chains_are_no_nesting(template: str, text: str) -> None:
    rendering = compile_template(template, name="t").render(Scope())

    assert rendering.text == text


def test_template_may_have_300_kilobytes() -> None:
    template = compile_template("$x" + "é" * ((TEMPLATE_BYTES_LIMIT - 2) // 2), name="t")

    assert len(template.text.encode()) == TEMPLATE_BYTES_LIMIT


def test_template_of_more_than_300_kilobytes_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="307202 bytes, 307200 are allowed"):
        compile_template("é" * (TEMPLATE_BYTES_LIMIT // 2 + 1), name="t")


def test_template_that_is_compiled_near_the_end_of_the_stack_is_refused() -> None:
    def compile_deeply(frames: int) -> None:
        if frames:
            compile_deeply(frames - 1)
        else:
            compile_template("#if(((((((((((((((((((((((((((((true)))))))))))))))))))))))))))))x#end", name="t")

    frames = sys.getrecursionlimit() - len(inspect.stack()) - 60
    with pytest.raises(TemplateSyntaxError, match="nested too deeply"):
        compile_deeply(frames)


def test_macro_may_be_called_twenty_deep() -> None:
    template = "#macro(m $n)$n #if($n > 1)#set($k = $n - 1)#m($k)#end#end#m(20)"

    rendering = compile_template(template, name="t").render(Scope())

    assert rendering.text.split() == [str(number) for number in range(20, 0, -1)]


def test_macro_that_takes_too_many_steps_is_told_at_its_call() -> None:
    template = compile_template("#macro(m)$a$b$c$d#end\n#m()", name="t")

    with pytest.raises(LimitError, match=r"^t:2:1: the rendering takes too many steps"):
        template.render(Scope(), step_limit=3)
