import pytest

from forestage.preview.engine.failures import DEFAULTS, GatewayFailure, ResponseType, configuration_error

EXPECTED = {
    ResponseType.ACCESS_DENIED: (
        403,
        '{"Message":"User is not authorized to access this resource"}',
        "AccessDeniedException",
    ),
    ResponseType.API_CONFIGURATION_ERROR: (
        500,
        '{"message": "Internal server error"}',
        "InternalServerErrorException",
    ),
    ResponseType.AUTHORIZER_CONFIGURATION_ERROR: (500, '{"message":null}', "AuthorizerConfigurationException"),
    ResponseType.AUTHORIZER_FAILURE: (500, '{"message":null}', "AuthorizerFailureException"),
    ResponseType.BAD_REQUEST_BODY: (400, '{"message": "Invalid request body"}', "BadRequestException"),
    ResponseType.BAD_REQUEST_PARAMETERS: (
        400,
        '{"message": "Missing required request parameters"}',
        "BadRequestException",
    ),
    ResponseType.DEFAULT_4XX: (400, '{"message": "Bad Request"}', "BadRequestException"),
    ResponseType.DEFAULT_5XX: (500, '{"message": "Internal server error"}', "InternalServerErrorException"),
    ResponseType.EXPIRED_TOKEN: (
        403,
        '{"message":"The security token included in the request is expired"}',
        "ExpiredTokenException",
    ),
    ResponseType.INTEGRATION_FAILURE: (
        504,
        '{"message": "Network error communicating with endpoint"}',
        "InternalServerErrorException",
    ),
    ResponseType.INTEGRATION_TIMEOUT: (
        504,
        '{"message": "Endpoint request timed out"}',
        "InternalServerErrorException",
    ),
    ResponseType.INVALID_API_KEY: (403, '{"message":"Forbidden"}', "ForbiddenException"),
    ResponseType.INVALID_SIGNATURE: (
        403,
        '{"message":"The request signature we calculated does not match the signature you provided."}',
        "InvalidSignatureException",
    ),
    ResponseType.MISSING_AUTHENTICATION_TOKEN: (
        403,
        '{"message":"Missing Authentication Token"}',
        "MissingAuthenticationTokenException",
    ),
    ResponseType.QUOTA_EXCEEDED: (429, '{"message":"Limit Exceeded"}', "LimitExceededException"),
    ResponseType.REQUEST_TOO_LARGE: (413, '{"message": "Request Too Long"}', "BadRequestException"),
    ResponseType.RESOURCE_NOT_FOUND: (404, '{"message":"Not Found"}', "ResourceNotFoundException"),
    ResponseType.THROTTLED: (429, '{"message":"Too Many Requests"}', "TooManyRequestsException"),
    ResponseType.UNAUTHORIZED: (401, '{"message":"Unauthorized"}', "UnauthorizedException"),
    ResponseType.UNSUPPORTED_MEDIA_TYPE: (415, '{"message": "Unsupported Media Type"}', "BadRequestException"),
    ResponseType.WAF_FILTERED: (403, '{"message":"Forbidden"}', "ForbiddenException"),
}
"""Source: gateway-responses.md; a blank stands after the colon from request validation on."""


@pytest.mark.parametrize("response_type", ResponseType, ids=lambda kind: kind.value)
def test_failure_has_the_status_body_and_error_type_of_its_kind(response_type: ResponseType) -> None:
    failure = GatewayFailure(response_type, "for the trace")

    assert (failure.status, failure.body(), failure.error_type) == EXPECTED[response_type]


@pytest.mark.parametrize(
    ("response_type", "length"),
    [
        (ResponseType.INVALID_API_KEY, 23),
        (ResponseType.MISSING_AUTHENTICATION_TOKEN, 42),
        (ResponseType.UNAUTHORIZED, 26),
        (ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 16),
        (ResponseType.BAD_REQUEST_BODY, 35),
        (ResponseType.API_CONFIGURATION_ERROR, 36),
        (ResponseType.INTEGRATION_TIMEOUT, 41),
        (ResponseType.INTEGRATION_FAILURE, 56),
        (ResponseType.REQUEST_TOO_LARGE, 31),
    ],
    ids=lambda value: value.value if isinstance(value, ResponseType) else "",
)
def test_body_has_the_length_that_was_measured(response_type: ResponseType, length: int) -> None:
    assert len(GatewayFailure(response_type, "").body()) == length


def test_every_type_has_a_default() -> None:
    assert set(DEFAULTS) == set(ResponseType)


def test_failure_may_replace_what_its_type_says() -> None:
    failure = GatewayFailure(
        ResponseType.INTEGRATION_FAILURE, "why", status=502, message='say "no"\\', error_type="OtherException"
    )

    assert (failure.status, failure.error_type, str(failure)) == (502, "OtherException", "why")
    assert failure.body() == '{"message": "say \\"no\\"\\\\"}'


def test_configuration_error_is_a_500() -> None:
    failure = configuration_error("why")

    assert (failure.response_type, failure.reason) == (ResponseType.API_CONFIGURATION_ERROR, "why")
    assert failure.nothing_sent is False
