"""Access logs: what the variables of ``$context`` are once a request has been answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.principals import IamPrincipal, Identity, PolicyDocument
from forestage.model.principals import PrincipalKind as Kind
from forestage.preview.access_log import access_line, log_context
from forestage.preview.compile.access_log import compile_access_log
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    BackendStream,
    FunctionAnswer,
    FunctionUnavailable,
    Unavailable,
)
from forestage.preview.engine.results import Caller
from forestage.preview.engine.wire import TlsSession, WireResponse
from forestage.preview.trace import Exchange, Streamed, Trace
from tests.cases.script import ARRIVED_AT, REQUEST_ID, Kept, ScriptedBody, play, wire_request
from tests.cases.short_api import api_runtime, integration_uri, usage_plans
from tests.preview.host.ways import api, by_path, domain, mapping, rule, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.preview.engine.wire import Headers
    from tests.cases.script import Played

TOKEN: Headers = (("T", "x"),)
MOCK: dict[str, Any] = {
    "type": "MOCK",
    "request_templates": {"application/json": '{"statusCode": 200}'},
    "integration_responses": [{"status_code": "200"}],
}
API = api_runtime(
    {
        "GET /mock": "mock",
        "GET /proxy": "http_proxy",
        "GET /lambda": "lambda",
        "GET /custom": {
            "type": "AWS",
            "integration_http_method": "POST",
            "uri": integration_uri("fn"),
            "integration_responses": [{"status_code": "200"}],
        },
        "GET /guarded": {**MOCK, "method": {"authorization_type": "CUSTOM", "authorizer_id": "guard"}},
        "GET /pool": {**MOCK, "method": {"authorization_type": "COGNITO_USER_POOLS", "authorizer_id": "pool"}},
        "GET /signed": {**MOCK, "method": {"authorization_type": "AWS_IAM"}},
        "GET /keyed": {**MOCK, "method": {"api_key_required": True}},
        "GET /checked": {
            **MOCK,
            "method": {"request_validator_id": "v", "request_models": {"application/json": "Pet"}},
        },
        "GET /overrides": {
            **MOCK,
            "request_templates": {
                "application/json": '#set($context.requestOverride.header.X = "r"){"statusCode": 200}'
            },
            "integration_responses": [
                {
                    "status_code": "200",
                    "response_templates": {"application/json": "#set($context.responseOverride.status = 201)x"},
                }
            ],
        },
    },
    authorizers={
        "guard": {
            "type": "TOKEN",
            "identity_source": "method.request.header.T",
            "authorizer_uri": integration_uri("guard"),
        },
        "pool": {
            "type": "COGNITO_USER_POOLS",
            "identity_source": "method.request.header.T",
            "provider_arns": ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc",),
        },
    },
    validators={"v": {"validate_request_body": True}},
    models={"Pet": {"type": "object", "required": ["id"]}},
)
ALLOW = FunctionAnswer(
    payload=b'{"principalId": "ada", "context": {"tier": "gold", "n": 1, "b": true}, "policyDocument": '
    b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}'
)
DENY = FunctionAnswer(payload=ALLOW.payload.replace(b'"Allow"', b'"Deny"'))


# Answers are of the type of what they answer.
def ask(request: str, answers: Sequence[Any] = (), **more: Any) -> Played:
    headers = (("Host", "h"), *more.pop("headers", ()))
    return play(API, wire_request(request, headers=headers), answers, **more)


def logged(played: Played, variables: str) -> list[str]:
    """Return what some variables print, ``status error.message``."""
    text = "\x00".join(f"$context.{name}" for name in variables.split())
    return access_line(compile_access_log(text), played.trace).split("\x00")


def test_values_that_are_no_text_are_written_as_text_or_not_at_all() -> None:
    played = ask("GET /dev/mock")

    assert logged(played, "requestTimeEpoch status identity identity.user nothing domainName") == [
        "1795614055250",
        "200",
        "-",
        "-",
        "-",
        "h",
    ]


@pytest.mark.parametrize(("draw", "expected"), [(0.0, "true"), (99.0, "false")])
def test_truths_are_written_as_such(draw: float, expected: str) -> None:
    api = api_runtime({"GET /": "mock"}, stages={"dev": {"canary_setting": {"percent_traffic": 50}}})

    assert logged(play(api, wire_request("GET /dev/"), canary_draw=draw), "isCanaryRequest") == [expected]


def test_latencies_are_whole_milliseconds() -> None:
    played = ask("GET /dev/proxy", [BackendAnswer(status=200, headers=(), body=b"")])
    entries = [
        Exchange(effect=entry.effect, answer=entry.answer, duration_ms=12.6) if isinstance(entry, Exchange) else entry
        for entry in played.trace.entries
    ]
    trace = Trace(
        request_id=REQUEST_ID,
        entries=entries,
        started_at=ARRIVED_AT,
        response=played.response,
        duration_ms=20.4,
    )

    context = log_context(trace)

    assert (context["responseLatency"], context["integrationLatency"]) == (20, 13)
    assert context["integration"]["latency"] == 13


def test_length_is_that_of_the_body_that_is_sent() -> None:
    played = ask("GET /dev/mock")

    assert logged(played, "responseLength") == [str(len(played.body))]


@pytest.mark.parametrize(
    ("request_line", "answers", "expected"),
    [
        pytest.param("GET /dev/mock", [], ["-", "-", "-", "-"], id="mock"),
        pytest.param(
            "GET /dev/proxy",
            [BackendAnswer(status=404, headers=(("X-Amzn-RequestId", "r1"), ("x-amz-id-2", "r2")), body=b"")],
            ["404", "404", "r1", "-"],
            id="backend",
        ),
        pytest.param(
            "GET /dev/lambda",
            [FunctionAnswer(payload=b'{"statusCode": 404}')],
            ["404", "200", REQUEST_ID, "-"],
            id="function",
        ),
        pytest.param(
            "GET /dev/custom", [FunctionAnswer(payload=b"{}")], ["200", "200", REQUEST_ID, "-"], id="custom-function"
        ),
        pytest.param(
            "GET /dev/lambda",
            [FunctionAnswer(payload=b"[]")],
            [
                "-",
                "200",
                REQUEST_ID,
                "Execution failed due to configuration error: Malformed Lambda proxy response",
            ],
            id="malformed",
        ),
        pytest.param(
            "GET /dev/lambda",
            [FunctionUnavailable(reason=Unavailable.NOT_PERMITTED)],
            ["-", "-", "-", "Execution failed due to configuration error: Invalid permissions on Lambda function"],
            id="not-permitted",
        ),
        pytest.param(
            "GET /dev/proxy",
            [BackendFailure(fault=BackendFault.UNREACHABLE)],
            ["-", "-", "-", "Execution failed due to a network error communicating with endpoint"],
            id="unreachable",
        ),
    ],
)
def test_integration_is_told(request_line: str, answers: list[Any], expected: list[str]) -> None:
    played = ask(request_line, answers)

    assert logged(played, "integration.status integrationStatus awsEndpointRequestId integrationErrorMessage") == (
        expected
    )
    assert logged(played, "integration.integrationStatus integration.requestId integration.error") == expected[1:]


def test_second_id_of_a_service_is_told() -> None:
    played = ask("GET /dev/proxy", [BackendAnswer(status=200, headers=(("x-amz-id-2", "r2"),), body=b"")])

    assert logged(played, "awsEndpointRequestId awsEndpointRequestId2") == ["-", "r2"]


PHASES = (
    "authorize.status authorize.error authorizer.status authorizer.error authorizer.integrationStatus "
    "authorizer.requestId authenticate.status"
)


@pytest.mark.parametrize(
    ("answers", "headers", "expected"),
    [
        pytest.param([ALLOW], TOKEN, ["200", "-", "200", "-", "200", REQUEST_ID, "-"], id="allowed"),
        pytest.param(
            [DENY],
            TOKEN,
            ["403", "The client is not authorized to perform this operation.", "200", "-", "200", REQUEST_ID, "-"],
            id="denied",
        ),
        pytest.param([], (), ["-", "-", "401", "Unauthorized", "-", "-", "-"], id="no-token"),
        pytest.param(
            [FunctionUnavailable(reason=Unavailable.NO_CODE)],
            TOKEN,
            [
                "-",
                "-",
                "500",
                "authorizer guard: the function's code is not on this machine",
                "-",
                REQUEST_ID,
                "-",
            ],
            id="not-asked",
        ),
    ],
)
def test_phases_of_a_lambda_authorizer_are_told(answers: list[Any], headers: Headers, expected: list[str]) -> None:
    assert logged(ask("GET /dev/guarded", answers, headers=headers), PHASES) == expected


def test_what_an_authorizer_said_is_told() -> None:
    played = ask("GET /dev/guarded", [ALLOW], headers=TOKEN)

    assert logged(
        played, "authorizer.principalId authorizer.tier authorizer.n authorizer.b authorizer.none authorizer.claims"
    ) == ["ada", "gold", "1", "true", "-", "-"]


def test_answer_of_an_authorizer_that_was_kept_took_no_time() -> None:
    kept = Kept()
    ask("GET /dev/guarded", [ALLOW], headers=TOKEN, kept=kept)

    played = ask("GET /dev/guarded", headers=TOKEN, kept=kept)

    assert logged(played, "authorizer.status authorizer.latency authorizer.integrationLatency") == ["200", "0", "0"]


def test_token_that_cannot_be_verified_is_the_authorizers_refusal() -> None:
    played = ask("GET /dev/pool", headers=(("T", "no token"),))

    assert logged(played, "authorizer.status authorizer.error authorize.status") == ["401", "Unauthorized", "-"]


def test_claims_of_a_token_are_told() -> None:
    assumed = Identity(name="ada", claims={"sub": "1", "cognito:username": "ada"})

    played = ask("GET /dev/pool", caller=Caller(source_ip="10.0.0.1", assumed=assumed))

    assert logged(played, "authorizer.claims.sub authorizer.claims.cognito:username authorizer.claims") == [
        "1",
        "ada",
        "-",
    ]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        pytest.param("execute-api:Invoke", ["200", "200", "-"], id="allowed"),
        pytest.param(
            "s3:GetObject",
            ["200", "403", "The client is not authorized to perform this operation."],
            id="denied",
        ),
        pytest.param(None, ["403", "-", "-"], id="unsigned"),
    ],
)
def test_phases_of_a_signature_are_told(action: str | None, expected: list[str]) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    principal = IamPrincipal(
        name="ada",
        kind=Kind.USER,
        arn="arn:aws:iam::123456789012:user/ada",
        account_id="123456789012",
        user_id="AIDAADA",
        policies=(PolicyDocument(name="own", document={"Version": "2012-10-17", "Statement": [statement]}),),
    )
    caller = Caller(source_ip="10.0.0.1", assumed=Identity(name="ada", principal=principal) if action else None)

    played = ask("GET /dev/signed", caller=caller)

    assert logged(played, "authenticate.status authorize.status authorize.error") == expected


def test_method_without_authorization_has_no_phases() -> None:
    played = ask("GET /dev/mock")

    assert logged(played, PHASES) == ["-"] * 7


def test_key_is_told_with_its_id() -> None:
    plans = usage_plans({"k1": {"value": "v" * 20, "in": ["p"]}}, {"p": {"stages": {"dev": None}}})

    played = ask("GET /dev/keyed", headers=(("x-api-key", "v" * 20),), kept=Kept(plans))

    assert logged(played, "identity.apiKeyId identity.apiKey") == ["k1", "v" * 20]


def test_gateway_response_is_told() -> None:
    played = ask("GET /dev/checked")

    assert logged(
        played, "status error.responseType error.message error.messageString error.validationErrorString"
    ) == [
        "400",
        "BAD_REQUEST_BODY",
        "Invalid request body",
        '"Invalid request body"',
        '[object has missing required properties (["id"])]',
    ]


def test_overrides_are_told() -> None:
    played = ask("GET /dev/overrides")

    assert logged(played, "status requestOverride.header.X responseOverride.status") == ["201", "r", "201"]


def test_overrides_of_a_request_that_was_not_answered_are_told() -> None:
    assert logged(ask("GET /dev/none"), "requestOverride.header.X responseOverride.status") == ["-", "-"]


def test_trace_id_is_told_where_the_stage_is_traced() -> None:
    untraced = ask("GET /dev/mock")
    api = api_runtime({"GET /": "mock"}, stages={"dev": {"tracing_enabled": True}})
    traced = play(api, wire_request("GET /dev/"))

    assert logged(untraced, "xrayTraceId") == ["-"]
    assert logged(traced, "xrayTraceId") == ["1-6745d1b7-aaaaaaaaaaaaaaaaaaaaaaaa"]


def test_answer_on_its_way_has_no_length_yet() -> None:
    played = ask("GET /dev/mock")
    response = WireResponse(status=200, headers=(), body=_Endless())
    trace = Trace(request_id=REQUEST_ID, entries=played.trace.entries, started_at=ARRIVED_AT, response=response)

    context = log_context(trace)

    assert (context["responseLength"], context["responseLatency"]) == (None, None)


class _Endless:
    """A body on its way."""

    def __aiter__(self) -> _Endless:
        return self

    async def __anext__(self) -> bytes:
        return b""

    async def aclose(self) -> None:
        """Want no more."""


def test_tls_and_domain_of_a_request_are_told() -> None:
    ways = serve(
        api(StageFields={"AccessLogSetting": {"DestinationArn": "arn:aws:logs:x", "Format": LOGGED}}),
        Domain=domain(RoutingMode="ROUTING_RULE_THEN_BASE_PATH_MAPPING"),
        Root=mapping(),
        Orders=mapping("orders"),
        Rule=rule(1, by_path("items")),
    )
    tls = TlsSession(version="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256", server_name="shop.example.com")

    for path, how in (
        ("/orders/1", {"host": "shop.example.com", "tls": tls}),
        ("/x", {"host": "shop.example.com"}),
        ("/items/1", {"host": "shop.example.com"}),
        ("/dev/x", {}),
    ):
        assert ways.call(path, **how).status == 200

    rule_id = next(iter(ways.world.runtime.domains or ())).rules[0].id
    assert ways.world.access_logs.lines(ways.ids["Api"], "dev") == (
        "id TLSv1.3 TLS_AES_128_GCM_SHA256 orders - REGIONAL",
        "id - - (none) - REGIONAL",
        f"id - - items {rule_id} REGIONAL",
        "id - - - - REGIONAL",
    )


LOGGED = (
    "id $context.tlsVersion $context.cipherSuite $context.customDomain.basePathMatched "
    "$context.customDomain.routingRuleIdMatched $context.endpointType"
)


def test_stream_has_its_own_times() -> None:
    backend = {"type": "HTTP_PROXY", "uri": "http://backend.example/", "response_transfer_mode": "STREAM"}
    answer = BackendStream(status=200, headers=(), body=ScriptedBody(b"words"))
    trace = play(api_runtime({"GET /": backend}), wire_request("GET /dev"), [answer]).trace
    trace.streamed, trace.duration_ms = Streamed(body_bytes=5, first_byte_ms=12.4, ended="whole"), 70.2

    context = log_context(trace)

    integration = context["integration"]
    assert integration["responseTransferMode"] == "STREAMED"
    assert (integration["timeToAllHeaders"], integration["timeToFirstContent"]) == (0, 12)
    assert (context["integrationLatency"], context["responseLatency"], context["responseLength"]) == (70, 70, 5)
