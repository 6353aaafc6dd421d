"""The kinds of differences between schemas, with their ids and levels for requests and for responses.

Ids are oasdiff's where it has one, so that people who know one know the other.
Source: diff.md, section 2.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.diff.report import Severity
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of difference.

    In the ids ``{part}`` is ``body`` or ``property``. ``text`` says what is different, about ``{subject}``;
    ``request_severity`` is that where a validator enforces the model.
    """

    request_id: str
    request_severity: Severity
    response_id: str
    response_severity: Severity
    text: str

    def id_of(self, *, is_request: bool, is_property: bool) -> str:
        """Return the id of the rule for one side and part."""
        template = self.request_id if is_request else self.response_id
        made = template.format(part="property" if is_property else "body")
        return _SPELLINGS.get(made, made)

    def severity_of(self, *, is_request: bool) -> Severity:
        """Return the usual severity on one side."""
        return self.request_severity if is_request else self.response_severity

    def ids(self) -> Iterator[tuple[str, bool]]:
        """List the ids that the kind may have, each with whether it is of requests."""
        for is_request in (True, False):
            for is_property in (False, True):
                yield self.id_of(is_request=is_request, is_property=is_property), is_request


_SPELLINGS: Final[Mapping[str, str]] = {"response-body-enum-value-removed": "response-mediatype-enum-value-removed"}
"""Ids of oasdiff that are not formed as the others."""


def _both(name: str, request: Severity, response: Severity, text: str) -> Kind:
    return Kind(
        request_id=f"request-{{part}}-{name}",
        request_severity=request,
        response_id=f"response-{{part}}-{name}",
        response_severity=response,
        text=text,
    )


_LIMITS: Final = {
    "max": "maximum",
    "exclusive-max": "exclusive maximum",
    "max-length": "maxLength",
    "max-items": "maxItems",
    "max-properties": "maxProperties",
    "min": "minimum",
    "exclusive-min": "exclusive minimum",
    "min-length": "minLength",
    "min-items": "minItems",
    "min-properties": "minProperties",
}
"""Limits by the name that they have in ids."""


def _limits() -> Iterator[tuple[str, Kind]]:
    for name, words in _LIMITS.items():
        is_upper = "max" in name
        narrower, wider = ("decreased", "increased") if is_upper else ("increased", "decreased")
        yield f"{name}-{narrower}", _both(f"{name}-{narrower}", _B, _S, f"the {words} of {{subject}} is {narrower}")
        yield f"{name}-{wider}", _both(f"{name}-{wider}", _S, _B, f"the {words} of {{subject}} is {wider}")
        yield f"{name}-set", _both(f"{name}-set", _B, _S, f"{{subject}} has a {words}")
        yield f"{name}-unset", _both(f"{name}-unset", _S, _B, f"{{subject}} has no {words} any more")


