from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forestage.errors import StateError
from forestage.preview.host.run_file import RunFile, announce, find_running

RUNNING = RunFile(pid=os.getpid(), host="localhost", port=3000, source="app", started_at=1.0)

ANNOUNCE_AND_DIE = """
import os, pathlib, sys
from forestage.preview.host.run_file import RunFile, announce
running = RunFile(pid=os.getpid(), host="localhost", port=3000, source="app", started_at=1.0)
announce(pathlib.Path(sys.argv[1]), running, state=pathlib.Path(sys.argv[2]))
os._exit(9)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_running_preview_of_a_folder_is_found(tmp_path: Path, state: Path) -> None:
    announced = announce(tmp_path, RUNNING, state=state)

    found = find_running(tmp_path / "." / "", state=state)
    announced.withdraw()

    assert found == RUNNING


def test_nothing_runs_where_nothing_was_announced(tmp_path: Path, state: Path) -> None:
    announced = announce(tmp_path, RUNNING, state=state)

    found = find_running(tmp_path / "other", state=state)
    announced.withdraw()

    assert found is None


def test_nothing_runs_once_withdrawn(tmp_path: Path, state: Path) -> None:
    announced = announce(tmp_path, RUNNING, state=state)

    announced.withdraw()
    announced.withdraw()

    assert find_running(tmp_path, state=state) is None


def test_latest_of_several_is_found_and_the_other_again_after_it(tmp_path: Path, state: Path) -> None:
    later = RunFile(pid=os.getpid(), host="localhost", port=3001, source="app", started_at=2.0)
    first, second = announce(tmp_path, RUNNING, state=state), announce(tmp_path, later, state=state)

    both = find_running(tmp_path, state=state)
    second.withdraw()
    one = find_running(tmp_path, state=state)
    first.withdraw()

    assert (both, one) == (later, RUNNING)


def test_file_of_a_process_that_died_is_stale_and_removed(tmp_path: Path, state: Path) -> None:
    command = [sys.executable, "-c", ANNOUNCE_AND_DIE, str(tmp_path), str(state)]
    subprocess.run(command, check=False, cwd=Path(__file__).parents[3])
    left = list((state / "previews").iterdir())

    found = find_running(tmp_path, state=state)

    assert (len(left), found, list((state / "previews").iterdir())) == (1, None, [])


@pytest.mark.parametrize("content", [b"", b"[]", b'{"pid": 1}', b"\xff"])
def test_file_that_cannot_be_read_is_passed_over(tmp_path: Path, state: Path, content: bytes) -> None:
    announced = announce(tmp_path, RUNNING, state=state)
    next((state / "previews").iterdir()).write_bytes(content)

    found = find_running(tmp_path, state=state)
    announced.withdraw()

    assert found is None


def test_state_that_cannot_be_written_is_told(tmp_path: Path, state: Path) -> None:
    state.touch()

    with pytest.raises(StateError):
        announce(tmp_path, RUNNING, state=state)
