"""From the answers of API Gateway to properties as CloudFormation has them, driven by the classes of the model."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING, Any, Final

from forestage.load.shape import property_fields
from forestage.model import rest, stages, usage
from forestage.model.tags import Tag

if TYPE_CHECKING:
    from forestage.aws import Answer
    from forestage.load.resolved import Resolved

_NAMES: Final[Mapping[tuple[type, str], str]] = {
    (rest.RestApi, "ApiKeySourceType"): "apiKeySource",
    (rest.Method, "Integration"): "methodIntegration",
    (rest.Integration, "IntegrationHttpMethod"): "httpMethod",
    (stages.Stage, "AccessLogSetting"): "accessLogSettings",
    (stages.Stage, "CanarySetting"): "canarySettings",
    (usage.UsagePlan, "UsagePlanName"): "name",
}
"""Properties that API Gateway calls otherwise.

Source: the shapes of botocore's ``apigateway``, beside CloudFormation's schemas.
"""

_OWN_TAGS: Final = "aws:"
"""Tags that begin so are AWS's own, as those by which CloudFormation marks what it made."""


def to_properties(cls: type, answer: Answer) -> dict[str, Resolved]:
    """Write an answer with the properties that a class of the model has; what is empty is left out.

    API Gateway's own names begin with a small letter; those of its second version are CloudFormation's.
    """
    found: dict[str, Resolved] = {}
    for name, hint in _hints(cls).items():
        small = _NAMES.get((cls, name), name[:1].lower() + name[1:])
        value = _value(hint, answer.get(name, answer.get(small)))
        if value not in (None, [], {}, ""):
            found[name] = value
    return found


@cache
# Hints are whatever typing makes of annotations.
def _hints(cls: type) -> Mapping[str, Any]:
    hints = typing.get_type_hints(cls)
    return {name: hints[field] for name, field in property_fields(cls).items()}


# As above; an answer is JSON of any shape.
def _value(hint: Any, value: Any) -> Resolved:
    shape = _shape(hint)
    if shape is Tag and isinstance(value, Mapping):
        return [{"Key": key, "Value": text} for key, text in value.items() if not key.startswith(_OWN_TAGS)]
    if shape is usage.StageKey and value:
        return [dict(zip(("RestApiId", "StageName"), text.split("/", 1), strict=False)) for text in value]
    if shape is stages.MethodSetting and isinstance(value, Mapping):
        return list(starmap(_method_setting, value.items()))
    if shape is not None and isinstance(value, Mapping):
        if typing.get_origin(hint) is tuple:  # What CloudFormation lists, API Gateway tells by status.
            return [to_properties(shape, item) for item in value.values()]
        if typing.get_origin(hint) is Mapping:
            return {key: to_properties(shape, item) for key, item in value.items()}
        return to_properties(shape, value)
    if shape is not None and isinstance(value, Sequence):
        return [to_properties(shape, item) for item in value]
    if isinstance(value, Mapping):
        # An empty mapping template is told as null.
        return {key: "" if item is None else item for key, item in value.items() if not key.startswith(_OWN_TAGS)}
    plain: Resolved = value
    return plain


@cache
# As above.
def _shape(hint: Any) -> type | None:
    """Find the class of the model that a property's values are of, itself or in a list or map."""
    if dataclasses.is_dataclass(hint):
        return (
            hint
            if isinstance(hint, type) and hint.__module__.startswith("forestage.model.") and _is_part(hint)
            else None
        )
    return next((shape for argument in typing.get_args(hint) if (shape := _shape(argument)) is not None), None)


def _is_part(cls: type) -> bool:
    """Tell a part of a resource from a value that is not known or secret."""
    return cls.__module__ != "forestage.model.values"


def _method_setting(key: str, setting: Answer) -> dict[str, Resolved]:
    """Write a setting under its key, ``~1pets~1{id}/GET`` or ``*/*``.

    Source: GetStage in the API reference, methodSettings; CloudFormation's ResourcePath begins with a slash.
    """
    path, _, verb = key.rpartition("/")
    return {"ResourcePath": f"/{path}", "HttpMethod": verb, **to_properties(stages.MethodSetting, setting)}


def policy_of(answer: Answer) -> Resolved:
    r"""Read the policy of a REST API, which API Gateway tells as text with its quotes escaped: ``{\"Version\"...``."""
    text = answer.get("policy")
    if not isinstance(text, str) or not text:
        return None
    try:
        found: Resolved = json.loads(text)
    except ValueError:
        found = json.loads(json.loads(f'"{text}"'))
    return found
