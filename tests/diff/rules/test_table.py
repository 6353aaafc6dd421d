from __future__ import annotations

import re
from collections import Counter

import pytest

from forestage.diff.rules.rule import Rule, rule, rules_in
from forestage.diff.rules.table import RULES
from forestage.diff.walk.concerns import Concern
from scripts.diff_rules import FAMILIES, rules_page
from scripts.documentation import ROOT

IDS = [item.id for item in RULES]
UNJUDGED = {
    Concern.AUTHORIZER_OTHER,
    Concern.INTEGRATION_RESPONSE_ADDED,
}
"""Concerns that nobody has an opinion of: they only tell that a deployment is stale."""


@pytest.mark.parametrize("item", RULES, ids=lambda item: item.id)
def test_rule_says_what_happens_and_what_to_do(item: Rule) -> None:
    first, *_, last = [paragraph.strip() for paragraph in item.text.split("\n\n")]

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", item.id)
    assert first.endswith(".")
    assert last.startswith("Instead: ")
    assert item.severities
    assert item.family in FAMILIES


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(IDS).items() if count > 1] == []


def test_every_concern_has_a_rule() -> None:
    assert {*Concern} - {item.concern for item in RULES} == UNJUDGED


def test_page_has_a_section_for_each_rule_and_no_other() -> None:
    page = (ROOT / "docs/reference/diff-rules.md").read_text(encoding="utf-8")

    assert sorted(re.findall(r"^### (\S+)$", page, re.MULTILINE)) == sorted(IDS)


def test_page_shows_what_differs_and_what_does_not() -> None:
    section = rules_page().partition("### stage-variable-removed\n")[2].partition("\n### ")[0]

    assert "**Safe**, **breaking**." in section
    assert "# both sides\n" in section
    assert "# before\n" in section


def test_rule_is_made_of_a_function() -> None:
    @rule("x-changed", Concern.TAGS)
    def made(change: object) -> tuple[()]:
        """Nothing happens."""
        assert change is not None
        return ()

    assert made.text == "Nothing happens."
    assert rules_in({"made": made, "other": 5}) == (made,)
