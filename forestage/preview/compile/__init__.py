"""From the model to what a preview executes: derived, disposable, swapped in as a whole."""

from forestage.preview.compile.deployment import broken_templates, compile_deployment
from forestage.preview.compile.runtime import Runtime

__all__ = ["Runtime", "broken_templates", "compile_deployment"]
