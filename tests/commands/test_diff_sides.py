from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from forestage.commands.diff_sides import Sides, at_ref, choose_sides, load_sides, top_level_stacks
from forestage.errors import Fault, ForestageError, ParameterError, SourceError
from forestage.load import Loaded
from forestage.load.fidelity import FidelityReport
from forestage.model.deployment import Deployment, Environment, Output, TemplateResource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLE = TemplateResource(stack="Pets", logical_id="Table", type="AWS::DynamoDB::Table", id="t")
NESTED = TemplateResource(
    stack="Pets",
    logical_id="Inner",
    type="AWS::CloudFormation::Stack",
    id="arn:aws:cloudformation:us-east-1:123456789012:stack/Pets-Inner/1",
)
INNER = TemplateResource(stack="Pets-Inner", logical_id="Queue", type="AWS::SQS::Queue", id="q")
OTHER = TemplateResource(stack="Orders", logical_id="Queue", type="AWS::SQS::Queue", id="q")


class Sources:
    """SOURCEs by their name; one that is not there cannot be loaded."""

    def __init__(
        self,
        sources: Mapping[str, Deployment],
        *,
        hint: str | None = None,
        unused: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._sources = sources
        self._unused = unused or {}
        self._hint = hint
        self.asked: list[str] = []
        self.places: list[Environment | None] = []

    def load(self, source: str, place: Environment | None) -> Loaded:
        self.asked.append(source)
        self.places.append(place)
        if source not in self._sources:
            raise SourceError(f"there is no {source}", hint=self._hint)
        fidelity = FidelityReport(entries=(), honoured=0)
        unused = tuple(Fault(message=name, hint=f"hint of {source}") for name in self._unused.get(source, ()))
        return Loaded(
            deployment=self._sources[source],
            fidelity=fidelity,
            secrets=(f"secret of {source}",),
            unused_parameters=unused,
        )


@pytest.mark.parametrize(
    ("typed", "sides"),
    [
        ((None, None, None), Sides(before=None, after=".")),
        (("a", None, None), Sides(before="a", after=".")),
        (("a", "b", None), Sides(before="a", after="b")),
        ((None, None, "main"), Sides(before="git:main", after=".")),
        (("infra", None, "main"), Sides(before="git:main:./infra", after="infra")),
        (("aws:Pets", None, "main"), Sides(before="git:main", after="aws:Pets")),
    ],
)
def test_sides_are_chosen_by_what_was_typed(typed: tuple[str | None, str | None, str | None], sides: Sides) -> None:
    assert choose_sides(*typed) == sides


def test_before_cannot_be_given_twice() -> None:
    with pytest.raises(click.UsageError, match="either BEFORE or --base"):
        choose_sides("a", "b", "main")


def test_source_at_a_ref_is_seen_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert at_ref("v1", "../infra") == "git:v1:../infra"
    assert at_ref("v1", str(tmp_path / "here" / "template.yaml")) == "git:v1:./template.yaml"


def test_both_sides_are_loaded_under_their_names() -> None:
    sources = Sources({"a": Deployment(), "b": Deployment(template_resources=(TABLE,))})

    before, after = load_sides(Sides(before="a", after="b"), sources.load)

    assert (before.source, after.source) == ("a", "b")
    assert after.deployment.template_resources == (TABLE,)
    assert after.secrets == ("secret of b",)


@pytest.mark.parametrize(
    ("before", "unused", "told"),
    [
        pytest.param("a", {}, [], id="used"),
        pytest.param("a", {"a": ("X",)}, [], id="used-after"),
        pytest.param("a", {"b": ("X",)}, [], id="used-before"),
        pytest.param("a", {"a": ("Y", "X"), "b": ("Y",)}, ["Y"], id="used-nowhere"),
        pytest.param("aws:a", {"b": ("X", "Y")}, ["X", "Y"], id="deployed"),
        pytest.param(None, {"b": ("X",)}, ["X"], id="what-is-deployed"),
    ],
)
def test_parameter_that_no_side_has_is_a_fault(
    before: str | None, unused: Mapping[str, tuple[str, ...]], told: list[str]
) -> None:
    deployments = {name: Deployment(template_resources=(TABLE,)) for name in ("a", "b", "aws:a", "aws:Pets")}
    sources = Sources(deployments, unused=unused)

    assert _faults(Sides(before=before, after="b"), sources) == told


def _faults(sides: Sides, sources: Sources) -> list[str]:
    try:
        load_sides(sides, sources.load)
    except ParameterError as error:
        return [fault.message for fault in error.faults]
    return []


def test_parameters_do_not_matter_where_both_sides_are_deployed() -> None:
    sources = Sources({"aws:a": Deployment(), "aws:b": Deployment()})

    assert _faults(Sides(before="aws:a", after="aws:b"), sources) == []


def test_before_is_by_default_what_is_deployed_of_each_stack() -> None:
    after = Deployment(template_resources=(TABLE, NESTED, INNER, OTHER))
    sources = Sources({".": after, "aws:Pets,Orders": Deployment(template_resources=(TABLE, OTHER))})

    before, _ = load_sides(Sides(before=None, after="."), sources.load)

    assert sources.asked == [".", "aws:Pets,Orders"]
    assert before.source == "aws:Pets,Orders"
    assert before.stacks == ("Pets", "Orders")
    assert before.deployment.template_resources == (TABLE, OTHER)
    assert before.secrets == ("secret of aws:Pets,Orders",)


IRELAND = Environment(account_id="111122223333", region="eu-west-1")


@pytest.mark.parametrize(
    ("sides", "asked", "places"),
    [
        (Sides(before=None, after="."), [".", "aws:Pets", "."], [None, None, IRELAND]),
        (Sides(before="aws:Pets", after="."), ["aws:Pets", "."], [None, IRELAND]),
        (Sides(before=".", after="aws:Pets"), ["aws:Pets", "."], [None, IRELAND]),
        (Sides(before="git:main", after="."), [".", "git:main"], [None, None]),
    ],
)
def test_what_could_be_anywhere_is_where_the_other_side_is_deployed(
    sides: Sides, asked: list[str], places: list[Environment | None]
) -> None:
    written = Deployment(template_resources=(TABLE,))
    sources = Sources({".": written, "git:main": written, "aws:Pets": Deployment(environment=IRELAND)})

    load_sides(sides, sources.load)

    assert (sources.asked, sources.places) == (asked, places)


def test_characters_that_cloudformation_does_not_tell_are_those_of_the_other_side() -> None:
    told, written = (Deployment(outputs=(Output(stack="S", name="O", value=text),)) for text in ("Zo?", "Zoë"))
    sources = Sources({"aws:S": told, ".": written, "t.json": told})

    before, after = load_sides(Sides(before="aws:S", after="."), sources.load)
    assert before.deployment == after.deployment == written
    before, after = load_sides(Sides(before="t.json", after="."), sources.load)
    assert before.deployment == told


@pytest.mark.parametrize("hint", [None, "deploy it first"])
def test_what_is_not_deployed_is_told_with_the_remedy(hint: str | None) -> None:
    sources = Sources({".": Deployment(template_resources=(TABLE,))}, hint=hint)

    with pytest.raises(ForestageError) as caught:
        load_sides(Sides(before=None, after="."), sources.load)

    assert caught.value.message == "what is deployed of . cannot be loaded: there is no aws:Pets"
    assert caught.value.hint
    assert caught.value.hint.startswith(hint or "name what to compare with")
    assert "--base REF" in caught.value.hint


def test_nothing_that_could_be_deployed_is_told() -> None:
    with pytest.raises(ForestageError, match="has no stack that could be deployed"):
        load_sides(Sides(before=None, after="."), Sources({".": Deployment()}).load)


def test_nested_stacks_are_deployed_with_those_that_nest_them() -> None:
    assert top_level_stacks(Deployment(template_resources=(TABLE, NESTED, INNER, OTHER))) == ("Pets", "Orders")
