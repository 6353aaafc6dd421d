from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk.assertions import Annotations, Match, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from forestage.constructs.cors import Cors
from forestage.constructs.rest_api import RestApi
from forestage.vtl import Scope, compile_template
from tests.constructs.small_api import add_dev, answering
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cases.script import Played

SHOP = "https://shop.example"
DESK = "https://desk.example"


def described(stack: Stack, cors: Cors, integration: apigateway.Integration | None = None) -> None:
    api = RestApi(stack, "Api", cors=cors, cloud_watch_role=False)
    answer = integration or answering({"application/json": '{"pets": []}'})
    api.get("/pets", answer, responses={200: None})
    api.put("/pets", answering(), responses={200: None})
    add_dev(api)


def headers_of(played: Played) -> dict[str, str]:
    assert played.response.status in {200, 204}
    return dict(played.response.headers)


def test_preflight_of_one_origin_answers_with_constants(stack: Stack, tmp_path: Path) -> None:
    described(stack, Cors(origins=[SHOP], max_age=Duration.minutes(10), expose_headers=["X-Total"]))
    preview = Previewed(hold_against_stored(stack, "cors_one_origin"), tmp_path)

    played = preview.call("OPTIONS /dev/pets", headers={"Origin": "https://other.example"})

    assert played.response.body == b""
    assert headers_of(played) | {"x-amzn-RequestId": "", "x-amz-apigw-id": ""} == {
        "Content-Type": "application/json",
        "Access-Control-Allow-Origin": SHOP,
        "Access-Control-Allow-Methods": "GET,OPTIONS,PUT",
        "Access-Control-Allow-Headers": "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
        "Access-Control-Expose-Headers": "X-Total",
        "Access-Control-Max-Age": "600",
        "x-amzn-RequestId": "",
        "x-amz-apigw-id": "",
    }


@pytest.fixture(scope="module")
def of_several(tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    stack = Stack(App(analytics_reporting=False), "Stack")
    described(stack, Cors(origins=[SHOP, DESK, "https://*.preview.example"], credentials=True))
    return Previewed(synthesized(stack), tmp_path_factory.mktemp("several"))


@pytest.mark.parametrize("request_line", ["OPTIONS /dev/pets", "GET /dev/pets"])
@pytest.mark.parametrize(
    ("header", "origin", "allowed"),
    [
        pytest.param("Origin", SHOP, SHOP, id="first"),
        pytest.param("Origin", DESK, DESK, id="second"),
        pytest.param("origin", DESK, DESK, id="spelled by HTTP/2"),
        pytest.param("Origin", "https://pr-17.preview.example", "https://pr-17.preview.example", id="subdomain"),
        pytest.param("Origin", "https://a.pr-17.preview.example", SHOP, id="subdomain of a subdomain"),
        pytest.param("Origin", "https://pr-17xpreview.example", SHOP, id="dot is a dot"),
        pytest.param("Origin", f"{DESK}.evil.example", SHOP, id="longer"),
        pytest.param("Origin", "null", SHOP, id="null"),
        pytest.param("X-Other", "1", SHOP, id="none"),
    ],
)
def test_several_origins_answer_with_the_one_that_asks(
    of_several: Previewed, request_line: str, header: str, origin: str, allowed: str
) -> None:
    headers = headers_of(of_several.call(request_line, headers={header: origin}))

    assert headers["Access-Control-Allow-Origin"] == allowed
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Vary"] == "Origin"


def test_response_of_several_origins_has_its_body_and_no_more(stack: Stack, tmp_path: Path) -> None:
    described(stack, Cors(origins=[SHOP, DESK]))
    preview = Previewed(hold_against_stored(stack, "cors_several_origins"), tmp_path)

    assert preview.call("GET /dev/pets", headers={"Origin": DESK}).response.body == b'{"pets": []}'
    assert preview.call("OPTIONS /dev/pets", headers={"Origin": DESK}).response.body == b""


def test_pattern_alone_allows_nobody_else(stack: Stack, tmp_path: Path) -> None:
    described(stack, Cors(origins=["https://*.shop.example:8443"]))
    preview = Previewed(synthesized(stack), tmp_path)

    allowed = headers_of(preview.call("GET /dev/pets", headers={"Origin": "https://a.shop.example:8443"}))
    refused = headers_of(preview.call("GET /dev/pets", headers={"Origin": SHOP}))

    assert allowed["Access-Control-Allow-Origin"] == "https://a.shop.example:8443"
    assert "Access-Control-Allow-Origin" not in refused


def test_mock_without_template_gets_one(stack: Stack, tmp_path: Path) -> None:
    described(stack, Cors(origins=[SHOP, DESK]), answering())
    preview = Previewed(synthesized(stack), tmp_path)

    played = preview.call("GET /dev/pets", headers={"Origin": DESK})

    assert headers_of(played)["Access-Control-Allow-Origin"] == DESK


def test_backend_without_template_keeps_the_first_origin(stack: Stack) -> None:
    backend = apigateway.HttpIntegration(
        "https://pets.example",
        proxy=False,
        options=apigateway.IntegrationOptions(
            integration_responses=[apigateway.IntegrationResponse(status_code="200")]
        ),
    )
    described(stack, Cors(origins=[SHOP, DESK]), backend)

    Annotations.from_stack(stack).has_warning(
        "/Stack/Api/Resource/Default/pets/GET/Resource", Match.string_like_regexp(f"only {SHOP}")
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGateway::Method",
        {
            "HttpMethod": "GET",
            "Integration": {
                "IntegrationResponses": [
                    {
                        "ResponseParameters": {
                            "method.response.header.Access-Control-Allow-Origin": f"'{SHOP}'",
                            "method.response.header.Vary": "'Origin'",
                        },
                        "ResponseTemplates": Match.absent(),
                    }
                ]
            },
        },
    )


@pytest.mark.parametrize("proxy", [True, False])
def test_backends_answer_stays_its_own(stack: Stack, *, proxy: bool) -> None:
    described(stack, Cors(origins=[SHOP]), apigateway.HttpIntegration("https://pets.example", proxy=proxy))

    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGateway::Method",
        {"HttpMethod": "GET", "Integration": {"IntegrationResponses": Match.absent()}},
    )


