from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forestage.commands.github_review import GitHubReview
from forestage.commands.printing import put
from forestage.diff.render.markdown import marker
from forestage.diff.render.options import RenderOptions
from forestage.errors import ReviewError
from tests.commands.code_host import TOKEN, CodeHost
from tests.diff.reports import finding, one_of_each, report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPTIONS = RenderOptions()
MARKER = marker("default")


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[CodeHost]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with CodeHost() as running:
        yield running


def environment(folder: Path, host: CodeHost, **changes: str) -> dict[str, str]:
    event = folder / "event.json"
    event.write_text(json.dumps({"action": "synchronize", "number": 7, "pull_request": {"number": 7}}))
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": host.url,
        "GITHUB_REPOSITORY": "acme/pets",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_RUN_ID": "99",
        **changes,
    }


def test_pull_request_gets_comment_annotations_summary_and_outputs(
    tmp_path: Path, host: CodeHost, capsys: pytest.CaptureFixture[str]
) -> None:
    GitHubReview(environment(tmp_path, host)).post(one_of_each(), OPTIONS, is_reached=True)

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["::error", "::warning", "::notice"]
    assert host.comments[1].startswith(MARKER)
    assert (tmp_path / "summary.md").read_text() == host.comments[1]
    assert (tmp_path / "output").read_text().splitlines() == [
        "verdict=breaking",
        "breaking=1",
        "dangerous=1",
        "safe=1",
        "weaker=0",
        "stronger=0",
        "ignored=0",
        "reached=true",
    ]


def test_requests_are_those_of_the_api(tmp_path: Path, host: CodeHost) -> None:
    GitHubReview(environment(tmp_path, host)).post(one_of_each(), OPTIONS, is_reached=False)

    assert host.requests == [
        "GET /repos/acme/pets/issues/7/comments?per_page=100&page=1",
        "POST /repos/acme/pets/issues/7/comments",
    ]
    assert host.headers[1]["accept"] == "application/vnd.github+json"
    assert host.headers[1]["x-github-api-version"] == "2022-11-28"


def test_comment_is_found_on_any_page_and_updated(tmp_path: Path, host: CodeHost) -> None:
    host.comments.update({number: f"comment {number}" for number in range(1, 250)})
    host.comments[237] = f"{MARKER}\nold"

    GitHubReview(environment(tmp_path, host)).post(one_of_each(), OPTIONS, is_reached=False)

    assert len(host.comments) == 249
    assert "1 breaking" in host.comments[237]
    assert host.requests[-1] == "PATCH /repos/acme/pets/issues/comments/237"


def test_comment_that_is_too_long_for_the_host_refers_to_the_summary(tmp_path: Path, host: CodeHost) -> None:
    host.longest = 400

    GitHubReview(environment(tmp_path, host)).post(report(*map(finding, range(9))), OPTIONS, is_reached=False)

    assert "[see the job summary](https://github.example/acme/pets/actions/runs/99)" in host.comments[1]
    assert (tmp_path / "summary.md").read_text().count("GET /pets is gone") == 9


def test_summary_has_more_room_than_a_comment(tmp_path: Path, host: CodeHost) -> None:
    whole = report(*map(finding, range(900)))

    GitHubReview(environment(tmp_path, host)).post(whole, OPTIONS, is_reached=False)

    assert len(host.comments[1]) <= 65_536
    assert (tmp_path / "summary.md").read_text().count("GET /pets is gone") == 900


def test_nothing_to_tell_is_not_told(tmp_path: Path, host: CodeHost, capsys: pytest.CaptureFixture[str]) -> None:
    GitHubReview(environment(tmp_path, host)).post(report(), OPTIONS, is_reached=False)

    assert not capsys.readouterr().out
    assert host.comments == {}
    assert not (tmp_path / "summary.md").exists()


def test_token_that_may_only_read_leaves_the_summary(
    tmp_path: Path, host: CodeHost, capsys: pytest.CaptureFixture[str]
) -> None:
    host.refusal = 403

    GitHubReview(environment(tmp_path, host)).post(one_of_each(), OPTIONS, is_reached=False)

    assert "pull request 7 was not commented on, the token may not comment" in capsys.readouterr().err
    assert (tmp_path / "summary.md").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"GITHUB_TOKEN": ""}, "there is no GITHUB_TOKEN"),
        ({"GITHUB_TOKEN": "other"}, "cannot be read: 401 Bad credentials"),
        ({"GITHUB_REPOSITORY": "pets"}, "GITHUB_REPOSITORY must be owner/name, got 'pets'"),
        ({"GITHUB_REPOSITORY": "acme/../x"}, "GITHUB_REPOSITORY must be owner/name"),
        ({"GITHUB_REPOSITORY": "acme/cats"}, "cannot be read: 404 Not Found"),
        ({"GITHUB_EVENT_PATH": "/nowhere/event.json"}, "the event of the job cannot be read"),
        ({"GITHUB_OUTPUT": "/nowhere/output"}, "GITHUB_OUTPUT cannot be written: No such file"),
    ],
)
def test_what_is_missing_is_told_without_the_token(
    tmp_path: Path, host: CodeHost, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(ReviewError) as caught:
        GitHubReview(environment(tmp_path, host, **changes)).post(one_of_each(), OPTIONS, is_reached=False)

    assert message in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_other_refusals_of_a_comment_are_told(tmp_path: Path, host: CodeHost) -> None:
    host.refusal = 500

    with pytest.raises(ReviewError, match="pull request 7 cannot be commented on: 500"):
        GitHubReview(environment(tmp_path, host)).post(one_of_each(), OPTIONS, is_reached=False)


@pytest.mark.parametrize("event", ['{"ref": "refs/heads/main"}', "[]"])
def test_job_of_no_pull_request_comments_on_none(
    tmp_path: Path, host: CodeHost, capsys: pytest.CaptureFixture[str], event: str
) -> None:
    file = tmp_path / "push.json"
    file.write_text(event)

    GitHubReview(environment(tmp_path, host, GITHUB_EVENT_PATH=str(file))).post(
        one_of_each(), OPTIONS, is_reached=False
    )

    assert "no pull request" in capsys.readouterr().err
    assert host.requests == []


def test_number_may_come_from_the_ref(tmp_path: Path, host: CodeHost) -> None:
    job = environment(tmp_path, host, GITHUB_EVENT_PATH="", GITHUB_REF="refs/pull/7/merge")

    GitHubReview(job).post(one_of_each(), OPTIONS, is_reached=False)

    assert list(host.comments) == [1]


def test_full_report_without_a_run_is_only_named(tmp_path: Path, host: CodeHost) -> None:
    host.longest = 400
    job = environment(tmp_path, host, GITHUB_RUN_ID="")

    GitHubReview(job).post(report(*map(finding, range(9))), OPTIONS, is_reached=False)

    assert "for a comment: see the job summary\n" in host.comments[1]


def test_what_is_printed_meanwhile_commands_nothing(
    tmp_path: Path, host: CodeHost, capsys: pytest.CaptureFixture[str]
) -> None:
    with GitHubReview(environment(tmp_path, host)).guarded():
        put("::error::x")

    first, inside, last = capsys.readouterr().out.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert len(token) == 32
    assert inside == "::error::x"
    assert last == f"::{token}::"
