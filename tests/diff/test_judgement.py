from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forestage.diff.judgement import judged, pointer
from forestage.diff.report import Operation, Severity
from forestage.diff.walk.changes import Change, Place
from forestage.diff.walk.concerns import Concern, Fact
from forestage.model.values import Origin, Secret, Unknown

PLACE = Place(
    api="PetsApi",
    api_name="pets",
    where="GET /pets",
    identity="GET /pets",
    logical_id="GetPets",
    type="AWS::ApiGateway::Method",
    construct="Shop/GetPets",
    pointer="/Resources/GetPets/Properties",
    origin=Origin("app.py", 3),
)


# Values are of any type.
def change(concern: Concern = Concern.API_KEY_REQUIRED, **fields: Any) -> Change[Any]:
    return Change(**{"concern": concern, "place": PLACE, "before": False, "after": True, **fields})


def test_finding_says_what_the_rule_says_and_where_the_change_is() -> None:
    (finding,) = judged([change(path=("ApiKeyRequired",))])

    assert finding.id == "api-key-required-added"
    assert finding.severity is Severity.BREAKING
    assert (finding.api, finding.where) == ("PetsApi", "GET /pets")
    assert finding.path == "/Resources/GetPets/Properties/ApiKeyRequired"
    assert finding.resource is not None
    assert finding.resource.construct == "Shop/GetPets"
    assert finding.origin == Origin("app.py", 3)
    assert (finding.before, finding.after) == (False, True)


def test_a_place_of_its_own_wins() -> None:
    (finding,) = judged([change(origin=Origin("app.py", 9))])

    assert finding.origin == Origin("app.py", 9)


def test_fingerprints_are_over_id_api_place_and_detail() -> None:
    first = judged([change()])[0].fingerprint

    assert len(first) == 12
    assert judged([change(path=("Other",), note="x", before=None)])[0].fingerprint == first
    assert judged([change(detail="x")])[0].fingerprint != first


def test_what_would_have_one_fingerprint_gets_a_number() -> None:
    findings = judged([change(), change()])

    assert len({finding.fingerprint for finding in findings}) == 2
    assert findings[0].fingerprint == judged([change()])[0].fingerprint


def test_a_change_that_no_stage_serves_is_dangerous_at_most() -> None:
    (finding,) = judged([change(facts=frozenset({Fact.STALE}))])

    assert finding.severity is Severity.DANGEROUS
    assert finding.operations == (Operation.STALE,)
    assert "not live" in finding.message


def test_safe_changes_that_no_stage_serves_stay_safe() -> None:
    (finding,) = judged([change(before=True, after=False, facts=frozenset({Fact.STALE}))])

    assert finding.severity is Severity.SAFE


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a secret is s3cret!", "a secret is ***"),
        (Unknown("Ref s3cret!"), "<Ref ***>"),
        (Secret("x"), "***"),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"s3cret!": ["s3cret!", 1.5, None]}, {"***": ["***", 1.5, None]}),
        (True, True),
    ],
    ids=str,
)
def test_values_are_shown_without_secrets(value: Any, shown: Any) -> None:
    made = change(Concern.OPERATION_NAME, before=value, after=value)

    (finding,) = judged([made], secrets=["s3cret!", "abc"])

    assert (finding.before, finding.after) == (shown, shown)


def test_secrets_are_masked_in_messages() -> None:
    (finding,) = judged([change(Concern.OPERATION_NAME, before="x", after="s3cret!")], secrets=["s3cret!"])

    assert "s3cret" not in finding.message


def test_what_can_not_be_shown_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="object is no value to show"):
        judged([change(before=object())])


def test_a_change_of_a_body_points_at_the_body() -> None:
    place = replace(PLACE, pointer="/Resources/A/Properties/Body", is_exact=False)

    (finding,) = judged([change(place=place, path=("ApiKeyRequired",))])

    assert finding.path == "/Resources/A/Properties/Body"


def test_pointers_are_escaped() -> None:
    assert pointer(("a/b", "c~d", 0)) == "/a~1b/c~0d/0"
