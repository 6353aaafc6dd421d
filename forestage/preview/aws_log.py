"""The execution log of a request, as API Gateway words it for TestInvokeMethod and CloudWatch Logs.

A line that API Gateway is not known to write is not written; where it is known to write one and its words are not,
the line has ours. Credentials are covered as in a trace.

Source of the wording: recorded logs in public threads (brefphp/bref issue 534, anomalyco/guide issue 112,
podaac/hydrocron issue 36, elastic/integrations pull request 4266) and AWS re:Post, "How can I use API Gateway logs to
troubleshoot API issues?". Lines of authorizers: AWS re:Post, the same. ``No Usage Plan found``: usage-plans.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from forestage.preview.compile.runtime import LambdaProxyIntegration
from forestage.preview.engine.context import source_arn
from forestage.preview.engine.effects import BackendAnswer, CallBackend, FunctionAnswer, InvokeFunction
from forestage.preview.engine.failures import ResponseType
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.headers import find
from forestage.preview.engine.query import parse_query
from forestage.preview.engine.results import (
    Addressed,
    Admitted,
    Authorized,
    Hit,
    Mapped,
    Matched,
    PreparedFunction,
    PreparedHttp,
)
from forestage.preview.masking import masked, masked_event, masked_headers
from forestage.preview.trace import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forestage.preview.engine.effects import Effect
    from forestage.preview.engine.results import KeptResponse
    from forestage.preview.engine.wire import Headers
    from forestage.preview.trace import Trace

MAX_EVENT_BYTES: Final = 1024
"""A longer event is cut. Source: developer guide, "Amazon API Gateway important notes"; recorded lines."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def aws_log(trace: Trace) -> tuple[str, ...]:
    """Write the log of a request that has been answered; empty for one that came to no stage or was streamed.

    ``Tue Nov 24 12:00:00 UTC 2026 : Starting execution for request: 0f1e2d3c-...``. The whole log bears the time at
    which the request came.

    Source: API Gateway developer guide, "Troubleshoot issues with response streaming": no log of what is streamed.
    """
    addressed = next((entry for entry in trace.entries if isinstance(entry, Addressed)), None)
    if addressed is None or trace.streamed is not None:
        return ()
    log = _Log(trace, addressed)
    for entry in trace.entries:
        write = _WRITERS.get(type(entry))
        if write is not None:
            write(log, entry)
    stamp = _timestamp(trace.started_at)
    events = (f"{stamp} : {_cut(event)}" for event in log.events)
    return (f"Execution log for request {addressed.request_id}", *events)


class _Log:
    """The events written so far, and what later ones need of earlier entries."""

    def __init__(self, trace: Trace, addressed: Addressed) -> None:
        self.trace = trace
        self.addressed = addressed
        self.request_id = addressed.request_id
        stage = addressed.stage
        self.api_stage = f"{stage.api.id}/{stage.name}"
        self.matched: Matched | None = None
        self.authorized: Authorized | None = None
        self.prepared = False
        self.authorizing = False
        self.events: list[str] = [f"Extended Request Id: {addressed.arrival.extended_request_id}"]

    def write(self, *events: str) -> None:
        self.events += events


# -- who may call -----------------------------------------------------------------------------------------------------


def _matched(log: _Log, entry: Matched) -> None:
    log.matched = entry


def _authorizer_call(log: _Log, effect: InvokeFunction, answer: object) -> None:
    """Write the call of an authorizer's function."""
    assert log.matched is not None  # Only a method has an authorizer.
    log.authorizing = True
    log.write(
        f"Starting authorizer: {log.matched.method.method.authorizer_id} for request: {log.request_id}",
        *_function_request(log, effect.arn, masked_event(effect.payload), source=effect.source_arn),
        _sending(log, effect),
    )
    if isinstance(answer, FunctionAnswer):
        log.write(f"Authorizer result body before parsing: {_text(answer.payload)}")


def _authorized(log: _Log, entry: Authorized) -> None:
    log.authorized = entry
    if log.authorizing:
        principal = (entry.authorizer or {}).get("principalId")
        log.write(
            f"Using valid authorizer policy for principal: {masked(str(principal))}",
            "Successfully completed authorizer execution",
        )
    log.write(
        f"Verifying Usage Plan for request: {log.request_id}. API Key: {_key_of(entry)} API Stage: {log.api_stage}"
    )


