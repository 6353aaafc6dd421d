"""Laws that hold for every template, however odd."""

from __future__ import annotations

import copy
import json
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from forestage.vtl import Profile, Rendering, Scope, VtlError, compile_template
from forestage.vtl.json_reader import JsonError, read_json
from tests.vtl.rendering import outcome, render, variables

# An underscore stands for a blank.
_SCRAPS: Final = r"""
    $ $! ${ } { [ ] ( ) . .. # ## #* *# #[[ ]]# \ \\ " ' "" '' , : = == != < && || ! + - * / % 1 2 -1 1.5 1..3 .5 a
    b name $name $!name ${name} $n $l $m $m.a $nope $l[0] $l.get(1) $m["b"] $l.size() #set( #set($x=1) #if( #if($t)
    #if($no) #elseif( #else #end #foreach( #foreach($i_in_$l) $i $foreach.hasNext #macro( #macro(q_$a) #q( #q(1)
    #@q(1) $a $bodyContent #define($d) $d #break #stop #{if} #{else} #{end} #literal() #foo( true false in and or
    "$name" 'n' [1,2] {"k":1} $input.json('$') $input.path('$.o') $input.body $util.escapeJavaScript($name)
    $context.stage $context.requestOverride.header.put("a",1) $input.params('q') $stageVariables.v #parse("x")
    #include
"""
_WHITE: Final = [" ", "\n", "\t", "\r\n"]
SCRAPS: Final = st.sampled_from([*(scrap.replace("_", " ") for scrap in _SCRAPS.split()), *_WHITE])
TEMPLATES: Final = st.lists(SCRAPS | st.text(max_size=2), max_size=20).map("".join)

JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=8,
)


def scope() -> Scope:
    return Scope(
        body='{"o": {"a": 1}, "l": [1, "x"]}',
        querystring={"q": "v"},
        stage_variables={"v": "w"},
        context={"stage": "prod", "identity": {"ip": "192.0.2.1"}},
        variables=variables(name="Ada", n=7, l=["x", "y"], m={"a": 1, "b": None}, t=True, no=False),
    )


@given(TEMPLATES)
def test_template_renders_or_fails_with_an_error_of_its_own(template: str) -> None:
    result = outcome(template, scope())

    assert isinstance(result, Rendering) or result in {"parse", "method", "input"}


@given(TEMPLATES)
def test_plain_template_renders_or_fails_with_an_error_of_its_own(template: str) -> None:
    result = outcome(template, scope(), profile=Profile.PLAIN)

    assert isinstance(result, Rendering) or result in {"parse", "method", "input"}


@given(TEMPLATES)
def test_rendering_is_the_same_each_time(template: str) -> None:
    first = outcome(template, scope())
    second = outcome(template, scope())

    assert first == second


@given(TEMPLATES)
def test_rendering_leaves_no_trace_in_the_next(template: str) -> None:
    try:
        compiled = compile_template(template, name="t")
        first = compiled.render(scope())
    except VtlError:
        return

    second = compiled.render(scope())

    assert first == second


@given(TEMPLATES)
def test_rendering_leaves_no_trace_in_its_scope(template: str) -> None:
    given_scope = Scope(
        body="{}", querystring={"q": "v"}, context={"a": {"b": [1]}}, response_override={"header": {"x": "y"}}
    )
    before = copy.deepcopy(given_scope)

    outcome(template, given_scope)

    assert given_scope == before


@given(st.text(st.characters(exclude_characters="$#", exclude_categories=["Cs"])))
def test_text_without_dollar_and_hash_stays_as_it_is(text: str) -> None:
    assert render(text) == text


@given(
    st.text(st.characters(exclude_categories=["Cs"])).filter(
        lambda text: "]]#" not in text and not text.endswith(("#", "$"))
    )
)
def test_text_within_a_text_block_stays_as_it_is(text: str) -> None:
    assert render(f"#[[{text} ]]#") == f"{text} "


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_value_prints_as_it_is(text: str) -> None:
    assert render("$x|${x}|$!x", x=text) == f"{text}|{text}|{text}"


@given(JSON.filter(lambda value: value is not None))
def test_json_of_a_body_is_the_body(value: object) -> None:
    text = render("$input.json('$')", json.dumps(value))

    assert json.loads(text) == value


@given(st.text("{}[]\"',:ab1-.eE \\nutl\x7f\n", max_size=12))
def test_any_body_is_read_or_refused(body: str) -> None:
    try:
        value = read_json(body)
    except JsonError:
        return

    assert isinstance(value, dict | list | str | bool | int | float | None)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_encodings_come_back(text: str) -> None:
    template = "$util.urlDecode($util.urlEncode($x))|$util.base64Decode($util.base64Encode($x))"

    assert render(template, x=text) == f"{text}|{text}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_is_ascii_and_comes_back(text: str) -> None:
    escaped = render("$util.escapeJavaScript($x)", x=text)

    assert escaped.isascii()
    assert json.loads(f'"{escaped}"'.replace("\\'", "'"), strict=False) == text


@given(st.integers(-(2**70), 2**70), st.integers(-(2**40), 2**40).filter(bool))
def test_integers_are_calculated_without_overflow(left: int, right: int) -> None:
    text = render("#set($q = $a / $b)#set($p = $q * $b)#set($d = $a - $p)#set($s = $p + $d)$s", a=left, b=right)

    assert text == str(left)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_double_prints_so_that_it_can_be_read_again(value: float) -> None:
    text = render("$x", x=value)

    assert repr(float(text)) == repr(value)
    assert "e" not in text
    assert "." in text
