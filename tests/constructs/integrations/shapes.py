"""Holds what templates render against what the services take, by their models in botocore."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from botocore.model import Shape


@cache
def input_shape(service: str, operation: str) -> Shape:
    """Return the shape of an operation's input."""
    model = botocore.session.get_session().get_service_model(service).operation_model(operation)
    assert model.input_shape is not None
    return model.input_shape


def checked_json(text: str, service: str, operation: str) -> dict[str, Any]:
    """Read a JSON request, which has to have the shape of its operation and nothing else."""
    return _checked(json.loads(text), input_shape(service, operation))


def checked_form(text: str, service: str, operation: str) -> dict[str, Any]:
    """Read a form of the Query protocol; attributes of messages become a map."""
    fields = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
    assert fields.pop("Action") == operation
    assert fields.pop("Version") == botocore.session.get_session().get_service_model(service).api_version
    document: dict[str, Any] = {}
    attributes: dict[str, dict[str, str]] = {}
    for name, value in fields.items():
        if name.startswith("MessageAttributes.entry."):
            number, _, part = name.removeprefix("MessageAttributes.entry.").partition(".")
            attributes.setdefault(number, {})[part.removeprefix("Value.")] = value
        else:
            document[name] = value
    if attributes:
        document["MessageAttributes"] = {each.pop("Name"): each for each in attributes.values()}
    return _checked(document, input_shape(service, operation))


def _checked(document: Any, shape: Shape) -> dict[str, Any]:
    report = ParamValidator().validate(document, shape)
    assert not report.has_errors(), report.generate_report()
    assert list(_unknown(document, shape, "")) == []
    assert isinstance(document, dict)
    return document


def _unknown(document: Any, shape: Any, place: str) -> list[str]:
    """Name the members that a shape does not have; shapes have no common class that knows members."""
    if shape.type_name == "structure":
        own = [f"{place}.{name}" for name in document if name not in shape.members]
        return own + [
            fault
            for name, value in document.items()
            if name in shape.members
            for fault in _unknown(value, shape.members[name], f"{place}.{name}")
        ]
    if shape.type_name == "map":
        return [fault for key, value in document.items() for fault in _unknown(value, shape.value, f"{place}.{key}")]
    if shape.type_name == "list":
        return [fault for value in document for fault in _unknown(value, shape.member, place)]
    return []
