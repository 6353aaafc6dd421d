import pytest

from forestage.preview.engine.address import address
from forestage.preview.engine.context import (
    TemplateContext,
    common_log_time,
    context_text,
    request_context,
    source_arn,
    template_context,
)
from forestage.preview.engine.match import match
from forestage.preview.engine.results import Matched
from forestage.preview.engine.wire import Headers
from tests.cases.script import EXTENDED_REQUEST_ID, REQUEST_ID, arrival, wire_request
from tests.cases.short_api import api_runtime

API = api_runtime({"ANY /{p+}": "mock", "GET /": "mock"})


def matched(request: str, headers: Headers = (("Host", "localhost:3000"),)) -> Matched:
    return match(address(arrival(API, wire_request(request, headers=headers))))


def test_context_has_the_recorded_keys() -> None:
    context = request_context(matched("PUT /dev/a//b/?c=d", (("Host", "localhost:3000"), ("User-Agent", "tester/9"))))

    assert context == {
        "accountId": "123456789012",
        "apiId": "a1b2c3d4e5",
        "deploymentId": "depdev",
        "domainName": "localhost:3000",
        "domainPrefix": "localhost",
        "extendedRequestId": EXTENDED_REQUEST_ID,
        "httpMethod": "PUT",
        "identity": {
            "accessKey": None,
            "accountId": None,
            "caller": None,
            "cognitoAuthenticationProvider": None,
            "cognitoAuthenticationType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "principalOrgId": None,
            "sourceIp": "127.0.0.1",
            "user": None,
            "userAgent": "tester/9",
            "userArn": None,
        },
        "path": "/dev/a//b/",
        "protocol": "HTTP/1.1",
        "requestId": REQUEST_ID,
        "requestTime": "25/Nov/2026:13:40:55 +0000",
        "requestTimeEpoch": 1_795_614_055_250,
        "resourceId": "res0",
        "resourcePath": "/{p+}",
        "stage": "dev",
    }


@pytest.mark.parametrize(
    ("headers", "name", "prefix"),
    [
        ((("Host", "a1b2c3d4e5.execute-api.localhost:3000"),), "a1b2c3d4e5.execute-api.localhost:3000", "a1b2c3d4e5"),
        ((("host", "shop.example"),), "shop.example", "shop"),
        ((), "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "a1b2c3d4e5"),
    ],
    ids=["api", "domain", "none"],
)
def test_domain_is_the_host(headers: Headers, name: str, prefix: str) -> None:
    context = request_context(matched("GET /dev/x", headers))

    assert (context["domainName"], context["domainPrefix"]) == (name, prefix)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("stage", "dev"),
        ("identity.sourceIp", "127.0.0.1"),
        ("identity.user", None),
        ("identity", None),
        ("requestTimeEpoch", None),
        ("stage.length", None),
        ("nothing.there", None),
        ("", None),
    ],
)
def test_only_texts_of_the_context_are_mapped(path: str, expected: str | None) -> None:
    assert context_text(matched("GET /dev/x"), path) == expected


@pytest.mark.parametrize(("draw", "expected"), [(0.0, True), (99.0, False)])
def test_templates_are_told_whether_a_canary_answers_and_functions_are_not(draw: float, *, expected: bool) -> None:
    api = api_runtime({"GET /": "mock"}, stages={"dev": {"canary_setting": {"percent_traffic": 50}}})
    found = match(address(arrival(api, wire_request("GET /dev/"), canary_draw=draw)))

    assert template_context(found) == {**request_context(found), "isCanaryRequest": expected}
    assert context_text(found, "isCanaryRequest") == str(expected).lower()


@pytest.mark.parametrize("name", [*request_context(matched("GET /dev/x")), "nothing"])
def test_value_for_templates_is_the_same_made_alone_or_with_all(name: str) -> None:
    found = matched("GET /dev/x", (("Host", "a.example.com"), ("User-Agent", "tester/9")))
    context, expected = TemplateContext(found), template_context(found)

    assert context.get(name) == expected.get(name)
    assert (name in context) is (name in expected)


def test_values_for_templates_are_those_of_the_context() -> None:
    found = matched("GET /dev/x")
    context = TemplateContext(found)

    assert dict(context) == template_context(found)
    assert len(context) == len(template_context(found))


def test_templates_of_a_stage_without_canary_are_told_as_much_as_functions() -> None:
    found = matched("GET /dev/x")

    assert template_context(found) == request_context(found)


@pytest.mark.parametrize(
    ("epoch_seconds", "expected"),
    [(0.0, "01/Jan/1970:00:00:00 +0000"), (1_709_210_096.999, "29/Feb/2024:12:34:56 +0000")],
    ids=["epoch", "leap-day"],
)
def test_time_is_in_the_common_log_form(epoch_seconds: float, expected: str) -> None:
    assert common_log_time(epoch_seconds) == expected


@pytest.mark.parametrize(
    ("request_line", "path"),
    [("GET /dev", "GET/"), ("POST /dev/pets/17", "POST/{p+}"), ("GET /dev//a?b", "GET/{p+}")],
    ids=["root", "resource", "slashes"],
)
def test_source_arn_names_the_verb_and_the_resource(request_line: str, path: str) -> None:
    arn = source_arn(matched(request_line))

    assert arn == f"arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/{path}"
