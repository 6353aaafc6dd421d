from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.applications import MOCK, Template, api, method, mock_api, write_template
from tests.commands.code_host import TOKEN, CodeHost

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run commands in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def deployed(application: Template, deployment: str = "Deployment") -> Template:
    """Give the deployment of an application a name of its own, so that its stages serve what is defined."""
    text = json.dumps(application).replace('"Deployment"', f'"{deployment}"')
    renamed: Template = json.loads(text)
    return renamed


def method_is_gone(folder: Path) -> tuple[str, str]:
    """Write an application before and after its only GET is gone, a breaking change."""
    before = api(Get=method(MOCK), Post=method(MOCK, verb="POST"))
    after = deployed(api(Post=method(MOCK, verb="POST")), "Deployment2")
    return (
        str(write_template(folder, before, name="before.json")),
        str(write_template(folder, after, name="after.json")),
    )


# The document is JSON, which tests look into.
def document(outcome: Outcome) -> Any:
    return json.loads(outcome.data)


def gone(outcome: Outcome) -> Any:
    (change,) = [item for item in document(outcome)["changes"] if item["id"] == "method-removed"]
    return change


def test_diff_tells_what_breaks_callers(run: Callable[..., Outcome], folder: Path) -> None:
    outcome = run("diff", *method_is_gone(folder))

    assert outcome.code == 0
    assert outcome.data.startswith("pets (Api)\n  GET /\n    breaking ")
    assert "1 breaking" in outcome.data.splitlines()[-1]
    assert not outcome.talk


def test_diff_of_the_same_prints_nothing(run: Callable[..., Outcome], folder: Path) -> None:
    file = str(write_template(folder, mock_api()))

    outcome = run("diff", file, file, "--fail-on", "safe")

    assert (outcome.code, outcome.data) == (0, "")
    assert outcome.talk == "no changes to the APIs\n"


def test_quiet_diff_of_the_same_says_nothing_at_all(run: Callable[..., Outcome], folder: Path) -> None:
    file = str(write_template(folder, mock_api()))

    outcome = run("diff", file, file, "--quiet", "--format", "json", "--format", "sarif=a.sarif")

    assert (outcome.code, outcome.data, outcome.talk) == (0, "", "")
    assert (folder / "a.sarif").exists()


def test_json_is_the_only_thing_on_standard_output(run: Callable[..., Outcome], folder: Path) -> None:
    outcome = run("diff", *method_is_gone(folder), "--format", "json")

    assert document(outcome)["summary"]["breaking"] == 1
    assert gone(outcome)["where"] == "GET /"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "never"), 0),
        (("--fail-on", "breaking"), 3),
        (("--fail-on", "dangerous"), 3),
        (("--fail-on-security", "weaker"), 0),
        (("--fail-on-operation", "data-loss,replace"), 0),
    ],
)
def test_exit_code_tells_whether_the_gate_was_reached(
    run: Callable[..., Outcome], folder: Path, options: tuple[str, ...], code: int
) -> None:
    assert run("diff", *method_is_gone(folder), *options).code == code


def test_approved_change_fails_nothing(run: Callable[..., Outcome], folder: Path) -> None:
    sides = method_is_gone(folder)
    fingerprint = gone(run("diff", *sides, "--format", "json"))["fingerprint"]

    outcome = run("diff", *sides, "--fail-on", "breaking", "--approve", f"{fingerprint}=agreed", "--format", "json")

    assert outcome.code == 0
    assert gone(outcome)["approved"] == {"by": None, "reason": "agreed", "until": None}


def test_settings_are_found_in_the_current_folder_and_options_win(run: Callable[..., Outcome], folder: Path) -> None:
    sides = method_is_gone(folder)
    (folder / "forestage.diff.yaml").write_text("{fail_on: breaking, format: json, severity: {method-removed: safe}}")

    configured = run("diff", *sides)
    typed = run("diff", *sides, "--fail-on", "safe", "--format", "terminal")

    assert (configured.code, gone(configured)["severity"]) == (0, "safe")
    assert typed.code == 3
    assert typed.data.startswith("pets (Api)")


def test_settings_may_be_named(run: Callable[..., Outcome], folder: Path) -> None:
    sides = method_is_gone(folder)
    (folder / "settings").mkdir()
    (folder / "settings/diff.yaml").write_text("format: [json, html=report.html]")

    outcome = run("diff", *sides, "--config", "settings/diff.yaml")

    assert document(outcome)["version"] == 1
    assert (folder / "settings/report.html").exists()