KINDS: Final[Mapping[str, Kind]] = {
    "became-required": Kind(
        request_id="request-property-became-required",
        request_severity=_B,
        response_id="response-property-became-required",
        response_severity=_S,
        text="{subject} is required",
    ),
    "became-optional": Kind(
        request_id="request-property-became-optional",
        request_severity=_S,
        response_id="response-property-became-optional",
        response_severity=_B,
        text="{subject} is no longer required",
    ),
    "required-added": Kind(
        request_id="new-required-request-property",
        request_severity=_B,
        response_id="response-required-property-added",
        response_severity=_S,
        text="{subject} is new and required",
    ),
    "optional-added": Kind(
        request_id="new-optional-request-property",
        request_severity=_S,
        response_id="response-optional-property-added",
        response_severity=_S,
        text="{subject} is new",
    ),
    "required-removed": Kind(
        request_id="request-property-removed",
        request_severity=_D,
        response_id="response-required-property-removed",
        response_severity=_B,
        text="{subject} is gone",
    ),
    "optional-removed": Kind(
        request_id="request-property-removed",
        request_severity=_D,
        response_id="response-optional-property-removed",
        response_severity=_D,
        text="{subject} is gone",
    ),
    "type-changed": _both("type-changed", _B, _B, "{subject} has another type"),
    "format-changed": _both("type-changed", _D, _D, "{subject} has another format"),
    "type-narrowed": Kind(
        request_id="request-{part}-type-changed",
        request_severity=_B,
        response_id="response-{part}-type-specialized",
        response_severity=_S,
        text="{subject} has a narrower type",
    ),
    "type-widened": _both("type-generalized", _S, _B, "{subject} has a wider type"),
    "types-narrowed": _both("list-of-types-narrowed", _B, _S, "{subject} has fewer types"),
    "types-widened": _both("list-of-types-widened", _S, _B, "{subject} has more types"),
    "became-nullable": _both("became-nullable", _S, _B, "{subject} may be null"),
    "became-not-nullable": _both("became-not-nullable", _B, _S, "{subject} may not be null"),
    "enum-value-removed": _both("enum-value-removed", _B, _S, "{subject} may no longer be {detail}"),
    "enum-value-added": _both("enum-value-added", _S, _D, "{subject} may be {detail}"),
    "became-enum": _both("became-enum", _B, _S, "{subject} is one of a list of values"),
    "enum-dropped": _both("enum-dropped", _S, _D, "{subject} is no longer one of a list of values"),
    "const-added": _both("const-added", _B, _S, "{subject} has one value only"),
    "const-changed": _both("const-changed", _B, _B, "{subject} has another single value"),
    "const-removed": _both("const-removed", _S, _B, "{subject} has no single value any more"),
    **dict(_limits()),
    "multiple-of-set": _both("multiple-of-set", _B, _S, "{subject} is a multiple of something"),
    "multiple-of-changed": _both("multiple-of-changed", _B, _B, "{subject} is a multiple of something else"),
    "multiple-of-unset": _both("multiple-of-unset", _S, _B, "{subject} need not be a multiple any more"),
    "unique-items-set": _both("unique-items-set", _B, _S, "the items of {subject} are unique"),
    "unique-items-unset": _both("unique-items-unset", _S, _B, "the items of {subject} need not be unique"),
    "pattern-added": _both("pattern-added", _B, _S, "{subject} has a pattern"),
    "pattern-changed": _both("pattern-changed", _D, _D, "{subject} has another pattern"),
    "pattern-removed": _both("pattern-removed", _S, _B, "{subject} has no pattern any more"),
    "items-changed": _both("items-changed", _B, _B, "the places of the items of {subject} have other schemas"),
    "all-of-added": _both("all-of-added", _B, _S, "{subject} has a further allOf"),
    "all-of-removed": _both("all-of-removed", _D, _D, "an allOf of {subject} is gone"),
    "any-of-added": _both("any-of-added", _S, _B, "{subject} has a further anyOf"),
    "any-of-removed": _both("any-of-removed", _B, _S, "an anyOf of {subject} is gone"),
    "any-of-introduced": _both("any-of-introduced", _B, _S, "{subject} is one of several schemas"),
    "any-of-dropped": _both("any-of-dropped", _S, _B, "{subject} is no longer one of several schemas"),
    "wrapped-in-any-of": _both("wrapped-in-any-of", _S, _B, "{subject} may have another schema instead"),
    "one-of-added": _both("one-of-added", _S, _B, "{subject} has a further oneOf"),
    "one-of-removed": _both("one-of-removed", _B, _S, "a oneOf of {subject} is gone"),
    "one-of-introduced": _both("one-of-introduced", _B, _S, "{subject} is exactly one of several schemas"),
    "one-of-dropped": _both("one-of-dropped", _S, _B, "{subject} is no longer exactly one of several schemas"),
    "wrapped-in-one-of": _both("wrapped-in-one-of", _S, _B, "{subject} may have another schema instead"),
    "one-of-changed": _both("one-of-changed", _D, _D, "schemas of the oneOf of {subject} may overlap"),
    "not-added": _both("not-added", _B, _S, "{subject} has something that it must not be"),
    "not-changed": _both("not-changed", _D, _D, "{subject} must not be something else"),
    "not-removed": _both("not-removed", _S, _D, "{subject} may be what it must not have been"),
    "pattern-property-added": _both("pattern-property-added", _B, _S, "{subject} has a schema for names of a pattern"),
    "pattern-property-removed": _both(
        "pattern-property-removed", _S, _B, "{subject} has no schema for names of a pattern any more"
    ),
    "dependent-required-added": _both("dependent-required-added", _B, _S, "{detail} needs another property"),
    "dependent-required-removed": _both("dependent-required-removed", _S, _B, "{detail} needs a property less"),
    "dependent-schema-added": _both("dependent-schema-added", _B, _S, "{detail} calls for a schema"),
    "dependent-schema-removed": _both("dependent-schema-removed", _S, _B, "{detail} calls for no schema any more"),
    "additional-properties-narrowed": _both(
        "additional-properties-narrowed", _B, _S, "{subject} takes fewer properties that are not declared"
    ),
    "additional-properties-widened": _both(
        "additional-properties-widened", _S, _B, "{subject} takes more properties that are not declared"
    ),
    "keyword-ignored": Kind(
        request_id="schema-keyword-ignored",
        request_severity=_S,
        response_id="schema-keyword-ignored",
        response_severity=_S,
        text="API Gateway ignores {detail} in {subject}: it is not in draft 4",
    ),
}
