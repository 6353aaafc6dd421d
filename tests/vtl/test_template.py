from __future__ import annotations

import copy
from types import MappingProxyType

import pytest

from forestage.errors import ForestageError
from forestage.vtl import (
    InputError,
    LimitError,
    MethodError,
    OverrideError,
    Profile,
    Scope,
    TemplateSyntaxError,
    UnavailableError,
    VtlError,
    compile_template,
)
from tests.vtl.rendering import render, render_plain, rendering_of, variables


@pytest.mark.parametrize("text", ["", "plain", '{"statusCode": 200}', "back\\slash", "\\\\", "é\n"])
def test_template_without_references_is_constant(text: str) -> None:
    template = compile_template(text, name="t")

    assert template.constant == text
    assert template.render(Scope()).text == text


@pytest.mark.parametrize("text", ["$x", "# ", "a # b", "US$ 5", "## comment"])
def test_template_with_a_dollar_or_a_hash_is_not_constant(text: str) -> None:
    assert compile_template(text, name="t").constant is None


def test_template_is_rendered_many_times_from_one_compilation() -> None:
    template = compile_template("#set($n = $n + 1)$n", name="t")

    texts = [template.render(Scope(variables={"n": n})).text for n in (1, 5)]

    assert texts == ["2", "6"]


def test_rendering_changes_nothing_in_its_scope() -> None:
    template = compile_template(
        """#set($x = $input.path('$'))#set($x.a = 2)#set($q = $input.params().querystring)#set($d = $q.put("k", "w"))
        #set($d = $stageVariables.put("v", "w"))#set($context.stage = "w")#set($context.identity.ip = "w")
        #set($d = $context.list.add("w"))#set($context.map.list[0] = "w")#set($context.requestOverride.header.h = "w")
        #set($context.responseOverride.header.h = "w")#set($own = "w")""",
        name="t",
    )
    scope = Scope(
        body='{"a": 1}',
        querystring={"k": "v"},
        stage_variables={"v": "v"},
        context={"stage": "v", "identity": {"ip": "v"}, "list": ["v"], "map": {"list": ["v", {"x": None}]}},
        request_override={"path": {}, "header": {"x": ["v"]}},
        response_override={"header": {"x": "v"}, "status": 400},
        variables={"own": "v"},
    )
    before = copy.deepcopy(scope)

    first = template.render(scope)
    second = template.render(scope)

    assert scope == before
    assert first == second


def test_scope_takes_mappings_that_cannot_be_changed() -> None:
    scope = Scope(
        querystring=MappingProxyType({"a": "1"}),
        context=MappingProxyType({"a": MappingProxyType({"b": ("c", MappingProxyType({"d": 1}))})}),
        request_override=MappingProxyType({"header": MappingProxyType({"x": ("1", "2")})}),
    )

    rendering = rendering_of("$input.params('a') $context.a.b$context.requestOverride.header.none", scope)

    assert rendering.text == '1 ["c",{"d":1}]'
    assert rendering.request_override == {"path": {}, "querystring": {}, "header": {"x": ["1", "2"]}}


# Overrides


def test_overrides_of_an_earlier_template_are_seen_and_carried_on() -> None:
    scope = Scope(
        request_override={"path": {"id": "7"}, "querystring": {}, "header": {}, "custom": "kept"},
        response_override={"header": {}, "status": 444},
    )

    rendering = rendering_of(
        "$context.requestOverride.path.id $context.requestOverride.custom $context.responseOverride.status"
        "#set($context.responseOverride.status = 200)",
        scope,
    )

    assert rendering.text == "7 kept 444"
    assert rendering.request_override == scope.request_override
    assert rendering.response_override == {"header": {}, "status": 200}


@pytest.mark.parametrize("template", ["constant", "$input.body"])
def test_overrides_are_carried_through_a_template_without_context(template: str) -> None:
    scope = Scope(response_override={"header": {}, "status": 444})

    rendering = rendering_of(template, scope)

    assert rendering.request_override == {"path": {}, "querystring": {}, "header": {}}
    assert rendering.response_override == {"header": {}, "status": 444}


@pytest.mark.parametrize(
    ("template", "parameter"),
    [
        (
            "#set($context.responseOverride.status = 1)#set($context.responseOverride.status = 2)",
            "$context.responseOverride.status",
        ),
        (
            '#set($o = $context.requestOverride)#set($o.header["X-A"] = 1)$o.header.put("X-A", 2)',
            "$context.requestOverride.header.X-A",
        ),
        (
            '#set($context.requestOverride.path.id = 1)$context.requestOverride.path.putAll({"id": 2})',
            "$context.requestOverride.path.id",
        ),
        (
            "#set($context.requestOverride.header[5] = 1)#set($context.requestOverride.header[5] = 2)",
            "$context.requestOverride.header.5",
        ),
    ],
)
def test_parameter_that_is_overridden_twice_fails(template: str, parameter: str) -> None:
    with pytest.raises(OverrideError, match="is set twice") as caught:
        rendering_of(template)

    assert parameter in caught.value.reason


