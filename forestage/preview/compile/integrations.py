"""Integrations, compiled: what a method calls and how the answer is mapped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.model.values import known
from forestage.preview.compile.parameters import compile_request_parameters, compile_response_parameters
from forestage.preview.compile.patterns import BoundedPattern
from forestage.preview.compile.runtime import (
    ContentHandling,
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    LambdaProxyIntegration,
    MockIntegration,
    Passthrough,
    RequestMapping,
    ResponseMapping,
    UnsupportedIntegration,
)
from forestage.preview.compile.selection import Selection
from forestage.preview.compile.templates import compile_templates
from forestage.preview.compile.uri import UriTemplate

if TYPE_CHECKING:
    from forestage.model.rest import Integration, IntegrationResponse, Method
    from forestage.preview.compile.runtime import CompiledIntegration

DEFAULT_TIMEOUT_MS = 29_000
"""Source: rest-facts.md section 12 (recorded)."""

_LAMBDA_PATH = re.compile(
    r"arn:[^:]+:apigateway:[^:]+:lambda:path/(?:2015-03-31/functions/(?P<whole>.+)/invocations"
    r"|2021-11-15/functions/(?P<streamed>.+)/response-streaming-invocations)$"
)
"""Source: whats-new.md, Response streaming, for the second form (documented)."""


def compile_integration(method: Method) -> CompiledIntegration:
    """Compile what a method calls; what cannot be executed says why."""
    integration = method.integration
    if integration is None:
        return UnsupportedIntegration(kind="NONE", reason="the method has no integration")
    function = _function_of(integration)
    match integration.type:
        case "MOCK":
            return MockIntegration(request=_request(integration), responses=_responses(method, integration))
        case "HTTP" | "HTTP_PROXY":
            return _http(method, integration)
        case "AWS_PROXY" if function is not None:
            return _lambda_proxy(integration, function)
        case "AWS_PROXY":
            return UnsupportedIntegration(
                kind="AWS_PROXY", reason=f"its URI names no Lambda function of this deployment: {integration.uri}"
            )
        case "AWS" if function is not None:
            return _lambda(method, integration, function)
        case _:
            return UnsupportedIntegration(kind=integration.type, reason="AWS service integrations")


def _http(method: Method, integration: Integration) -> CompiledIntegration:
    uri = known(integration.uri)
    if uri is None:
        return UnsupportedIntegration(
            kind=integration.type, reason=f"its address is known only after deployment: {integration.uri}"
        )
    verb = None if integration.integration_http_method == "ANY" else integration.integration_http_method
    timeout_ms = integration.timeout_in_millis or DEFAULT_TIMEOUT_MS
    template, request = UriTemplate.of(uri), _request(integration)
    unchecked = bool(integration.tls_config and integration.tls_config.insecure_skip_verification)
    link = UriTemplate.of(known(integration.connection_id) or "") if integration.connection_type == "VPC_LINK" else None
    if integration.type == "HTTP_PROXY":
        return HttpProxyIntegration(
            uri=template,
            method=verb,
            request=request,
            timeout_ms=timeout_ms,
            skip_certificate_check=unchecked,
            link=link,
            is_streamed=_is_streamed(integration),
        )
    return HttpIntegration(
        uri=template,
        method=verb,
        request=request,
        responses=_responses(method, integration),
        timeout_ms=timeout_ms,
        skip_certificate_check=unchecked,
        link=link,
    )


def _is_streamed(integration: Integration) -> bool:
    return integration.response_transfer_mode == "STREAM"


def _function_of(integration: Integration) -> str | None:
    """Return the function that a URI names, None where it names none."""
    found = _LAMBDA_PATH.match(known(integration.uri) or "")
    return (found["whole"] or found["streamed"]) if found else None


def _lambda(method: Method, integration: Integration, function: str) -> LambdaIntegration:
    return LambdaIntegration(
        function=UriTemplate.of(function),
        request=_request(integration),
        responses=_responses(method, integration),
        timeout_ms=integration.timeout_in_millis or DEFAULT_TIMEOUT_MS,
        by_role=integration.credentials is not None,
    )


def _lambda_proxy(integration: Integration, function: str) -> LambdaProxyIntegration:
    return LambdaProxyIntegration(
        function=UriTemplate.of(function),
        method=integration.integration_http_method,
        request=_request(integration),
        timeout_ms=integration.timeout_in_millis or DEFAULT_TIMEOUT_MS,
        by_role=integration.credentials is not None,
        is_streamed=_is_streamed(integration),
    )


def _request(integration: Integration) -> RequestMapping:
    return RequestMapping(
        parameters=compile_request_parameters(integration.request_parameters),
        templates=compile_templates(integration.request_templates),
        passthrough=Passthrough(integration.passthrough_behavior or "WHEN_NO_MATCH"),
        content_handling=ContentHandling(integration.content_handling or ""),
    )


def _responses(method: Method, integration: Integration) -> Selection[ResponseMapping]:
    declared = {response.status_code for response in method.method_responses}
    compiled = [
        (known(response.selection_pattern), _response(response, declared))
        for response in integration.integration_responses
    ]
    return Selection(
        patterns=tuple((BoundedPattern.of(pattern), entry) for pattern, entry in compiled if pattern),
        default=next((entry for pattern, entry in compiled if not pattern), None),
    )


def _response(response: IntegrationResponse, declared: set[str]) -> ResponseMapping:
    return ResponseMapping(
        status=int(response.status_code),
        parameters=compile_response_parameters(response.response_parameters),
        templates=compile_templates(response.response_templates),
        content_handling=ContentHandling(response.content_handling or ""),
        undeclared=response.status_code not in declared,
    )
