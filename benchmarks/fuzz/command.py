"""The run: cases one after another, each from its own seed, bounded in time and memory."""

from __future__ import annotations

import argparse
import faulthandler
import random
import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.fuzz.corpus import corpus
from benchmarks.fuzz.mutation import Mutator
from benchmarks.fuzz.playing import NoTemplateError, faults_of
from benchmarks.fuzz.scenes import KINDS
from benchmarks.fuzz.wire import Running, draw_sent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from types import FrameType

    from benchmarks.fuzz.playing import Scene
    from benchmarks.fuzz.wire import Target

CASE_CPU_SECONDS: Final = 12.0
"""What one case may take: several renderings with all the steps that they have."""

CASE_MIB: Final = 1_024
ADDRESS_SPACE_MIB: Final = 8_192
GROWTH_MIB: Final = 512
_SETTLED_AFTER: Final = 5_000
_NAMES: Final = (*KINDS, "wire")
_SHOWN_CHARACTERS: Final = 4_000


class TooLongError(BaseException):
    """A case takes more time than it may; nothing that is run may catch it."""


@dataclass(slots=True)
class Outcome:
    """What came of a run: how many cases of each kind, and each finding with its first case."""

    cases: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    memory_mib: list[float] = field(default_factory=list)
    refused: int = 0

    def note(self, number: int, kind: str, fault: str, told: str) -> None:
        """Count a finding, and print the first of its kind."""
        self.findings[fault] += 1
        if self.findings[fault] == 1:
            print(f"case {number} ({kind}): {fault}\n  {told[:_SHOWN_CHARACTERS]}", flush=True)

    def note_time(self, number: int, kind: str, seconds: float) -> None:
        """Keep the slowest case of each kind."""
        if seconds > self.slowest.get(kind, (0.0, 0))[0]:
            self.slowest[kind] = seconds, number


def run_case(seed: int, number: int, target: Target, outcome: Outcome) -> None:
    """Run the case of a number: always the same one for the same seed."""
    mutator = Mutator(random.Random(f"{seed}/{number}"))
    kind = _NAMES[number % len(_NAMES)]
    outcome.cases[kind] += 1
    began, peak = time.process_time(), _peak_mib()
    told = ""
    try:
        if kind == "wire":
            sent = draw_sent(mutator, target.server.port)
            told = sent.told()
            found: Iterator[str] = target.faults_of(sent)
        else:
            scene = _draw_scene(kind, mutator)
            told = scene.told()
            found = faults_of(scene, mutator)
        with _bounded(CASE_CPU_SECONDS):
            for fault in found:
                outcome.note(number, kind, fault, told)
    except NoTemplateError:
        outcome.refused += 1
    except TooLongError as too_long:
        outcome.note(number, kind, f"takes more than {CASE_CPU_SECONDS:g} s in {_place(too_long)}", told)
    except Exception as defect:  # ruff: ignore[blind-except]  (what escapes is what is looked for)
        outcome.note(number, kind, f"{type(defect).__name__} at {_place(defect)}: {_short(defect)}", told)
    outcome.note_time(number, kind, time.process_time() - began)
    if _peak_mib() - peak > CASE_MIB:
        outcome.note(number, kind, f"takes more than {CASE_MIB} MiB", told)


def _draw_scene(kind: str, mutator: Mutator) -> Scene:
    try:
        return KINDS[kind](mutator, corpus())
    except RecursionError:
        # What was drawn is nested so deep that it cannot even be written.
        raise NoTemplateError from None


def _short(defect: BaseException) -> str:
    # Without what differs from case to case.
    return "".join(letter for letter in str(defect)[:60] if not letter.isdigit())


def _place(error: BaseException) -> str:
    """Tell where in our own code an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/forestage/" in frame.filename] or frames
    return f"{own[-1].filename.rpartition('/forestage/')[2]}:{own[-1].lineno}"


@contextmanager
def _bounded(cpu_seconds: float) -> Generator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cases for a time, or up to a number, and print what was found; 1 where something was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long; 60 where it is left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cases", type=int, help="how many, rather than how long")
    parser.add_argument("--case", type=int, help="this one alone")
    options = parser.parse_args(arguments)
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_MIB * 1024**2,) * 2)
    outcome, began = Outcome(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="forestage-fuzz-") as folder, Running(Path(folder)) as target:
        for number in _numbers(options, began):
            # The last number is on disk, should a case end this very process.
            (Path(folder) / "case").write_text(f"{options.seed} {number}\n", encoding="ascii")
            run_case(options.seed, number, target, outcome)
            if number % _SETTLED_AFTER == _SETTLED_AFTER - 1:
                outcome.memory_mib.append(_resident_mib())
        print_outcome(outcome, options.seed, time.monotonic() - began, target)
    return 1 if outcome.findings or has_grown(outcome) else 0


def _numbers(options: argparse.Namespace, began: float) -> Iterator[int]:
    if options.case is not None:
        yield options.case
        return
    number = 0
    while number < options.cases if options.cases is not None else time.monotonic() - began < options.seconds:
        yield number
        number += 1


def has_grown(outcome: Outcome) -> bool:
    """Tell whether this process holds much more than when it had settled."""
    held = outcome.memory_mib
    return len(held) > 1 and held[-1] - held[0] > GROWTH_MIB


def print_outcome(outcome: Outcome, seed: int, seconds: float, target: Target) -> None:
    """Print what came of a run."""
    total = outcome.cases.total()
    print(f"seed {seed}: {total} cases in {seconds:.0f} s, {total / seconds:.1f} a second")
    for kind, times in outcome.cases.items():
        slowest, number = outcome.slowest.get(kind, (0.0, 0))
        print(f"  {kind:<10}{times:>9}  slowest {slowest:.2f} s of CPU (case {number})")
    print(f"  {outcome.refused} templates that the loader refuses")
    print(f"  {target.answers} answers over {target.sent} connections")
    if outcome.memory_mib:
        print(f"  memory {outcome.memory_mib[0]:.0f} MiB, then {outcome.memory_mib[-1]:.0f} MiB")
    print(f"  {len(outcome.findings)} findings")
    for fault, times in outcome.findings.most_common():
        print(f"    {times:>7}  {fault}")
