"""Measure the speed table and print it; a whole run is written to results.json and to the documentation."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import ALL, Bench, Figure
from benchmarks.load import bring_wrk
from scripts import documentation

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS = Path(__file__).with_name("results.json")
PRECISE_BELOW = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; 1 where something is below the least."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default=",".join(ALL), metavar="NAMES", help=f"some of {','.join(ALL)}")
    parser.add_argument("--seconds", type=int, default=3, help="length of each load")
    parser.add_argument("--rounds", type=int, default=3, help="how often each load is repeated; the median counts")
    options = parser.parse_args(arguments)
    names = options.only.split(",")
    if unknown := set(names) - ALL.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    bring_wrk()
    with tempfile.TemporaryDirectory(prefix="forestage-bench-") as folder:
        bench = Bench(folder=Path(folder), seconds=options.seconds, rounds=options.rounds)
        figures = _measure(bench, names)
    if set(names) == ALL.keys():
        _write(figures)
    return 0 if all(figure.reaches(figure.at_least) for figure in figures) else 1


def _measure(bench: Bench, names: Sequence[str]) -> list[Figure]:
    print(f"{'what':<56}{'measured':>10}{'at least':>10}{'goal':>10}  beside")
    figures = []
    for name in names:
        for figure in ALL[name](bench):
            row = _row(figure)
            print(
                f"{row['what']:<56}{row['measured']:>10}{row['at least']:>10}{row['goal']:>10}"
                f"  {row['beside']}, {_verdict(figure)}",
                flush=True,
            )
            figures.append(figure)
    return figures


def _row(figure: Figure) -> dict[str, str]:
    def shown(value: float) -> str:
        if figure.is_ratio:
            return f"{value:.2f}"
        return f"{value:.{0 if value >= PRECISE_BELOW else 1}f} {figure.unit}"

    return {
        "what": figure.what,
        "measured": shown(figure.value),
        "at least": shown(figure.at_least),
        "goal": shown(figure.goal),
        "beside": figure.beside,
    }


def _verdict(figure: Figure) -> str:
    if figure.reaches(figure.goal):
        return "goal reached"
    return "enough" if figure.reaches(figure.at_least) else "TOO LITTLE" if figure.is_ratio else "TOO MUCH"


def _write(figures: Sequence[Figure]) -> None:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    results = {"machine": machine, "rows": [_row(figure) for figure in figures]}
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    documentation.write_pages()


if __name__ == "__main__":
    sys.exit(main())
