"""Stages 10 and 11 of a request: the answer becomes the response.

Source: rest-facts.md section 9 (recorded unless said otherwise there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from forestage.preview.compile.runtime import ContentHandling, HttpIntegration, MockIntegration
from forestage.preview.compile.templates import select_response_template
from forestage.preview.engine.bodies import convert_response, render
from forestage.preview.engine.failures import configuration_error
from forestage.preview.engine.headers import REMAPPED_IN_PROXY_RESPONSES, REMAPPED_IN_RESPONSES, find, has
from forestage.preview.engine.parameters import map_response_headers
from forestage.preview.engine.results import HttpAnswer, Mapped, MockAnswer, ProxyAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.preview.compile.runtime import ResponseMapping
    from forestage.preview.compile.selection import Selection
    from forestage.preview.engine.results import Answered, Validated
    from forestage.preview.engine.wire import Headers

_JSON_ALONE: Headers = (("Content-Type", "application/json"),)
_NO_BACKEND_HEADERS: Headers = ()
_DROPPED = frozenset({"transfer-encoding"})
_DROPPED_OF_PROXIES = _DROPPED | {"via"}


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
        case ProxyAnswer():
            validated = answered.prepared.validated
            headers = _pass_headers(answered.headers, names=REMAPPED_IN_PROXY_RESPONSES, dropped=_DROPPED_OF_PROXIES)
            return Mapped(validated=validated, status=answered.status, headers=headers, body=answered.body)
        case _:
            assert_never(answered)


def _respond_mock(answered: MockAnswer) -> Mapped:
    prepared = answered.prepared
    integration = prepared.validated.matched.method.integration
    assert isinstance(integration, MockIntegration)
    selected = _select(integration.responses, prepared.status)
    return _map(prepared.validated, selected, backend_headers=_NO_BACKEND_HEADERS, backend_body=b"")


def _respond_http(answered: HttpAnswer) -> Mapped:
    validated = answered.prepared.validated
    integration = validated.matched.method.integration
    answer = answered.answer
    if isinstance(integration, HttpIntegration):
        selected = _select(integration.responses, answer.status)
        return _map(validated, selected, backend_headers=answer.headers, backend_body=answer.body)
    addressed = validated.addressed
    body = convert_response(
        answer.body,
        payload_is_binary=find(answer.headers, "Content-Type") in addressed.stage.binary,
        client_wants_binary=addressed.accept in addressed.stage.binary,
        handling=ContentHandling.NONE,
    )
    headers = _pass_headers(answer.headers, names=REMAPPED_IN_PROXY_RESPONSES, dropped=_DROPPED_OF_PROXIES)
    return Mapped(validated=validated, status=answer.status, headers=headers, body=body)


def _select(responses: Selection[ResponseMapping], status: int) -> ResponseMapping:
    selected = responses.select(str(status))
    if selected is None:
        raise configuration_error(f"no integration response matches {status} and there is no default")
    if selected.undeclared:
        raise configuration_error(f"the method has no response of status {selected.status}")
    return selected


def _map(validated: Validated, selected: ResponseMapping, *, backend_headers: Headers, backend_body: bytes) -> Mapped:
    addressed = validated.addressed
    headers = _JSON_ALONE
    if selected.parameters:
        mapped = map_response_headers(validated, selected.parameters, headers=backend_headers, body=backend_body)
        headers = _pass_headers(mapped, names=REMAPPED_IN_RESPONSES, dropped=_DROPPED)
    template = select_response_template(selected.templates, addressed.accept)
    if template is None:
        body = _convert(validated, selected, backend_headers, backend_body) if backend_body else b""
    elif selected.content_handling is ContentHandling.CONVERT_TO_BINARY:
        raise configuration_error("a response template never gets bytes, and the body is converted to binary")
    else:
        body = render(template).encode()
    return Mapped(validated=validated, status=selected.status, headers=headers, body=body, selected=selected)


def _convert(validated: Validated, selected: ResponseMapping, headers: Headers, body: bytes) -> bytes:
    addressed = validated.addressed
    return convert_response(
        body,
        payload_is_binary=find(headers, "Content-Type") in addressed.stage.binary,
        client_wants_binary=addressed.accept in addressed.stage.binary,
        handling=selected.content_handling,
    )


def _pass_headers(headers: Iterable[tuple[str, str]], *, names: Mapping[str, str], dropped: frozenset[str]) -> Headers:
    """Pass headers on to the client; some get another name, and JSON is the type where none is given."""
    passed = tuple(
        (names.get(lowered, name), value) for name, value in headers if (lowered := name.lower()) not in dropped
    )
    return passed if has(passed, "Content-Type") else _JSON_ALONE + passed
