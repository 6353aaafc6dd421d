"""Whether a function's resource policy lets API Gateway invoke it.

Source: Lambda developer guide, "Resource-based policies" (each version and alias has a policy of its own) and
"AWS::Lambda::Permission" (``SourceArn`` is compared with ``ArnLike``); IAM user guide, "ARN condition operators".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from forestage.model.values import known

if TYPE_CHECKING:
    from forestage.model.functions import Function, Permission

_ACTION = "lambda:InvokeFunction"
_PRINCIPALS = frozenset({"apigateway.amazonaws.com", "apigateway.amazonaws.com.cn", "*"})
_ARN_PARTS = 6
_LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function's name with its qualifier, which is empty for the function itself."""

    name: str
    qualifier: str = ""


def parse_function_name(text: str) -> FunctionName:
    """Read a name, a partial ARN or an ARN, each with or without a version or an alias.

    Source: Lambda API reference, ``FunctionName`` of Invoke: ``my-function:v1``, ``123456789012:function:my-function``.
    """
    _, mark, rest = text.rpartition(":function:")
    name, _, qualifier = (rest if mark else text).partition(":")
    return FunctionName(name, "" if qualifier == _LATEST else qualifier)


def why_not_permitted(function: Function, qualifier: str, source_arn: str) -> str | None:
    """Return why API Gateway may not invoke the function for an execute-api ARN; None where it may."""
    name = f"{function.name}:{qualifier}" if qualifier else function.name
    own = [permission for permission in function.permissions if _covers(permission, qualifier)]
    if not own:
        return f"no AWS::Lambda::Permission lets apigateway.amazonaws.com invoke {name}"
    if any(_matches_source(permission, source_arn) for permission in own):
        return None
    sources = ", ".join(f"{permission.source_arn} ({permission.logical_id})" for permission in own)
    return f"no AWS::Lambda::Permission of {name} covers {source_arn}; there is {sources}"


def _covers(permission: Permission, qualifier: str) -> bool:
    """Tell whether a permission is about this version or alias, this action and API Gateway."""
    target = known(permission.function_name)
    if target is not None and parse_function_name(target).qualifier != qualifier:
        return False
    return _like(permission.action.lower(), _ACTION.lower()) and known(permission.principal) in _PRINCIPALS


def _matches_source(permission: Permission, source_arn: str) -> bool:
    if permission.source_account is not None and known(permission.source_account) != _account(source_arn):
        return False
    if permission.source_arn is None:
        return True
    pattern = known(permission.source_arn)
    # A source that is not known yet is not admitted on trust.
    return pattern is not None and is_arn_like(pattern, source_arn)


def is_arn_like(pattern: str, arn: str) -> bool:
    """Compare part by part: a wildcard does not reach over the first five colons."""
    patterns, parts = pattern.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    return len(patterns) == len(parts) and all(map(_like, patterns, parts))


def _account(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[4] if len(parts) == _ARN_PARTS else ""


def _like(pattern: str, text: str) -> bool:
    return pattern == text or _expression(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
