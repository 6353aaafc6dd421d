from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk.assertions import Annotations, Match

from forestage.constructs.checks import (
    ConstructError,
    check_allowed,
    check_mapping_template,
    check_stage_name,
    check_variables,
    is_known,
    refuse,
    warn,
)
from forestage.model.limits import PERCENT

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_refusal_begins_with_the_path_of_the_construct(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"^Stack: two of them: leave out one$") as caught:
        refuse(stack, "two of them: leave out one")

    assert caught.value.path == "Stack"
    assert isinstance(caught.value, ValueError)


def test_advice_has_an_id_to_acknowledge_it_by(stack: Stack) -> None:
    warn(stack, "some-advice", "think of it")

    Annotations.from_stack(stack).has_warning(
        "/Stack", Match.string_like_regexp(r"think of it \[ack: forestage:some-advice\]")
    )


def test_tokens_are_not_known(stack: Stack) -> None:
    assert is_known("x")
    assert not is_known(f"a-{stack.stack_id}")


def test_what_comes_with_the_deployment_is_not_judged(stack: Stack) -> None:
    later = CfnParameter(stack, "Later").value_as_string

    check_allowed(stack, "it", CfnParameter(stack, "Number", type="Number").value_as_number, PERCENT)
    check_allowed(stack, "it", None, PERCENT)
    check_stage_name(stack, later)
    check_variables(stack, {"name": later})
    check_mapping_template(stack, "the template", later)


def test_value_that_is_not_allowed_is_refused_with_what_is(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"^Stack: the share has to be from 0 to 100, got 101$"):
        check_allowed(stack, "the share", 101, PERCENT)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        pytest.param({f"v{index}": "x" for index in range(101)}, "up to 100 variables, got 101: leave", id="many"),
        pytest.param({"a.b": "x"}, "name of a stage variable has to be 1 to 64 .*, got 'a.b'", id="name"),
        pytest.param({"a": ""}, "value of stage variable a has to be one or more .*, got ''", id="empty"),
        pytest.param({"a": "x" * 513}, "a has 513 characters, and up to 512 are allowed: spread", id="long"),
    ],
)
def test_stage_variables_of_no_use_are_refused(stack: Stack, variables: Mapping[str, str], message: str) -> None:
    with pytest.raises(ConstructError, match=message):
        check_variables(stack, variables)


def test_template_that_does_not_parse_is_refused_with_its_place(stack: Stack) -> None:
    with pytest.raises(ConstructError) as caught:
        check_mapping_template(stack, "the request template", '{\n  #if($input.body {"a": 1} #end\n}')

    first, shown, caret = str(caught.value).split("\n")
    assert first.startswith("Stack: the request template does not parse in line 2, column 19, expected ')'")
    assert first.endswith(": mend the template")
    assert shown == '  #if($input.body {"a": 1} #end'
    assert caret.strip() == "^"


def test_template_keeps_its_places_around_tokens(stack: Stack) -> None:
    table = CfnParameter(stack, "Table").value_as_string
    check_mapping_template(stack, "the template", f'{{"TableName": "{table}", "x": "$input.path(\'$.x\')"}}')

    with pytest.raises(ConstructError, match=rf"line 1, column {len(table) + 5}, "):
        check_mapping_template(stack, "the template", f"{table}#if(")


def test_template_of_more_than_300_kb_is_refused(stack: Stack) -> None:
    check_mapping_template(stack, "the template", "x" * 307_200)
    with pytest.raises(ConstructError, match="the template has 307201 bytes, and 307200 are allowed: let the backend"):
        check_mapping_template(stack, "the template", "x" * 307_201)


def test_template_that_does_what_nobody_expects_gets_advice(stack: Stack) -> None:
    check_mapping_template(stack, "the template", "#elsif($a)")

    Annotations.from_stack(stack).has_warning(
        "/Stack", Match.string_like_regexp("^the template, line 1, column 1: .*elsif")
    )
