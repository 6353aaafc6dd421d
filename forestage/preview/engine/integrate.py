"""Stage 9 of a request: the integration is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from forestage.preview.compile.runtime import (
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    LambdaProxyIntegration,
)
from forestage.preview.engine.context import source_arn
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    CallBackend,
    FunctionUnavailable,
    InvokeFunction,
    Unavailable,
)
from forestage.preview.engine.failures import GatewayFailure, ResponseType, configuration_error
from forestage.preview.engine.proxy_answer import malformed, read_proxy_answer
from forestage.preview.engine.results import (
    FunctionResult,
    HttpAnswer,
    MockAnswer,
    PreparedFunction,
    PreparedHttp,
    PreparedMock,
    ProxyAnswer,
)

if TYPE_CHECKING:
    from forestage.preview.engine.results import Answered, Prepared


async def integrate(prepared: Prepared) -> Answered:
    """Call the backend or the function; a mock answers by itself.

    Raises:
        GatewayFailure: no answer came, or none that can be used.

    Source: gateway-responses.md, second table.
    """
    match prepared:
        case PreparedMock():
            return MockAnswer(prepared=prepared)
        case PreparedHttp():
            return await _call_backend(prepared)
        case PreparedFunction():
            return await _invoke(prepared)
        case _:
            assert_never(prepared)


async def _call_backend(prepared: PreparedHttp) -> HttpAnswer:
    integration = prepared.validated.matched.method.integration
    assert isinstance(integration, HttpIntegration | HttpProxyIntegration)
    answer = await CallBackend(
        method=prepared.method,
        url=prepared.url,
        headers=prepared.headers,
        body=prepared.body,
        timeout_ms=integration.timeout_ms,
        skip_certificate_check=integration.skip_certificate_check,
    )
    if isinstance(answer, BackendAnswer):
        return HttpAnswer(prepared=prepared, answer=answer)
    raise _backend_failure(answer)


def _backend_failure(failure: BackendFailure) -> GatewayFailure:
    reason = f"{failure.fault.value}: {failure.detail}" if failure.detail else failure.fault.value
    match failure.fault:
        case BackendFault.TIMEOUT:
            return GatewayFailure(ResponseType.INTEGRATION_TIMEOUT, reason)
        case BackendFault.UNREACHABLE:
            return GatewayFailure(ResponseType.INTEGRATION_FAILURE, reason)
        case BackendFault.INVALID_ADDRESS:
            return GatewayFailure(ResponseType.API_CONFIGURATION_ERROR, reason, nothing_sent=True)
        case BackendFault.CERTIFICATE | BackendFault.TOO_LARGE:
            return configuration_error(reason)
        case _:
            assert_never(failure.fault)


async def _invoke(prepared: PreparedFunction) -> ProxyAnswer | FunctionResult:
    addressed = prepared.validated.addressed
    integration = prepared.validated.matched.method.integration
    assert isinstance(integration, LambdaProxyIntegration | LambdaIntegration)
    answer = await InvokeFunction(
        arn=prepared.arn,
        payload=prepared.payload,
        request_id=addressed.request_id,
        trace_id=addressed.trace_id,
        source_arn="" if integration.by_role else source_arn(prepared.validated.matched),
        timeout_ms=integration.timeout_ms,
        asynchronous=prepared.asynchronous,
    )
    if isinstance(answer, FunctionUnavailable):
        raise _function_unavailable(answer)
    if isinstance(integration, LambdaIntegration):
        return FunctionResult(prepared=prepared, answer=answer)
    if answer.failed:
        raise malformed(f"the function failed: {answer.payload[:1000].decode('utf-8', 'replace')}")
    response = read_proxy_answer(prepared, answer.payload)
    return ProxyAnswer(
        prepared=prepared, answer=answer, status=response.status, headers=response.headers, body=response.body
    )


def _function_unavailable(answer: FunctionUnavailable) -> GatewayFailure:
    reason = f"{answer.reason.value}: {answer.detail}" if answer.detail else answer.reason.value
    if answer.reason is Unavailable.INTEGRATION_TIMEOUT:
        return GatewayFailure(ResponseType.INTEGRATION_TIMEOUT, reason)
    return configuration_error(reason)
