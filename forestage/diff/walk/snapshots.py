"""Whether stages serve what changed: deployments are snapshots.

Source: diff.md, 2.5; developer guide, "Deploy REST APIs".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.diff.match.pairs import Pair
    from forestage.diff.match.sides import SideView
    from forestage.diff.walk.context import RestContext, SocketContext
    from forestage.model.rest import ApiDeployment
    from forestage.model.stages import Stage
    from forestage.model.websocket import Deployment
    from forestage.model.websocket import Stage as SocketStage

    AnyDeployment = ApiDeployment | Deployment

_METHODS = frozenset({"AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route"})


class Snapshots:
    """The deployments of an API on both sides, and which stages serve new ones."""

    def __init__(
        self,
        before: Sequence[AnyDeployment],
        after: Sequence[AnyDeployment],
        stages: Sequence[Pair[Stage] | Pair[SocketStage]],
        *,
        is_replaced: bool = False,
    ) -> None:
        self._before = {item.id: item for item in before}
        self._after = {item.id: item for item in after}
        self._old = {item.logical_id: item for item in before}
        self.stages = stages
        self._is_replaced = is_replaced

    def is_new(self, deployment: AnyDeployment) -> bool:
        """Tell whether a deployment takes a new snapshot: it is new, or is replaced, with its API or by itself.

        Source: diff.md, createOnly: RestApiId, ApiId and DeploymentCanarySettings replace a deployment.
        """
        former = self._old.get(deployment.logical_id)
        if former is None or self._is_replaced:
            return True
        return getattr(former, "deployment_canary_settings", None) != getattr(
            deployment, "deployment_canary_settings", None
        )

    def served(self, pair: Pair[Stage] | Pair[SocketStage]) -> AnyDeployment | None:
        """Return what a stage serves after the change."""
        return None if pair.after is None else self._after.get(pair.after.deployment_id or "")

    def served_before(self, pair: Pair[Stage] | Pair[SocketStage]) -> AnyDeployment | None:
        """Return what a stage served before."""
        return None if pair.before is None else self._before.get(pair.before.deployment_id or "")

    def is_live(self) -> bool:
        """Tell whether what changed is served: by a stage with a new deployment, or one that deploys by itself.

        An API without stages in the source is taken to be deployed elsewhere.
        """
        living = [pair for pair in self.stages if pair.after is not None]
        if not living or not self._after:
            return True
        return any(
            getattr(pair.after, "auto_deploy", None) or (found := self.served(pair)) is None or self.is_new(found)
            for pair in living
        )

    def moved(self) -> Iterator[tuple[Pair[Stage] | Pair[SocketStage], AnyDeployment]]:
        """List the stages that serve another deployment than before, with it."""
        for pair in self.stages:
            found, former = self.served(pair), self.served_before(pair)
            if found is None or former is None:
                continue
            if self.is_new(found) or found.logical_id != former.logical_id:
                yield pair, found


# Whatever an API has may have changed.
def settled(
    context: RestContext | SocketContext, snapshots: Snapshots, changes: Sequence[Change[Any]]
) -> Iterator[Change[Any]]:
    """Pass changes on, those that no stage serves marked so, with what is to say of deployments."""
    held = [change for change in changes if change.is_held]
    if held and not snapshots.is_live():
        yield from (
            replace(change, facts=change.facts | {Fact.STALE}) if change.is_held else change for change in changes
        )
        place = context.here.api()
        yield Change(
            concern=Concern.STALE,
            place=place,
            before=None,
            after=None,
            note=", ".join(sorted({change.place.where for change in held})[:_SHOWN]),
        )
        yield from _moved(context, snapshots, has_changes=True)
        return
    yield from changes
    yield from _moved(context, snapshots, has_changes=bool(held))
    yield from _missed(context, snapshots, held)


_SHOWN = 3


def _is_rest(context: RestContext | SocketContext) -> bool:
    return hasattr(context.pair, "methods")


def _moved(context: RestContext | SocketContext, snapshots: Snapshots, *, has_changes: bool) -> Iterator[Change[Any]]:
    for pair, deployment in snapshots.moved():
        stage = pair.after
        assert stage is not None, "a stage that serves something is there"
        resource_type = "AWS::ApiGateway::Stage" if _is_rest(context) else "AWS::ApiGatewayV2::Stage"
        place = context.here.named("STAGE", stage.stage_name or "", stage.logical_id, resource_type, stage.origin)
        former = snapshots.served_before(pair)
        is_older = not snapshots.is_new(deployment)
        if is_older or not has_changes:
            yield Change(
                concern=Concern.OLDER_DEPLOYMENT if is_older else Concern.REDEPLOYED,
                place=place,
                before=former.logical_id if former else None,
                after=deployment.logical_id,
                path=("DeploymentId",),
            )


def _missed(
    context: RestContext | SocketContext, snapshots: Snapshots, held: Sequence[Change[Any]]
) -> Iterator[Change[Any]]:
    """Tell of new deployments that do not wait for a method that changed."""
    template = context.deployments.after.template
    deployments = {
        found.logical_id
        for pair in snapshots.stages
        if (found := snapshots.served(pair)) is not None and snapshots.is_new(found)
    }
    for logical_id in sorted(deployments):
        resource = template.get(logical_id)
        if resource is None:
            continue
        needs = needs_of(context.deployments.after, logical_id)
        missed = sorted(
            {
                change.place.where
                for change in held
                if change.place.type in _METHODS
                and (method := template.get(change.place.logical_id)) is not None
                and method.stack == resource.stack
                and change.place.logical_id not in needs
            }
        )
        if missed:
            api = context.here.api()
            yield Change(
                concern=Concern.DEPLOYMENT_MISSES,
                place=context.here.part(api, logical_id, resource.type, resource.origin),
                before=None,
                after=None,
                note=", ".join(missed[:_SHOWN]),
            )


def needs_of(side: SideView, logical_id: str) -> frozenset[str]:
    """List what a resource needs, directly or through others."""
    found: set[str] = set()
    waiting = [logical_id]
    while waiting:
        resource = side.template.get(waiting.pop())
        new = () if resource is None else resource.depends_on - found
        found.update(new)
        waiting += new
    return frozenset(found)
