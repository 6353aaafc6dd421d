"""Stages 10 and 11 of a request: the answer becomes the response.

Source: rest-facts.md section 9 (recorded unless said otherwise there).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, assert_never

import msgspec

from forestage.preview.compile.runtime import ContentHandling, HttpIntegration, LambdaIntegration, MockIntegration
from forestage.preview.compile.templates import select_response_template
from forestage.preview.engine.bodies import as_text, convert_response
from forestage.preview.engine.failures import configuration_error
from forestage.preview.engine.headers import REMAPPED_IN_PROXY_RESPONSES, REMAPPED_IN_RESPONSES, find
from forestage.preview.engine.overrides import override_lines, override_status
from forestage.preview.engine.parameters import map_response_headers
from forestage.preview.engine.proxy_answer import error_message
from forestage.preview.engine.rendering import render
from forestage.preview.engine.results import (
    FunctionResult,
    HttpAnswer,
    HttpStream,
    Mapped,
    MockAnswer,
    ProxyAnswer,
    ProxyStream,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.preview.compile.runtime import ResponseMapping
    from forestage.preview.compile.selection import Selection
    from forestage.preview.engine.overrides import Overrides
    from forestage.preview.engine.results import Answered, Validated
    from forestage.preview.engine.wire import Body, Headers

_JSON_ALONE: Headers = (("Content-Type", "application/json"),)
_DROPPED = frozenset({"transfer-encoding"})
_DROPPED_OF_PROXIES = _DROPPED | {"via"}


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """What is mapped: a backend's headers and body, and what the request template has overridden."""

    headers: Headers
    body: bytes
    overrides: Overrides


def respond(answered: Answered) -> Mapped:
    """Choose the integration response and map it; a proxy's answer passes.

    Raises:
        GatewayFailure: nothing matches and there is no default, the method lacks the status, or a template or a
            conversion fails (500).
    """
    match answered:
        case MockAnswer():
            return _respond_mock(answered)
        case HttpAnswer():
            return _respond_http(answered)
        case FunctionResult():
            return _respond_function(answered)
        case HttpStream(answer=answer):
            return _pass(answered.prepared.validated, answer.status, answer.headers, answer.body)
        case ProxyAnswer() | ProxyStream():
            return _pass(answered.prepared.validated, answered.status, answered.headers, answered.body)
        case _:
            assert_never(answered)


def _pass(validated: Validated, status: int, headers: Headers, body: bytes | Body) -> Mapped:
    """Pass a proxy's answer; what is streamed is not converted either (documented: whats-new.md)."""
    passed = _pass_headers(headers, names=REMAPPED_IN_PROXY_RESPONSES, dropped=_DROPPED_OF_PROXIES)
    return Mapped(validated=validated, status=status, headers=passed, body=body)


def _respond_mock(answered: MockAnswer) -> Mapped:
    prepared = answered.prepared
    integration = prepared.validated.matched.method.integration
    assert isinstance(integration, MockIntegration)
    backend = Backend(headers=(), body=b"", overrides=prepared.overrides)
    return _map(
        prepared.validated, _select(integration.responses, str(prepared.status), status=prepared.status), backend
    )


def _respond_function(answered: FunctionResult) -> Mapped:
    """Select by the ``errorMessage`` of the result, never by a status; the result is the body.

    Source: rest-facts.md section 8.3 (recorded).
    """
    prepared = answered.prepared
    integration = prepared.validated.matched.method.integration
    assert isinstance(integration, LambdaIntegration)
    payload = answered.answer.payload
    backend = Backend(headers=(), body=payload, overrides=prepared.overrides)
    return _map(
        prepared.validated, _select(integration.responses, error_message(payload), status=HTTPStatus.OK), backend
    )


def _respond_http(answered: HttpAnswer) -> Mapped:
    validated = answered.prepared.validated
    integration = validated.matched.method.integration
    answer = answered.answer
    if isinstance(integration, HttpIntegration):
        backend = Backend(headers=answer.headers, body=answer.body, overrides=answered.prepared.overrides)
        return _map(validated, _select(integration.responses, str(answer.status), status=answer.status), backend)
    addressed = validated.addressed
    body = convert_response(
        answer.body,
        payload_is_binary=find(answer.headers, "Content-Type") in addressed.stage.binary,
        client_wants_binary=addressed.accept in addressed.stage.binary,
        handling=ContentHandling.NONE,
    )
    return _pass(validated, answer.status, answer.headers, body)


def _select(responses: Selection[ResponseMapping], text: str | None, *, status: int) -> ResponseMapping:
    """Select by a text; ``status`` is what the backend answered."""
    selected = responses.select(text)
    if selected is None:
        raise configuration_error(
            f"no integration response matches {text or 'a result'} and there is no default",
            logged="No match for output mapping and no default output mapping configured."
            f" Endpoint Response Status Code: {status}",
        )
    if selected.undeclared:
        raise configuration_error(
            f"the method has no response of status {selected.status}",
            logged=f"Output mapping refers to an invalid method response: {selected.status}",
        )
    return selected


def _map(validated: Validated, selected: ResponseMapping, backend: Backend) -> Mapped:
    mapped: list[tuple[str, str]] = []
    if selected.parameters:
        mapped = map_response_headers(validated, selected.parameters, headers=backend.headers, body=backend.body)
    template = select_response_template(selected.templates, validated.addressed.accept)
    overrides, rendered = backend.overrides, None
    if template is None:
        body = _convert(validated, selected, backend) if backend.body else b""
    elif selected.content_handling is ContentHandling.CONVERT_TO_BINARY:
        reason = "a response template never gets bytes, and the body is converted to binary"
        raise configuration_error(reason, logged="Unable to transform response")
    elif template.constant is not None:
        body = template.constant.encode()
    else:
        rendered = render(template, validated, body=as_text(backend.body), overrides=overrides, making="response")
        body, overrides = rendered.text.encode(), rendered.overrides
    status = selected.status
    if overrides.response:
        mapped = _override(mapped, overrides)
        status = override_status(overrides.response) or status
    headers = _pass_headers(mapped, names=REMAPPED_IN_RESPONSES, dropped=_DROPPED) if mapped else _JSON_ALONE
    return Mapped(validated=validated, status=status, headers=headers, body=body, selected=selected, rendered=rendered)


def _override(mapped: list[tuple[str, str]], overrides: Overrides) -> list[tuple[str, str]]:
    """Lay the header overrides of both templates over the mapped headers."""
    lines = override_lines(overrides.response.get("header"))
    names = {name.lower() for name, _ in lines}
    return [*(line for line in mapped if line[0].lower() not in names), *lines]


def _convert(validated: Validated, selected: ResponseMapping, backend: Backend) -> bytes:
    addressed = validated.addressed
    return convert_response(
        backend.body,
        payload_is_binary=find(backend.headers, "Content-Type") in addressed.stage.binary,
        client_wants_binary=addressed.accept in addressed.stage.binary,
        handling=selected.content_handling,
    )


def _pass_headers(headers: Iterable[tuple[str, str]], *, names: Mapping[str, str], dropped: frozenset[str]) -> Headers:
    """Pass headers on to the client; some get another name, and JSON is the type where none is given."""
    passed = []
    is_typed = False
    for header in headers:
        lowered = header[0].lower()
        if lowered in dropped:
            continue
        other = names.get(lowered)
        passed.append(header if other is None else (other, header[1]))
        if lowered == "content-type":
            is_typed = True
    return tuple(passed) if is_typed else (*_JSON_ALONE, *passed)