def test_preflight_needs_no_authorization(stack: Stack) -> None:
    cors = Cors(origins=[SHOP], methods=["GET"], headers=["X-One"])
    api = apigateway.RestApi(
        stack,
        "Api",
        deploy=False,
        cloud_watch_role=False,
        default_method_options=apigateway.MethodOptions(
            api_key_required=True, authorization_type=apigateway.AuthorizationType.IAM
        ),
    )
    cors.add_preflight(api.root, verbs=lambda: ("ANY",))

    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGateway::Method",
        {
            "ApiKeyRequired": False,
            "AuthorizationType": "NONE",
            "Integration": {
                "IntegrationResponses": [
                    {
                        "ResponseParameters": {
                            "method.response.header.Access-Control-Allow-Methods": "'GET'",
                            "method.response.header.Access-Control-Allow-Headers": "'X-One'",
                        }
                    }
                ]
            },
        },
    )


def test_preflight_of_any_tells_all_methods(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Api", deploy=False, cloud_watch_role=False)
    Cors(origins=[SHOP]).add_preflight(api.root, verbs=lambda: ("ANY",))

    assert "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'" in str(synthesized(stack))


@pytest.mark.parametrize(
    ("cors", "origin"),
    [
        (Cors(origins=[SHOP]), SHOP),
        (Cors(origins=[SHOP, DESK]), SHOP),
        (Cors(origins=[SHOP, DESK], errors_for_any_origin=True), "*"),
        (Cors(origins=["https://*.shop.example"]), None),
        (Cors(origins=["*"]), "*"),
    ],
)
def test_gateway_responses_name_one_origin(cors: Cors, origin: str | None) -> None:
    headers = cors.gateway_response_headers()

    assert headers == ({} if origin is None else {"Access-Control-Allow-Origin": origin})


@pytest.mark.parametrize("cors", [Cors(origins=[SHOP, DESK]), Cors(origins=["https://*.shop.example"])])
def test_several_origins_warn_of_gateway_responses(stack: Stack, cors: Cors) -> None:
    described(stack, cors)

    Annotations.from_stack(stack).has_warning("/Stack/Api/Resource", Match.string_like_regexp("errors_for_any_origin"))


@pytest.mark.parametrize("cors", [Cors(origins=[SHOP]), Cors(origins=[SHOP, DESK], errors_for_any_origin=False)])
def test_what_is_decided_warns_of_nothing(stack: Stack, cors: Cors) -> None:
    described(stack, cors)

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


LABELS = st.sampled_from(["shop", "desk", "a-1", "a1", "shop-desk"])
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
ORIGINS = st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), HOSTS, st.sampled_from(["", ":8080"]))
PATTERNS = ORIGINS.map(lambda origin: origin.replace("://", "://*."))


