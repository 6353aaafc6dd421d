"""Body templates, compiled once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from forestage.model.values import Unknown, known
from forestage.preview.compile.media import media_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Text
    from forestage.vtl import Template


@dataclass(frozen=True, slots=True)
class BodyTemplate:
    """A mapping template.

    ``constant`` is the text it always yields, None where it has to be evaluated (``#`` or ``$`` in it).
    ``compiled`` is None then only where the text is no template: ``fault`` says why, ``caret`` shows where, and
    ``hint`` what may have been meant.
    """

    text: str
    constant: str | None
    compiled: Template | None = field(default=None, compare=False, repr=False)
    fault: str | None = None
    caret: str = ""
    hint: str | None = None

    @classmethod
    def of(cls, text: str, *, name: str = "template") -> BodyTemplate:
        """Read a template; ``name`` is what errors call it.

        The template engine is loaded with the first template that has to be evaluated: many APIs have none.
        """
        if "#" not in text and "$" not in text:
            return cls(text=text, constant=text)
        return _evaluated(text, name)


# A handler edit compiles the whole deployment anew, and a template takes milliseconds.
@lru_cache(maxsize=512)
def _evaluated(text: str, name: str) -> BodyTemplate:
    from forestage.vtl import TemplateSyntaxError, compile_template

    try:
        return BodyTemplate(text=text, constant=None, compiled=compile_template(text, name=name))
    except TemplateSyntaxError as error:
        return BodyTemplate(text=text, constant=None, fault=error.message, caret=error.caret(text), hint=error.hint)


def compile_templates(templates: Mapping[str, Text]) -> Mapping[str, BodyTemplate]:
    """Compile templates by media type; the types are compared without case."""
    return {kind.strip().lower(): _compile(text, kind) for kind, text in templates.items()}


def _compile(text: Text, kind: str) -> BodyTemplate:
    if isinstance(text, Unknown):
        return BodyTemplate(text="", constant=None, fault=f"{kind}: its text is known only after deployment: {text}")
    return BodyTemplate.of(known(text) or "", name=kind)


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
    return template if template.text or template.fault else None
