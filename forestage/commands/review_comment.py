"""The one comment of a comparison: found by its marker among all comments, updated, or made."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from forestage.diff.render.markdown import marker, render, render_no_changes
from forestage.diff.render.wording import severity_counts
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment of a pull or merge request."""

    id: str
    body: str


class Refusal(Enum):
    """Why a code host took no comment."""

    TOO_LONG = "the comment is too long"
    NOT_ALLOWED = "the token may not comment"


class RefusedError(Exception):
    """A code host took no comment; ``message`` is what it said."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal
        self.message = message


class Comments(Protocol):
    """The comments of one pull or merge request."""

    def all(self) -> Iterator[Comment]:
        """Yield every comment, page by page."""

    def create(self, body: str) -> None:
        """Make a comment."""

    def update(self, comment: Comment, body: str) -> None:
        """Change a comment."""


def post_comment(comments: Comments, report: Report, options: RenderOptions, *, full_report: str) -> None:
    """Comment once, or update the comment; where there is nothing to tell, only a comment that is there is updated.

    A comment that is too long becomes the counts and ``full_report``, which says where all of it stands.

    Raises:
        ReviewError: the code host cannot be asked.
        RefusedError: it takes not even the short comment.
    """
    text = render(report, options)
    mine = next((item for item in comments.all() if item.body.startswith(marker(options.key))), None)
    if not text:
        if mine is not None:
            comments.update(mine, render_no_changes(options))
        return
    short = _short(report, options, full_report)
    if len(text) > options.max_characters:
        _send(comments, mine, short)
        return
    try:
        _send(comments, mine, text)
    except RefusedError as error:
        if error.refusal is not Refusal.TOO_LONG:
            raise
        _send(comments, mine, short)


def _send(comments: Comments, mine: Comment | None, body: str) -> None:
    if mine is None:
        comments.create(body)
    else:
        comments.update(mine, body)


def _short(report: Report, options: RenderOptions, full_report: str) -> str:
    return (
        f"{marker(options.key)}\n### API changes: {severity_counts(report.findings)}\n\n"
        f"They are too many for a comment: {full_report}\n"
    )
