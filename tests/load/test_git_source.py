from __future__ import annotations

import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from forestage.errors import ForestageError, SourceError, TemplateError
from forestage.load import LoadOptions, load
from forestage.load.git_source import checked_out
from forestage.load.source import GitSource, SourceKind

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = '{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "%s"}}}}'


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def commit(folder: Path, name: str) -> None:
    (folder / "t.json").write_text(TEMPLATE % name)
    (folder / "infra").mkdir(exist_ok=True)
    (folder / "infra" / "t.json").write_text(TEMPLATE % f"infra {name}")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", name)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("node_modules\n.venv\n")
    commit(folder, "old")
    git(folder, "tag", "v1")
    commit(folder, "new")
    monkeypatch.chdir(folder)
    return folder


def name_of(source: str) -> object:
    (api,) = load(source).deployment.rest_apis
    return api.name


def worktrees(folder: Path) -> int:
    return git(folder, "worktree", "list", "--porcelain").count("worktree ")


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("ref", ["v1", "HEAD~1", "refs/tags/v1", "main^{/old}"])
def test_template_is_read_as_it_was_at_the_ref(ref: str) -> None:
    assert name_of(f"git:{ref}:t.json") == "old"


@pytest.mark.parametrize(
    ("path", "name"),
    [("t.json", "old"), ("./t.json", "infra old"), ("../t.json", "old"), ("infra/t.json", "infra old")],
)
def test_path_is_as_git_has_it(path: str, name: str, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "infra")

    assert name_of(f"git:v1:{path}") == name


def test_without_path_it_is_the_current_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "infra" / "manifest.json").write_text('{"artifacts": {}}')
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "assembly")
    monkeypatch.chdir(repository / "infra")

    with checked_out(GitSource(ref="HEAD")) as tree:
        assert tree.source.kind is SourceKind.ASSEMBLY
        assert tree.source.path.name == "infra"


def test_nothing_is_left_behind(repository: Path) -> None:
    loaded = load("git:v1:t.json")

    assert worktrees(repository) == 1
    assert loaded.watch == ()
    assert not git(repository, "status", "--porcelain")


def test_nothing_is_left_behind_after_a_failure(repository: Path) -> None:
    seen: list[Path] = []

    def interrupted() -> None:
        with checked_out(GitSource(ref="v1", path="t.json")) as tree:
            seen.append(tree.scratch)
            assert worktrees(repository) == 2
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert worktrees(repository) == 1
    assert [folder.exists() for folder in seen] == [False]


def test_files_last_as_long_as_whoever_needs_them(repository: Path) -> None:
    with ExitStack() as lifetime:
        load("git:v1:t.json", options=LoadOptions(lifetime=lifetime))
        assert worktrees(repository) == 2

    assert worktrees(repository) == 1


def test_app_is_run_as_it_was_at_the_ref(repository: Path, tmp_path: Path) -> None:
    (repository / "cdk.json").write_text('{"app": "python3 make.py"}')
    (repository / "make.py").write_text(
        "import json, os, pathlib\n"
        "out = pathlib.Path(os.environ['CDK_OUTDIR'])\n"
        "name = pathlib.Path('infra/t.json').read_text()\n"
        "(out / 's.json').write_text(name)\n"
        "stack = {'type': 'aws:cloudformation:stack', 'properties': {'templateFile': 's.json'}}\n"
        "(out / 'manifest.json').write_text(json.dumps({'artifacts': {'S': stack}}))\n"
    )
    commit(repository, "app")
    (repository / "infra" / "t.json").write_text("{}")
    cache = tmp_path / "cache"

    (api,) = load("git:HEAD", options=LoadOptions(cache=cache)).deployment.rest_apis

    assert (api.name, api.stack) == ("infra app", "S")
    assert not cache.exists()


