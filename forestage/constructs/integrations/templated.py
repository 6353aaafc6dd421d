"""What integrations that make requests and responses by templates have in common: each can be seen and replaced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from forestage.constructs.integrations.responses import JSON, IntegrationResponse, replaced

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """An integration that says how its answers look."""

    responses: tuple[IntegrationResponse, ...]

    @property
    def response_templates(self) -> Mapping[int, str | None]:
        """The template of each response, by its status; None where the body of the backend passes, if there is one."""
        return {response.status: response.template for response in self.responses}

    def with_response(self, response: IntegrationResponse) -> Self:
        """Return the same with one response more, or with another one for its status."""
        return replace(self, responses=replaced(self.responses, response))


@dataclass(frozen=True, slots=True, kw_only=True)
class Templated(Answering):
    """An integration whose backend gets what a template makes of the request."""

    request_templates: Mapping[str, str]

    @property
    def request_template(self) -> str | None:
        """The template of JSON requests; None where the body passes as it is."""
        return self.request_templates.get(JSON)

    def with_request_template(self, template: str, *, content_type: str = JSON) -> Self:
        """Return the same with another template for requests of a type."""
        return replace(self, request_templates={**self.request_templates, content_type: template})
