"""The form of the cases of rules: a base, and what each side changes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from forestage.diff.compare import Compared, compare
from forestage.load.loader import load
from forestage.model.usage import PlanUse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.diff.report import Finding, Report

FOLDER = Path(__file__).resolve().parent / "diff"
IDS = tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))
CONDITIONS = tuple(sorted(file.stem for file in (FOLDER / "conditions").glob("*.yaml")))
_NAMES = frozenset({"rule", "base", "before", "after", "redeploy", "request", "response", "use", "expect", "why"})
_MODELS = {"request": "Asked", "response": "Answered"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case: the patches of both sides, and what the rule has to find."""

    id: str
    base: str
    # Patches are whatever a template has.
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    expect: tuple[Mapping[str, Any], ...]
    redeploys: bool = True
    use: tuple[PlanUse, ...] = ()


def read_case(id_: str) -> Case:
    """Read the case of a rule; names that the form does not have are refused."""
    return _read(id_, FOLDER / f"{id_}.yaml")


def read_condition(name: str) -> Case:
    """Read a case of a condition, which names its rule."""
    return _read(None, FOLDER / "conditions" / f"{name}.yaml")


def _read(id_: str | None, file: Path) -> Case:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    id_ = id_ or document["rule"]
    unknown = document.keys() - _NAMES
    assert not unknown, f"{id_}: the form has no {', '.join(sorted(unknown))}"
    expect = document["expect"] if isinstance(document["expect"], list) else [document["expect"]]
    patches = {side: document.get(side) or {} for side in ("before", "after")}
    for side, model in _MODELS.items():
        if side in document:
            patches = {
                when: {"Resources": {model: {"Properties": {"Schema": document[side][when]}}}} for when in patches
            }
            expect = [{"where": "POST /pets", **item} for item in expect]
    return Case(
        id=id_,
        base=document.get("base", "schema"),
        before=patches["before"],
        after=patches["after"],
        expect=tuple(expect),
        redeploys=document.get("redeploy", True),
        use=tuple(PlanUse(**item) for item in document.get("use", ())),
    )


def templates(case: Case) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Write both templates of a case."""
    after = base_template(case.base, "Deployment2" if case.redeploys else "Deployment1")
    return merged(base_template(case.base), case.before), merged(after, case.after)


@cache
def base_template(name: str, deployment: str = "Deployment1") -> Any:
    """Read a base, with the logical id that its deployment is to have."""
    text = (FOLDER / "bases" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text.replace("DEPLOYMENT", deployment), Loader=_Loader)


def merged(document: Any, patch: Any) -> Any:
    """Apply a JSON merge patch."""
    if not isinstance(patch, dict):
        return patch
    base = document if isinstance(document, dict) else {}
    kept = {key: value for key, value in base.items() if key not in patch}
    return kept | {key: merged(base.get(key), value) for key, value in patch.items() if value is not None}


class _Loader(yaml.SafeLoader):
    """Reads the short forms of intrinsics that bases use."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.ScalarNode) -> dict[str, Any]:
    value = loader.construct_scalar(node)
    return {"Ref": value} if suffix == "Ref" else {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def compared(case: Case, folder: Path) -> Report:
    """Load both templates of a case, and compare them."""
    return compared_templates(*templates(case), folder, use=case.use)


def compared_templates(
    before: Mapping[str, Any], after: Mapping[str, Any], folder: Path, *, use: Sequence[PlanUse] = ()
) -> Report:
    """Write two templates into a folder, load and compare them."""
    sides = []
    for name, template in (("before", before), ("after", after)):
        file = folder / f"{name}.json"
        file.write_text(json.dumps(template), encoding="utf-8")
        sides.append(Compared.of(file.name, load(str(file))))
    return compare(*sides, use=use)


def shown(finding: Finding) -> dict[str, Any]:
    """Write a finding as a case does."""
    found: dict[str, Any] = {"severity": finding.severity.value, "where": finding.where}
    if finding.security is not None:
        found["security"] = finding.security.value
    if finding.operations:
        found["operations"] = [operation.value for operation in finding.operations]
    return found
