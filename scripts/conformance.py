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
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from scripts import documentation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "conformance"
TEMPLATE_CASES = SUITE / "vtl" / "cases.json"
TEMPLATE_AREA = "vtl"
PASSING = SUITE / "passing.txt"
RESULTS = SUITE / "results.json"
JOBS = 2
START_TIMEOUT_S = 20
FORESTAGE = Path(sys.executable).with_name("forestage")
EXPECTATIONS = {
    "expected": "output",
    "expected_error": "error",
    "expected_request_override": "request_override",
    "expected_response_override": "response_override",
}
"""Which part of an answer each field of a template's case is about."""

# Cases and answers are JSON; conformance/vtl/README.md describes their fields.
Case: TypeAlias = "Mapping[str, Any]"


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
    templates = run_template_cases(globs)
    for outcome in templates if failures else ():
        if not outcome.passed:
            print(f"FAILED {outcome.id}: {outcome.detail}")
    ids = {outcome.id for outcome in templates}
    others = [glob for glob in globs if glob not in ids]
    outcomes = (*templates, *(_run_requests(others, failures=failures) if others or not globs else ()))
    if not outcomes:
        sys.exit("no case")
    return outcomes


def run_template_cases(globs: Sequence[str]) -> tuple[Outcome, ...]:
    """Render the templates of the cases whose ids match, with ``forestage render --cases``."""
    cases: Mapping[str, Case] = {
        case["id"]: case
        for case in json.loads(TEMPLATE_CASES.read_text(encoding="utf-8"))
        if not globs or any(fnmatch(case["id"], glob) for glob in globs)
    }
    if not cases:
        return ()
    ended = subprocess.run(
        [FORESTAGE, "render", "--cases", "-"],
        input=json.dumps(list(cases.values())),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = map(json.loads, ended.stdout.splitlines())
    differences = {answer["id"]: difference(cases[answer["id"]], answer) for answer in answers}
    return tuple(
        Outcome(id=id_, area=TEMPLATE_AREA, passed=not detail, detail=detail) for id_, detail in differences.items()
    )


def difference(case: Case, answer: Case) -> str:
    """Tell how a line of ``forestage render --cases`` differs from what its case expects; empty where it does not."""
    expected = {EXPECTATIONS[name]: value for name, value in case.items() if name in EXPECTATIONS}
    return "; ".join(
        f"{name}: {answer.get(name)!r}, expected {value!r}"
        for name, value in expected.items()
        if answer.get(name) != value
    )


def _run_requests(globs: Sequence[str], *, failures: bool) -> tuple[Outcome, ...]:
    with tempfile.TemporaryDirectory(prefix="forestage-conformance-") as folder:
        report = Path(folder, "report.json")
        command: list[str | Path] = [sys.executable, SUITE / "run.py", "--suite", SUITE, "--failures"]
        command += ["--jobs", str(JOBS), "--start-timeout", str(START_TIMEOUT_S), "--json", report]
        command += ["--command", f"{FORESTAGE} preview {{template}} --port {{port}}"]
        for glob in globs:
            command += ["--only", glob]
        subprocess.run(command, check=False, stdout=None if failures else subprocess.DEVNULL)
        if not report.exists():
            return ()
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
