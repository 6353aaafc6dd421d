from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import Aws

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations import IntegrationResponse, Mock
from tests.cases.script import whole
from tests.constructs.integrations.routed import NASTY, bind, bound_websocket, new_stack, routed
from tests.constructs.synthesis import Previewed, hold_against_stored

if TYPE_CHECKING:
    from aws_cdk import Stack

BY_KIND = '#if($input.params().querystring.get("kind") == "cat"){"statusCode": 404}#{else}{"statusCode": 200}#end'


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    stack = new_stack()
    routed(
        stack,
        {
            "GET /status": Mock.json(
                200, {"status": "ok", "account": Aws.ACCOUNT_ID}, headers={"Cache-Control": "no-store"}
            ),
            "GET /nasty": Mock.json(200, dict(NASTY)),
            "DELETE /status": Mock.status(204),
            "GET /pets": Mock.template(
                request_template=BY_KIND,
                responses=[
                    IntegrationResponse(status=200, pattern="200", template='{"at": "$context.requestId"}'),
                    IntegrationResponse(status=404, pattern="404", template="none", content_type="text/plain"),
                ],
            ),
            "GET /teapot": Mock.template(responses=[IntegrationResponse(status=418)]),
        },
    )
    return Previewed(hold_against_stored(stack, "integrations_mock"), tmp_path_factory.mktemp("mock"))


def test_json_is_answered_with_its_headers(preview: Previewed) -> None:
    played = preview.call("GET /dev/status")

    assert played.response.status == 200
    assert json.loads(whole(played.response.body)) == {"status": "ok", "account": "123456789012"}
    assert dict(played.response.headers)["Cache-Control"] == "no-store"


def test_json_is_no_template(preview: Previewed) -> None:
    assert json.loads(whole(preview.call("GET /dev/nasty").response.body)) == NASTY


def test_status_has_no_body(preview: Previewed) -> None:
    played = preview.call("DELETE /dev/status")

    assert (played.response.status, played.response.body) == (204, b"")


def test_template_chooses_the_response(preview: Previewed) -> None:
    none = preview.call("GET /dev/pets?kind=cat").response
    some = preview.call("GET /dev/pets?kind=dog").response

    assert (none.status, none.body, dict(none.headers)["Content-Type"]) == (404, b"none", "text/plain")
    assert some.status == 200


def test_first_response_is_answered_without_a_template(preview: Previewed) -> None:
    assert preview.call("GET /dev/teapot").response.status == 418


def test_other_types_of_content_are_refused(preview: Previewed) -> None:
    assert preview.call("GET /dev/status", headers={"Content-Type": "text/plain"}).response.status == 415


def test_templates_can_be_replaced() -> None:
    mock = (
        Mock.json(200, {}).with_request_template('{"statusCode": 201}').with_response(IntegrationResponse(status=201))
    )

    assert mock.request_template == '{"statusCode": 201}'
    assert mock.response_templates == {200: "{}", 201: None}


def test_two_responses_without_pattern_are_refused(stack: Stack) -> None:
    mock = Mock.json(200, {}).with_response(IntegrationResponse(status=201))

    with pytest.raises(ConstructError, match="one response may be without a pattern"):
        bind(stack, "GET /pets", mock)


def test_message_is_answered_on_a_websocket_api(stack: Stack) -> None:
    bound = bound_websocket(stack, Mock.json(200, {"pong": True}))

    assert bound.properties == {"integration_type": "MOCK", "integration_uri": None}
    assert [(response.key, response.templates) for response in bound.responses] == [
        ("$default", {"$default": '{"pong": true}'})
    ]


def test_template_without_responses_answers_nothing() -> None:
    with pytest.raises(ValueError, match=r"Mock\.template answers with one of some responses, and has none"):
        Mock.template(responses=[])
