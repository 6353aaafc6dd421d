from __future__ import annotations

from typing import Any

from forestage.load.order import Order
from forestage.load.resolved import ResolvedSource, ResolvedStack
from tests.load.stacks import resolved_stack

TOPIC = "AWS::SNS::Topic"
NESTED_ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/Child/1"


def chain(**needs: list[str]) -> dict[str, Any]:
    return {name: {"Type": TOPIC, "DependsOn": needed} for name, needed in needs.items()}


def order_of(*stacks: ResolvedStack) -> Order:
    return Order(ResolvedSource(stacks=stacks))


def dependents(order: Order, stack: ResolvedStack, logical_id: str) -> set[tuple[str, str]]:
    (resource,) = (item for item in stack.resources if item.logical_id == logical_id)
    return set(order.dependents(resource))


def family(parent: dict[str, Any], child: dict[str, Any]) -> tuple[ResolvedStack, ResolvedStack]:
    """Make a stack and one that its resource Nested nests."""
    inner = resolved_stack(child, name="Child", stack_id="")
    outer = resolved_stack(parent, name="Parent")
    nested_id = next(item.id for item in outer.resources if item.logical_id == "Nested")
    return ResolvedStack(name="Child", resources=inner.resources, stack_id=nested_id), outer


def nested(*needs: str) -> dict[str, Any]:
    return {"Type": "AWS::CloudFormation::Stack", "DependsOn": list(needs)}


def test_dependents_are_found_through_others() -> None:
    stack = resolved_stack(chain(A=[], B=["A"], C=["B"], D=[]))

    assert dependents(order_of(stack), stack, "A") == {("T", "B"), ("T", "C")}


def test_circles_end() -> None:
    stack = resolved_stack(chain(A=["B"], B=["A"]))

    assert dependents(order_of(stack), stack, "A") == {("T", "A"), ("T", "B")}


def test_everything_in_a_nested_stack_depends_on_what_its_resource_needs() -> None:
    child, parent = family({**chain(A=[]), "Nested": nested("A")}, chain(X=[]))

    assert dependents(order_of(child, parent), parent, "A") == {("Parent", "Nested"), ("Child", "X")}


def test_whoever_needs_a_nested_stack_depends_on_everything_in_it() -> None:
    child, parent = family({"Nested": nested(), **chain(B=["Nested"], C=[])}, chain(X=[], Y=[]))

    assert dependents(order_of(child, parent), child, "X") == {("Parent", "Nested"), ("Parent", "B")}


def test_stacks_in_nested_stacks_are_part_of_them() -> None:
    inner = resolved_stack({"Nested": nested()}, name="Child")
    deep_id = inner.resources[0].id
    deepest = ResolvedStack(name="Deep", resources=resolved_stack(chain(X=[]), name="Deep").resources, stack_id=deep_id)
    outer = resolved_stack({**chain(A=[]), "Nested": nested("A")}, name="Parent")
    child = ResolvedStack(name="Child", resources=inner.resources, stack_id=outer.resources[1].id)

    order = order_of(deepest, child, outer)

    assert ("Deep", "X") in dependents(order, outer, "A")
    assert not order.is_made_later("Parent", than="Deep")


def test_stacks_are_made_in_the_order_of_the_source() -> None:
    order = order_of(resolved_stack({}, name="A"), resolved_stack({}, name="B"))

    assert order.is_made_later("B", than="A")
    assert not order.is_made_later("A", than="B")
    assert not order.is_made_later("A", than="A")
