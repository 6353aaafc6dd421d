"""Every public name of the constructs is described, has a place in the reference, and an example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import griffe
import pytest

from scripts.documentation import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MODULE = griffe.load("forestage.constructs", search_paths=[ROOT], allow_inspection=False)
assert isinstance(MODULE, griffe.Module)
NAMES = [str(name) for name in MODULE.exports or ()]
PAGES = {path: path.read_text("utf-8") for path in sorted((ROOT / "docs/reference/constructs").glob("*.md"))}
EXAMPLES = sorted((ROOT / "examples/constructs").glob("*.py"))
MAX_LINES = 40

GIVEN_BY = {
    "ConditionOptions": "DynamoDb.delete(",
    "Deployment": "add_deployment(",
    "Group": ".group(",
    "IntegrationOptions": "timeout=",
    "Route": ".get(",
    "RoutingMode": "add_routing_rule(",
    "RouteOptions": ".get(",
    "ServiceIntegration": "DynamoDb.get(",
    "ServiceOptions": "DynamoDb.get(",
    "Stage": "add_stage(",
    "StageOptions": "add_stage(",
    "WebSocketDeployment": "add_stage(",
    "WebSocketRoute": ".route(",
    "WebSocketRouteOptions": ".route(",
    "WebSocketStage": "add_stage(",
    "WebSocketStageOptions": "add_stage(",
}
"""What nobody need name: it is made, or taken, by these."""


def described(page: str) -> list[str]:
    """List the names that a page describes."""
    return re.findall(r"^::: forestage\.constructs\.(\w+)$", page, re.MULTILINE)


def shown(page: str) -> str:
    """Return the text of the examples that a page shows."""
    names = re.findall(r"^<!-- begin: file (examples/constructs/\w+\.py) -->$", page, re.MULTILINE)
    return "\n".join((ROOT / name).read_text("utf-8") for name in names)


@pytest.mark.parametrize("name", NAMES)
def test_name_has_a_docstring(name: str) -> None:
    target = MODULE[name].final_target

    assert target.docstring is not None
    assert target.docstring.value.strip()


@pytest.mark.parametrize("name", NAMES)
def test_name_has_one_place_in_the_reference_and_an_example_there(name: str) -> None:
    (page,) = [text for text in PAGES.values() if name in described(text)]

    assert re.search(re.escape(GIVEN_BY[name]) if name in GIVEN_BY else rf"\b{name}\b", shown(page))


def test_reference_describes_no_name_that_is_gone() -> None:
    named = [name for page in PAGES.values() for name in described(page)]

    assert sorted(named) == sorted(NAMES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_shown_and_short(example: Path) -> None:
    text = example.read_text("utf-8")

    assert text in "\n".join(shown(page) for page in PAGES.values())
    assert len(text.splitlines()) < MAX_LINES


def test_pages_are_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")

    assert [path.name for path in PAGES if f"reference/constructs/{path.name}" not in navigation] == []


def test_every_warning_has_a_line_in_the_reference() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "forestage/constructs").rglob("*.py")]
    given = {name for text in sources for name in re.findall(r'\bwarn\(\s*[\w.]+,\s*f?"([^"]+)",', text)}
    page = (ROOT / "docs/reference/constructs/index.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE)

    told = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]

    assert told == sorted(name.replace("{advice.rule}", "...") for name in given)