@pytest.mark.parametrize(
    "template",
    [
        "#set($context.responseOverride.status = 1)#if(false)#set($context.responseOverride.status = 2)#end",
        "#set($context.requestOverride.header.a = 1)#set($context.requestOverride.querystring.a = 1)",
        "#set($context.stage = 1)#set($context.stage = 2)",
    ],
)
def test_other_assignments_are_no_second_override(template: str) -> None:
    assert not rendering_of(template).text


def test_overrides_are_json_whatever_the_template_made_of_them() -> None:
    rendering = rendering_of(
        "#set($h = $context.requestOverride.header)#set($x = 'a,b')#set($h.list = [1, 1.5, true])"
        "#set($h.map = {1: [{}]})#set($h.keys = $h.map.keySet())#set($h.values = $h.map.values())"
        "#set($h.array = $x.split(','))#set($h.char = $x.charAt(0))"
        "#set($h.big = 123456789012345678901234567890 + 0.5)"
    )

    assert rendering.request_override["header"] == {
        "list": [1, 1.5, True],
        "map": {"1": [{}]},
        "keys": [1],
        "values": [[{}]],
        "array": ["a", "b"],
        "char": "a",
        "big": 123456789012345678901234567890.5,
    }


def test_override_that_is_replaced_as_a_whole_counts_as_untouched() -> None:
    rendering = rendering_of('#set($context.requestOverride = "gone")')

    assert rendering.request_override == {"path": {}, "querystring": {}, "header": {}}


# Errors