def fits(origin: str, allowed: str) -> bool:
    scheme, _, host = allowed.partition("://*.")
    asked_scheme, _, asked_host = origin.partition("://")
    return origin == allowed or (bool(host) and scheme == asked_scheme and asked_host.partition(".")[2] == host)


@settings(deadline=None)
@given(st.lists(ORIGINS | PATTERNS, min_size=2, max_size=4), ORIGINS, st.sampled_from(["Origin", "origin"]))
def test_template_names_the_origin_that_asks_if_it_is_allowed(allowed: list[str], origin: str, header: str) -> None:
    template = compile_template(Cors(origins=allowed).template("endless"), name="cors")

    rendering = template.render(Scope(header={header: origin}))

    named = rendering.response_override.get("header", {})
    assert rendering.text == "endless"
    assert named == ({"Access-Control-Allow-Origin": origin} if any(fits(origin, each) for each in allowed) else {})


def test_origin_may_be_a_token(stack: Stack) -> None:
    origin = CfnParameter(stack, "Origin").value_as_string

    described(stack, Cors(origins=[origin, DESK], headers=[origin]))

    assert {"Ref": "Origin"} in flattened(synthesized(stack))


def test_max_age_may_be_a_token(stack: Stack) -> None:
    seconds = CfnParameter(stack, "Seconds", type="Number").value_as_number

    described(stack, Cors(origins=[SHOP], max_age=Duration.seconds(seconds)))

    assert {"Ref": "Seconds"} in flattened(synthesized(stack))


def flattened(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(item for part in inner for item in flattened(part))]


@pytest.mark.parametrize(
    ("faulty", "words"),
    [
        ({"origins": []}, "without origins lets no page call"),
        ({"origins": SHOP}, "origins of Cors is a list"),
        ({"origins": ["*", SHOP]}, "goes alone"),
        ({"origins": ["null"]}, "got 'null'"),
        ({"origins": [f"{SHOP}/"]}, "got 'https://shop.example/'"),
        ({"origins": ["https://Shop.example"]}, "in lower case"),
        ({"origins": ["https://shop.example:443"]}, "not the usual one"),
        ({"origins": ["http://shop.example:80"]}, "not the usual one"),
        ({"origins": ["https://a.*.example"]}, "got 'https://a"),
        ({"origins": ["https://shop.example\n"]}, "as browsers send it"),
        ({"origins": [SHOP], "methods": ["get"]}, "methods of Cors are of"),
        ({"origins": [SHOP], "headers": ["X One"]}, "headers of Cors are names, got 'X One'"),
        ({"origins": [SHOP], "expose_headers": ["a'b:"]}, "expose_headers of Cors are names"),
        ({"origins": ["*"], "credentials": True}, "name the origins"),
        ({"origins": [SHOP], "headers": ["*"], "credentials": True}, "name the headers"),
        ({"origins": [SHOP, DESK], "credentials": True, "errors_for_any_origin": True}, "leave out errors_for_any"),
    ],
)
def test_cors_refuses(faulty: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("*", "[*]")):
        Cors(**faulty)


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "http://[::1]:8080", "capacitor://localhost", "chrome-extension://abcdef"]
)
def test_cors_takes_origins_of_all_kinds(origin: str) -> None:
    assert Cors(origins=[origin]).response_headers()["Access-Control-Allow-Origin"] == origin
