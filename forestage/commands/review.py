"""Where a comparison is told beside the terminal: the pull or merge request of a job, or nowhere."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from contextlib import AbstractContextManager

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Report


TOKENS: Final = ("GITHUB_TOKEN", "GITLAB_TOKEN")


class Review(Protocol):
    """A place where people review changes."""

    def guarded(self) -> AbstractContextManager[None]:
        """Keep what is printed meanwhile from commanding the runner of the job."""

    def post(self, report: Report, options: RenderOptions, *, is_reached: bool) -> None:
        """Tell a comparison; ``is_reached`` says that the gate was."""


class NoReview:
    """Nowhere."""

    def guarded(self) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()

    def post(self, report: Report, options: RenderOptions, *, is_reached: bool) -> None:
        """Do nothing."""


def review_at(host: str | None, environment: MutableMapping[str, str]) -> Review:
    """Return the place of a code host, ``github`` or ``gitlab``; None is nowhere.

    Its token is taken out of the ``environment``: apps that are synthesized later inherit that.
    """
    if host is None:
        return NoReview()
    variables: Mapping[str, str] = dict(environment)
    for token in TOKENS:
        environment.pop(token, None)
    if host == "github":
        from forestage.commands.github_review import GitHubReview

        return GitHubReview(variables)
    from forestage.commands.gitlab_review import GitLabReview

    return GitLabReview(variables)
