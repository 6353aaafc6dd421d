"""A load of requests while functions' processes are killed at random; ``benchmarks/chaos.py`` sends 10,000."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from benchmarks.chaos import FUNCTIONS, Outcome, Storm, function_processes, rage, write_application
from benchmarks.processes import process_tree
from tests.functional.function_deployment import share_node_packages
from tests.functional.preview_process import PreviewProcess, is_gone, wait_for

if TYPE_CHECKING:
    from pathlib import Path

REQUESTS = 400
ANSWERS_PER_KILL = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """A storm, what each function answered after it, how the preview ended, and all processes there ever were."""

    outcome: Outcome
    statuses: tuple[int, ...]
    exit_code: int
    processes: frozenset[int]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    folder = tmp_path_factory.mktemp("chaos")
    home = folder / "home"
    with PreviewProcess(application(folder, home), "--port", "0", folder=folder, home=home) as running:
        call_each(running)
        process = running.process.pid
        outcome = rage(Storm(process=process, port=running.port, requests=REQUESTS, answers_per_kill=ANSWERS_PER_KILL))
        wait_for(lambda: set(outcome.killed).isdisjoint(function_processes(process)), running.talk)
        statuses = call_each(running)
        processes = frozenset((*process_tree(process), *outcome.killed))
        exit_code = running.end()
    return Aftermath(outcome=outcome, statuses=statuses, exit_code=exit_code, processes=processes)


def application(folder: Path, home: Path) -> str:
    """Write the application and return the name of its template."""
    share_node_packages(home / "cache" / "forestage")
    return write_application(folder, python=f"python3.{sys.version_info.minor}").name


def call_each(running: PreviewProcess) -> tuple[int, ...]:
    """Call each function and return the statuses."""
    return tuple(running.call("GET", f"/dev/{name}?number=0").status for name in FUNCTIONS)


def test_processes_of_functions_were_killed_under_load(aftermath: Aftermath) -> None:
    # The killer waits for less than twice the average of answers each time.
    assert len(aftermath.outcome.killed) >= REQUESTS // (2 * ANSWERS_PER_KILL)


def test_every_request_is_answered_as_api_gateway_shapes_it(aftermath: Aftermath) -> None:
    outcome = aftermath.outcome

    assert outcome.faults == []
    assert outcome.statuses.total() == len(outcome.request_ids) == REQUESTS


def test_every_function_answered_under_load(aftermath: Aftermath) -> None:
    answered = {function for function, status in aftermath.outcome.statuses if status == 200}

    assert answered == set(FUNCTIONS)


def test_functions_answer_when_the_storm_is_over(aftermath: Aftermath) -> None:
    assert aftermath.statuses == (200, 200)


def test_preview_ends_in_good_order_and_no_process_stays(aftermath: Aftermath) -> None:
    wait_for(lambda: all(map(is_gone, aftermath.processes)), lambda: f"some of {aftermath.processes} are there")

    assert aftermath.exit_code == 0
