"""Hold the preview against the cases of conformance/, area by area.

``passing.txt`` lists the cases that pass. It only grows: a listed case that fails ends this with 1. Whoever must take a
case out edits the file by hand and says why in the commit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import documentation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "conformance"
PASSING = SUITE / "passing.txt"
RESULTS = SUITE / "results.json"
JOBS = 2
START_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one case ended; ``detail`` is the first difference, empty for a case that passed."""

    id: str
    area: str
    passed: bool
    detail: str = ""

    @property
    def not_started(self) -> bool:
        """Say whether the preview did not come up, or went down, before the first step."""
        return self.detail.startswith(("the process ended", "not ready within", "cannot start"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCount:
    """How many cases an area has, and how many of them pass."""

    area: str
    cases: int
    passed: int
    not_started: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cases, print the table by area, and tell which listed cases no longer pass."""
    options = _options(arguments)
    listed = read_passing(PASSING.read_text(encoding="utf-8") if PASSING.exists() else "")
    if options.listed and not listed:
        print("no case is listed yet")
        return 0
    globs = sorted(listed) if options.listed else options.only
    outcomes = run_cases(globs, failures=not options.listed)
    counts = count_by_area(outcomes)
    print(_table(counts))
    regressions = find_regressions(listed, outcomes, complete=not options.only)
    for line in regressions:
        print(f"REGRESSION {line}")
    if options.update and not regressions:
        _write(listed, outcomes, counts)
    return 1 if regressions else 0


def read_passing(text: str) -> frozenset[str]:
    """Read the ids of a list of cases; ``#`` begins a comment."""
    return frozenset(filter(None, (line.partition("#")[0].strip() for line in text.splitlines())))


def count_by_area(outcomes: Iterable[Outcome]) -> tuple[AreaCount, ...]:
    """Count cases by area, in the order of their names."""
    areas: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        areas[outcome.area].append(outcome)
    return tuple(
        AreaCount(
            area=area,
            cases=len(cases),
            passed=sum(case.passed for case in cases),
            not_started=sum(case.not_started for case in cases),
        )
        for area, cases in sorted(areas.items())
    )


def find_regressions(listed: frozenset[str], outcomes: Iterable[Outcome], *, complete: bool) -> tuple[str, ...]:
    """Tell which listed cases do not pass; where the run is ``complete``, also those that are gone."""
    by_id = {outcome.id: outcome for outcome in outcomes}
    failed = [f"{id_}: {by_id[id_].detail}" for id_ in sorted(listed & by_id.keys()) if not by_id[id_].passed]
    gone = [f"{id_}: no case has this id" for id_ in sorted(listed - by_id.keys())] if complete else []
    return tuple(failed + gone)


def run_cases(globs: Sequence[str], *, failures: bool) -> tuple[Outcome, ...]:
    """Run the cases whose ids match, all without globs; ``failures`` prints the first difference of each that fails."""
    forestage = Path(sys.executable).with_name("forestage")
    with tempfile.TemporaryDirectory(prefix="forestage-conformance-") as folder:
        report = Path(folder, "report.json")
        command: list[str | Path] = [sys.executable, SUITE / "run.py", "--suite", SUITE, "--failures"]
        command += ["--jobs", str(JOBS), "--start-timeout", str(START_TIMEOUT_S), "--json", report]
        command += ["--command", f"{forestage} preview {{template}} --port {{port}}"]
        for glob in globs:
            command += ["--only", glob]
        subprocess.run(command, check=False, stdout=None if failures else subprocess.DEVNULL)
        if not report.exists():
            sys.exit("the runner wrote no report")
        cases = json.loads(report.read_text(encoding="utf-8"))["cases"]
    return tuple(
        Outcome(id=case["id"], area=case["area"], passed=case["outcome"] == "passed", detail=case["detail"])
        for case in cases
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--listed", action="store_true", help="run the cases of passing.txt and no others")
    which.add_argument("--update", action="store_true", help="run all, then write what passes")
    which.add_argument("--only", action="append", default=[], metavar="GLOB", help="run the cases with such ids")
    return parser.parse_args(arguments)


def _table(counts: Sequence[AreaCount]) -> str:
    total = AreaCount(
        area="all",
        cases=sum(count.cases for count in counts),
        passed=sum(count.passed for count in counts),
        not_started=sum(count.not_started for count in counts),
    )
    rows = [f"{'area':<12}{'cases':>7}{'passed':>8}{'not started':>13}"]
    rows += [f"{row.area:<12}{row.cases:>7}{row.passed:>8}{row.not_started:>13}" for row in (*counts, total)]
    return "\n".join(rows)


def _write(listed: frozenset[str], outcomes: Iterable[Outcome], counts: Sequence[AreaCount]) -> None:
    passing = sorted(listed | {outcome.id for outcome in outcomes if outcome.passed})
    lines = ("# Cases that pass and must go on passing: `make conformance ARGS=--update` adds to them.", *passing)
    PASSING.write_text("\n".join(lines) + "\n", encoding="utf-8")
    areas = {count.area: {"cases": count.cases, "passed": count.passed} for count in counts}
    RESULTS.write_text(json.dumps({"areas": areas}, indent=2) + "\n", encoding="utf-8")
    documentation.write_pages()
    print(f"{len(passing)} cases are listed, {len(passing) - len(listed)} of them new")


if __name__ == "__main__":
    sys.exit(main())
