"""What every integration may be given, and how it is said to the L2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import check_kind, check_several, check_words, refuse, warn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_iam as iam
    from constructs import IConstruct

    from forestage.constructs.integrations.responses import IntegrationResponse

MIN_TIMEOUT_MS: Final = 50
MAX_STREAMING_TIMEOUT_MS: Final = 15 * 60 * 1000
MAX_USUAL_TIMEOUT_MS: Final = 29_000


class IntegrationOptions(TypedDict, total=False):
    """What every integration may be given."""

    timeout: Duration
    """How long the backend may take, 29 seconds if not given; a quota of the account allows more."""
    cache_key_parameters: Sequence[str]
    """By what a stage's cache keeps answers apart: ``method.request.querystring.page``."""
    cache_namespace: str
    """What shares cached answers; each resource has its own if not given."""
    content_handling: apigateway.ContentHandling
    """Whether a request's body is converted from or to Base64."""


def to_options(
    options: IntegrationOptions,
    *,
    parameters: Mapping[str, str] | None = None,
    templates: Mapping[str, str] | None = None,
    responses: Sequence[IntegrationResponse] = (),
    passthrough: apigateway.PassthroughBehavior | None = None,
    role: iam.IRole | None = None,
    vpc_link: apigateway.IVpcLink | None = None,
    streaming: bool = False,
) -> apigateway.IntegrationOptions:
    """Return the L2's options."""
    keys = options.get("cache_key_parameters")
    return apigateway.IntegrationOptions(
        cache_key_parameters=None if keys is None else list(keys),
        cache_namespace=options.get("cache_namespace"),
        content_handling=options.get("content_handling"),
        credentials_role=role,
        integration_responses=[response.to_resource() for response in responses] or None,
        passthrough_behavior=passthrough,
        request_parameters=dict(parameters or {}) or None,
        request_templates=dict(templates or {}) or None,
        response_transfer_mode=apigateway.ResponseTransferMode.STREAM if streaming else None,
        timeout=options.get("timeout"),
        vpc_link=vpc_link,
    )


def check_options(
    scope: IConstruct, options: IntegrationOptions, *, streaming: bool = False, known: type = IntegrationOptions
) -> None:
    """Refuse a time limit that API Gateway does not take, and advise where it depends on the account.

    ``known`` is the ``TypedDict`` whose options the integration has.
    Source: whats-new.md, Response streaming; API Gateway quotas, "Integration timeout" (documented).
    """
    check_words(scope, "the integration", options, known)
    timeout = _checked_timeout(scope, options)
    if timeout is None or timeout.is_unresolved():
        return
    timeout_ms = timeout.to_milliseconds()
    if timeout_ms < MIN_TIMEOUT_MS:
        refuse(scope, f"the time limit of an integration is {MIN_TIMEOUT_MS} ms or more, got {timeout_ms} ms")
    if streaming and timeout_ms > MAX_STREAMING_TIMEOUT_MS:
        refuse(scope, f"the time limit of a streaming integration is 15 minutes or less, got {timeout_ms} ms")
    if not streaming and timeout_ms > MAX_USUAL_TIMEOUT_MS:
        warn(
            scope,
            "integration-timeout",
            f"a time limit of {timeout_ms} ms needs a raised quota, which regional and private APIs alone may have: "
            f"ask for it in Service Quotas, stay within {MAX_USUAL_TIMEOUT_MS} ms, or let the response stream",
        )


def _checked_timeout(scope: IConstruct, options: IntegrationOptions) -> Duration | None:
    check_several(scope, "cache_key_parameters", options.get("cache_key_parameters", ()))
    timeout = options.get("timeout")
    check_kind(scope, "timeout", timeout, Duration, "Duration.seconds(5)")
    return timeout


def check_websocket_options(scope: IConstruct, options: IntegrationOptions) -> None:
    """Refuse what an integration of a WebSocket API does not have.

    Source: websocket.md section 2 (documented).
    """
    if "cache_key_parameters" in options or "cache_namespace" in options:
        refuse(scope, "a WebSocket API has no cache: leave cache_key_parameters and cache_namespace out")
    timeout = _checked_timeout(scope, options)
    if timeout is None or timeout.is_unresolved():
        return
    timeout_ms = timeout.to_milliseconds()
    if not MIN_TIMEOUT_MS <= timeout_ms <= MAX_USUAL_TIMEOUT_MS:
        refuse(scope, f"the time limit of an integration is 50 ms to 29 s on a WebSocket API, got {timeout_ms} ms")
