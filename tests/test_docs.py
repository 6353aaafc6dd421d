"""Everything has its place in the documentation, and what comes from elsewhere is as it is there."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from forestage import errors
from forestage.cli import COMMANDS
from forestage.model import Deployment
from forestage.vtl import lint
from scripts.documentation import ROOT, pages, stale_pages

REFERENCE = ROOT / "docs/reference"
ERRORS = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, errors.ForestageError) and error.__module__ == errors.__name__
]
ADVICE = sorted(set(re.findall(r'_say\(\s*"([a-z-]+)"', inspect.getsource(lint))))
EXAMPLES = sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir())
TEXTS = [*pages(), ROOT / "Makefile", ROOT / ".ci/run", *sorted(ROOT.glob("examples/**/*.*"))]
FOREIGN = re.compile(r"\bsessions?\b|(?<!user-)\bagents?\b|\bregistr(y|ies)\b", re.IGNORECASE)
REGISTRIES = re.compile(r"pypi\.|pythonhosted\.|npmjs\.|--(extra-)?index-url\s+\S|/simple/")


def root_types() -> list[str]:
    written = " ".join(str(field.type) for field in dataclasses.fields(Deployment))
    return sorted(set(re.findall(r"\b[A-Z]\w+", written)))


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_has_a_section_with_its_help(command: str) -> None:
    text = page("commands.md")

    assert f"\n## forestage {command}\n" in text
    assert f"<!-- begin: help {command} -->" in text


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_error_has_a_section_with_its_exit_code(error: type[errors.ForestageError]) -> None:
    section = page("errors.md").partition(f"\n## {error.__name__}\n")[2].partition("\n## ")[0]

    assert f"Exit code {error.exit_code}.\n" in section


@pytest.mark.parametrize("rule", ADVICE)
def test_rule_of_advice_has_a_row(rule: str) -> None:
    text = (ROOT / "docs/how-to/templates.md").read_text(encoding="utf-8")

    assert f"\n| `{rule}` |" in text


@pytest.mark.parametrize("name", root_types())
def test_root_type_of_the_model_has_a_row(name: str) -> None:
    assert re.search(rf"^\|[^|]*`{name}`[^|]*\|", page("model.md"), re.MULTILINE)


def test_model_page_names_no_type_that_is_gone() -> None:
    named = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", page("model.md"), re.MULTILINE))))

    assert named == set(root_types())


def test_parts_from_elsewhere_are_as_they_are_there() -> None:
    stale = [path.relative_to(ROOT).as_posix() for path in stale_pages()]

    assert stale == [], "run make docs-sync"


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_is_named_in_the_documentation(example: str) -> None:
    naming = [path for path in pages() if f"examples/{example}/" in path.read_text(encoding="utf-8")]

    assert naming


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_text_is_about_the_project_alone(path: Path) -> None:
    found = [match[0] for match in FOREIGN.finditer(path.read_text(encoding="utf-8"))]

    assert found == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml", "Makefile", ".ci/run", "scripts/environment"])
def test_file_names_no_address_of_a_registry(name: str) -> None:
    found = REGISTRIES.findall((ROOT / name).read_text(encoding="utf-8"))

    assert found == []
