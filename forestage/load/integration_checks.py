"""What API Gateway refuses about the integration of a REST method.

Source: rest-facts.md section 12 (recorded), whose messages are followed in meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.load.mapping_checks import check_mappings
from forestage.load.stage_checks import check_cache_keys
from forestage.model.values import Secret, Unknown, known

if TYPE_CHECKING:
    from forestage.load.intake import Intake, Item
    from forestage.model.rest import Integration, Method
    from forestage.model.values import Origin, Text

_HTTP_ADDRESS = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_SERVICE_ARN = re.compile(r"arn:[^:]*:apigateway:[^:]*:(?P<service>[^:]+):(?P<kind>path|action)/")
_METHOD_PARAMETER = re.compile(r"method\.request\.(multivalue)?(?P<place>header|path|querystring)\.(?P<name>.+)")
PSEUDO_PARAMETER = "${AWS::"
ONLY_IN_SUB = "a value comes in its place in Fn::Sub alone"
_PROXIES = frozenset({"HTTP_PROXY", "AWS_PROXY"})
_PROXY_SERVICES = frozenset({"lambda", "firehose"})


def check_integration(intake: Intake, item: Item[Method]) -> None:
    """Note what is wrong with a method's integration, and warn of what every call would fail on."""
    integration = item.value.integration
    if integration is None:
        return
    if integration.type != "MOCK":
        if not item.has("Integration", "IntegrationHttpMethod"):
            intake.fault(
                f"an integration of type {integration.type} needs an IntegrationHttpMethod",
                item.origin("Integration"),
            )
        fault = _address_fault(integration)
        if fault is not None and (integration.uri is not None or not item.has("Integration", "Uri")):
            has_literal = PSEUDO_PARAMETER in (known(integration.uri) or "")
            intake.fault(fault, item.origin("Integration", "Uri"), hint=ONLY_IN_SUB if has_literal else None)
        else:
            warn_of_literal(intake, integration.uri, item.origin("Integration", "Uri"))
        warn_of_literal(intake, integration.credentials, item.origin("Integration", "Credentials"))
    if integration.connection_type == "VPC_LINK" and not item.has("Integration", "ConnectionId"):
        intake.fault("ConnectionType VPC_LINK needs a ConnectionId", item.origin("Integration", "ConnectionType"))
    _check_streaming(intake, item, integration)
    check_mappings(intake, item, integration)
    check_cache_keys(intake, item, integration)
    _warn_of_responses(intake, item, integration)
    _warn_of_requests(intake, item, integration)


def warn_of_literal(intake: Intake, text: Text | None, origin: Origin) -> None:
    """Warn of a pseudo parameter that nobody puts a value in the place of.

    CloudFormation does so in Fn::Sub alone, API Gateway and SAM nowhere: bodies in files are imported as they are.
    Source: aws/serverless-application-model issue 79 ("Invalid ARN specified in the request").
    """
    if PSEUDO_PARAMETER in (known(text) or ""):
        intake.warn("${AWS::...} stays as it is written here, which API Gateway refuses", origin, hint=ONLY_IN_SUB)


def _check_streaming(intake: Intake, item: Item[Method], integration: Integration) -> None:
    """Refuse to stream what is no proxy, and warn of a function's address that is not the one for it.

    Source: whats-new.md, Response streaming (documented).
    """
    uri = known(integration.uri) or ""
    is_streamed = integration.response_transfer_mode == "STREAM"
    origin = item.origin("Integration", "ResponseTransferMode" if is_streamed else "Uri")
    if is_streamed and integration.type not in _PROXIES:
        intake.fault(
            f"ResponseTransferMode STREAM is for HTTP_PROXY and AWS_PROXY only, not for {integration.type}", origin
        )
    elif uri.startswith("arn:") and is_streamed != uri.endswith("/response-streaming-invocations"):
        ending = "/response-streaming-invocations" if is_streamed else "/invocations"
        mode = "STREAM" if is_streamed else "BUFFERED"
        intake.warn(
            f"ResponseTransferMode {mode} needs a Uri that ends in {ending}: API Gateway refuses another", origin
        )


def _address_fault(integration: Integration) -> str | None:
    if isinstance(integration.uri, Unknown):
        return None
    uri = known(integration.uri) or ""
    got = f"got {'a secret' if isinstance(integration.uri, Secret) else repr(uri)}"
    if integration.type in {"HTTP", "HTTP_PROXY"}:
        return None if _HTTP_ADDRESS.match(uri) else f"Uri must be an address with http:// or https://, {got}"
    if not uri.startswith("arn:"):
        return f"Uri must be an ARN, {got}"
    found = _SERVICE_ARN.match(uri)
    if found is None:
        return f"Uri must be the ARN of a service's path or action, arn:aws:apigateway:REGION:SERVICE:path/..., {got}"
    service = found["service"].rpartition(".")[2]
    if integration.type == "AWS_PROXY" and service not in _PROXY_SERVICES:
        return f"an integration of type AWS_PROXY leads to a Lambda function or a Firehose stream only, {got}"
    return None


def _warn_of_responses(intake: Intake, item: Item[Method], integration: Integration) -> None:
    """Warn of integration responses without method response; proxies have none to choose from."""
    if integration.type in _PROXIES:
        return
    declared = {response.status_code: response for response in item.value.method_responses}
    for index, response in enumerate(integration.integration_responses):
        path = ("Integration", "IntegrationResponses", index)
        method_response = declared.get(response.status_code)
        if method_response is None:
            intake.warn(
                f"integration response {response.status_code} has no method response: a call that ends in it "
                "answers 500",
                item.origin(*path),
            )
            continue
        for name in response.response_parameters:
            if name not in method_response.response_parameters:
                intake.warn(
                    f"{name} is mapped, but not among the ResponseParameters of method response "
                    f"{response.status_code}: API Gateway refuses it",
                    item.origin(*path, "ResponseParameters", name),
                )


def _warn_of_requests(intake: Intake, item: Item[Method], integration: Integration) -> None:
    """Warn of method parameters that are mapped without being declared, which API Gateway refuses."""
    declared = set(item.value.request_parameters)
    for name, source in integration.request_parameters.items():
        parameter = _method_parameter(source)
        if parameter is not None and parameter not in declared:
            intake.warn(
                f"{parameter} is mapped, but not among the method's RequestParameters: API Gateway refuses it",
                item.origin("Integration", "RequestParameters", name),
            )


def _method_parameter(source: Text) -> str | None:
    """Return the parameter that a mapping reads, in the form in which methods declare it."""
    found = _METHOD_PARAMETER.fullmatch(known(source) or "")
    return f"method.request.{found['place']}.{found['name']}" if found else None
