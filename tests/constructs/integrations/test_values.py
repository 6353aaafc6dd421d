from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest
from aws_cdk import Aws, Fn
from hypothesis import given, settings
from hypothesis import strategies as st

from forestage.constructs.integrations.values import (
    Fragment,
    Value,
    form,
    json_fragment,
    json_object,
    json_string,
    json_text,
    vtl_string,
)
from tests.constructs.integrations.routed import NASTY, rendered

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(text=ANY_TEXT)
def test_value_arrives_as_it_was_sent_in_json(text: str) -> None:
    template = json_object({"id": json_fragment(Value.path("id"))})

    assert json.loads(rendered(template, path={"id": text}).text) == {"id": text}


@settings(deadline=None)
@given(text=ANY_TEXT)
def test_value_arrives_as_it_was_sent_in_a_form(text: str) -> None:
    template = form({"Message": Value.query("text"), "Version": "1"})

    sent = rendered(template, query={"text": text}).text

    assert parse_qsl(sent, keep_blank_values=True) == [("Message", text), ("Version", "1")]


@settings(deadline=None)
@given(value=ANY_JSON)
def test_constant_is_no_template(value: object) -> None:
    assert json.loads(rendered(json_text(value)).text) == value


@settings(deadline=None)
@given(text=ANY_TEXT)
def test_constant_of_a_form_is_no_template(text: str) -> None:
    assert parse_qsl(rendered(form({"Subject": text})).text, keep_blank_values=True) == [("Subject", text)]


@settings(deadline=None)
@given(text=ANY_TEXT)
def test_string_of_the_template_language_is_what_was_written(text: str) -> None:
    assert rendered(f"#set($text = {vtl_string(text)})$text").text == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(Value.path("id"), "p", id="path"),
        pytest.param(Value.query("id"), "q", id="query"),
        pytest.param(Value.header("id"), "h", id="header"),
        pytest.param(Value.body("$.pet.name"), "Rex", id="body"),
        pytest.param(Value.body("$.pet.age"), "7", id="body, a number"),
        pytest.param(Value.body("$['pet']['name']"), "Rex", id="body, a path with quotes"),
        pytest.param(Value.body("$.nope"), "", id="body, missing"),
        pytest.param(Value.json("$.pet"), '{"name":"Rex","age":7}', id="JSON"),
        pytest.param(Value.json(), '{"pet":{"name":"Rex","age":7}}', id="all JSON"),
        pytest.param(Value.payload(), '{"pet": {"name": "Rex", "age": 7}}', id="payload"),
        pytest.param(Value.context("identity.sourceIp"), "192.0.2.1", id="context"),
        pytest.param(Value.context("requestTimeEpoch"), "5", id="context, a number"),
        pytest.param(Value.stage_variable("language"), "en", id="stage variable"),
    ],
)
def test_value_is_that_of_its_place(value: Value, expected: str) -> None:
    sent = rendered(
        json_string(value),
        body='{"pet": {"name": "Rex", "age": 7}}',
        path={"id": "p"},
        query={"id": "q"},
        header={"id": "h"},
        context={"identity": {"sourceIp": "192.0.2.1"}, "requestTimeEpoch": 5},
        stage_variables={"language": "en"},
    )

    assert json.loads(sent.text) == expected


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_string_of_several_parts_holds_them_in_order(text: str) -> None:
    template = json_string("PET#", Value.body("$.id"), "$#'")

    assert json.loads(rendered(template, body=json.dumps({"id": text})).text) == f"PET#{text}$#'"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("{}", {}, id="none"),
        pytest.param('{"a": 1}', {"a": "1"}, id="first"),
        pytest.param('{"b": ""}', {}, id="empty"),
        pytest.param('{"b": "x"}', {"b": "x"}, id="second"),
        pytest.param('{"a": null, "b": "x"}', {"b": "x"}, id="null is none"),
        pytest.param('{"a": 1, "b": "x"}', {"a": "1", "b": "x"}, id="both"),
    ],
)
@pytest.mark.parametrize("fixed", [{}, {"k": "v"}], ids=["alone", "beside others"])
def test_optional_members_are_left_out(body: str, expected: dict[str, str], fixed: dict[str, str]) -> None:
    members = {
        "a": json_fragment(Value.body("$.a").if_present()),
        **{name: json_fragment(value) for name, value in fixed.items()},
        "b": json_fragment(Value.body("$.b").if_present()),
    }

    assert json.loads(rendered(json_object(members), body=body).text) == {**expected, **fixed}


def test_object_without_members_is_empty() -> None:
    assert json_object({}) == "{}"


def test_text_of_a_fragment_is_taken_as_it_is() -> None:
    assert json_object({"a": Fragment("[1]")}) == '{"a": [1]}'


def test_token_stays_in_json_and_in_a_form() -> None:
    token = f"arn:{Aws.PARTITION}:sns:$"

    assert json_text(token) == f'"arn:{Aws.PARTITION}:sns:\\u0024"'
    assert form({"TopicArn": f"{Aws.PARTITION}.x"}) == f"TopicArn=${{util.urlEncode('{Aws.PARTITION}')}}.x"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("it's", 'the name of a parameter has letters, digits and ._$:-, got "it\'s"'),
        ("", "the name of a parameter has letters, digits and ._$:-, got ''"),
    ],
)
def test_parameter_of_another_name_is_refused(name: str, message: str) -> None:
    with pytest.raises(ValueError, match="the name of a parameter") as refused:
        Value.query(name)

    assert str(refused.value) == message


def test_path_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a JSONPath begins with \$, got 'name': write \$\.name"):
        Value.body("name")


def test_context_variable_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match=r"such as identity\.sourceIp, got 'identity\.'"):
        Value.context("identity.")


def test_stage_variable_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="letters, digits and underscores, got 'a b'"):
        Value.stage_variable("a b")


def test_list_that_is_known_later_is_no_text() -> None:
    with pytest.raises(ValueError, match="a list that CloudFormation fills in is no text of a template: join it"):
        json_text({"zones": Fn.get_azs()})
