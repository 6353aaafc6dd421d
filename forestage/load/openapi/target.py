"""The API that a body is imported into, and the ids of what the body defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.identity import stable_id
from forestage.load.openapi.nodes import BodyPart
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from forestage.load.openapi.nodes import Draft

_SHORT = 6
"""API Gateway's ids of all but APIs and gateway responses have six characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An API; ids are a function of stack, API and what they are of, the same on every run."""

    stack: str
    logical_id: str
    id: str
    root_resource_id: str

    def id_of(self, kind: str, name: str) -> str:
        """Make the id of something that the body defines."""
        return stable_id(self.stack, self.logical_id, kind, name, length=_SHORT)

    def resource_id(self, path: str) -> str:
        """Make the id of the resource at a path."""
        return self.root_resource_id if path == "/" else self.id_of("Resource", path)

    def part(self, kind: str, name: str, draft: Draft, *, id: str | None = None) -> BodyPart:  # ruff: ignore[builtin-argument-shadowing]
        """Make a part of the API: ``AWS::ApiGateway::{kind}``."""
        draft.put("RestApiId", self.id)
        return BodyPart(
            stack=self.stack,
            logical_id=f"{self.logical_id}:{name}",
            type=f"AWS::ApiGateway::{kind}",
            id=id or self.id_of(kind, name),
            properties=draft.properties,
            sources=draft.sources,
        )
