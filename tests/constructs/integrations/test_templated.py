from __future__ import annotations

from dataclasses import dataclass

from forestage.constructs.integrations.responses import IntegrationResponse
from forestage.constructs.integrations.templated import Templated


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend(Templated):
    """The least that has templates."""


OK = IntegrationResponse(status=200, template="ok")
GONE = IntegrationResponse(status=410, pattern="410")


def test_templates_can_be_seen() -> None:
    backend = Backend(request_templates={"application/json": "sent"}, responses=(OK, GONE))

    assert backend.request_template == "sent"
    assert backend.response_templates == {200: "ok", 410: None}


def test_backend_without_json_template_has_none() -> None:
    assert Backend(request_templates={"text/plain": "sent"}, responses=()).request_template is None


def test_templates_are_replaced_in_a_copy() -> None:
    backend = Backend(request_templates={"application/json": "sent"}, responses=(OK,))

    other = (
        backend.with_request_template("other")
        .with_request_template("text", content_type="text/plain")
        .with_response(IntegrationResponse(status=200, template="fine"))
        .with_response(GONE)
    )

    assert other.request_templates == {"application/json": "other", "text/plain": "text"}
    assert other.response_templates == {200: "fine", 410: None}
    assert backend.response_templates == {200: "ok"}
