"""Projects that ``forestage init`` writes, as people go on with them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.functional.preview_process import PATIENCE_SECONDS, environment, forestage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pet-shop"


def begin(app_template: str, *, folder: Path, home: Path) -> None:
    """Write a project."""
    written = forestage("init", str(folder), "--app-template", app_template, folder=folder.parent, home=home)
    assert written.returncode == 0, written.stderr


def run_tests(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a project."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(("app_template", "passed"), [("rest", 6), ("both", 11)])
def test_tests_of_a_new_project_pass(folder: Path, home: Path, app_template: str, passed: int) -> None:
    begin(app_template, folder=folder, home=home)

    tests = run_tests(folder, home)

    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert f"{passed} passed" in tests.stdout


def test_websocket_api_is_told_to_be_not_previewed_yet(folder: Path, home: Path) -> None:
    begin("websocket", folder=folder, home=home)

    tests = run_tests(folder, home)
    told = forestage("synth", folder=folder, home=home)

    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "5 passed" in tests.stdout
    assert "AWS::ApiGatewayV2::Api: not simulated: WebSocket APIs are not served" in told.stdout
