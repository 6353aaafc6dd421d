"""The page of the rules of ``forestage diff``: a section a rule, from its docstring and its case."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.rules.rule import Rule

CASES = Path(__file__).resolve().parent.parent / "tests/cases/diff"
FAMILIES: Mapping[str, str] = {
    "api": "APIs",
    "methods": "Paths and methods",
    "integrations": "Integrations",
    "authorizers": "Authorizers, gateway responses and CORS",
    "stages": "Stages and deployments",
    "usage": "Usage plans and keys",
    "domains": "Custom domains",
    "websocket": "Routes",
    "schemas": "Schemas of bodies",
    "around": "Around the API",
}
_SIDES = ("before", "after")


def rules_page() -> str:
    """Write the sections of all rules, by family."""
    from forestage.diff.rules.table import RULES

    parts: list[str] = []
    for family, title in FAMILIES.items():
        parts.append(f"## {title}\n")
        parts += ["\n".join(_section(rule)) + "\n" for rule in RULES if rule.family == family]
    return "\n".join(parts)


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}\n"
    yield f"{_levels(rule)}\n"
    for paragraph in inspect.cleandoc(rule.text).split("\n\n"):
        yield f"{_sentences(paragraph)}\n"
    yield _example(rule.id)


def _sentences(paragraph: str) -> str:
    """Write one sentence a line."""
    text = " ".join(paragraph.split())
    text = text.replace("Instead: nothing", "Nothing").replace("Instead: ", "What to do instead: ")
    return text.replace(". ", ".\n")


def _levels(rule: Rule) -> str:
    severities = [f"**{severity.value}**" for severity in rule.severities]
    text = ", ".join(severities)
    if rule.security is not None:
        text += f", security {rule.security.value}"
    if rule.operations:
        text += f"; {', '.join(operation.value for operation in rule.operations)}"
    if rule.hidden:
        text += "; shown with `--all`"
    return f"{text[:2]}{text[2].upper()}{text[3:]}."


def _example(rule_id: str) -> str:
    """Write the two sides of a rule's case, as far as they differ from its base."""
    import yaml

    case: Mapping[str, Any] = yaml.safe_load((CASES / f"{rule_id}.yaml").read_text(encoding="utf-8"))
    sides = case.get("request") or case.get("response") or case
    lines = ["```yaml"]
    before, after = (sides.get(side) or {} for side in _SIDES)
    for title, patch in (
        ("both sides", _shared(before, after)),
        ("before", _own(before, after)),
        ("after", _own(after, before)),
    ):
        if patch:
            lines += [f"# {title}", _written(patch)]
    if len(lines) == 1:
        lines.append("# nothing but the logical id of the deployment is another")
    return "\n".join((*lines, "```"))


def _shared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the resources that both sides patch alike."""
    ours, theirs = before.get("Resources", {}), after.get("Resources", {})
    same = {name: value for name, value in ours.items() if name in theirs and theirs[name] == value}
    return {"Resources": same} if same else {}


def _own(patch: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out what the other side patches alike."""
    shared = _shared(patch, other).get("Resources", {})
    resources = {name: value for name, value in patch.get("Resources", {}).items() if name not in shared}
    kept = {name: value for name, value in patch.items() if name != "Resources"}
    return {**kept, "Resources": resources} if resources else kept


def _written(patch: Any) -> str:
    import yaml

    return str(yaml.safe_dump(patch, sort_keys=False, default_flow_style=None, width=110)).rstrip()
