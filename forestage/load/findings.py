"""Everything that one load finds wrong or worth saying, each thing once, to be raised together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.errors import ParameterError, TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forestage.errors import Fault


class Findings:
    """Faults of templates, faults of parameters, and warnings."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}
        self._parameter_faults: dict[Fault, None] = {}
        self._warnings: dict[Fault, None] = {}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with templates."""
        return tuple(self._faults)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What the user should know."""
        return tuple(self._warnings)

    def add(self, *faults: Fault) -> None:
        """Record faults of a template."""
        self._faults.update(dict.fromkeys(faults))

    def add_parameter_faults(self, faults: Iterable[Fault]) -> None:
        """Record parameters that have no value, or a wrong one."""
        self._parameter_faults.update(dict.fromkeys(faults))

    def warn(self, *warnings: Fault) -> None:
        """Record what the user should know."""
        self._warnings.update(dict.fromkeys(warnings))

    def take(self, other: Findings) -> None:
        """Add all that another one has found."""
        self.add(*other.faults)
        self.add_parameter_faults(other._parameter_faults)
        self.warn(*other.warnings)

    def raise_any(self) -> None:
        """Raise one error with all faults, if there are any.

        Raises:
            TemplateError: a template has faults; those of parameters are with them.
            ParameterError: only parameters have faults.
        """
        faults = sorted((*self._faults, *self._parameter_faults), key=_place)
        if self._faults:
            raise TemplateError(_headline(len(faults), "fault"), faults=faults)
        if self._parameter_faults:
            raise ParameterError(_headline(len(faults), "parameter fault"), faults=faults)


def _place(fault: Fault) -> tuple[str, int]:
    """Sort faults as they stand in the files."""
    return (fault.origin.file, fault.origin.line) if fault.origin else ("", 0)


def _headline(count: int, what: str) -> str:
    return f"the template has {count} {what}{'' if count == 1 else 's'}"
