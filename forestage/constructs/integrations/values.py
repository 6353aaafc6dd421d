"""Values of a request as mapping templates write them, and constants that no template mistakes for its own words.

A caller's text is escaped wherever it stands in a template: as a string of JSON, or as a value of a form.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN: Final = re.compile(r"(\$\{Token\[[^\]]*\]\})")
_FILLED_LIST: Final = '"#{Token['
_DOTTED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*")
_NAME: Final = re.compile(r"[A-Za-z0-9._$:-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value that a template takes from the request: ``Value.path("id")``, ``Value.body("$.name")``.

    ``source`` is the reference of the template language, ``reference`` the same as text.
    ``optional`` is for members of a document: one without a value is then left out.
    """

    source: str
    reference: str
    optional: bool = False

    @classmethod
    def path(cls, name: str) -> Self:
        """Take a variable of the path, decoded; the greedy one of ``/files/{proxy+}`` is called ``proxy``."""
        return cls._parameter("path", name)

    @classmethod
    def query(cls, name: str) -> Self:
        """Take a query parameter, of several values the last; empty where there is none."""
        return cls._parameter("querystring", name)

    @classmethod
    def header(cls, name: str) -> Self:
        """Take a header; API Gateway compares its name with regard to case."""
        return cls._parameter("header", name)

    @classmethod
    def _parameter(cls, place: str, name: str) -> Self:
        if not _NAME.fullmatch(name):
            raise ValueError(f"the name of a parameter has letters, digits and ._$:-, got {name!r}")
        reference = f"$input.params().{place}.get('{name}')"
        return cls(source=reference, reference=reference)

    @classmethod
    def body(cls, path: str = "$") -> Self:
        """Take a part of the JSON body as text, by its JSONPath: ``$.pet.name``.

        A number and a truth become text, an object becomes none that is of use: ``Value.json`` is for these.
        """
        source = f"$input.path({vtl_string(_json_path(path))})"
        return cls(source=source, reference=f"{source}.toString()")

    @classmethod
    def json(cls, path: str = "$") -> Self:
        """Take a part of the JSON body as JSON text: ``{}`` for an empty body, ``""`` for a part that is missing."""
        quoted = vtl_string(_json_path(path))
        return cls(source=f"$input.path({quoted})", reference=f"$input.json({quoted})")

    @classmethod
    def payload(cls) -> Self:
        """Take the body as it was sent; an empty one is ``{}``."""
        return cls(source="$input.body", reference="$input.body")

    @classmethod
    def context(cls, name: str) -> Self:
        """Take a value of ``$context``: ``requestId``, ``identity.sourceIp``, ``authorizer.principalId``."""
        if not _DOTTED.fullmatch(name):
            raise ValueError(f"the name of a context variable is one such as identity.sourceIp, got {name!r}")
        return cls(source=f"$context.{name}", reference=f"$context.{name}.toString()")

    @classmethod
    def stage_variable(cls, name: str) -> Self:
        """Take a variable of the stage."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"the name of a stage variable has letters, digits and underscores, got {name!r}")
        return cls(source=f"$stageVariables['{name}']", reference=f"$stageVariables['{name}']")

    def if_present(self) -> Self:
        """Return the same, as a member that is left out of a document where it has no value."""
        return replace(self, optional=True)

    @property
    def condition(self) -> str | None:
        """What holds, in the template language, where an optional value is there; null is none."""
        return f'{self.source} != ""' if self.optional else None

    @property
    def json_string(self) -> str:
        r"""A string of JSON.

        ``escapeJavaScript`` makes ``\'`` of an apostrophe, which JSON does not know: it is taken back.
        Source: API Gateway developer guide, "$util variables" (documented).
        """
        return f'"{escaped(self.reference)}"'


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a template; where there is a ``condition``, the part is left out unless that holds."""

    text: str
    condition: str | None = None


def escaped(reference: str) -> str:
    """Write a reference so that it can stand between the quotes of a JSON string."""
    return f"""$util.escapeJavaScript({reference}).replaceAll("\\\\'", "'")"""


def vtl_string(text: str) -> str:
    """Write a string of the template language that nothing is put into."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def json_text(value: object) -> str:
    r"""Write a constant as JSON, with ``\u0024`` and ``\u0023`` for the signs that begin words of a template.

    Tokens in strings stay: CloudFormation fills in what they stand for.
    """
    text = json.dumps(value)
    if _FILLED_LIST in text:
        raise ValueError("a list that CloudFormation fills in is no text of a template: join it, Fn.join(',', list)")
    return "".join(
        part if _TOKEN.fullmatch(part) else part.replace("$", "\\u0024").replace("#", "\\u0023")
        for part in _TOKEN.split(text)
    )


def json_string(*parts: Value | str) -> str:
    """Write values and constants, one after the other, as one string of JSON."""
    return (
        '"' + "".join((part.json_string if isinstance(part, Value) else json_text(part))[1:-1] for part in parts) + '"'
    )


def json_fragment(value: Value | str) -> Fragment:
    """Write a value, or a constant, as a string of JSON."""
    return Fragment(json_string(value), value.condition if isinstance(value, Value) else None)


def json_object(members: Mapping[str, Fragment]) -> str:
    """Write an object of JSON from what its members are written as."""
    return "{" + _sequence({f"{json_text(name)}: ": member for name, member in members.items()}, ", ") + "}"


def form(fields: Mapping[str, Value | str]) -> str:
    """Write the body of a form: ``Action=Publish&Message=$util.urlEncode($input.body)``."""
    return _sequence({f"{quote_plus(name)}=": _form_fragment(value) for name, value in fields.items()}, "&")


def _form_fragment(value: Value | str) -> Fragment:
    if isinstance(value, Value):
        return Fragment(f"$util.urlEncode({value.reference})", value.condition)
    # Braces, so that what follows is not taken for a property.
    return Fragment(
        "".join(
            f"${{util.urlEncode({vtl_string(part)})}}" if _TOKEN.fullmatch(part) else quote_plus(part)
            for part in _TOKEN.split(value)
        )
    )


def _sequence(parts: Mapping[str, Fragment], separator: str) -> str:
    """Join parts, each with what it begins with; separators stand between those that are there."""
    fixed = [begin + part.text for begin, part in parts.items() if part.condition is None]
    optional = [(part.condition, begin + part.text) for begin, part in parts.items() if part.condition is not None]
    if fixed:
        rest = "".join(f"#if({condition}){separator}{text}#end" for condition, text in optional)
        return separator.join(fixed) + rest
    if not optional:
        return ""
    return '#set($separator = "")' + "".join(
        f'#if({condition})$separator{text}#set($separator = "{separator}")#end' for condition, text in optional
    )


def _json_path(path: str) -> str:
    if not path.startswith("$"):
        raise ValueError(f"a JSONPath begins with $, got {path!r}: write $.{path}")
    return path
