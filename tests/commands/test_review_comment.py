from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from forestage.commands.review_comment import Comment, Refusal, RefusedError, post_comment
from forestage.diff.render.markdown import NO_CHANGES, marker
from forestage.diff.render.options import RenderOptions
from tests.diff.reports import finding, one_of_each, report

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = RenderOptions(key="pets")
MARKER = marker("pets")
FULL = "see the job summary"


@dataclass
class FakeComments:
    """Comments in memory; those longer than ``longest`` are refused, and all of them for another ``refusal``."""

    bodies: list[str] = field(default_factory=list)
    longest: int = 10**6
    refusal: Refusal | None = None

    def all(self) -> Iterator[Comment]:
        for number, body in enumerate(self.bodies):
            yield Comment(id=str(number), body=body)

    def create(self, body: str) -> None:
        self._check(body)
        self.bodies.append(body)

    def update(self, comment: Comment, body: str) -> None:
        self._check(body)
        self.bodies[int(comment.id)] = body

    def _check(self, body: str) -> None:
        if self.refusal:
            raise RefusedError(self.refusal, "no")
        if len(body) > self.longest:
            raise RefusedError(Refusal.TOO_LONG, "too long")


def test_first_comparison_makes_a_comment() -> None:
    comments = FakeComments(["hello"])

    post_comment(comments, one_of_each(), OPTIONS, full_report=FULL)

    assert len(comments.bodies) == 2
    assert comments.bodies[1].startswith(f"{MARKER}\n### API changes: 1 breaking")


def test_later_ones_update_it() -> None:
    comments = FakeComments(["hello", f"{MARKER}\nold", f"> {MARKER}", f"{marker('other')}\nother"])

    post_comment(comments, one_of_each(), OPTIONS, full_report=FULL)

    assert len(comments.bodies) == 4
    assert "1 breaking" in comments.bodies[1]


def test_nothing_to_tell_makes_no_comment() -> None:
    comments = FakeComments(["hello"])

    post_comment(comments, report(), OPTIONS, full_report=FULL)

    assert comments.bodies == ["hello"]


def test_nothing_left_to_tell_updates_the_comment() -> None:
    comments = FakeComments([f"{MARKER}\nold"])

    post_comment(comments, report(), OPTIONS, full_report=FULL)

    assert comments.bodies == [f"{MARKER}\n{NO_CHANGES}\n"]


@pytest.mark.parametrize("before", [[], [f"{MARKER}\nold"]])
def test_too_long_for_us_refers_to_the_full_report(before: list[str]) -> None:
    comments = FakeComments(before)
    options = RenderOptions(key="pets", max_characters=400)

    post_comment(comments, report(*map(finding, range(20))), options, full_report=FULL)

    (body,) = comments.bodies
    assert body == (
        f"{MARKER}\n### API changes: 20 breaking, 0 dangerous, 0 safe\n\n"
        "They are too many for a comment: see the job summary\n"
    )


def test_too_long_for_the_host_refers_to_the_full_report() -> None:
    comments = FakeComments(longest=300)

    post_comment(comments, report(*map(finding, range(20))), OPTIONS, full_report=FULL)

    assert comments.bodies[0].endswith(f"{FULL}\n")


def test_other_refusals_are_the_callers() -> None:
    with pytest.raises(RefusedError):
        post_comment(FakeComments(refusal=Refusal.NOT_ALLOWED), one_of_each(), OPTIONS, full_report=FULL)
