"""What an import finds wrong, and what it warns of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.errors import Fault

if TYPE_CHECKING:
    from forestage.load.openapi.nodes import Node


class ImportFindings:
    """Faults, warnings of the import that FailOnWarnings turns into faults, and advice of ours."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.advice: list[Fault] = []

    def fault(self, message: str, node: Node, *, hint: str | None = None) -> None:
        """Note what API Gateway refuses."""
        self.faults.append(Fault(message=message, origin=node.origin(), hint=hint))

    def warn(self, message: str, node: Node) -> None:
        """Note what API Gateway itself warns of."""
        self.warnings.append(Fault(message=message, origin=node.origin()))

    def advise(self, message: str, node: Node, *, hint: str | None = None) -> None:
        """Note what API Gateway passes over without a word."""
        self.advice.append(Fault(message=message, origin=node.origin(), hint=hint))