def test_ignored_changes_are_left_out_and_unused_ignores_told(run: Callable[..., Outcome], folder: Path) -> None:
    sides = method_is_gone(folder)
    (folder / "ignore.yaml").write_text(
        "ignore: [{id: method-removed, where: GET *}, {where: GET /cats}, {id: method-removed, until: 2020-01-01}]"
    )
    (folder / "severity.yaml").write_text("method-removed: dangerous")

    outcome = run(
        "diff",
        *sides,
        "--ignore",
        "ignore.yaml",
        "--severity",
        "severity.yaml",
        "--format",
        "json",
        "--fail-on",
        "breaking",
    )

    assert outcome.code == 0
    assert document(outcome)["summary"]["ignored"] == 1
    unused, ended, nothing = outcome.talk.splitlines()
    assert unused == "warning: the ignore of where 'GET /cats' (ignore.yaml:1) fits no finding: remove it"
    assert ended.startswith("warning: the ignore of id 'method-removed' (ignore.yaml:1) ended on 2020-01-01")
    assert nothing == "no changes to the APIs (1 ignored)"


def test_only_one_api_or_path_can_be_wanted(run: Callable[..., Outcome], folder: Path) -> None:
    sides = method_is_gone(folder)

    assert gone(run("diff", *sides, "--only", "pets", "--format", "json"))["api"] == "Api"
    assert run("diff", *sides, "--unmatch-path", "^/$", "--format", "json").data.count('"method-removed"') == 0
    assert run("diff", *sides, "--match-path", "^/$", "--format", "json").data.count('"method-removed"') == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--only", "cats"), "no API is called 'cats', there are Api"),
        (("--format", "xml"), "'xml' is none of terminal, json"),
        (("--format", "json", "--format", "html"), "only one format can go to standard output"),
        (("--approve", "12"), "'12' is no fingerprint"),
        (("--match-path", "("), "'(' is no regular expression"),
        (("--fail-on-operation", "replace,drop"), "'drop' is none of replace"),
        (("--base", "main"), "give either BEFORE or --base"),
    ],
)
def test_wrong_usage_is_told(run: Callable[..., Outcome], folder: Path, options: tuple[str, ...], message: str) -> None:
    outcome = run("diff", *method_is_gone(folder), *options)

    assert outcome.code == 2
    assert message in " ".join(outcome.talk.split())


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (("nowhere.json", "after.json"), "there is no file or folder 'nowhere.json'"),
        (("before.json", "broken.json"), "broken.json"),
        (("before.json", "settings.txt"), "settings.txt is no template by its name"),
    ],
)
def test_what_cannot_be_loaded_is_one_message_and_exit_code_1(
    run: Callable[..., Outcome], folder: Path, sides: tuple[str, str], message: str
) -> None:
    method_is_gone(folder)
    (folder / "broken.json").write_text('{"Resources": ')
    (folder / "settings.txt").write_text("a")

    outcome = run("diff", *sides)

    assert (outcome.code, outcome.data) == (1, "")
    assert message in outcome.talk
    assert "Traceback" not in outcome.talk


def test_faults_of_settings_are_told(run: Callable[..., Outcome], folder: Path) -> None:
    (folder / "forestage.diff.yaml").write_text("{fail_on: always, severity: {method-remove: safe}}")

    outcome = run("diff", *method_is_gone(folder))

    assert outcome.code == 1
    assert "the file forestage.diff.yaml has 2 faults" in outcome.talk
    assert "did you mean method-removed?" in outcome.talk


def test_use_of_quotas_needs_aws(run: Callable[..., Outcome], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "nowhere"))

    outcome = run("diff", *method_is_gone(folder), "--usage")

    assert (outcome.code, outcome.data) == (1, "")
    assert "no AWS region is set" in outcome.talk


def test_diff_is_posted_to_the_pull_request(
    run: Callable[..., Outcome], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = folder / "event.json"
    event.write_text('{"pull_request": {"number": 7}}')
    with CodeHost() as host:
        variables = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": host.url, "GITHUB_REPOSITORY": "acme/pets"}
        for name, value in {**variables, "GITHUB_EVENT_PATH": str(event), "NO_PROXY": "127.0.0.1"}.items():
            monkeypatch.setenv(name, value)

        outcome = run("diff", *method_is_gone(folder), "--post", "github", "--comment-key", "pets", "--fail-on", "safe")

    lines = outcome.data.splitlines()
    assert outcome.code == 3
    assert lines[0].startswith("::stop-commands::")
    assert lines[1] == "pets (Api)"
    assert any(line.startswith(("::error file=", "::error title=")) for line in lines)
    assert host.comments[1].startswith("<!-- forestage:diff:pets -->\n### API changes: 1 breaking")
    assert TOKEN not in outcome.data + outcome.talk
