"""The stack that made an API, and what its resources are called here and on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.aws import items
from forestage.errors import AwsError
from forestage.load.deployed.stacks import SERVICE, describe
from forestage.load.stack import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.aws import Aws
    from forestage.load.resolved import ResolvedSource, ResolvedStack

_NO_STACK: Final = "ValidationError"


def owning_stack(aws: Aws, physical_id: str) -> str | None:
    """Return the ARN of the outermost stack that a resource belongs to; None where no stack made it.

    Source: DescribeStackResources in the API reference: with PhysicalResourceId it tells the resources of the stack
    that the resource is part of.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
    """
    try:
        found = aws.ask(SERVICE, "describe_stack_resources", PhysicalResourceId=physical_id)["StackResources"]
    except AwsError as error:
        if error.code == _NO_STACK:
            return None
        raise
    if not found:
        return None
    stack = describe(aws, str(found[0]["StackId"]))
    return str(stack.get("RootId") or stack["StackId"])


def ids_of(aws: Aws, root: str, source: ResolvedSource) -> Mapping[str, str]:
    """Tell what each resource of a stack, and of those nested in it, is called here, by what AWS calls it.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
    """
    return dict(_ids(aws, root, source.stacks[-1], {stack.stack_id: stack for stack in source.stacks}))


def _ids(
    aws: Aws, physical: str, stack: ResolvedStack, stacks: Mapping[str, ResolvedStack]
) -> Iterator[tuple[str, str]]:
    resources = {resource.logical_id: resource for resource in stack.resources}
    for found in items(aws, SERVICE, "list_stack_resources", "StackResourceSummaries", StackName=physical):
        resource = resources.get(str(found["LogicalResourceId"]))
        own = found.get("PhysicalResourceId")
        if resource is None or not own:
            continue
        yield str(own), resource.id
        if resource.type == NESTED_STACK and resource.id in stacks:
            yield from _ids(aws, str(own), stacks[resource.id], stacks)
