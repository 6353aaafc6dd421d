"""Loads templates that are written in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.errors import ForestageError
from forestage.load.resolve import LoadOptions, load_source
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forestage.load.resolved import Resolved, ResolvedSource, ResolvedStack


# Options are whatever LoadOptions takes.
def load_text(folder: Path, text: str, name: str = "stack.yaml", **options: Any) -> ResolvedSource:
    """Write a template and load it."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return load_source(str(file), options=LoadOptions(**options))


def load_stack(folder: Path, text: str, name: str = "stack.yaml", **options: Any) -> ResolvedStack:
    """Write a template and load it as one stack."""
    return load_text(folder, text, name, **options).stacks[-1]


def faults_in(folder: Path, text: str, name: str = "stack.yaml", **options: Any) -> list[str]:
    """Load a template that has faults, and return them, each with its line and path."""
    with pytest.raises(ForestageError) as caught:
        load_text(folder, text, name, **options)
    prefix = f"{folder}/"
    return [str(fault).replace(prefix, "") for fault in caught.value.faults]


def properties_of(stack: ResolvedStack, logical_id: str) -> Mapping[str, Resolved]:
    """Return the properties of a resource."""
    properties = next(resource.properties for resource in stack.resources if resource.logical_id == logical_id)
    assert isinstance(properties, dict)
    return properties


def plain(value: Resolved) -> object:
    """Turn unknown and secret leaves into maps, so that a case can be written as YAML."""
    if isinstance(value, Unknown):
        return {"unknown": value.expression}
    if isinstance(value, Secret):
        return {"secret": value.reveal()}
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    return [plain(child) for child in value] if isinstance(value, list) else value
