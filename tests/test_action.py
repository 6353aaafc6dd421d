"""The action and the examples for code hosts: what they name is there, and no text of others becomes a script."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from forestage.commands.diff import command
from forestage.commands.github_review import outputs_of
from forestage.diff.decision_files import read_settings
from scripts.documentation import ROOT
from tests.diff.reports import report

if TYPE_CHECKING:
    from pathlib import Path

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
EXAMPLES = ROOT / "examples/pull-requests"
OPTIONS = {name for option in command.params for name in option.opts if name.startswith("--")}
FAKE = '#!/bin/sh\nfor word in "$@"; do echo "$word" >> "$WORDS"; done\n'


# YAML is of any shape.
def expressions(value: Any) -> set[str]:
    return set(re.findall(r"\$\{\{ *(.*?) *\}\}", str(value)))


def test_action_is_composite_and_every_script_names_its_shell() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert all("shell" in step for step in STEPS if "run" in step)


def test_every_input_is_explained_has_a_default_and_is_used() -> None:
    used = {name.removeprefix("inputs.") for name in expressions(STEPS) if name.startswith("inputs.")}

    assert used == set(ACTION["inputs"])
    assert all({"description", "default"} <= set(each) for each in ACTION["inputs"].values())


def test_no_value_is_written_into_a_script() -> None:
    assert [expressions(step["run"]) for step in STEPS if "run" in step] == [set(), set()]


def test_outputs_are_those_that_are_written() -> None:
    written = dict(line.split("=") for line in outputs_of(report(), is_reached=False).splitlines())

    assert {name: f"${{{{ steps.compare.outputs.{name} }}}}" for name in written} == {
        name: each["value"] for name, each in ACTION["outputs"].items()
    }


@pytest.mark.parametrize(
    "text", [STEPS[-1]["run"], (EXAMPLES / "gitlab.yml").read_text(encoding="utf-8")], ids=["action", "gitlab"]
)
def test_options_are_those_of_the_command(text: str) -> None:
    lines = [line for line in text.splitlines() if "git " not in line and "pip" not in line]

    assert set(re.findall(r"(?<!\w)--[a-z-]+", "\n".join(lines))) <= OPTIONS


def test_example_of_github_gives_known_inputs() -> None:
    steps = yaml.safe_load((EXAMPLES / "github.yml").read_text(encoding="utf-8"))["jobs"]["compare"]["steps"]

    assert set(steps[-1]["with"]) <= set(ACTION["inputs"])


def test_example_of_settings_can_be_read() -> None:
    settings = read_settings(EXAMPLES / "forestage.diff.yaml", rule_ids=("method-removed",))

    assert settings.fail_on == "breaking"
    assert len(settings.decisions.approvals) == 1


class Job:
    """Runs the script of the action with a command that only writes down its arguments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        commands = folder / "forestage/bin"
        commands.mkdir(parents=True)
        (commands / "forestage").write_text(FAKE)
        (commands / "forestage").chmod(0o755)
        self.repository = folder / "repository"
        self.repository.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit = self.made()

    def git(self, *words: str) -> str:
        git = shutil.which("git")
        assert git
        who = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
        done = subprocess.run([git, *who, *words], cwd=self.repository, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def made(self) -> str:
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def words(self, **inputs: str) -> list[str]:
        names = ("BEFORE", "BASE", "AFTER", "CONFIG", "FAIL_ON", "FAIL_ON_SECURITY", "FAIL_ON_OPERATION")
        file = self.folder / "words"
        variables = {
            **dict.fromkeys((*names, "COMMENT_KEY", "ARGUMENTS"), ""),
            "AFTER": ".",
            "GITHUB_SHA": self.git("rev-parse", "HEAD"),
            "RUNNER_TEMP": str(self.folder),
            "WORDS": str(file),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            **inputs,
        }
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[-1]["run"]]
        subprocess.run(bash, cwd=self.repository, env=variables, check=True)
        return file.read_text().splitlines()


def test_script_compares_with_the_first_parent_of_the_merge(tmp_path: Path) -> None:
    job = Job(tmp_path)
    merge = job.made()

    assert job.words() == ["diff", "--post", "github", "--base", f"{merge}^1", "."]


def test_script_fetches_the_parent_that_a_shallow_clone_lacks(tmp_path: Path) -> None:
    job = Job(tmp_path)
    merge = job.made()
    origin, job.repository = job.repository, tmp_path / "shallow"
    job.repository.mkdir()
    job.git("clone", "--quiet", "--depth=1", origin.as_uri(), ".")

    assert job.words() == ["diff", "--post", "github", "--base", f"{merge}^1", "."]
    assert job.git("rev-parse", "HEAD^1") == job.commit


def test_script_compares_with_a_ref_that_is_there(tmp_path: Path) -> None:
    assert Job(tmp_path).words(BASE="main", AFTER="infra")[3:] == ["--base", "main", "infra"]


def test_script_fetches_a_ref_that_is_not_there(tmp_path: Path) -> None:
    job = Job(tmp_path)
    job.git("branch", "release")
    origin, job.repository = job.repository, tmp_path / "clone"
    job.repository.mkdir()
    job.git("clone", "--quiet", "--single-branch", origin.as_uri(), ".")

    assert job.words(BASE="release")[3:] == ["--base", job.commit, "."]


def test_script_hands_every_input_over_as_it_is(tmp_path: Path) -> None:
    words = Job(tmp_path).words(
        BEFORE="aws:Pets $(touch x)",
        CONFIG="a b.yaml",
        FAIL_ON="breaking",
        FAIL_ON_SECURITY="weaker",
        FAIL_ON_OPERATION="replace,stale",
        COMMENT_KEY="pets",
        ARGUMENTS="--only\nPets Api\n\n--all\n",
    )

    assert words == [
        *("diff", "--post", "github", "--config", "a b.yaml", "--fail-on", "breaking"),
        *("--fail-on-security", "weaker", "--fail-on-operation", "replace,stale", "--comment-key", "pets"),
        *("--only", "Pets Api", "--all", "aws:Pets $(touch x)", "."),
    ]
