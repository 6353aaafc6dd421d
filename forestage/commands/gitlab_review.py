"""Merge requests of GitLab, from a job of GitLab CI: the comment, which GitLab calls a note.

Source: GitLab documentation, "Notes API", Merge requests; "Predefined CI/CD variables reference".
"""

from __future__ import annotations

from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from forestage.commands.printing import TerminalTalk
from forestage.commands.review_client import ReviewClient
from forestage.commands.review_comment import Comment, Refusal, RefusedError, post_comment
from forestage.errors import ReviewError
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from forestage.commands.review_client import Answer
    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Report

NOTES_A_PAGE: Final = 100
_PERMISSION_HINT: Final = "put a project access token with the scope api into the masked variable GITLAB_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequestNotes:
    """The notes of a merge request."""

    client: ReviewClient
    project: str
    number: str

    def all(self) -> Iterator[Comment]:
        """Yield every note, page by page.

        Raises:
            ReviewError: they cannot be listed.
        """
        page = "1"
        while page:
            answer = self.client.ask("GET", f"{self._path()}?per_page={NOTES_A_PAGE}&page={page}")
            if not answer.is_good or not isinstance(answer.content, list):
                raise self._failed("read", answer)
            for item in answer.content:
                yield Comment(id=str(item["id"]), body=item.get("body") or "")
            page = answer.headers.get("x-next-page", "")

    def create(self, body: str) -> None:
        """Make a note."""
        self._send("POST", self._path(), body)

    def update(self, comment: Comment, body: str) -> None:
        """Change a note."""
        self._send("PUT", f"{self._path()}/{comment.id}", body)

    def _path(self) -> str:
        return f"/projects/{self.project}/merge_requests/{self.number}/notes"

    def _send(self, method: str, path: str, body: str) -> None:
        answer = self.client.ask(method, path, {"body": body})
        if answer.is_good:
            return
        if answer.status == HTTPStatus.BAD_REQUEST and "too long" in answer.message:
            raise RefusedError(Refusal.TOO_LONG, answer.message)
        raise self._failed("written", answer)

    def _failed(self, what: str, answer: Answer) -> ReviewError:
        is_refused = answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
        return ReviewError(
            f"the notes of merge request {self.number} cannot be {what}: {answer.status} {answer.message}",
            hint=_PERMISSION_HINT if is_refused else None,
        )


class GitLabReview:
    """What a job of GitLab CI tells of a comparison; ``environment`` is the job's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def guarded(self) -> AbstractContextManager[None]:
        """Do nothing: what a job prints commands no runner of GitLab."""
        return nullcontext()

    def post(self, report: Report, options: RenderOptions, *, is_reached: bool) -> None:
        """Comment on the merge request of the job.

        Raises:
            ReviewError: it cannot be commented on.
        """
        del is_reached  # The exit code tells it.
        number = self._environment.get("CI_MERGE_REQUEST_IID")
        if not number:
            TerminalTalk().info("this job is of no merge request: there is none to comment on")
            return
        job = self._environment.get("CI_JOB_URL")
        full_report = f"see [the job]({job})" if job else "see the job"
        post_comment(self._notes(number), report, options, full_report=full_report)

    def _notes(self, number: str) -> MergeRequestNotes:
        token, url, project = (
            self._environment.get(name) for name in ("GITLAB_TOKEN", "CI_API_V4_URL", "CI_PROJECT_ID")
        )
        if not token:
            raise ReviewError("there is no GITLAB_TOKEN to comment with", hint=_PERMISSION_HINT)
        if not url or not project:
            raise ReviewError("CI_API_V4_URL or CI_PROJECT_ID is missing", hint="--post gitlab runs in GitLab CI")
        client = ReviewClient(url=url.rstrip("/"), headers={"PRIVATE-TOKEN": token})
        return MergeRequestNotes(client=client, project=project, number=number)
