"""From the model to what a preview executes: derived, disposable, swapped in as a whole."""

from forestage.preview.compile.deployment import compile_deployment
from forestage.preview.compile.runtime import Runtime

__all__ = ["Runtime", "compile_deployment"]
