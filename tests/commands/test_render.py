from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scripts.conformance import TEMPLATE_CASES, difference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.commands.conftest import Outcome

    Render = Callable[..., Outcome]


@pytest.fixture
def render(run: Callable[..., Outcome], tmp_path: Path) -> Render:
    """Render a template whose files are given by their content."""

    def render_template(template: str, *words: str, **files: str) -> Outcome:
        (tmp_path / "t.vtl").write_bytes(template.encode())
        for option, content in files.items():
            (tmp_path / option).write_text(content, encoding="utf-8")
            words += (f"--{option}", str(tmp_path / option))
        return run("render", str(tmp_path / "t.vtl"), *words)

    return render_template


def test_rendering_is_data_alone(render: Render) -> None:
    outcome = render('{"id": "$input.path(\'$.id\')"}', body='{"id": 7}')

    assert (outcome.code, outcome.data, outcome.talk) == (0, '{"id": "7"}', "")


def test_context_has_what_else_a_template_sees(render: Render) -> None:
    context = {
        "params": {"path": {"id": 7}, "querystring": {"q": True}, "header": {"Accept": "text/plain"}},
        "stageVariables": {"table": "pets"},
        "context": {"identity": {"sourceIp": "127.0.0.1"}},
        "vars": {"names": ["Ada"], "by": {"id": [1]}},
        "body": {"a": "é"},
    }
    template = (
        "$input.params('id') $input.params('q') $input.params('Accept') $stageVariables.table"
        " $context.identity.sourceIp $names $by $input.body"
    )

    outcome = render(template, context=json.dumps(context))

    assert outcome.data == '7 true text/plain pets 127.0.0.1 [Ada] {id=[1]} {"a":"é"}'


def test_context_may_be_yaml(render: Render) -> None:
    outcome = render("$stageVariables.table", context="stageVariables:\n  table: pets\n")

    assert outcome.data == "pets"


def test_body_of_its_own_file_is_taken(render: Render) -> None:
    assert render("$input.body", body="mine", context='{"body": "not mine"}').data == "mine"


def test_body_is_read_from_standard_input(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"typed"), encoding="utf-8"))

    assert render("$input.body", "--body", "-").data == "typed"


def test_advice_is_told_with_its_place(render: Render) -> None:
    outcome = render("a\n#if($x)b#end")

    assert outcome.data == "a\nb"
    assert outcome.talk.splitlines()[1:] == ["  #if($x)b#end", "      ^"]
    assert "t.vtl:2:5: $x holds also where it has no value" in outcome.talk
    assert "(condition-without-value)" in outcome.talk


def test_failing_template_is_told_with_a_caret_and_the_value(render: Render) -> None:
    outcome = render("{\n  $input.path('$.l').get(9)", body='{"l": ["x"]}')

    assert outcome.code == 1
    assert not outcome.data
    first, *others = outcome.talk.splitlines()
    assert first.endswith("t.vtl:2:3: index 9 out of bounds for length 1 (IndexOutOfBoundsException)")
    assert others == ["    $input.path('$.l').get(9)", "    ^", '  the value is ["x"]']


def test_template_that_is_none_is_told_with_a_hint(render: Render) -> None:
    outcome = render('#set($x = "say \\"hi\\"")')

    assert outcome.code == 1
    assert "hint: a backslash escapes nothing in a string" in outcome.talk


def test_overrides_are_told(render: Render) -> None:
    outcome = render("#set($context.responseOverride.status = 404)")

    assert outcome.talk == '$context.responseOverride: {"header": {}, "status": 404}\n'


