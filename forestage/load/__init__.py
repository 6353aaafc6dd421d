"""From the outside to the model: a SOURCE becomes a `forestage.model.Deployment`."""

from forestage.load.deployment import Loaded
from forestage.load.loader import load
from forestage.load.resolve import LoadOptions

__all__ = ["LoadOptions", "Loaded", "load"]
