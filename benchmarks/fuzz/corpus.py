"""What is changed: templates, bodies, schemas, policies and whole requests, out of the cases of this repository."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[2]
_PATH = re.compile(r"\$input\.(?:path|json)\(\s*(['\"])(.+?)\1")
_TEMPLATE = re.compile(r"#(?:set|if|foreach)\b|\$(?:input|util|context|stageVariables)\b")

TEMPLATE_WORDS: Final = (
    "#if(", "#elseif(", "#else", "#end", "#foreach($x in ", "#set($a = ", "#macro(m $a)", "#define($d)", "#break",
    "#stop", "#evaluate(", "#parse('x')", "#@m()", "#[[", "]]#", "##", "#*", "*#", "$!", "${", "$x", "$a", "$a.b",
    "[0]", "[1..1000000]", "[1..5]", "$foreach.index", "$foreach.parent", "$input.json('$')", "$input.path('$')",
    "$input.body", "$input.params()", "$input.params('a')", "$util.parseJson(", "$util.escapeJavaScript(",
    "$util.base64Decode(",
    "$util.urlDecode(", "$context.requestId", "$context.requestOverride.header.x", "$context.responseOverride.status",
    ".replaceAll('(a+)+$', '$1')", ".matches('(a*)*b')", ".split(',')", ".toString()", ".class", ".getClass()",
    ".__class__", ".format('%s')", ".substring(-1)", ".get(", ".put('a', $a)", ".add($a)", ".keySet()", ".entrySet()",
    ".size()", ".hashCode()", ".equals(", ".concat($a)", ".length()", "&&", "||", "!", "==", "<=", "%", "/ 0", "* 2",
    "+ 'a'", "- 1", "true", "null", "9999999999", "1.5", "'a'", '"$a"', "{'a': 1}", "[]", "(", ")", "..", "\\", "\\$",
)  # fmt: skip
PATH_WORDS: Final = (
    "$", "..", ".*", "[*]", "[0]", "[-1]", "[0:2]", "[::2]", "[?(@.a)]", "[?(@.a == 1)]", "[?(@.a =~ /(a+)+$/)]",
    "[?(@.a in ['a'])]", "['a']", "['a','b']", "[?(!@.a)]", "&&", "||", ".length()", ".min()", ".sum()", ".concat()",
    "@", "(", ")", ".a", "['", "']", ",", ":", "999999999999", "[?(@.a nin [])]", "[?(@.a size 2)]", "[?($..a)]",
)  # fmt: skip
SCHEMA_WORDS: Final = (
    "type", "object", "array", "string", "integer", "number", "null", "properties", "patternProperties", "items",
    "additionalProperties", "required", "enum", "allOf", "anyOf", "oneOf", "not", "$ref", "#", "#/definitions/a",
    "definitions", "pattern", "(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "format", "date-time", "minLength", "maxLength",
    "multipleOf", "minimum", "exclusiveMinimum", "uniqueItems", "minItems", "dependencies", "id", "$schema", "default",
    "https://apigateway.amazonaws.com/restapis/a/models/Pet", "0.01", "default",
)  # fmt: skip
POLICY_WORDS: Final = (
    "*", "?", "${aws:username}", "${aws:PrincipalTag/a}", "${*}", "${", "execute-api:/*", "execute-api:Invoke", "Allow",
    "Deny", "Principal", "NotPrincipal", "NotAction", "NotResource", "Condition", "IpAddress", "NotIpAddress",
    "StringLike", "ForAllValues:StringEquals", "ForAnyValue:StringNotLike", "StringEqualsIfExists", "Null", "Bool",
    "DateLessThan", "NumericGreaterThan", "ArnLike", "BinaryEquals", "aws:SourceIp", "aws:SourceVpce", "aws:Referer",
    "0.0.0.0/0", "::/0", "10.0.0.0/33", "2012-10-17", "2008-10-17", "AWS", "arn:aws:iam::123456789012:root",
    "*a*a*a*a*a*a*a*a*a*b",
)  # fmt: skip
_POLICY: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "one",
            "Effect": "Allow",
            "Principal": {"AWS": ["*", "arn:aws:iam::123456789012:user/ada"]},
            "Action": ["execute-api:Invoke", "execute-api:*"],
            "Resource": "arn:aws:execute-api:*:*:*/dev/*/pets/*",
            "Condition": {
                "IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1"]},
                "StringLike": {"aws:UserAgent": "*a*b?c*"},
                "ForAnyValue:StringEqualsIfExists": {"aws:PrincipalOrgPaths": "o/*"},
            },
        },
        {"Effect": "Deny", "Principal": "*", "NotAction": "execute-api:Invoke", "NotResource": ["execute-api:/a"]},
    ],
}


# JSON and YAML of any kind are walked.
Free = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Material by kind; ``requests`` are the request cases as their files have them."""

    templates: tuple[str, ...]
    bodies: tuple[str, ...]
    paths: tuple[str, ...]
    schemas: tuple[Free, ...]
    policies: tuple[Free, ...]
    requests: tuple[Free, ...]


@cache
def corpus() -> Corpus:
    """Read the corpus, in an order that never changes."""
    vtl = [case for file in _files("conformance/vtl", "json") for case in json.loads(file.read_bytes())]
    requests = [yaml.safe_load(file.read_bytes()) for file in _files("tests/cases/requests", "yaml")]
    others = [yaml.safe_load(file.read_bytes()) for file in _files("conformance", "yaml")]
    found = [entry for document in (*requests, *others) for entry in _walk(document)]
    texts = [entry for entry in found if isinstance(entry, str)]
    objects = [entry for entry in found if isinstance(entry, dict)]
    templates = [*(case["template"] for case in vtl), *filter(_TEMPLATE.search, texts)]
    return Corpus(
        templates=_unique(templates),
        bodies=_unique([*(_text(case["context"].get("body")) for case in vtl), *_bodies(requests), '{"a": [1, "x"]}']),
        paths=_unique([match[2] for text in templates for match in _PATH.finditer(text)]),
        schemas=_distinct([entry for entry in objects if _is_schema(entry)]),
        policies=_distinct([_POLICY, *(entry for entry in objects if "Statement" in entry)]),
        requests=tuple(requests),
    )


def _files(folder: str, ending: str) -> list[Path]:
    return sorted((ROOT / folder).glob(f"**/*.{ending}"))


def _walk(value: Free) -> Iterator[Free]:
    yield value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _walk(item)


def _is_schema(value: dict[str, Free]) -> bool:
    kind = value.get("type")
    is_named = isinstance(kind, str) and kind in {"object", "array", "string", "integer", "number"}
    return is_named or "oneOf" in value or "allOf" in value


def _bodies(requests: list[Free]) -> Iterator[str]:
    for case in requests:
        for step in case["steps"]:
            if "json" in step:
                yield json.dumps(step["json"], default=str)
            elif step.get("body"):
                yield step["body"]


def _text(body: Free) -> str:
    return body if isinstance(body, str) else json.dumps(body)


def _unique(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _distinct(values: list[Free]) -> tuple[Free, ...]:
    return tuple({json.dumps(value, default=str): value for value in values}.values())
