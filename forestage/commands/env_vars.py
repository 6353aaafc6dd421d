"""The file of ``--env-vars``: environment variables of functions, in the shape that SAM has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forestage.model.functions import Function
    from forestage.preview.host.lambdas.settings import EnvVars

FOR_ALL: Final = "Parameters"
"""The entry whose variables every function gets. Source: SAM developer guide, "Environment variable file"."""

_SHAPE: Final = 'like {"Parameters": {"TABLE": "pets"}, "PetsFunction": {"DEBUG": "1", "TOKEN": null}}'


def read_env_vars(file: Path) -> EnvVars:
    """Read the file: functions by logical id or name, each with its variables.

    Raises:
        click.BadParameter: it cannot be read or has another shape; all that is wrong with it is told.
    """
    try:
        content: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _bad(f"{file} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise _bad(f"{file} must hold a JSON object, {_SHAPE}")
    faults = [fault for name, variables in content.items() for fault in _faults(name, variables)]
    if faults:
        raise _bad(f"{file}: {'; '.join(faults)}")
    return content


def _faults(name: str, variables: object) -> Iterator[str]:
    if not isinstance(variables, dict):
        yield f"{name} must be an object of variables, {_SHAPE}"
        return
    for variable, value in variables.items():
        if value is not None and not isinstance(value, str | int | float):
            yield f"{name}.{variable} must be text, a number, true, false or null, got {json.dumps(value)}"


def unknown_functions(env_vars: EnvVars, functions: tuple[Function, ...]) -> tuple[str, ...]:
    """Return the entries that are for no function of a deployment."""
    names = {FOR_ALL, *(function.logical_id for function in functions), *(function.name for function in functions)}
    return tuple(name for name in env_vars if name not in names)


def _bad(message: str) -> click.BadParameter:
    return click.BadParameter(message, param_hint="--env-vars")
