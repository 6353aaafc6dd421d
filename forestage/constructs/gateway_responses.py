"""Gateway responses: how the errors of the gateway itself look."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, get_args

from aws_cdk import Tokenization
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import check_allowed, check_kind, is_known, refuse, warn
from forestage.model.limits import HEADER_NAME
from forestage.model.vocabulary import GatewayResponseType, OneOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from forestage.constructs.cors import Cors

TYPE: Final = next(part for part in get_args(GatewayResponseType) if isinstance(part, OneOf))
DEFAULTS: Final = ("DEFAULT_4XX", "DEFAULT_5XX")
PROBLEM_TEMPLATE: Final = (
    '{"type":"about:blank","title":$context.error.messageString,'
    '"code":"$context.error.responseType","instance":"urn:uuid:$context.requestId"}'
)
PROBLEM_WITH_DETAIL: Final = PROBLEM_TEMPLATE[:-1] + ',"detail":"$context.error.validationErrorString"}'

_MAPPED = re.compile(r"(context|stageVariables|method\.request\.(header|querystring|path))\.[A-Za-z0-9._-]+")
_DIRECTIVE = re.compile(r"#(?:set|if|elseif|else|end|foreach|\{)|\$(?:input|util)\b|\$!")
_STATUSES = range(200, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayResponse:
    """How one type of error looks: ``gateway_responses={"UNAUTHORIZED": GatewayResponse(...)}`` of ``RestApi``.

    ``status`` None is that of the type, with ``DEFAULT_4XX`` and ``DEFAULT_5XX`` each type's own.
    ``headers`` are texts, or come from ``context.X``, ``stageVariables.X``, ``method.request.header.X``,
    ``method.request.querystring.X`` or ``method.request.path.X``.
    ``templates`` are bodies by content type; empty is ``{"message": ...}`` as API Gateway writes it.
    They are no mapping templates: variables are put in, ``$context.error.messageString`` with its quotes, and there is
    no ``#if``.

    Source: gateway-responses.md, Customisation (documented).
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)


class GatewayResponses:
    """Ready sets of gateway responses: ``RestApi(gateway_responses=GatewayResponses.problem_json())``."""

    @staticmethod
    def problem_json() -> dict[str, GatewayResponse]:
        """Answer all errors of the gateway with ``application/problem+json``.

        ``title`` is API Gateway's message, ``code`` the type of the gateway response, ``instance`` has the id of the
        request.
        A body that does not fit its model has what is wrong with it in ``detail``.

        Source: RFC 9457, "Problem Details for HTTP APIs".
        """
        problem = GatewayResponse(templates={"application/problem+json": PROBLEM_TEMPLATE})
        return {
            **dict.fromkeys(DEFAULTS, problem),
            "BAD_REQUEST_BODY": GatewayResponse(templates={"application/problem+json": PROBLEM_WITH_DETAIL}),
        }


def add_gateway_responses(
    scope: Construct,
    rest_api: apigateway.IRestApi,
    responses: Mapping[str, GatewayResponse],
    *,
    cors: Cors | None = None,
) -> tuple[apigateway.GatewayResponse, ...]:
    """Define gateway responses in an API, below ``scope`` and by the names of their types.

    With ``cors`` its headers are in all of them, and ``DEFAULT_4XX`` and ``DEFAULT_5XX`` are defined for the rest: a
    type with a response of its own takes nothing from those.

    Raises:
        ConstructError: a type does not exist, or API Gateway would refuse a status, a header or a template.

    Source: gateway-responses.md, Customisation (documented).
    """
    wanted = dict(responses)
    shared: Mapping[str, str] = {}
    if cors is not None:
        shared = cors.gateway_response_headers()
        cors.check_gateway_responses(rest_api)
        wanted = {**dict.fromkeys(DEFAULTS, GatewayResponse()), **wanted}
    return tuple(_defined(scope, rest_api, name, response, shared) for name, response in wanted.items())


def _defined(
    scope: Construct, rest_api: apigateway.IRestApi, name: str, response: GatewayResponse, shared: Mapping[str, str]
) -> apigateway.GatewayResponse:
    check_allowed(scope, "the type of a gateway response", name, TYPE)
    check_kind(scope, f"gateway response {name}", response, GatewayResponse, "GatewayResponse(...)")
    if name == "REQUEST_TOO_LARGE":
        # Source: gateway-responses.md, first table (documented).
        warn(scope, "request-too-large", "API Gateway does not customise REQUEST_TOO_LARGE: leave it out")
    _check(scope, name, response)
    headers = {**{key: f"'{value}'" for key, value in shared.items()}, **_written(scope, name, response.headers)}
    return apigateway.GatewayResponse(
        scope,
        name,
        rest_api=rest_api,
        type=apigateway.ResponseType.of(name),
        status_code=None if response.status is None else Tokenization.stringify_number(response.status),
        response_headers=headers or None,
        templates=dict(response.templates) or None,
    )


def _written(scope: Construct, name: str, headers: Mapping[str, str]) -> dict[str, str]:
    written = {}
    for header, value in headers.items():
        check_allowed(scope, f"a header of gateway response {name}", header, HEADER_NAME)
        if is_known(value) and "'" in value:
            refuse(scope, f"header {header} of gateway response {name} has a quote ' in it: leave it out")
        written[header] = value if is_known(value) and _MAPPED.fullmatch(value) else f"'{value}'"
    return written


def _check(scope: Construct, name: str, response: GatewayResponse) -> None:
    if response.status is not None and is_known(response.status) and response.status not in _STATUSES:
        refuse(scope, f"gateway response {name} has a status from 200 to 599, got {response.status}: choose another")
    for kind, template in response.templates.items():
        found = _DIRECTIVE.search(template) if is_known(template) else None
        if found:
            refuse(
                scope,
                f"template {kind} of gateway response {name} has {found[0]}, and API Gateway puts variables in and "
                "evaluates nothing: use $context.X, $stageVariables.X and $method.request.X alone",
            )