def _key_of(authorized: Authorized) -> str:
    key = authorized.usage_key or find(authorized.matched.addressed.headers, "x-api-key")
    return masked(key) if key else ""


def _admitted(log: _Log, entry: Admitted) -> None:
    matched = entry.authorized.matched
    key = _key_of(entry.authorized) if entry.api_key else ""
    if not key:
        log.write(
            f"API Key  authorized because method '{_method(matched)}' does not require API Key."
            " Request will not contribute to throttle or quota limits"
        )
    log.write(
        f"Usage Plan check succeeded for API Key {key} and API Stage {log.api_stage}",
        f"Starting execution for request: {log.request_id}",
        f"HTTP Method: {matched.addressed.verb}, Resource Path: {matched.addressed.path}",
    )
    if key:
        log.write(f"API Key: {key}", f"API Key ID: {entry.api_key_id}")
    log.write(
        f"Method request path: {_map(matched.route.path_parameters)}",
        f"Method request query string: {_map(parse_query(matched.addressed.raw_query))}",
        f"Method request headers: {_map(masked_headers(matched.addressed.headers))}",
        f"Method request body before transformations: {_text(matched.addressed.body)}",
    )


def _method(matched: Matched) -> str:
    return f"{matched.method.verb} {matched.method.resource_path}"


# -- the integration --------------------------------------------------------------------------------------------------


def _prepared_http(log: _Log, entry: PreparedHttp) -> None:
    log.prepared = True
    log.write(
        f"Endpoint request URI: {entry.url}",
        f"Endpoint request headers: {_map(masked_headers(entry.headers))}",
        f"Endpoint request body after transformations: {_text(entry.body)}",
    )


def _prepared_function(log: _Log, entry: PreparedFunction) -> None:
    log.prepared = True
    matched = entry.validated.matched
    is_proxy = isinstance(matched.method.integration, LambdaProxyIntegration)
    payload = masked_event(entry.payload) if is_proxy else entry.payload
    more = (("X-Amz-Invocation-Type", "Event"),) if entry.asynchronous else ()
    log.write(*_function_request(log, entry.arn, payload, source=source_arn(matched), more=more))


def _function_request(log: _Log, arn: str, payload: bytes, *, source: str, more: Headers = ()) -> tuple[str, str, str]:
    """Write what Lambda's Invoke would be sent, without the signature that nobody makes here."""
    api = log.addressed.stage.api
    headers: Headers = (
        ("x-amzn-lambda-integration-tag", log.request_id),
        ("x-amzn-apigateway-api-id", api.id),
        ("Accept", "application/json"),
        ("User-Agent", f"AmazonAPIGateway_{api.id}"),
        ("X-Amz-Source-Arn", source),
        ("X-Amzn-Trace-Id", log.addressed.trace_id),
        *more,
    )
    return (
        f"Endpoint request URI: {_invoke_url(log, arn)}",
        f"Endpoint request headers: {_map(headers)}",
        f"Endpoint request body after transformations: {_text(payload)}",
    )


def _invoke_url(log: _Log, arn: str) -> str:
    suffix = "amazonaws.com.cn" if log.addressed.stage.api.partition == "aws-cn" else "amazonaws.com"
    return f"https://lambda.{log.addressed.stage.api.region}.{suffix}/2015-03-31/functions/{arn}/invocations"


# The answers of effects differ in type; those that the log tells are asked for theirs.
def _exchange(log: _Log, entry: Exchange) -> None:
    effect, answer = entry.effect, entry.answer
    if isinstance(effect, InvokeFunction) and not log.prepared:
        _authorizer_call(log, effect, answer)
    elif isinstance(effect, InvokeFunction | CallBackend):
        log.write(_sending(log, effect))
        status = _status(answer)
        if status is not None:
            log.write(f"Received response. Status: {status}, Integration latency: {round(entry.duration_ms)} ms")
            log.write(*_endpoint_response(log, answer))


def _sending(log: _Log, effect: Effect[Any]) -> str:
    assert isinstance(effect, InvokeFunction | CallBackend)
    return f"Sending request to {effect.url if isinstance(effect, CallBackend) else _invoke_url(log, effect.arn)}"


def _status(answer: object) -> int | None:
    if isinstance(answer, BackendAnswer):
        return answer.status
    return HTTPStatus.OK.value if isinstance(answer, FunctionAnswer) else None


