"""Makes resolved sources from templates written in tests, with Ref, GetAtt, Sub and Join only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from forestage.load.attributes import Subject, attribute_of, ref_of
from forestage.load.resolved import Assets, ResolvedResource, ResolvedSource, ResolvedStack
from forestage.model.deployment import Environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.resolved import Resolved

ENVIRONMENT = Environment()
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")
_PSEUDO = {
    "AWS::AccountId": ENVIRONMENT.account_id,
    "AWS::Partition": ENVIRONMENT.partition,
    "AWS::Region": ENVIRONMENT.region,
    "AWS::URLSuffix": ENVIRONMENT.url_suffix,
}


# A template in a test is whatever JSON the case needs.
def resolved_stack(
    resources: Mapping[str, Mapping[str, Any]], *, name: str = "T", stack_id: str = "", assets: Assets | None = None
) -> ResolvedStack:
    """Resolve the resources of one stack."""
    stack = _Stack(name, resources)
    return ResolvedStack(
        name=name,
        stack_id=stack_id,
        environment=ENVIRONMENT,
        assets=assets or Assets(),
        resources=tuple(stack.resource(logical_id) for logical_id in resources),
    )


def resolved_source(resources: Mapping[str, Mapping[str, Any]], **options: Any) -> ResolvedSource:
    """Resolve a source of one stack."""
    return ResolvedSource(stacks=(resolved_stack(resources, **options),))


class _Stack:
    def __init__(self, name: str, resources: Mapping[str, Mapping[str, Any]]) -> None:
        self.name = name
        self.resources = resources

    def resource(self, logical_id: str) -> ResolvedResource:
        resource = self.resources[logical_id]
        needed: set[str] = set()
        explicit = resource.get("DependsOn", [])
        properties = self._resolve(resource.get("Properties", {}), needed)
        return ResolvedResource(
            stack=self.name,
            logical_id=logical_id,
            type=resource["Type"],
            id=ref_of(self._subject(logical_id)),
            properties=properties,
            metadata=resource.get("Metadata"),
            depends_on=frozenset({*needed, *([explicit] if isinstance(explicit, str) else explicit)}),
        )

    def _subject(self, logical_id: str) -> Subject:
        properties = self.resources[logical_id].get("Properties", {})
        return Subject(
            stack=self.name,
            logical_id=logical_id,
            type=self.resources[logical_id]["Type"],
            environment=ENVIRONMENT,
            read=lambda name: self._resolve(properties.get(name), set()),
        )

    def _reference(self, text: str, needed: set[str]) -> str:
        name, _, attribute = text.partition(".")
        if name in _PSEUDO:
            return _PSEUDO[name]
        node = {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}
        return str(self._resolve(node, needed)) if name in self.resources else f"${{{text}}}"

    def _resolve(self, value: Any, needed: set[str]) -> Resolved:
        match value:
            case {"Ref": str(name), **rest} if not rest and name in self.resources:
                needed.add(name)
                return ref_of(self._subject(name))
            case {"Fn::GetAtt": [name, attribute], **rest} if not rest:
                needed.add(name)
                return attribute_of(self._subject(name), attribute)
            case {"Fn::Sub": str(text), **rest} if not rest:
                return _REFERENCE.sub(lambda found: self._reference(found[1], needed), text)
            case {"Fn::Join": [str(separator), list(parts)], **rest} if not rest:
                return separator.join(str(self._resolve(part, needed)) for part in parts)
            case {"Ref": str(name), **rest} if not rest and name in _PSEUDO:
                return _PSEUDO[name]
            case dict():
                return {key: self._resolve(item, needed) for key, item in value.items()}
            case list():
                return [self._resolve(item, needed) for item in value]
            case _:
                return value  # type: ignore[no-any-return]  # a leaf