def test_loop_that_was_cut_is_told(render: Render) -> None:
    outcome = render("#foreach($i in [1..2000])x#end")

    assert len(outcome.data) == 1_000
    assert "t.vtl:1:1: " in outcome.talk


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ("[1]", "the context must be an object with any of body, params"),
        ('{"contxt": {}}', "there is no 'contxt', only body, params, stageVariables, context, vars"),
        ('{"params": {"query": {}}}', "there is no params.query, only path, querystring, header"),
        ('{"params": []}', None),
        ('{"params": [1]}', "params must be an object"),
        ('{"params": {"path": [1]}}', "params.path must be an object"),
        ('{"params": {"path": {"a": {}}}}', "params.path must have texts as its values"),
        ('{"context": 1}', "context must be an object"),
        ('{"stageVariables": {"a": [1]}}', "stageVariables must have texts as its values"),
        ("context: {at: 2026-01-01}", "context.at is a date, so put it in quotes"),
        ("vars: {a: [{1: 2}]}", "the name 1 in vars.a[0] must be text, so put it in quotes"),
        ("1: 2", "the name 1 in the context must be text"),
        ("{a: [", "is neither JSON nor YAML"),
        ("[" * 100_000, "nested too deeply"),
        ("body: " + "[" * 50 + "]" * 50, None),
    ],
)
def test_context_of_another_shape_is_refused(context: str, message: str | None, render: Render) -> None:
    outcome = render("x", context=context)

    assert outcome.code == (2 if message else 0)
    assert (message or "") in " ".join(outcome.talk.split())


def test_file_that_is_no_text_is_refused(render: Render, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff")

    outcome = render("x", "--body", str(tmp_path / "binary"))

    assert outcome.code == 2
    assert "cannot be read" in outcome.talk


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give either a TEMPLATE or --cases FILE"),
        (["{file}", "--cases", "{file}"], "give either a TEMPLATE or --cases FILE"),
        (["--cases", "{file}", "--body", "{file}"], "cases have a body and a context of their own"),
        (["--cases", "{file}", "--context", "{file}"], "cases have a body and a context of their own"),
        (["--cases", "{file}"], "the file must hold a list of cases"),
    ],
)
def test_wrong_usage_is_told(words: list[str], message: str, run: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "t.vtl").write_text("{}", encoding="utf-8")

    outcome = run("render", *(word.format(file=tmp_path / "t.vtl") for word in words))

    assert outcome.code == 2
    assert message in outcome.talk


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ({"id": "a"}, "case 2: a case has an id and a template"),
        (["a"], "case 2: a case has an id and a template"),
        ({"id": "a", "template": "x", "context": {"params": [1]}}, "case 2: params must be an object"),
    ],
)
def test_case_of_another_shape_is_refused(
    case: object, message: str, run: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "cases").write_text(json.dumps([{"id": "good", "template": "x"}, case]), encoding="utf-8")

    outcome = run("render", "--cases", str(tmp_path / "cases"))

    assert outcome.code == 2
    assert message in " ".join(outcome.talk.split())


def test_each_case_has_a_line(run: Callable[..., Outcome], tmp_path: Path) -> None:
    cases = [
        {"id": "text", "template": "#set($context.requestOverride.header.a = 'b')é"},
        {"id": "none", "template": "#end"},
        {"id": "body", "template": "$input.json('$')", "context": {"body": "{a"}},
        {"id": "call", "template": "#set($l = [1])$l.get(1)"},
    ]
    (tmp_path / "cases").write_text(json.dumps(cases), encoding="utf-8")

    outcome = run("render", "--cases", str(tmp_path / "cases"))

    text, *failed = map(json.loads, outcome.data.splitlines())
    assert text == {
        "id": "text",
        "output": "é",
        "request_override": {"path": {}, "querystring": {}, "header": {"a": "b"}},
        "response_override": {"header": {}},
    }
    assert [(line["id"], line["error"]) for line in failed] == [
        ("none", "parse"),
        ("body", "input"),
        ("call", "method"),
    ]
    assert failed[2]["message"].startswith("call:1:15: index 1 out of bounds")


def test_every_case_of_the_suite_renders_as_in_api_gateway(run: Callable[..., Outcome]) -> None:
    # Any: a case is JSON without a schema.
    cases: Mapping[str, Any] = {case["id"]: case for case in json.loads(TEMPLATE_CASES.read_text(encoding="utf-8"))}

    lines = run("render", "--cases", str(TEMPLATE_CASES)).data.splitlines()

    answers = {answer["id"]: answer for answer in map(json.loads, lines)}
    assert answers.keys() == cases.keys()
    assert {id_: found for id_, case in cases.items() if (found := difference(case, answers[id_]))} == {}
