from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.commands.gitlab_review import GitLabReview
from forestage.commands.printing import put
from forestage.diff.render.markdown import marker
from forestage.diff.render.options import RenderOptions
from forestage.errors import ReviewError
from tests.commands.code_host import TOKEN, CodeHost
from tests.diff.reports import finding, one_of_each, report

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = RenderOptions()
MARKER = marker("default")


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[CodeHost]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with CodeHost() as running:
        yield running


def environment(host: CodeHost, **changes: str) -> dict[str, str]:
    return {
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": host.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_JOB_URL": "https://gitlab.example/acme/pets/-/jobs/99",
        **changes,
    }


def test_merge_request_gets_a_note(host: CodeHost) -> None:
    GitLabReview(environment(host)).post(one_of_each(), OPTIONS, is_reached=True)

    assert host.comments[1].startswith(MARKER)
    assert host.requests == [
        "GET /projects/42/merge_requests/7/notes?per_page=100&page=1",
        "POST /projects/42/merge_requests/7/notes",
    ]


def test_note_is_found_on_any_page_and_updated(host: CodeHost) -> None:
    host.comments.update({number: f"note {number}" for number in range(1, 250)})
    host.comments[237] = f"{MARKER}\nold"

    GitLabReview(environment(host)).post(one_of_each(), OPTIONS, is_reached=False)

    assert "1 breaking" in host.comments[237]
    assert host.requests[-1] == "PUT /projects/42/merge_requests/7/notes/237"


@pytest.mark.parametrize(
    ("job", "where"),
    [("https://gitlab.example/jobs/99", "see [the job](https://gitlab.example/jobs/99)"), ("", "see the job")],
)
def test_note_that_is_too_long_refers_to_the_job(host: CodeHost, job: str, where: str) -> None:
    host.longest = 400

    GitLabReview(environment(host, CI_JOB_URL=job)).post(report(*map(finding, range(9))), OPTIONS, is_reached=False)

    assert f"for a comment: {where}\n" in host.comments[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"GITLAB_TOKEN": ""}, "there is no GITLAB_TOKEN"),
        ({"GITLAB_TOKEN": "other"}, "cannot be read: 401"),
        ({"CI_PROJECT_ID": ""}, "CI_API_V4_URL or CI_PROJECT_ID is missing"),
    ],
)
def test_what_is_missing_is_told_without_the_token(host: CodeHost, changes: dict[str, str], message: str) -> None:
    with pytest.raises(ReviewError) as caught:
        GitLabReview(environment(host, **changes)).post(one_of_each(), OPTIONS, is_reached=False)

    assert message in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(("status", "hint"), [(403, "project access token"), (500, "")])
def test_refusal_of_a_note_is_told(host: CodeHost, status: int, hint: str) -> None:
    host.refusal = status

    with pytest.raises(ReviewError, match=f"cannot be written: {status}") as caught:
        GitLabReview(environment(host)).post(one_of_each(), OPTIONS, is_reached=False)

    assert hint in (caught.value.hint or "")


def test_job_of_no_merge_request_comments_on_none(host: CodeHost, capsys: pytest.CaptureFixture[str]) -> None:
    GitLabReview(environment(host, CI_MERGE_REQUEST_IID="")).post(one_of_each(), OPTIONS, is_reached=False)

    assert "no merge request" in capsys.readouterr().err
    assert host.requests == []


def test_nothing_needs_a_guard(host: CodeHost, capsys: pytest.CaptureFixture[str]) -> None:
    with GitLabReview(environment(host)).guarded():
        put("text")

    assert capsys.readouterr().out == "text\n"
