from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnParameter

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations.responses import (
    IntegrationResponse,
    check_responses,
    message,
    method_responses,
    replaced,
)

if TYPE_CHECKING:
    from aws_cdk import Stack


def test_headers_are_mapped_and_declared() -> None:
    response = IntegrationResponse(status=200, headers={"ETag": "integration.response.header.ETag"})

    assert response.to_resource().response_parameters == {
        "method.response.header.ETag": "integration.response.header.ETag"
    }
    assert response.to_method_response().response_parameters == {"method.response.header.ETag": True}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, "'text/html'"), ({"Content-Type": "'text/html; charset=utf-8'"}, "'text/html; charset=utf-8'")],
    ids=["by itself", "given"],
)
def test_other_content_is_told_by_its_header(headers: dict[str, str], expected: str) -> None:
    response = IntegrationResponse(status=200, template="<p>", content_type="text/html", headers=headers)

    assert response.parameters == {"method.response.header.Content-Type": expected}
    assert response.to_resource().response_templates == {"text/html": "<p>"}


def test_response_without_template_lets_the_body_pass() -> None:
    resource = IntegrationResponse(status=200).to_resource()

    assert resource.response_templates is None
    assert resource.response_parameters is None
    assert resource.selection_pattern is None


def test_response_of_a_websocket_api_has_a_key_and_a_template() -> None:
    default = IntegrationResponse(status=200).to_websocket()
    failed = IntegrationResponse(status=500, pattern=".*boom.*", template="{}").to_websocket()

    assert (default.key, default.templates) == ("$default", {})
    assert (failed.key, failed.templates) == ("/.*boom.*/", {"$default": "{}"})


def test_status_that_a_template_gives_is_declared_once() -> None:
    template = "#set($context.responseOverride.status = 404)#set( $context.responseOverride.status=409 )"
    responses = (IntegrationResponse(status=200, template=template), IntegrationResponse(status=409, pattern="x"))

    assert [response.status_code for response in method_responses(responses)] == ["200", "409", "404"]


def test_two_responses_of_one_status_are_refused(stack: Stack) -> None:
    responses = [IntegrationResponse(status=404, pattern="a"), IntegrationResponse(status=404, pattern="b")]

    with pytest.raises(ConstructError) as refused:
        check_responses(stack, responses)

    assert str(refused.value) == (
        "Stack: an integration has one response for a status, got several for 404: join their patterns"
    )


def test_two_responses_without_pattern_are_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="one response may be without a pattern"):
        check_responses(stack, [IntegrationResponse(status=200), IntegrationResponse(status=404)])


def test_response_takes_the_place_of_its_status_or_the_last() -> None:
    first, second = IntegrationResponse(status=200), IntegrationResponse(status=404)
    other, third = IntegrationResponse(status=200, template="{}"), IntegrationResponse(status=500)

    assert replaced((first, second), other) == (other, second)
    assert replaced((first, second), third) == (first, second, third)


def test_message_of_a_status_is_json() -> None:
    assert message(429) == '{"message": "Too many requests"}'


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (IntegrationResponse(status=99), "an HTTP status from 100 to 599, got '99'"),
        (IntegrationResponse(status=404, pattern="(x"), r"the pattern of response 404 is no Java regular expression"),
        (IntegrationResponse(status=200, headers={"X Y": "'a'"}), "a name in headers of response 200 has to be"),
        (IntegrationResponse(status=200, headers={"X-Y": "'it's'"}), "header X-Y of response 200 has a quote ' in it"),
    ],
    ids=["status", "pattern", "name", "quote"],
)
def test_response_that_aws_refuses(stack: Stack, response: IntegrationResponse, words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack: .*{words}"):
        check_responses(stack, [response])


def test_what_is_no_response_is_refused(stack: Stack) -> None:
    given: Any = {"status": 200}

    with pytest.raises(ConstructError, match=r"a response cannot be \{'status': 200\}: write IntegrationResponse"):
        check_responses(stack, [given])
    with pytest.raises(ConstructError, match="responses are several"):
        check_responses(stack, given["status"])


def test_values_that_are_known_later_are_not_judged(stack: Stack) -> None:
    later = CfnParameter(stack, "Later").value_as_string

    check_responses(
        stack, [IntegrationResponse(status=200, pattern=later, headers={"X-Y": later, "X-Z": f"'{later}'"})]
    )


def test_message_of_any_status_has_words() -> None:
    assert message(412) == '{"message": "Precondition failed"}'
