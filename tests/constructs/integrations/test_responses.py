from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
