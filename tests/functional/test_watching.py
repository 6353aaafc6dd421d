"""What a running preview takes for a change, and what not."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.applications import function_api, handler, mock_api, write_template
from tests.functional.preview_process import PreviewProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

# Takes the answer of its API from a file beside it, and says each time that it runs.
APP = """
import json, os
from pathlib import Path

print("synthesizing", flush=True)
template = Path("template.json").read_text().replace("tiger", Path("animal.txt").read_text())
out = Path(os.environ["CDK_OUTDIR"])
(out / "A.template.json").write_text(template)
(out / "manifest.json").write_text(json.dumps({"artifacts": {
    "A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.template.json"}},
}}))
Path("made.json").write_text(template)
"""

ANSWER_WITH_VARIABLE = """
import os


def handler(event, context):
    return {"statusCode": 200, "body": os.environ.get("ANIMAL", "none")}
"""


class Stream(threading.Thread):
    """Writes a file again and again, as fast as it can."""

    def __init__(self, file: Path) -> None:
        super().__init__(daemon=True)
        self._file = file
        self._is_over = threading.Event()

    def run(self) -> None:
        number = 0
        while not self._is_over.wait(0.001):
            number += 1
            self._file.write_text(str(number), encoding="utf-8")

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *what: object) -> None:
        self._is_over.set()
        self.join()


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    settings: dict[str, Any] = {"app": "python3 app.py", "watch": {"exclude": ["README.md", "made.json"]}}
    (folder / "cdk.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "animal.txt").write_text("tiger", encoding="utf-8")
    write_template(folder, mock_api())
    return folder


@pytest.fixture
def running(tmp_path: Path, app: Path) -> Iterator[PreviewProcess]:
    with PreviewProcess(str(app), "--port", "0", folder=tmp_path, home=tmp_path / "home") as process:
        process.wait_for_talk("curl")
        yield process


def test_input_of_an_app_is_served_whatever_else_is_written(app: Path, running: PreviewProcess) -> None:
    with Stream(app / "README.md"):
        (app / "animal.txt").write_text("dog", encoding="utf-8")
        running.wait_for_answer("/dev", '["dog"]')

    assert running.talk().count("synthesizing") == 2
    assert "README.md" not in running.talk()
    assert "made.json" not in running.talk()


def test_settings_of_watch_are_followed_when_they_change(app: Path, running: PreviewProcess) -> None:
    settings = {"app": "python3 app.py", "watch": {"exclude": ["made.json"]}}

    (app / "cdk.json").write_text(json.dumps(settings), encoding="utf-8")
    running.wait_for_talk("cdk.json changed: loading")
    running.wait_for_talk("nothing that is served has changed")
    with Stream(app / "README.md"):
        running.wait_for_talk("README.md changed: loading")


def preview_of(code: str, *words: str, folder: Path) -> AbstractContextManager[PreviewProcess]:
    (folder / "code").mkdir()
    (folder / "code" / "index.py").write_text(code, encoding="utf-8")
    write_template(folder, function_api(folder / "code"))
    return PreviewProcess("template.json", "--port", "0", *words, folder=folder, home=folder / "home")


def test_edit_of_the_environment_of_functions_is_served(tmp_path: Path) -> None:
    file = tmp_path / "env.json"
    file.write_text('{"Pets": {"ANIMAL": "tiger"}}', encoding="utf-8")

    with preview_of(ANSWER_WITH_VARIABLE, "--env-vars", "env.json", folder=tmp_path) as running:
        running.wait_for_talk("curl")
        running.wait_for_answer("/dev", "tiger")
        file.write_text('{"Pets": {"ANIMAL": "dog"}}', encoding="utf-8")
        running.wait_for_answer("/dev", "dog")
        file.write_text('{"Pets": "dog"}', encoding="utf-8")
        running.wait_for_talk("Pets must be an object of variables")
        running.wait_for_talk("the version from before the change goes on")
        kept = running.call("GET", "/dev")

    assert "env.json changed: new environment for functions" in running.talk()
    assert kept.body == "dog"


def test_log_file_beside_a_handler_is_no_change(tmp_path: Path) -> None:
    log = tmp_path / "code" / "requests.txt"

    with preview_of(handler("old"), "--log-file", str(log), folder=tmp_path) as running:
        running.wait_for_talk("curl")
        running.wait_for_answer("/dev", "old")
        running.wait_for_output("/dev 200")
        (tmp_path / "code" / "index.py").write_text(handler("new"), encoding="utf-8")
        running.wait_for_answer("/dev", "new")

    assert "/dev 200" in log.read_text(encoding="utf-8")
    assert "requests.txt" not in running.talk()


def test_installed_packages_are_new_code(tmp_path: Path) -> None:
    packages = tmp_path / "code" / "node_modules"

    with preview_of(handler("old"), folder=tmp_path) as running:
        running.wait_for_talk("curl")
        packages.mkdir()
        (packages / ".package-lock.json").write_text("{}", encoding="utf-8")
        running.wait_for_talk("new code for pets")

    assert "code/node_modules/.package-lock.json changed" in running.talk()
