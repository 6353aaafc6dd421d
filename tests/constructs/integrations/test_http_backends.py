from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import Duration, Fn
from aws_cdk import aws_apigateway as apigateway
from aws_cdk.assertions import Annotations, Match

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations import Http, IntegrationResponse
from forestage.preview.engine.effects import BackendAnswer, CallBackend
from tests.constructs.integrations.routed import bind, bound_websocket, new_stack, routed
from tests.constructs.synthesis import Previewed, hold_against_stored

if TYPE_CHECKING:
    from aws_cdk import Stack

    from forestage.constructs.integrations.http_backends import HttpCustom, HttpProxy
    from tests.cases.script import Played

HEADER = {"integration.request.header.X-Owner": "method.request.header.Owner"}


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    stack = new_stack()
    routed(
        stack,
        {
            "ANY /files/{proxy+}": Http.proxy("https://files.example/v1/{proxy}"),
            "GET /stream": Http.proxy("https://files.example/all", streaming=True, timeout=Duration.minutes(10)),
            "GET /pets/{id}": Http.custom("https://pets.example/{id}.json", request_parameters=HEADER),
            "POST /pets": Http.custom(
                "https://pets.example/add",
                method="PUT",
                request_templates={"application/json": "{\"pet\": $input.json('$')}"},
                responses=[IntegrationResponse(status=201, template="{}")],
            ),
        },
    )
    return Previewed(hold_against_stored(stack, "integrations_http"), tmp_path_factory.mktemp("http"))


def answer(status: int, body: bytes = b"{}") -> BackendAnswer:
    return BackendAnswer(status=status, headers=(("Content-Type", "application/json"),), body=body)


def backend_call(played: Played) -> CallBackend:
    (call,) = played.asked
    assert isinstance(call, CallBackend)
    return call


def test_proxy_passes_the_path(preview: Previewed) -> None:
    played = preview.call("PUT /dev/files/a/b.txt?x=1", answer(404, b"none"), body=b"text")

    assert (played.response.status, played.response.body) == (404, b"none")
    call = backend_call(played)
    assert (call.method, call.url) == ("PUT", "https://files.example/v1/a/b.txt?x=1")


def test_custom_maps_variables_and_what_is_told(preview: Previewed) -> None:
    played = preview.call("GET /dev/pets/7?x=1", answer(200, b'{"name": "Rex"}'), headers={"Owner": "Ann"})

    assert played.response.body == b'{"name": "Rex"}'
    call = backend_call(played)
    assert (call.method, call.url) == ("GET", "https://pets.example/7.json")
    assert dict(call.headers)["X-Owner"] == "Ann"


@pytest.mark.parametrize(
    ("backend", "status", "body"),
    [
        (204, 200, b"secret"),
        (404, 404, b'{"message": "Not found"}'),
        (403, 400, b'{"message": "Bad request"}'),
        (503, 502, b'{"message": "Bad gateway"}'),
        (302, 502, b'{"message": "Bad gateway"}'),
    ],
)
def test_custom_tells_errors_in_our_words(preview: Previewed, backend: int, status: int, body: bytes) -> None:
    played = preview.call("GET /dev/pets/7", answer(backend, b"secret"))

    assert (played.response.status, played.response.body) == (status, body)


def test_custom_sends_what_the_template_makes(preview: Previewed) -> None:
    played = preview.call("POST /dev/pets", answer(500), body=b'{"name": "Rex"}')

    assert played.response.status == 201
    call = backend_call(played)
    assert (call.method, call.body) == ("PUT", b'{"pet": {"name":"Rex"}}')


def test_custom_with_templates_refuses_other_types(preview: Previewed) -> None:
    assert preview.call("POST /dev/pets", headers={"Content-Type": "text/plain"}, body=b"x").response.status == 415


def test_given_mapping_of_a_variable_holds(stack: Stack) -> None:
    mapping = {"integration.request.path.id": "method.request.header.Pet"}

    bound = bind(stack, "GET /pets", Http.proxy("https://pets.example/{id}", request_parameters=mapping))

    assert bound.request_parameters == {"method.request.header.Pet": False}


