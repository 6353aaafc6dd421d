"""Pull requests of GitHub, from a job of GitHub Actions: comment, job summary, outputs, annotations.

Source: GitHub documentation, "REST API endpoints for issue comments"; "Variables reference" and "Workflow commands
for GitHub Actions".
"""

from __future__ import annotations

import json
import re
import secrets
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from forestage.commands.printing import TerminalTalk, put
from forestage.commands.review_client import ReviewClient
from forestage.commands.review_comment import Comment, Refusal, RefusedError, post_comment
from forestage.diff.render.annotations import render as render_annotations
from forestage.diff.render.json_document import to_document
from forestage.diff.render.markdown import render as render_markdown
from forestage.diff.render.options import RenderOptions
from forestage.errors import ReviewError
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from forestage.commands.review_client import Answer
    from forestage.diff.report import Report

COMMENTS_A_PAGE: Final = 100
MAX_SUMMARY_CHARACTERS: Final = 250_000
"""A job summary has room for 1 MiB, and a character takes 4 bytes at most."""

_PULL_REF: Final = re.compile(r"refs/pull/(\d+)/merge")
_NEXT: Final = re.compile(r'rel="?next"?')
_PERMISSION_HINT: Final = (
    "give the step `env: GITHUB_TOKEN: ${{ github.token }}` and the job `permissions: pull-requests: write`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestComments:
    """The comments of a pull request, which is an issue to the API; ``repository`` is ``owner/name``."""

    client: ReviewClient
    repository: str
    number: int

    def all(self) -> Iterator[Comment]:
        """Yield every comment, page by page.

        Raises:
            ReviewError: they cannot be listed.
        """
        page = 1
        while True:
            query = f"?per_page={COMMENTS_A_PAGE}&page={page}"
            answer = self.client.ask("GET", f"/repos/{self.repository}/issues/{self.number}/comments{query}")
            if not answer.is_good or not isinstance(answer.content, list):
                raise _failed(f"the comments of pull request {self.number} cannot be read", answer)
            for item in answer.content:
                yield Comment(id=str(item["id"]), body=item.get("body") or "")
            if not _NEXT.search(answer.headers.get("link", "")):
                return
            page += 1

    def create(self, body: str) -> None:
        """Make a comment."""
        self._send("POST", f"/repos/{self.repository}/issues/{self.number}/comments", body)

    def update(self, comment: Comment, body: str) -> None:
        """Change a comment."""
        self._send("PATCH", f"/repos/{self.repository}/issues/comments/{comment.id}", body)

    def _send(self, method: str, path: str, body: str) -> None:
        answer = self.client.ask(method, path, {"body": body})
        if answer.is_good:
            return
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY and "too long" in answer.message:
            raise RefusedError(Refusal.TOO_LONG, answer.message)
        if answer.status == HTTPStatus.FORBIDDEN:
            raise RefusedError(Refusal.NOT_ALLOWED, answer.message)
        raise _failed(f"pull request {self.number} cannot be commented on", answer)


class GitHubReview:
    """What a job of GitHub Actions tells of a comparison; ``environment`` is the job's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    @contextmanager
    def guarded(self) -> Generator[None]:
        """Let nothing that is printed meanwhile be a command to the runner."""
        token = secrets.token_hex(16)
        put(f"::stop-commands::{token}")
        try:
            yield
        finally:
            put(f"::{token}::")

    def post(self, report: Report, options: RenderOptions, *, is_reached: bool) -> None:
        """Annotate, write the summary and the outputs of the job, and comment on its pull request.

        Raises:
            ReviewError: the pull request cannot be commented on.
        """
        annotations = render_annotations(report, options)
        if annotations:
            put(annotations.removesuffix("\n"))
        self._append("GITHUB_STEP_SUMMARY", _summary(report, options))
        self._append("GITHUB_OUTPUT", outputs_of(report, is_reached=is_reached))
        number = self._pull_request()
        if number is None:
            TerminalTalk().info("this job is of no pull request: there is none to comment on")
            return
        try:
            post_comment(self._comments(number), report, options, full_report=self._full_report())
        except RefusedError as error:
            # The token of a pull request from a fork may only read: the summary of the job has it all.
            what = f"pull request {number} was not commented on, {error.refusal.value}: {error.message}"
            TerminalTalk().warn(f"{what}; {_PERMISSION_HINT}")

    def _comments(self, number: int) -> PullRequestComments:
        token = self._environment.get("GITHUB_TOKEN")
        if not token:
            raise ReviewError("there is no GITHUB_TOKEN to comment with", hint=_PERMISSION_HINT)
        client = ReviewClient(
            url=self._environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/"),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        return PullRequestComments(client=client, repository=self._repository(), number=number)

    def _repository(self) -> str:
        repository = self._environment.get("GITHUB_REPOSITORY", "")
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
            raise ReviewError(
                f"GITHUB_REPOSITORY must be owner/name, got {repository!r}", hint="--post github runs in GitHub Actions"
            )
        return repository

    def _pull_request(self) -> int | None:
        """Find the number of the pull request that the job runs for."""
        event = self._event()
        pull_request = event.get("pull_request")
        number = pull_request.get("number") if isinstance(pull_request, dict) else None
        if isinstance(number, int):
            return number
        ref = _PULL_REF.fullmatch(self._environment.get("GITHUB_REF", ""))
        return int(ref[1]) if ref else None

    # The event is JSON of GitHub's.
    def _event(self) -> Mapping[str, Any]:
        file = self._environment.get("GITHUB_EVENT_PATH")
        if not file:
            return {}
        try:
            event = json.loads(Path(file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ReviewError(f"the event of the job cannot be read from {file}: {error}") from error
        return event if isinstance(event, dict) else {}

    def _full_report(self) -> str:
        names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
        server, repository, run = (self._environment.get(name) for name in names)
        summary = "see the job summary"
        return f"[{summary}]({server}/{repository}/actions/runs/{run})" if server and repository and run else summary

    def _append(self, variable: str, text: str) -> None:
        """Append to a file that the runner reads after the step."""
        file = self._environment.get(variable)
        if not file or not text:
            return
        try:
            with Path(file).open("a", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            raise ReviewError(f"{variable} cannot be written: {error.strerror or error}") from error


def _summary(report: Report, options: RenderOptions) -> str:
    roomy = RenderOptions(
        gate=options.gate,
        context_lines=options.context_lines,
        key=options.key,
        folder=options.folder,
        max_characters=MAX_SUMMARY_CHARACTERS,
    )
    return render_markdown(report, roomy)


# The document is the JSON contract's.
def outputs_of(report: Report, *, is_reached: bool) -> str:
    """Write the outputs of the step, one a line."""
    summary: Any = to_document(report)["summary"]
    values = {
        "verdict": summary["verdict"],
        "breaking": summary["breaking"],
        "dangerous": summary["dangerous"],
        "safe": summary["safe"],
        "weaker": summary["security"]["weaker"],
        "stronger": summary["security"]["stronger"],
        "ignored": summary["ignored"],
        "reached": str(is_reached).lower(),
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _failed(what: str, answer: Answer) -> ReviewError:
    hint = (
        _PERMISSION_HINT
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
        else None
    )
    return ReviewError(f"{what}: {answer.status} {answer.message}", hint=hint)