@pytest.mark.parametrize(
    ("template", "line", "column", "offending"),
    [
        ("#if($x", 1, 7, ""),
        ("a\n  #set($x == 1)", 2, 11, "=="),
        ("a\r\nb\r#if()", 3, 5, ")"),
        ("é $x.get('a'", 1, 13, ""),
        ("#end", 1, 1, "#end"),
        ('x\n#set($a = "b\n #if(")', 3, 7, ""),
        ("#set($a = ;)", 1, 11, ";"),
        ('#set($a = "x)', 1, 11, '"'),
        ("text $", 1, 6, "$"),
        ("#[[ text", 1, 8, "t"),
        ("#macro(m)#foreach($i)#end#end", 1, 10, "#foreach"),
        ("#set($x = $l.get($i + 1))", 1, 21, "+"),
    ],
)
def test_syntax_error_tells_the_place(template: str, line: int, column: int, offending: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        compile_template(template, name="request.vtl")

    error = caught.value
    assert (error.line, error.column, error.offending) == (line, column, offending)
    assert str(error).startswith(f"request.vtl:{line}:{column}: ")


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("#if($x", "expected ')' or an operator, found the end of the template"),
        ("#set($x = 1", "expected ')' or an operator, found the end of the template"),
        ("#set($x == 1)", "expected '=', found '=='"),
        ("#set(5 = 1)", "expected a reference to set, found '5'"),
        ("$x.get(1 + 1)", "unexpected '+'"),
        ("$x.get($y + 1)", "unexpected '+'"),
        ("$x[1", "expected ']', found the end of the template"),
        ("#if(true)x", "expected #end of the #if, found the end of the template"),
        ("#foreach($i in $l)x", "expected #end of the #foreach, found the end of the template"),
        ("#else", "expected text, a reference or a directive, found '#else'"),
        ("x$", "a $ must not be the last character"),
        ('#set($x = {"k": null})', "expected a value without operators, found 'null'"),
        ('#set($x = {"k" 1})', "expected ':' behind the key, found '1'"),
        ('#set($x = {"k":1 "j":2})', "expected ',' or '}', found '\"j\"'"),
        ("#set($x = {k:1})", "expected a key or '}', found 'k'"),
        ("#set($x = [1..a])", "expected an integer or a reference, found 'a'"),
        ("#set($x = [1..2)", "expected ']', found ')'"),
        ("#set($x = '\"q)", "no ' closes this string"),
        ('#set($x = "\\u00g1$y")', "'\\\\u00g1' is no escape: \\u must have four hexadecimal digits"),
        ("#macro", "#macro needs arguments in parentheses"),
        ("#macro('m')#end", "the first argument of #macro must be its name, a bare word"),
        ("#foreach(i in $l)#end", "#foreach takes no bare word as argument 1, found 'i'"),
        ("#define()x#end", "#define takes the name of the block and nothing else, found 0 arguments"),
        ("#stop(1 2)", "#stop takes one argument at most, found 2"),
        ("#literal()#end", "#literal has nothing to print"),
        ("#set($x = " + "9" * 5_000 + ")", "a number of more than 4000 digits"),
    ],
)
def test_syntax_error_tells_what_is_expected(template: str, reason: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        compile_template(template, name="t")

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("template", "hint"),
    [
        ('#set($x = "say \\"hi\\"")', 'a backslash escapes nothing in a string; write the quote twice: ""'),
        ("#set($x = $n -1)", "a minus before a digit makes a number of it; write - 1 to subtract"),
        ("#set($x = null)", "there is no null in a template; a name that is not set, such as $null, has no value"),
        ("#set($x = 1", None),
        ("#end", None),
    ],
)
def test_syntax_error_has_a_hint_where_the_mistake_is_a_usual_one(template: str, hint: str | None) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        compile_template(template, name="t")

    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("template", "caret"),
    [
        ("a\r\n\t#set($x == 1)\nb", "\t#set($x == 1)\n\t        ^"),
        ("a\rb #end", "b #end\n  ^"),
        ("#if($x", "#if($x\n      ^"),
    ],
)
def test_caret_points_at_the_place(template: str, caret: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        compile_template(template, name="t")

    assert caught.value.caret(template) == caret


def test_error_without_a_place_has_no_caret() -> None:
    assert not LimitError("too much", template="t").caret("text")


@pytest.mark.parametrize(
    ("template", "line", "column", "offending"),
    [
        ("a\n $l.get(9)", 2, 2, "$l.get(9)"),
        ('#set($x = "a $l[9]")', 1, 14, "$l[9]"),
        ("#if($l.subList(2, 1) == 5)x#end", 1, 5, "$l.subList(2, 1)"),
        ("#foreach($i in $l)#set($d = $l.add(1))#end", 1, 1, "#foreach"),
        ("#set($l[9] = 1)", 1, 1, "#set($l[9] = 1)"),
        ("$name.substring(0, 99).length()", 1, 1, "$name.substring(0, 99).length()"),
        ("#macro(m $a)\n$a.x $a.get(7)#end#m($l)", 2, 6, "$a.get(7)"),
        ("#break($name)", 1, 1, "#break($name)"),
    ],
)
def test_method_error_tells_the_place(template: str, line: int, column: int, offending: str) -> None:
    with pytest.raises(MethodError) as caught:
        render(template, name="Ada", l=["x", "y"])

    error = caught.value
    assert (error.line, error.column, error.offending) == (line, column, offending)


def test_body_that_cannot_be_read_is_an_input_error_where_it_is_read() -> None:
    with pytest.raises(InputError, match="could not process the payload") as caught:
        render("$input.body\n$input.json('$')", "{a")

    assert (caught.value.kind, caught.value.line, caught.value.column) == ("input", 2, 1)


def test_body_that_cannot_be_read_does_no_harm_where_it_is_not_parsed() -> None:
    assert render("$input.body", "{a") == "{a"


@pytest.mark.parametrize("name", ["include", "parse", "evaluate"])
def test_directive_that_api_gateway_lacks_fails_where_it_is_reached(name: str) -> None:
    template = compile_template(f'#if($go)#{name}("x")#end', name="t")

    skipped = template.render(Scope(variables={"go": False}))
    with pytest.raises(UnavailableError, match=f"#{name} is not available"):
        template.render(Scope(variables={"go": True}))

    assert not skipped.text


@pytest.mark.parametrize("error", [TemplateSyntaxError, MethodError, InputError, LimitError, OverrideError])
def test_errors_belong_to_the_tree_of_forestage(error: type[VtlError]) -> None:
    raised = error("why", template="t")

    assert isinstance(raised, ForestageError)
    assert (raised.line, raised.column, str(raised)) == (0, 0, "t: why")


# What the plain profile does


def test_plain_profile_knows_no_objects_of_api_gateway() -> None:
    text = render_plain("$input.body $util.urlEncode('a') $context.stage $stageVariables.x $name", name="Ada")

    assert text == "$input.body $util.urlEncode('a') $context.stage $stageVariables.x Ada"


def test_plain_profile_loops_as_long_as_it_takes() -> None:
    template = compile_template("#foreach($i in [1..1500])#set($n = $i)#end$n", name="t", profile=Profile.PLAIN)

    rendering = template.render(Scope())

    assert (rendering.text, rendering.notices) == ("1500", ())


def test_loop_of_api_gateway_ends_after_a_thousand_turns_with_a_notice() -> None:
    rendering = rendering_of("\n#foreach($i in [1..1500])#set($n = $i)#end$n")

    (notice,) = rendering.notices
    assert rendering.text == "\n1000"
    assert "1000 turns" in notice.message
    assert (notice.position.line, notice.position.column) == (2, 1)


def test_loop_of_exactly_a_thousand_turns_is_not_cut() -> None:
    rendering = rendering_of("#foreach($i in [1..1000])#end")

    assert rendering.notices == ()


def test_halves_of_a_character_are_joined_or_replaced() -> None:
    text = render("#set($h = $s.charAt(0))#set($l = $s.charAt(1))$h$l $l", s="\N{GRINNING FACE}")

    assert text == "\N{GRINNING FACE} ?"


def test_java_lists_of_variables_print_as_lists() -> None:
    scope = Scope(variables=variables(l=[1, [2]]))

    assert rendering_of("$l", scope).text == "[1, [2]]"