@pytest.mark.parametrize(
    "integration",
    [Http.proxy("https://pets.example/{id}"), Http.custom("https://pets.example/{id}")],
    ids=["proxy", "custom"],
)
def test_variable_that_the_path_lacks_is_refused(stack: Stack, integration: HttpProxy | HttpCustom) -> None:
    with pytest.raises(ConstructError) as refused:
        bind(stack, "GET /pets/{pet}", integration)

    assert str(refused.value) == (
        "Stack/GetPetsPet: the URL https://pets.example/{id} uses {id}, and the path /pets/{pet} has no such variable: "
        "add it to the path"
    )


def test_mapping_from_a_variable_that_the_path_lacks_is_refused(stack: Stack) -> None:
    mapping = {"integration.request.header.X-Id": "method.request.path.id"}

    with pytest.raises(ConstructError, match=r"the mapping from method\.request\.path\.id uses \{id\}"):
        bind(stack, "GET /pets", Http.proxy("https://pets.example", request_parameters=mapping))


def test_address_that_is_no_url_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"begins with https:// or http://, got 'pets\.example'"):
        bind(stack, "GET /pets", Http.proxy("pets.example"))


@pytest.mark.parametrize("url", [f"https://{Fn.ref('Host')}/", Fn.ref("Url"), "${stageVariables.url}"])
def test_address_that_is_known_later_is_not_judged(stack: Stack, url: str) -> None:
    bind(stack, "GET /pets", Http.proxy(url))

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_address_without_tls_is_warned_of(stack: Stack) -> None:
    bind(stack, "GET /pets", Http.proxy("http://pets.example"))

    Annotations.from_stack(stack).has_warning(
        "/Stack/GetPets", Match.string_like_regexp("requests to http://pets.example cross the internet in the clear.*")
    )


def test_templates_can_be_replaced() -> None:
    integration = (
        Http.custom("https://pets.example")
        .with_request_template("x", content_type="text/plain")
        .with_response(IntegrationResponse(status=404, pattern="404|410", template="{}"))
    )

    assert integration.request_template is None
    assert integration.request_templates == {"text/plain": "x"}
    assert integration.response_templates[404] == "{}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(Http.custom("https://x.example"), "WHEN_NO_TEMPLATES", id="no templates"),
        pytest.param(Http.custom("https://x.example").with_request_template("{}"), "NEVER", id="templates"),
        pytest.param(
            Http.custom("https://x.example", passthrough_behavior=apigateway.PassthroughBehavior.WHEN_NO_MATCH),
            "WHEN_NO_MATCH",
            id="given",
        ),
    ],
)
def test_other_content_passes_only_where_nothing_is_made_of_any(stack: Stack, given: HttpCustom, expected: str) -> None:
    api = routed(stack, {"GET /": given})

    method = api.root.node.find_child("GET")
    assert isinstance(method, apigateway.Method)
    resource = method.node.default_child
    assert isinstance(resource, apigateway.CfnMethod)
    assert stack.resolve(resource.integration)["passthroughBehavior"] == expected


def test_messages_are_posted_on_a_websocket_api(stack: Stack) -> None:
    proxy = bound_websocket(stack, Http.proxy("https://pets.example"))

    assert proxy.properties == {"integration_type": "HTTP_PROXY"}


def test_messages_are_mapped_on_a_websocket_api(stack: Stack) -> None:
    custom = bound_websocket(stack, Http.custom("https://pets.example"))

    assert custom.properties == {"integration_type": "HTTP"}
    assert [response.key for response in custom.responses] == [r"/2\d{2}/", r"/4(?!04)\d{2}/", "/404/", "$default"]


@pytest.mark.parametrize(
    ("integration", "message"),
    [
        (
            Http.proxy("https://x.example/{id}"),
            r"a message has no path, and the URL https://x.example/\{id\} has \{id\}",
        ),
        (Http.custom("https://x.example/{id}"), "a message has no path"),
        (Http.proxy("https://x.example", streaming=True), "backends of a WebSocket API do not stream"),
        (
            Http.proxy("https://x.example", request_parameters=HEADER),
            "X-Owner is mapped from method.request.header.Owner, which a WebSocket API does not have",
        ),
    ],
    ids=["variable of a proxy", "variable of a custom", "streaming", "header"],
)
def test_what_a_websocket_api_lacks_is_refused(stack: Stack, integration: object, message: str) -> None:
    with pytest.raises(ConstructError, match=message):
        bound_websocket(stack, integration)


def test_method_that_is_none_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"the method of a backend has to be one of ANY, .* got 'get'"):
        bind(stack, "GET /pets", Http.proxy("https://pets.example", method="get"))
