from __future__ import annotations

import pytest

from forestage.commands.github_review import GitHubReview
from forestage.commands.gitlab_review import GitLabReview
from forestage.commands.review import NoReview, review_at
from forestage.diff.render.options import RenderOptions
from tests.diff.reports import one_of_each


@pytest.mark.parametrize(("host", "kind"), [("github", GitHubReview), ("gitlab", GitLabReview), (None, NoReview)])
def test_host_has_its_review(host: str | None, kind: type[object]) -> None:
    assert isinstance(review_at(host, {}), kind)


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_token_is_taken_out_of_the_environment(host: str) -> None:
    environment = {"GITHUB_TOKEN": "a", "GITLAB_TOKEN": "b", "PATH": "/bin"}

    review_at(host, environment)

    assert environment == {"PATH": "/bin"}


def test_nowhere_is_nothing_told(capsys: pytest.CaptureFixture[str]) -> None:
    review = review_at(None, {})

    with review.guarded():
        review.post(one_of_each(), RenderOptions(), is_reached=True)

    assert capsys.readouterr() == ("", "")
