"""What can go wrong, and whose fault it is.

ForestageError                 base; has an exit code, a hint and faults
├── SourceError                the SOURCE cannot be found or read
├── TemplateError              faults of a template, all of them at once
├── SynthesisError             the CDK app failed
├── KeyFileError               faults of a file of API keys, all of them at once
├── ParameterError             values for parameters are missing or wrong
├── KeySetError                the keys that tokens are verified with cannot be used
├── StrictError                `--strict` and something is not simulated
├── IdentityFileError          a file of credentials or identities has faults
├── DiffSettingsError          a file with settings of a comparison has faults
├── ReviewError                a pull or merge request cannot be commented on
├── PortError                  a port that was asked for is taken
├── RuntimeMissingError        no program on this machine can run a function
├── NotRunningError            no preview runs where one was expected
├── OverwriteError             a new project would take the place of files
├── AwsError                   AWS refuses, or cannot be asked
└── StateError                 a file of ours cannot be written or read
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.model.values import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with the input, and where.

    ``message`` says what is wrong, the value found and what is allowed.
    """

    message: str
    origin: Origin | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.origin}: " if self.origin else ""
        remedy = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{remedy}"


class ForestageError(Exception):
    """Base of all errors that a user can cause or mend; never a traceback.

    ``hint`` says what to do next. ``faults`` are reported one a line.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.faults = tuple(faults)

    def __str__(self) -> str:
        lines = [self.message, *(f"  {fault}" for fault in self.faults)]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class SourceError(ForestageError):
    """The SOURCE cannot be found, read, or is none of the known kinds."""


class TemplateError(ForestageError):
    """A template has faults; ``faults`` holds every one of them."""


class SynthesisError(ForestageError):
    """The CDK app ended with an error or wrote no assembly."""


class KeyFileError(ForestageError):
    """A file of API keys has faults; ``faults`` holds every one of them."""


class ParameterError(ForestageError):
    """Parameters without value, or values that their parameter does not allow."""

    exit_code: ClassVar[int] = 2


class KeySetError(ForestageError):
    """A key set for tokens, or the document that leads to one, cannot be used."""


class StrictError(ForestageError):
    """Something in the template is not simulated and ``--strict`` was given."""


class IdentityFileError(ForestageError):
    """A file of credentials or identities has faults; ``faults`` holds every one of them."""


class DiffSettingsError(ForestageError):
    """A file with settings of a comparison has faults; ``faults`` holds every one of them."""


class ReviewError(ForestageError):
    """A pull or merge request cannot be found, read or commented on."""


class PortError(ForestageError):
    """The port that was asked for is taken."""


class RuntimeMissingError(ForestageError):
    """No program on this machine can run a function's code."""


class NotRunningError(ForestageError):
    """A command needs a running preview and there is none for this folder."""


class OverwriteError(ForestageError):
    """A new project has files that are there already; ``faults`` holds every one of them."""


class AwsError(ForestageError):
    """AWS refuses to answer, or cannot be asked.

    ``code`` is what AWS calls the reason, ``NotFoundException``; empty where AWS was not reached.
    """

    def __init__(self, message: str, *, code: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code

    @property
    def is_denial(self) -> bool:
        """Whether the caller lacks the right to ask."""
        return self.code.startswith("AccessDenied") or self.code in {"UnauthorizedOperation", "403"}


class StateError(ForestageError):
    """A file of forestage's own cannot be read or written."""
