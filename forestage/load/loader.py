"""Loading, from SOURCE to model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.deployment import to_deployment
from forestage.load.resolve import load_source

if TYPE_CHECKING:
    from forestage.load.deployment import Loaded
    from forestage.load.resolve import LoadOptions


def load(source: str, *, options: LoadOptions | None = None) -> Loaded:
    """Load a SOURCE.

    Raises:
        SourceError: there is no such SOURCE, or it cannot be read.
        SynthesisError, RuntimeMissingError, StateError: a CDK app cannot be run.
        TemplateError: templates have faults; all of one half of loading are told, intrinsics or resources.
        ParameterError: parameters have no value, or a wrong one.
    """
    return to_deployment(load_source(source, options=options))
