from __future__ import annotations

from forestage.diff.match.template import pair_stacks, pair_template
from forestage.model.deployment import Deployment, TemplateResource


def resource(stack: str, logical_id: str, resource_type: str = "AWS::SQS::Queue") -> TemplateResource:
    return TemplateResource(stack=stack, logical_id=logical_id, type=resource_type, id=f"{stack}-{logical_id}")


def deployment(*resources: TemplateResource) -> Deployment:
    return Deployment(template_resources=resources)


def test_stacks_pair_by_name_and_then_by_what_is_in_them() -> None:
    before = deployment(resource("a", "X"), resource("old", "Y"), resource("old", "Z"), resource("gone", "Q"))
    after = deployment(resource("a", "X"), resource("new", "Y"), resource("new", "Z"), resource("other", "R"))

    assert pair_stacks(before, after) == {"a": "a", "old": "new"}


def test_each_stack_pairs_once() -> None:
    before = deployment(resource("one", "X"), resource("two", "X"))
    after = deployment(resource("three", "X"))

    assert list(pair_stacks(before, after).values()) == ["three"]


def test_resources_pair_within_their_stacks_and_then_across() -> None:
    before = (resource("old", "X"), resource("old", "Moved"))
    after = (resource("new", "X"), resource("other", "Moved"), resource("new", "Moved", "AWS::SNS::Topic"))

    pairs = pair_template(before, after, {"old": "new"})

    assert [pair.both for pair in pairs] == [(before[0], after[0]), (before[1], after[1]), None]
