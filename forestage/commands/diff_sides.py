"""The two sides of a comparison: which SOURCEs they are, and how they are loaded."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from forestage.commands.options import DEFAULT_SOURCE
from forestage.diff.compare import Compared
from forestage.errors import ForestageError, ParameterError
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forestage.errors import Fault
    from forestage.load import Loaded
    from forestage.model.deployment import Deployment, Environment

    Load: TypeAlias = Callable[[str, Environment | None], Loaded]
    """Loads a SOURCE; what names no account or region is in an environment, None for the usual one."""

NESTED_STACK: Final = "AWS::CloudFormation::Stack"
_ELSEWHERE: Final = ("git:", "aws:", "stage:")
_NAME_BEFORE: Final = "name what to compare with: forestage diff BEFORE AFTER, or --base REF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The SOURCEs of a comparison; ``before`` None is what is deployed of ``after``."""

    before: str | None
    after: str


def choose_sides(before: str | None, after: str | None, base: str | None) -> Sides:
    """Read BEFORE, AFTER and ``--base`` as they were typed; with ``--base`` the only argument is AFTER.

    Raises:
        click.UsageError: BEFORE is given twice.
    """
    if base is None:
        return Sides(before=before, after=after or DEFAULT_SOURCE)
    if after is not None:
        raise click.UsageError("give either BEFORE or --base, which is BEFORE too")
    chosen = before or DEFAULT_SOURCE
    return Sides(before=at_ref(base, chosen), after=chosen)


def at_ref(ref: str, source: str) -> str:
    """Name a SOURCE of the working copy at a git ref: ``git:main``, ``git:main:./infra``."""
    path = os.path.relpath(DEFAULT_SOURCE if source.startswith(_ELSEWHERE) else source)
    if path == ".":
        return f"git:{ref}"
    return f"git:{ref}:{path}" if path.startswith("..") else f"git:{ref}:./{path}"


def load_sides(sides: Sides, load: Load) -> tuple[Compared, Compared]:
    """Load both sides; AFTER first where BEFORE follows from it.

    What could be deployed anywhere is loaded as it would be where the other side is deployed. A parameter may be that
    of one side alone.

    Raises:
        ForestageError: one of them cannot be loaded, or no side has a parameter that was given.
    """
    unused: dict[str, Sequence[Fault]] = {}

    def side(source: str, place: Environment | None) -> Compared:
        loaded = load(source, place)
        if not _is_deployed(source):  # What is deployed has the values that it was deployed with.
            unused[source] = loaded.unused_parameters
        return Compared.of(source, loaded)

    if sides.before is None:
        after = side(sides.after, None)
        before = _deployed(after, load)
        if after.deployment.environment != before.deployment.environment:
            after = side(sides.after, before.deployment.environment)
    elif _is_deployed(sides.before):
        before = side(sides.before, None)
        after = side(sides.after, before.deployment.environment)
    else:
        after = side(sides.after, None)
        before = side(sides.before, after.deployment.environment if _is_deployed(sides.after) else None)
    _check_parameters(list(unused.values()))
    return _legible(before, after), _legible(after, before)


def _check_parameters(unused: Sequence[Sequence[Fault]]) -> None:
    """Refuse parameters that no side has."""
    if not unused:
        return
    first, *others = unused
    everywhere = [{fault.message for fault in faults} for faults in others]
    faults = [fault for fault in first if all(fault.message in messages for messages in everywhere)]
    if faults:
        count = f"{len(faults)} parameter fault{'' if len(faults) == 1 else 's'}"
        raise ParameterError(f"the comparison has {count}", faults=faults)


def _is_deployed(source: str) -> bool:
    return source.startswith(("aws:", "stage:"))


def _legible(side: Compared, other: Compared) -> Compared:
    """Put characters back that CloudFormation does not tell, where the other side has them."""
    if not _is_deployed(side.source):
        return side
    from forestage.load.deployed.mangling import restored

    return dataclasses.replace(side, deployment=restored(side.deployment, other.deployment))


def top_level_stacks(deployment: Deployment) -> tuple[str, ...]:
    """List the stacks of a deployment that no other stack of it nests."""
    resources = deployment.template_resources
    nested = {part for resource in resources if resource.type == NESTED_STACK for part in resource.id.split("/")}
    return tuple(dict.fromkeys(resource.stack for resource in resources if resource.stack not in nested))


def _deployed(after: Compared, load: Load) -> Compared:
    """Load what is deployed of the stacks of a side, together: they may import from each other."""
    stacks = top_level_stacks(after.deployment)
    if not stacks:
        raise ForestageError(f"{after.source} has no stack that could be deployed", hint=_NAME_BEFORE)
    source = f"aws:{','.join(stacks)}"
    try:
        loaded = load(source, None)
    except ForestageError as error:
        hint = f"{error.hint}; or {_NAME_BEFORE}" if error.hint else _NAME_BEFORE
        message = f"what is deployed of {after.source} cannot be loaded: {error.message}"
        raise ForestageError(message, hint=hint, faults=error.faults) from error
    return dataclasses.replace(Compared.of(source, loaded), stacks=stacks)
