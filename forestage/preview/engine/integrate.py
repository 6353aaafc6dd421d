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
    BackendStream,
    CallBackend,
    Discard,
    FunctionAnswer,
    FunctionUnavailable,
    InvokeFunction,
    ReadHead,
    StreamBackend,
    StreamFunction,
    Unavailable,
)
from forestage.preview.engine.failures import VPC_LINK_ERROR, GatewayFailure, ResponseType, configuration_error
from forestage.preview.engine.proxy_answer import error_message, malformed, read_metadata, read_proxy_answer
from forestage.preview.engine.results import (
    FunctionResult,
    HttpAnswer,
    HttpStream,
    MockAnswer,
    PreparedFunction,
    PreparedHttp,
    PreparedMock,
    ProxyAnswer,
    ProxyStream,
)
from forestage.preview.engine.wire import WholeBody

if TYPE_CHECKING:
    from forestage.preview.engine.effects import FunctionStream
    from forestage.preview.engine.proxy_answer import ProxyResponse
    from forestage.preview.engine.results import Addressed, Answered, Prepared

# A union that is written where it is asked for is made anew each time.
_OF_BACKENDS = (HttpIntegration, HttpProxyIntegration)
_OF_FUNCTIONS = (LambdaProxyIntegration, LambdaIntegration)

IDLE_MS = 300_000
EDGE_IDLE_MS = 30_000
"""How long a stream may pause: behind Regional and private endpoints, and behind edge-optimized ones.

Source: whats-new.md, Response streaming (documented).
"""

DELIMITER = bytes(8)
MAX_METADATA_BYTES = 16_384
"""What stands between the metadata and the payload of a streamed answer, and within how many bytes it has to.

Source: whats-new.md, Response streaming (general knowledge); @types/aws-lambda and AWS's client for Node write it so.
"""


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


async def _call_backend(prepared: PreparedHttp) -> HttpAnswer | HttpStream:
    matched = prepared.validated.matched
    integration, addressed = matched.method.integration, matched.addressed
    assert isinstance(integration, _OF_BACKENDS)
    call = CallBackend(
        method=prepared.method,
        url=prepared.url,
        headers=prepared.headers,
        body=prepared.body,
        timeout_ms=integration.timeout_ms,
        skip_certificate_check=integration.skip_certificate_check,
        through=prepared.through,
        client_certificate=addressed.stage.client_certificate,
    )
    is_streamed = isinstance(integration, HttpProxyIntegration) and integration.is_streamed
    answer = await (StreamBackend(call=call, idle_ms=_idle_ms(addressed)) if is_streamed else call)
    match answer:
        case BackendAnswer():
            return HttpAnswer(prepared=prepared, answer=answer)
        case BackendStream():
            return HttpStream(prepared=prepared, answer=answer)
        case _:
            raise _backend_failure(answer, through=prepared.through)


def _idle_ms(addressed: Addressed) -> int:
    return EDGE_IDLE_MS if addressed.stage.api.endpoint_type == "EDGE" else IDLE_MS


def _backend_failure(failure: BackendFailure, *, through: str | None) -> GatewayFailure:
    reason = f"{failure.fault.value}: {failure.detail}" if failure.detail else failure.fault.value
    match failure.fault:
        case BackendFault.TIMEOUT:
            return GatewayFailure(ResponseType.INTEGRATION_TIMEOUT, reason)
        case BackendFault.UNREACHABLE if through is not None:
            return configuration_error(f"{reason} (it stands for a VPC link)", logged=VPC_LINK_ERROR)
        case BackendFault.UNREACHABLE:
            return GatewayFailure(ResponseType.INTEGRATION_FAILURE, reason)
        case BackendFault.INVALID_ADDRESS:
            logged = "Execution failed due to configuration error: Invalid endpoint address"
            return GatewayFailure(ResponseType.API_CONFIGURATION_ERROR, reason, nothing_sent=True, logged=logged)
        case BackendFault.CERTIFICATE | BackendFault.TOO_LARGE:
            return configuration_error(reason)
        case _:
            assert_never(failure.fault)


