from __future__ import annotations

import os
import signal
import subprocess

import pytest

from forestage.preview.host.lambdas.guardian import Guardian


def a_group() -> subprocess.Popen[bytes]:
    return subprocess.Popen(("sleep", "1000"), start_new_session=True)


@pytest.fixture
def guardian() -> Guardian:
    return Guardian()


def test_group_that_is_left_is_killed_at_the_end(guardian: Guardian) -> None:
    with a_group() as process:
        guardian.watch(process.pid)

        guardian.close()

        assert process.wait(5) == -signal.SIGKILL


def test_group_that_was_forgotten_is_left_alone(guardian: Guardian) -> None:
    with a_group() as process, a_group() as other:
        guardian.watch(process.pid)
        guardian.watch(other.pid)
        guardian.forget(process.pid)

        guardian.close()

        assert other.wait(5) == -signal.SIGKILL
        assert process.poll() is None
        process.kill()


def test_shell_that_was_killed_is_started_again(guardian: Guardian) -> None:
    with a_group() as process, a_group() as other:
        guardian.watch(process.pid)
        assert guardian._process is not None
        os.kill(guardian._process.pid, signal.SIGKILL)
        guardian._process.wait()

        guardian.watch(other.pid)
        guardian.close()

        assert process.wait(5) == other.wait(5) == -signal.SIGKILL


def test_guardian_without_groups_starts_nothing(guardian: Guardian) -> None:
    guardian.forget(1)
    guardian.close()

    assert guardian._process is None


def test_shell_that_does_not_end_is_killed(guardian: Guardian) -> None:
    with a_group() as process:
        guardian.watch(process.pid)
        assert guardian._process is not None
        os.kill(guardian._process.pid, signal.SIGSTOP)

        guardian.close(seconds=0.05)

        assert process.poll() is None
        process.kill()
