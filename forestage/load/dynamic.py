"""Dynamic references: ``{{resolve:ssm:/name}}``, ``{{resolve:secretsmanager:id:SecretString:key}}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.load.functions.strings import concatenate
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "{{resolve:"
_REFERENCE = re.compile(r"\{\{resolve:((ssm|ssm-secure|secretsmanager):[^{}]*)\}\}")


def resolve_dynamic(text: str, given: Mapping[str, str]) -> tuple[str | Unknown | Secret, tuple[str, ...]]:
    """Put the values given in place of a text's references, and tell which have none.

    ``given`` goes from what stands in the braces, ``ssm:/name``, to the value. A value from Secrets Manager or a
    secure string makes the text a secret.
    Source: CloudFormation user guide, "Get values stored in other services using dynamic references".
    """
    parts: list[str | Unknown | Secret] = []
    missing: list[str] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        reference = match[1]
        value = given.get(reference)
        if value is None:
            missing.append(reference)
            part: str | Unknown | Secret = Unknown(match[0])
        else:
            part = value if match[2] == "ssm" else Secret(value)
        parts += (text[end : match.start()], part)
        end = match.end()
    parts.append(text[end:])
    pieces = [part for part in parts if part]
    return pieces[0] if len(pieces) == 1 else concatenate(pieces), tuple(missing)
