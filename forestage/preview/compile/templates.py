"""Body templates, compiled once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forestage.model.values import known
from forestage.preview.compile.media import media_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Text


@dataclass(frozen=True, slots=True)
class BodyTemplate:
    """A mapping template.

    ``constant`` is the text it always yields, None where it has to be evaluated (``#`` or ``$`` in it).
    """

    text: str
    constant: str | None

    @classmethod
    def of(cls, text: str) -> BodyTemplate:
        """Read a template."""
        return cls(text=text, constant=None if "#" in text or "$" in text else text)


def compile_templates(templates: Mapping[str, Text]) -> Mapping[str, BodyTemplate]:
    """Compile templates by media type; the types are compared without case."""
    return {kind.strip().lower(): BodyTemplate.of(known(text) or "") for kind, text in templates.items()}


def select_response_template(templates: Mapping[str, BodyTemplate], accept: str | None) -> BodyTemplate | None:
    """Choose by the first accepted type that has a template, else JSON, else the first one.

    None lets the body pass: there is no template, or the one that is chosen is empty.

    Source: rest-pipeline.md, Templates (documented; "AWS favours json" from an AWS-validated unit test).
    """
    if not templates:
        return None
    template = None
    if accept and len(templates) > 1:
        accepted = (templates.get(media_type(entry)) for entry in accept.split(","))
        template = next(filter(None, accepted), None)
    template = template or templates.get("application/json") or next(iter(templates.values()))
    return template if template.text else None