async def _invoke(prepared: PreparedFunction) -> ProxyAnswer | ProxyStream | FunctionResult:
    matched = prepared.validated.matched
    integration, addressed = matched.method.integration, matched.addressed
    assert isinstance(integration, _OF_FUNCTIONS)
    invocation = InvokeFunction(
        arn=prepared.arn,
        payload=prepared.payload,
        request_id=addressed.request_id,
        trace_id=addressed.trace_id,
        source_arn="" if integration.by_role else source_arn(matched),
        timeout_ms=integration.timeout_ms,
        asynchronous=prepared.asynchronous,
    )
    if isinstance(integration, LambdaProxyIntegration) and integration.is_streamed:
        return await _stream_function(prepared, StreamFunction(invocation=invocation, idle_ms=_idle_ms(addressed)))
    answer = await invocation
    if isinstance(answer, FunctionUnavailable):
        raise _function_unavailable(answer)
    if isinstance(integration, LambdaIntegration):
        return FunctionResult(prepared=prepared, answer=answer)
    if answer.failed:
        raise _function_failed(prepared, answer)
    response = read_proxy_answer(prepared, answer.payload)
    return ProxyAnswer(
        prepared=prepared, answer=answer, status=response.status, headers=response.headers, body=response.body
    )


async def _stream_function(prepared: PreparedFunction, effect: StreamFunction) -> ProxyStream:
    """Read the metadata of a streamed answer; a function that answers all at once has to write the same.

    Source: whats-new.md, Response streaming (documented). What fails before the delimiter is not documented: it is
    taken for a malformed answer, as one that is not streamed.
    """
    answer = await effect
    if isinstance(answer, FunctionUnavailable):
        raise _function_unavailable(answer)
    if isinstance(answer, FunctionAnswer):
        if answer.failed:
            raise _function_failed(prepared, answer)
        content, delimiter, payload = answer.payload.partition(DELIMITER)
        if not delimiter or len(content) > MAX_METADATA_BYTES - len(DELIMITER):
            raise _no_metadata(content)
        response = read_metadata(content)
        return ProxyStream(
            prepared=prepared,
            answer=answer,
            status=response.status,
            headers=response.headers,
            body=WholeBody(payload),
        )
    try:
        response = await _read_head(answer)
    except GatewayFailure:
        await Discard(body=answer.payload)
        raise
    return ProxyStream(
        prepared=prepared, answer=answer, status=response.status, headers=response.headers, body=answer.payload
    )


async def _read_head(answer: FunctionStream) -> ProxyResponse:
    head = await ReadHead(body=answer.payload, delimiter=DELIMITER, limit_bytes=MAX_METADATA_BYTES)
    if not head.is_whole:
        raise _no_metadata(head.content, head.broken)
    return read_metadata(head.content)


def _no_metadata(content: bytes, broken: str = "") -> GatewayFailure:
    if broken:
        return malformed(f"it broke off within its metadata: {broken}")
    begin = content[:100].decode("utf-8", "replace")
    return malformed(
        f"its first {MAX_METADATA_BYTES} bytes hold no metadata with 8 null bytes behind; it begins with {begin!r}"
    )


def _function_failed(prepared: PreparedFunction, answer: FunctionAnswer) -> GatewayFailure:
    return malformed(
        f"the function failed: {answer.payload[:1000].decode('utf-8', 'replace')}",
        logged="Lambda execution failed with status 200 due to customer function error:"
        f" {error_message(answer.payload) or ''}. Lambda request id: {prepared.validated.addressed.request_id}",
    )


def _function_unavailable(answer: FunctionUnavailable) -> GatewayFailure:
    reason = f"{answer.reason.value}: {answer.detail}" if answer.detail else answer.reason.value
    if answer.reason is Unavailable.INTEGRATION_TIMEOUT:
        return GatewayFailure(ResponseType.INTEGRATION_TIMEOUT, reason)
    if answer.reason is Unavailable.TOO_LARGE:
        return GatewayFailure(ResponseType.REQUEST_TOO_LARGE, reason)
    permission = answer.reason is Unavailable.NOT_PERMITTED
    return configuration_error(reason, logged="Invalid permissions on Lambda function" if permission else None)
