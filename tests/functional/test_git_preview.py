"""The preview of an application as it was at a git ref."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

from tests.functional.preview_process import ROOT, PreviewProcess

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    command = ["git", "-C", str(folder), *identity, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_application_is_served_as_it_was(tmp_path: Path) -> None:
    folder, home = tmp_path / "repo", tmp_path / "home"
    (folder / "code").mkdir(parents=True)
    template = (ROOT / "examples" / "lambda-proxy" / "template.yaml").read_text(encoding="utf-8")
    (folder / "template.yaml").write_text(template.replace("Code: pets", "Code: code"), encoding="utf-8")
    write_answer(folder, "old")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    write_answer(folder, "new")

    with PreviewProcess("git:HEAD:template.yaml", "--port", "0", folder=folder, home=home) as preview:
        answer = preview.call("GET", "/dev/pets/rex")
        during = git(folder, "worktree", "list")
        code = preview.end(signal.SIGINT)

    assert (answer.status, answer.body) == (200, "old")
    assert len(during.splitlines()) == 2
    assert code == 130
    assert len(git(folder, "worktree", "list").splitlines()) == 1
    assert "changed" not in preview.talk()


def write_answer(folder: Path, body: str) -> None:
    code = f"def handler(event, context):\n    return {{'statusCode': 200, 'body': {body!r}}}\n"
    (folder / "code" / "index.py").write_text(code, encoding="utf-8")
