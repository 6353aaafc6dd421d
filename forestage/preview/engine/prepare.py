"""Stage 8 of a request: what the integration is asked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from forestage.preview.compile.runtime import (
    ContentHandling,
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    LambdaProxyIntegration,
    MockIntegration,
)
from forestage.preview.compile.vpc_links import remedy
from forestage.preview.engine.bodies import as_text, choose_request_template, passed_body
from forestage.preview.engine.event import proxy_event
from forestage.preview.engine.failures import VPC_LINK_ERROR, GatewayFailure, ResponseType, configuration_error
from forestage.preview.engine.headers import (
    ILLEGAL_TO_MAP,
    ILLEGAL_TO_MAP_FOR_AWS,
    NOT_PASSED_TO_HTTP_PROXY,
    NOT_SENT_TO_HTTP,
    has,
)
from forestage.preview.engine.lenient_json import LenientJsonError, read_lenient_json
from forestage.preview.engine.overrides import NO_OVERRIDES, override_lines
from forestage.preview.engine.parameters import MappedParameters, map_request
from forestage.preview.engine.query import format_query, parse_query
from forestage.preview.engine.rendering import Rendered, render
from forestage.preview.engine.results import PreparedFunction, PreparedHttp, PreparedMock

if TYPE_CHECKING:
    from forestage.preview.compile.runtime import RequestMapping
    from forestage.preview.engine.overrides import Overrides
    from forestage.preview.engine.results import Prepared, Validated
    from forestage.preview.engine.wire import Headers

_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
_SHORT = 1_000
_ADDRESS = re.compile(r"https?://[^/?]")

_LARGEST_INTEGER: Final = 2**31 - 1
"""Of Java. A client may write the body of a mock that passes it through."""

_SHOWN_CHARACTERS: Final = 200

_NO_STATUS = "statusCode should be an integer which defined in request template"
"""Source: the execution log of many a MOCK without one, as in terraform-provider-aws issues."""


def prepare(validated: Validated) -> Prepared:
    """Prepare the integration request.

    Raises:
        GatewayFailure: an illegal header mapping, an address that is none, a template that cannot be rendered or
            an integration that is not executed (500); a content type that may not pass (415).
    """
    integration = validated.matched.method.integration
    match integration:
        case MockIntegration():
            return _mock(validated, integration)
        case HttpIntegration():
            return _http(validated, integration)
        case HttpProxyIntegration():
            return _http_proxy(validated, integration)
        case LambdaProxyIntegration():
            return _function(validated, integration)
        case LambdaIntegration():
            return _custom_function(validated, integration)
        case _:
            raise configuration_error(f"{integration.kind} integration: {integration.reason}")


def _mock(validated: Validated, integration: MockIntegration) -> PreparedMock:
    rendered = _body(validated, integration.request)
    if integration.request.parameters:
        _map_parameters(validated, integration, illegal=ILLEGAL_TO_MAP)
    body = as_text(validated.addressed.body) if rendered is None else rendered.text
    return PreparedMock(
        validated=validated,
        body=body,
        status=_read_status(body) if len(body) > _SHORT else _read_short_status(body),
        overrides=NO_OVERRIDES if rendered is None else rendered.overrides,
        rendered=rendered,
    )


def _body(validated: Validated, mapping: RequestMapping) -> Rendered | None:
    """Render the request template; None where the body passes as it is."""
    template = choose_request_template(mapping, validated.addressed.content_type)
    if template is None:
        return None
    if mapping.content_handling is ContentHandling.CONVERT_TO_BINARY:
        reason = "a request template never gets bytes, and the body is converted to binary"
        raise configuration_error(reason, logged="Unable to transform request")
    if template.constant is not None:
        return Rendered(text=template.constant, template=template)
    return render(template, validated, body=as_text(validated.addressed.body))


def _read_status(body: str) -> int:
    try:
        document = read_lenient_json(body)
    except LenientJsonError as error:
        raise configuration_error(f"the mock's request body cannot be read: {error}", logged=_NO_STATUS) from None
    status = document.get("statusCode") if isinstance(document, dict) else None
    if not isinstance(status, int) or isinstance(status, bool) or abs(status) > _LARGEST_INTEGER:
        reason = f"the mock's request body has no integer statusCode, got {repr(status)[:_SHOWN_CHARACTERS]}"
        raise configuration_error(reason, logged=_NO_STATUS)
    return status


# Most mocks render the same body each time; long ones may come from clients and are not kept.
_read_short_status = lru_cache(maxsize=256)(_read_status)


def _http(validated: Validated, integration: HttpIntegration) -> PreparedHttp:
    addressed = validated.addressed
    rendered = _body(validated, integration.request)
    overrides = rendered.overrides if rendered else NO_OVERRIDES
    mapped = _override(_map_parameters(validated, integration, illegal=ILLEGAL_TO_MAP), overrides)
    headers = [header for header in mapped.headers if header[0].lower() not in NOT_SENT_TO_HTTP]
    if not has(headers, "Accept"):
        headers.append(("Accept", "application/json"))
    if not has(headers, "User-Agent"):
        headers.append(("User-Agent", f"AmazonAPIGateway_{addressed.stage.api.id}"))
    if addressed.content_type and addressed.verb not in _BODILESS and not has(headers, "Content-Type"):
        headers.append(("Content-Type", addressed.content_type))
    return PreparedHttp(
        validated=validated,
        method=integration.method or addressed.verb,
        url=_url(validated, integration, mapped, client_query=()),
        headers=(*headers, *_gateway_headers(validated)),
        body=rendered.text.encode() if rendered else passed_body(addressed, integration.request.content_handling),
        through=_through(validated, integration),
        overrides=overrides,
        rendered=rendered,
    )


def _override(mapped: MappedParameters, overrides: Overrides) -> MappedParameters:
    """Lay the overrides of the request template over the mapped parameters.

    Source: rest-facts.md section 5.6 (AWS-validated unit test).
    """
    request = overrides.request
    if not request:
        return mapped
    headers, query = override_lines(request.get("header")), override_lines(request.get("querystring"))
    header_names, query_names = {name.lower() for name, _ in headers}, {name for name, _ in query}
    return MappedParameters(
        headers=[*(line for line in mapped.headers if line[0].lower() not in header_names), *headers],
        query=[*(pair for pair in mapped.query if pair[0] not in query_names), *query],
        path={**mapped.path, **dict(override_lines(request.get("path")))},
    )


def _http_proxy(validated: Validated, integration: HttpProxyIntegration) -> PreparedHttp:
    addressed = validated.addressed
    mapped = _map_parameters(validated, integration, illegal=ILLEGAL_TO_MAP)
    kept_back = NOT_PASSED_TO_HTTP_PROXY
    if mapped.headers:
        kept_back |= {name.lower() for name, _ in mapped.headers}
    headers = [
        header
        for header in addressed.headers
        if (lowered := header[0].lower()) not in kept_back
        and not (lowered == "authorization" and _is_signature(header[1]))
    ]
    headers += [header for header in mapped.headers if header[0].lower() not in NOT_SENT_TO_HTTP]
    if not has(headers, "User-Agent"):
        headers.append(("User-Agent", f"AmazonAPIGateway_{addressed.stage.api.id}"))
    return PreparedHttp(
        validated=validated,
        method=integration.method or addressed.verb,
        url=_url(validated, integration, mapped, client_query=parse_query(addressed.raw_query)),
        headers=(*headers, *_gateway_headers(validated)),
        body=passed_body(addressed, integration.request.content_handling),
        through=_through(validated, integration),
    )


def _through(validated: Validated, integration: HttpIntegration | HttpProxyIntegration) -> str | None:
    """Return the address that stands for a VPC link, None where there is no link.

    API Gateway answers 500 where a link is not to be had. Source: AWS re:Post, "How do I resolve HTTP 500 errors for
    API Gateway with VPC link integrations?".
    """
    if integration.link is None:
        return None
    addressed = validated.addressed
    link = integration.link.fill(addressed.stage.variables, {})
    address = addressed.arrival.api.vpc_links.get(link)
    if address is None:
        raise GatewayFailure(
            ResponseType.API_CONFIGURATION_ERROR,
            f"nothing stands for the VPC link {link or '(no id)'}: {remedy(link)}",
            nothing_sent=True,
            logged=f"Execution failed due to configuration error: {VPC_LINK_ERROR}",
        )
    return address


def _is_signature(authorization: str) -> bool:
    from forestage.signing import is_sigv4

    return is_sigv4(authorization)


def _gateway_headers(validated: Validated) -> Headers:
    addressed = validated.addressed
    return (
        ("X-Amzn-Apigateway-Api-Id", addressed.stage.api.id),
        ("X-Amzn-Trace-Id", addressed.trace_id),
    )


def _map_parameters(
    validated: Validated,
    integration: MockIntegration | HttpIntegration | HttpProxyIntegration | LambdaIntegration | LambdaProxyIntegration,
    *,
    illegal: frozenset[str],
) -> MappedParameters:
    """Apply the parameter mappings; some headers must not be mapped at all, whatever the integration."""
    mapped = map_request(validated, integration.request.parameters)
    for name, _ in mapped.headers:
        if name.lower() in illegal:
            raise configuration_error(f"the header {name} must not be mapped")
    return mapped


def _url(
    validated: Validated,
    integration: HttpIntegration | HttpProxyIntegration,
    mapped: MappedParameters,
    *,
    client_query: tuple[tuple[str, str], ...],
) -> str:
    """Fill in the URI; queries of the URI, the client and the mapping add up, nothing is replaced.

    Source: rest-facts.md sections 5.4 and 5.5 (recorded).
    """
    url = integration.uri.fill(validated.addressed.stage.variables, mapped.path)
    if not _ADDRESS.match(url):
        raise configuration_error(f"invalid endpoint address {url!r}", logged="Invalid endpoint address")
    if not client_query and not mapped.query:
        return url
    base, _, own_query = url.partition("?")
    query = format_query([*parse_query(own_query), *client_query, *mapped.query])
    return f"{base}?{query}" if query else base


def _function(validated: Validated, integration: LambdaProxyIntegration) -> PreparedFunction:
    """Make the event; mappings are ignored, and yet an illegal one fails.

    Source: rest-facts.md sections 5.2 and 5.4 (recorded).
    """
    if integration.method != "POST":
        raise GatewayFailure(
            ResponseType.INTEGRATION_FAILURE,
            f"a Lambda proxy integration must use POST, this one uses {integration.method or 'ANY'}",
            status=500,
            message="Internal server error",
        )
    if integration.request.parameters:
        _map_parameters(validated, integration, illegal=ILLEGAL_TO_MAP_FOR_AWS)
    return PreparedFunction(
        validated=validated,
        arn=integration.function.fill(validated.addressed.stage.variables, {}),
        payload=proxy_event(validated),
    )


def _custom_function(validated: Validated, integration: LambdaIntegration) -> PreparedFunction:
    """Map the body to the event; the header X-Amz-Invocation-Type chooses not to wait.

    Source: rest-facts.md section 8.3 (recorded).
    """
    rendered = _body(validated, integration.request)
    overrides = rendered.overrides if rendered else NO_OVERRIDES
    mapped = _override(_map_parameters(validated, integration, illegal=ILLEGAL_TO_MAP_FOR_AWS), overrides)
    passed = passed_body(validated.addressed, integration.request.content_handling)
    return PreparedFunction(
        validated=validated,
        arn=integration.function.fill(validated.addressed.stage.variables, {}),
        payload=rendered.text.encode() if rendered else passed or b"{}",
        asynchronous=("x-amz-invocation-type", "Event") in {(name.lower(), value) for name, value in mapped.headers},
        overrides=overrides,
        rendered=rendered,
    )
