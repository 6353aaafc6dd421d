"""Differences that mean nothing to anybody: metadata, tags, descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.diff.walk.apis import tags_of
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern
from forestage.diff.walk.equality import Sides, meaning
from forestage.diff.walk.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.match.pairs import DeploymentPair
    from forestage.diff.match.sides import SideView
    from forestage.model.values import OpenJson

_PATHS = ("aws:cdk:path",)
"""Metadata that only says where a resource is in the app."""


def walk_quiet(pair: DeploymentPair, loud: frozenset[str]) -> Iterator[Change[Any]]:
    """Tell of resources in which nothing else is different; ``loud`` are those of which something was told."""
    sides, places = Sides(pair.before, pair.after), Places(pair.after)
    ours, theirs = dict(_described(pair.before)), dict(_described(pair.after))
    for resources in pair.template:
        both = resources.both
        if both is None or both[1].logical_id in loud or both[1].type == "AWS::CDK::Metadata":
            continue
        before, after = both
        mine, other = ours.get(before.logical_id, (None, None)), theirs.get(after.logical_id, (None, None))
        for concern, values in (
            (Concern.TAGS, (mine[0], other[0])),
            (Concern.DESCRIPTION, (mine[1], other[1])),
            (Concern.METADATA, (_metadata(before.metadata), _metadata(after.metadata))),
        ):
            named = sides.document(*values)
            if meaning(named[0]) != meaning(named[1]):
                yield Change(
                    concern=concern,
                    place=places.named("RESOURCE", after.logical_id, after.logical_id, after.type, after.origin),
                    before=named[0],
                    after=named[1],
                )


def _metadata(metadata: OpenJson) -> OpenJson:
    if not isinstance(metadata, dict):
        return None
    kept = {key: value for key, value in metadata.items() if key not in _PATHS and not key.startswith("aws:asset:")}
    return kept or None


def _described(side: SideView) -> Iterator[tuple[str, tuple[Mapping[str, OpenJson] | OpenJson, OpenJson]]]:
    """List tags and description of each resource, by logical id."""
    deployment = side.deployment
    groups: list[Any] = [
        *deployment.functions,
        *deployment.api_keys,
        *deployment.usage_plans,
        *deployment.client_certificates,
        *deployment.vpc_links,
        *deployment.vpc_links_v2,
        *deployment.domain_names,
        *deployment.domain_names_v2,
        *deployment.regional_domain_names,
    ]
    for api in deployment.rest_apis:
        groups += (*api.stages, *api.deployments, *(api.definition.models if api.definition else ()))
    for regional in deployment.apis:
        groups += (*regional.stages, *regional.deployments, *regional.definition.models)
        groups += regional.definition.integrations
    for item in groups:
        yield item.logical_id, (tags_of(item), getattr(item, "description", None))
    for resource in deployment.resources:
        properties = resource.properties if isinstance(resource.properties, dict) else {}
        yield resource.logical_id, (_tags(properties.get("Tags")), properties.get("Description"))


def _tags(tags: OpenJson) -> OpenJson:
    if not isinstance(tags, list):
        return tags
    return {str(tag.get("Key")): tag.get("Value") for tag in tags if isinstance(tag, dict)}
