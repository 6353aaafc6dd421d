from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk.assertions import Annotations, Match

from forestage.constructs.checks import (
    ConstructError,
    check_allowed,
    check_function,
    check_kind,
    check_mapping_template,
    check_names,
    check_several,
    check_stage_name,
    check_status,
    check_variables,
    check_words,
    is_known,
    refuse,
    warn,
)
from forestage.constructs.routes import RouteOptions
from forestage.model.limits import HEADER_NAME, PERCENT

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


def test_list_that_is_known_later_is_not_known(stack: Stack) -> None:
    ranges = CfnParameter(stack, "Ranges", type="CommaDelimitedList").value_as_list

    assert not is_known(ranges)
    assert not is_known(ranges[0])


def test_value_of_another_kind_is_refused_with_what_to_write(stack: Stack) -> None:
    check_kind(stack, "timeout", None, Duration, "Duration.seconds(5)")
    check_kind(stack, "timeout", Duration.seconds(1), Duration, "Duration.seconds(5)")

    with pytest.raises(ConstructError, match=r"^Stack: timeout cannot be 5: write Duration.seconds\(5\)$"):
        check_kind(stack, "timeout", 5, Duration, "Duration.seconds(5)")


@pytest.mark.parametrize("values", ["pets/read", 5])
def test_one_value_in_place_of_several_is_refused(stack: Stack, values: object) -> None:
    check_several(stack, "scopes", ["pets/read"])
    check_several(stack, "scopes", ())

    with pytest.raises(ConstructError, match=f"^Stack: scopes are several, got {values!r}: write them in a list"):
        check_several(stack, "scopes", values)


def test_arn_in_place_of_a_function_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"'arn:aws:x' is no function: .*from_function_arn"):
        check_function(stack, "arn:aws:x")


def test_keyword_that_does_not_exist_is_refused(stack: Stack) -> None:
    check_words(stack, "GET /pets", {"query": {}}, RouteOptions)

    with pytest.raises(ConstructError, match=r"^Stack: GET /pets has no 'querys': choose from api_key_required, "):
        check_words(stack, "GET /pets", {"querys": {}}, RouteOptions)


def test_names_are_those_of_a_mapping_and_known(stack: Stack) -> None:
    later = CfnParameter(stack, "Name").value_as_string
    check_names(stack, "headers", {"X-Shop": True}, HEADER_NAME)

    with pytest.raises(ConstructError, match="headers cannot be 'X-Shop': write the names"):
        check_names(stack, "headers", "X-Shop", HEADER_NAME)
    with pytest.raises(ConstructError, match=r"a name in headers has to be letters, .* got 'X Shop'"):
        check_names(stack, "headers", {"X Shop": True}, HEADER_NAME)
    with pytest.raises(ConstructError, match="headers has a name that CloudFormation fills in"):
        check_names(stack, "headers", {later: True}, HEADER_NAME)


@pytest.mark.parametrize("status", [99, 600, "2xx", None])
def test_status_that_no_response_has_is_refused(stack: Stack, status: object) -> None:
    check_status(stack, 200)

    with pytest.raises(ConstructError, match=f"an HTTP status from 100 to 599, got '{status}'"):
        check_status(stack, status)


def test_status_has_to_be_known(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="a status that CloudFormation fills in names no response"):
        check_status(stack, CfnParameter(stack, "Status", type="Number").value_as_number)


def test_token_in_a_message_has_words_in_its_place(stack: Stack) -> None:
    later = CfnParameter(stack, "Later").value_as_string

    warn(stack, "some-advice", f"{later} is odd")

    Annotations.from_stack(stack).has_warning("/Stack", Match.string_like_regexp(r"^\(filled in later\) is odd"))
    with pytest.raises(ConstructError, match=r"^Stack: \(filled in later\) is wrong$"):
        refuse(stack, f"{later} is wrong")