def test_what_is_installed_is_lent(repository: Path) -> None:
    (repository / "node_modules" / "left-pad").mkdir(parents=True)
    (repository / "infra" / ".venv" / "bin").mkdir(parents=True)

    with checked_out(GitSource(ref="v1", path="infra/t.json")) as tree:
        top = tree.source.path.parent.parent
        assert (top / "node_modules" / "left-pad").is_dir()
        assert (top / "infra" / ".venv").resolve() == repository / "infra" / ".venv"
        assert tree.warnings == ()

    assert (repository / "node_modules" / "left-pad").is_dir()
    assert (repository / "infra" / ".venv" / "bin").is_dir()


def test_what_the_ref_has_itself_is_not_lent(repository: Path) -> None:
    (repository / "node_modules").mkdir()
    (repository / "node_modules" / "own.js").write_text("1")
    git(repository, "add", "-f", "node_modules")
    git(repository, "commit", "-q", "-m", "with packages")
    (repository / "node_modules" / "later.js").write_text("2")

    with checked_out(GitSource(ref="HEAD", path="t.json")) as tree:
        assert [file.name for file in (tree.source.path.parent / "node_modules").iterdir()] == ["own.js"]

    assert (repository / "node_modules" / "later.js").exists()


def test_packages_of_the_repository_itself_are_warned_of(repository: Path) -> None:
    (repository / "node_modules" / "@pets").mkdir(parents=True)
    (repository / "node_modules" / "@pets" / "infra").symlink_to(repository / "infra")
    (repository / "node_modules" / ".bin").mkdir()

    loaded = load("git:v1:t.json")

    [warning] = loaded.warnings
    assert warning.message.startswith(f"@pets/infra in {repository}/node_modules is linked into the working copy")


def test_variables_of_a_hook_do_not_lead_astray(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")

    assert name_of("git:v1:t.json") == "old"
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert worktrees(repository) == 1


def test_hooks_are_not_run(repository: Path) -> None:
    hook = repository / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {repository}/hooked\n")
    hook.chmod(0o755)

    load("git:v1:t.json")

    assert not (repository / "hooked").exists()


def test_faults_are_named_after_the_ref(repository: Path) -> None:
    (repository / "t.json").write_text('{"Resources": {"A": {"Type": 1}}}')
    git(repository, "commit", "-q", "-a", "-m", "broken")

    with pytest.raises(TemplateError) as caught:
        load("git:HEAD:t.json")

    assert [str(fault.origin) for fault in caught.value.faults] == ["git:HEAD:t.json:1 (Resources/A/Type)"]


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("git:nothing", "there is no git ref 'nothing'", "git branch"),
        ("git:v1^{tree}", "there is no git ref 'v1^{tree}'", "git branch"),
        ("git:--help", "'--help' is no git ref", "like git:main"),
        ("git:", "'' is no git ref", "like git:main"),
        ("git:v1:none.json", "there is no file or folder 'none.json' at git ref 'v1'", None),
        ("git:v1:../../etc/passwd", "'../../etc/passwd' is not in the git repository", None),
        ("git:v1:infra", "the folder git:v1:infra has neither cdk.json nor manifest.json", "a SOURCE is"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(source: str, message: str, hint: str | None) -> None:
    with pytest.raises(ForestageError) as caught:
        load(source)

    assert caught.value.message.startswith(message)
    assert (caught.value.hint or "").startswith(hint or "")
    assert caught.value.exit_code == 1


def test_folder_in_no_repository_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(SourceError, match="is in no git repository"):
        load("git:main")


def test_repository_of_somebody_else_is_said(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    with pytest.raises(SourceError, match="git does not trust") as caught:
        load("git:main")

    assert caught.value.hint == f"git config --global --add safe.directory {repository}"


@pytest.mark.usefixtures("repository")
def test_machine_without_git_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SourceError, match="git is not installed"):
        load("git:main")


def test_worktree_that_cannot_be_made_is_said(repository: Path) -> None:
    blocked = repository / ".git" / "worktrees"
    blocked.write_text("")

    with pytest.raises(SourceError, match="git worktree add failed: "):
        load("git:v1:t.json")
