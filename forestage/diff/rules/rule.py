"""What a rule is: an opinion about changes of one concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from forestage.diff.report import Operation, Security, Severity
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forestage.diff.walk.changes import Change
    from forestage.diff.walk.concerns import Concern

BREAKING, DANGEROUS, SAFE = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
WEAKER, STRONGER = Security.WEAKER, Security.STRONGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a rule says of a change; what is None is as the rule usually has it."""

    message: str
    severity: Severity | None = None
    security: Security | None = None
    operations: tuple[Operation, ...] | None = None


# The values of a change are of any type: the concern says of which.
Judge: TypeAlias = "Callable[[Change[Any]], Iterable[Verdict]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: its permanent id, what it is about, the severities it may give (the usual one first), and the judge.

    ``text`` says what happens to a caller, and after a blank line what to do instead. ``hidden`` findings are shown
    on demand alone.
    """

    id: str
    concern: Concern
    severities: tuple[Severity, ...]
    judge: Judge
    text: str
    security: Security | None = None
    operations: tuple[Operation, ...] = ()
    hidden: bool = False
    family: str = field(default="")


def rule(
    id: str,  # ruff: ignore[builtin-argument-shadowing]
    concern: Concern,
    *severities: Severity,
    security: Security | None = None,
    operations: tuple[Operation, ...] = (),
    hidden: bool = False,
) -> Callable[[Judge], Rule]:
    """Make a rule of a function; its docstring is the text of the rule."""

    def made(judge: Judge) -> Rule:
        return Rule(
            id=id,
            concern=concern,
            severities=severities,
            judge=judge,
            text=judge.__doc__ or "",
            security=security,
            operations=operations,
            hidden=hidden,
            family=judge.__module__.rpartition(".")[2],
        )

    return made


def rules_in(module: Mapping[str, object]) -> tuple[Rule, ...]:
    """List the rules that a module defines, in their order."""
    return tuple(value for value in module.values() if isinstance(value, Rule))
