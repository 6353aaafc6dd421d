"""Keep the parts of the documentation that come from elsewhere as they are there: files, help texts, results.

A page marks such a part with a comment, ``<!-- begin: file examples/mock-api/template.yaml -->``, and ends it with
``<!-- end -->``. What stands between is written by this script and held by a test.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
PART = re.compile(
    r"^(?P<begin><!-- begin: (?P<kind>\S+)(?P<what>(?: \S+)*) -->\n)(?P<text>.*?)(?P<end>^<!-- end -->$)",
    re.MULTILINE | re.DOTALL,
)
HELP_WIDTH = 100
NOT_MEASURED = "Not measured yet.\n"
CONDITIONAL = " (for some values)"


def pages() -> tuple[Path, ...]:
    """List the pages: the documents at the root and those under docs/."""
    return (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")))


def refreshed(text: str) -> str:
    """Return a page's text with each marked part as it is at its source."""
    return PART.sub(lambda part: part["begin"] + RENDERERS[part["kind"]](part["what"].strip()) + part["end"], text)


def write_pages() -> None:
    """Write the marked parts of every page anew."""
    for page in stale_pages():
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"wrote {page.relative_to(ROOT)}")


def stale_pages() -> tuple[Path, ...]:
    """List the pages with a part that is not as at its source."""
    return tuple(
        page for page in pages() if refreshed(page.read_text(encoding="utf-8")) != page.read_text(encoding="utf-8")
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the marked parts anew, or say which pages are stale."""
    parser = argparse.ArgumentParser(prog="make docs-sync", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a page is stale")
    if not parser.parse_args(arguments).check:
        write_pages()
        return 0
    stale = stale_pages()
    for page in stale:
        print(f"stale: {page.relative_to(ROOT)}, run make docs-sync")
    return 1 if stale else 0


def _file(name: str) -> str:
    path = ROOT / name
    language = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".py": "python", ".mjs": "javascript"}
    return _fenced(path.read_text(encoding="utf-8"), language.get(path.suffix, "text"))


def _lines(names: str) -> str:
    texts = {name: (ROOT / name).read_text(encoding="utf-8").splitlines() for name in names.split()}
    return _table(
        ("file", "lines", "without blank lines"),
        [(f"`{name}`", len(lines), sum(bool(line.strip()) for line in lines)) for name, lines in texts.items()],
    )


def _help(name: str) -> str:
    from click import Command, Group

    from forestage.cli import program  # a page without help texts does not need the package

    context = program.make_context("forestage", [], resilient_parsing=True, terminal_width=HELP_WIDTH)
    command: Command = program
    for word in name.split():
        found = command.get_command(context, word) if isinstance(command, Group) else None
        if found is None:
            raise ValueError(f"there is no command {name!r}")
        command, context = found, found.make_context(word, [], parent=context, resilient_parsing=True)
    return _fenced(command.get_help(context), "text")


def _conformance(_: str) -> str:
    results = ROOT / "conformance/results.json"
    if not results.exists():
        return NOT_MEASURED
    areas: Mapping[str, Mapping[str, int]] = json.loads(results.read_text(encoding="utf-8"))["areas"]
    rows = [(area, row["cases"], row["passed"]) for area, row in areas.items()]
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    return _table(("area", "cases", "passed"), rows)


def _fidelity(_: str) -> str:
    from forestage.model.fidelity import TABLE, Status

    text = ""
    for name, resource in sorted(TABLE.items()):
        missing = [(path, row) for path, row in resource.rows.items() if row.status is not Status.HONOURED]
        text += f"### {name}\n\n"
        if resource.whole.status is not Status.HONOURED:
            text += f"The whole resource is {resource.whole.status}: {resource.whole.note}.\n\n"
        elif missing:
            rows = [(f"`{path}`", row.status, row.note + (CONDITIONAL if row.counts else "")) for path, row in missing]
            text += (
                f"{len(resource.rows) - len(missing)} of {len(resource.rows)} properties are honoured; not wholly:\n\n"
            )
            text += _table(("property", "status", "what is missing"), rows) + "\n"
        else:
            text += "Every property is honoured.\n\n"
    return text.rstrip("\n") + "\n"


def _benchmarks(_: str) -> str:
    results = ROOT / "benchmarks/results.json"
    if not results.exists():
        return NOT_MEASURED
    run = json.loads(results.read_text(encoding="utf-8"))
    columns = ("what", "measured", "beside", "at least", "goal")
    table = _table(columns, [[row[column] for column in columns] for row in run["rows"]])
    return f"Measured on {run['machine']}:\n\n{table}"


def _diff_rules(_: str) -> str:
    from scripts.diff_rules import rules_page

    return rules_page()


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```\n"


RENDERERS: Mapping[str, Callable[[str], str]] = {
    "file": _file,
    "lines": _lines,
    "help": _help,
    "conformance": _conformance,
    "fidelity": _fidelity,
    "benchmarks": _benchmarks,
    "diff-rules": _diff_rules,
}

if __name__ == "__main__":
    sys.exit(main())
