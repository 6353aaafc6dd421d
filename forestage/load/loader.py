"""Loading, from SOURCE to model."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.errors import TemplateError
from forestage.load.deployment import to_deployment
from forestage.load.resolve import LoadOptions, resolve_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.errors import Fault
    from forestage.load.deployment import Loaded
    from forestage.load.resolved import ResolvedSource

_FOLLOWS = "known only after deployment"
"""What a resource says of a value that an intrinsic could not find."""


def load(source: str, *, options: LoadOptions | None = None) -> Loaded:
    """Load a SOURCE.

    Raises:
        SourceError: there is no such SOURCE, or it cannot be read.
        SynthesisError, RuntimeMissingError, StateError: a CDK app cannot be run.
        TemplateError: templates have faults; all of them are told, those of intrinsics and of resources.
        ParameterError: only parameters have no value, or a wrong one.
        AwsError: AWS refuses to tell of a deployed stack or stage, or cannot be asked.
    """
    options = options or LoadOptions()
    with ExitStack() as loading:
        lasting = replace(options, lifetime=options.lifetime or loading)
        resolved, findings = resolve_source(source, options=lasting)
        if findings.faults:
            findings.add(*_faults_of_resources(resolved, findings.faults))
        findings.raise_any()
        return to_deployment(resolved)


def _faults_of_resources(resolved: ResolvedSource, known: Sequence[Fault]) -> Iterator[Fault]:
    """Find what is wrong with resources beside what is known, unless it only follows from that."""
    places = {(fault.origin.file, fault.origin.line) for fault in known if fault.origin}
    try:
        to_deployment(resolved)
    except TemplateError as error:
        for fault in error.faults:
            place = (fault.origin.file, fault.origin.line) if fault.origin else None
            if place not in places and _FOLLOWS not in fault.message:
                yield fault