def _endpoint_response(log: _Log, answer: BackendAnswer | FunctionAnswer) -> tuple[str, str]:
    if isinstance(answer, BackendAnswer):
        headers, body = masked_headers(answer.headers), answer.body
    else:
        body = answer.payload
        failed = (("X-Amz-Function-Error", "Unhandled"),) if answer.failed else ()
        headers = (
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *failed,
            ("X-Amz-Executed-Version", "$LATEST"),
            ("X-Amzn-Trace-Id", log.addressed.trace_id),
        )
    return (
        f"Endpoint response headers: {_map(headers)}",
        f"Endpoint response body before transformations: {_text(body)}",
    )


# -- how it ended -----------------------------------------------------------------------------------------------------


def _hit(log: _Log, entry: Hit) -> None:
    _completed(log, entry.kept)


def _mapped(log: _Log, entry: Mapped) -> None:
    _completed(log, entry)


def _completed(log: _Log, entry: Mapped | KeptResponse) -> None:
    assert isinstance(entry.body, bytes)  # Of what is streamed there is no log.
    sent = log.trace.response.headers if log.trace.response else ()
    traced = tuple(line for line in sent if line[0] == "X-Amzn-Trace-Id")
    log.write(
        f"Method response body after transformations: {_text(entry.body)}",
        f"Method response headers: {_map(masked_headers((*entry.headers, *traced)))}",
        "Successfully completed execution",
        f"Method completed with status: {entry.status}",
    )


def _failed(log: _Log, entry: Failed) -> None:
    log.write(entry.logged or _FAILURES.get(entry.response_type, _reason)(log, entry))
    log.write(f"Method completed with status: {entry.status}")


def _reason(log: _Log, entry: Failed) -> str:
    del log
    return entry.reason


def _no_plan(log: _Log, entry: Failed) -> str:
    """Word a key that is missing, unknown or in no plan; before a stage is known the reason is another."""
    if log.authorized is None:
        return entry.reason
    return (
        f"API Key {_key_of(log.authorized)} not authorized because method '{_method(log.authorized.matched)}' requires"
        f" API Key and API Key is not associated with a Usage Plan for API Stage {log.api_stage}:"
        " No Usage Plan found for key and API Stage"
    )


_FAILURES: Final[Mapping[str, Callable[[_Log, Failed], str]]] = {
    ResponseType.INTEGRATION_TIMEOUT.value: lambda _log, _entry: "Execution failed due to a timeout error",
    ResponseType.INTEGRATION_FAILURE.value: lambda _log, _entry: (
        "Execution failed due to a network error communicating with endpoint"
    ),
    ResponseType.UNAUTHORIZED.value: lambda log, _entry: f"Unauthorized request: {log.request_id}",
    ResponseType.ACCESS_DENIED.value: lambda _log, _entry: "The client is not authorized to perform this operation.",
    ResponseType.INVALID_API_KEY.value: _no_plan,
}
"""How a failure is worded that has no words of its own, by response type; of any other the reason is written."""

# Each type is bound to its own writer, which one signature for all cannot say.
_WRITERS: Final[Mapping[type, Callable[[_Log, Any], None]]] = {
    Matched: _matched,
    Authorized: _authorized,
    Admitted: _admitted,
    PreparedHttp: _prepared_http,
    PreparedFunction: _prepared_function,
    Exchange: _exchange,
    Hit: _hit,
    Mapped: _mapped,
    Failed: _failed,
}
"""What writes the events of an entry; an entry of any other type has none."""


# -- wording ----------------------------------------------------------------------------------------------------------


def _timestamp(epoch_seconds: float) -> str:
    moment = datetime.fromtimestamp(epoch_seconds, UTC)
    # Names are English in every locale.
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment:%d %H:%M:%S} UTC {moment.year}"


def _map(pairs: Iterable[tuple[str, str]]) -> str:
    """Write names and values as Java writes a map; several values of a name stand together."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return "{" + ", ".join(f"{name}={','.join(each)}" for name, each in values.items()) + "}"


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return "[Binary Data]"


def _cut(event: str) -> str:
    encoded = event.encode("utf-8", "replace")
    if len(encoded) <= MAX_EVENT_BYTES:
        return event
    return f"{encoded[:MAX_EVENT_BYTES].decode('utf-8', 'ignore')} [TRUNCATED]"
