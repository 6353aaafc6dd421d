"""The comparison of two deployments: match, walk, rules, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.judgement import judged
from forestage.diff.match.deployments import match
from forestage.diff.report import Report, Side
from forestage.diff.walk.deployments import walk
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.load.deployment import Loaded
    from forestage.model.deployment import Deployment
    from forestage.model.usage import PlanUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One side to compare: a deployment under the name that the user gave its source.

    ``stacks`` are the names to show, those of the deployment where it is empty. ``secrets`` are texts that nobody may
    see.
    """

    source: str
    deployment: Deployment
    stacks: tuple[str, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, source: str, loaded: Loaded) -> Compared:
        """Take what was loaded from a source."""
        return cls(source=source, deployment=loaded.deployment, secrets=loaded.secrets)

    def side(self) -> Side:
        """Tell how this side was named."""
        found = dict.fromkeys(resource.stack for resource in self.deployment.template_resources)
        return Side(source=self.source, stacks=self.stacks or tuple(found))


def compare(before: Compared, after: Compared, *, use: Sequence[PlanUse] = ()) -> Report:
    """Compare two deployments.

    ``use`` is how much of their quotas keys used, where it is known. Nothing is ignored or approved yet.
    """
    pair = match(before.deployment, after.deployment)
    findings = judged(walk(pair, use=use), secrets=(*before.secrets, *after.secrets))
    return Report(before=before.side(), after=after.side(), findings=findings, api_names=pair.api_names())
