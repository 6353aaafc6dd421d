"""Deployed stacks: their templates, with those nested in them, and the values that their parameters have.

CloudFormation tells every character outside ASCII as ``?``; see `forestage.load.deployed.mangling`.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forestage.aws import items
from forestage.errors import AwsError, SourceError
from forestage.load.assembly import StackArtifact
from forestage.load.documents import read_text, showing
from forestage.load.positions import MarkedMap
from forestage.load.resolved import Assets
from forestage.load.stack import NESTED_STACK
from forestage.load.template import INERT_TRANSFORMS, LANGUAGE_EXTENSIONS, SAM_TRANSFORM, transforms_of
from forestage.model.records import dataclass
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from forestage.aws import Answer, Aws
    from forestage.load.positions import Raw
    from forestage.load.resolved import Resolved

SERVICE: Final = "cloudformation"
MAX_STACKS: Final = 200
"""How many stacks may be nested in one another's; more is no application but a mistake."""

_ARN_PARTS = 6
_HIDDEN = "****"
"""What CloudFormation tells in place of a parameter with NoEcho."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A deployed stack as the artifact of an assembly, and the folder with its files."""

    artifact: StackArtifact
    folder: Path


@contextmanager
def fetched(aws: Aws, name: str) -> Generator[Fetched]:
    """Fetch a stack with those nested in it into a folder, which is removed at the end.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
        SourceError: there is no such stack.
    """
    stack = describe(aws, name)
    with tempfile.TemporaryDirectory(prefix="forestage-aws-") as made:
        folder = Path(made).resolve()
        with showing(folder, "aws:"):
            yield Fetched(artifact=_artifact(aws, stack, folder), folder=folder)


def describe(aws: Aws, name: str) -> Answer:
    """Describe a stack.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
        SourceError: there is no such stack.
    """
    try:
        found = aws.ask(SERVICE, "describe_stacks", StackName=name)["Stacks"]
    except AwsError as error:
        if error.code == "ValidationError" and "does not exist" in error.message:
            raise _no_stack(aws, name) from None
        raise
    # Source: DescribeStacks in the API reference: a stack that is only being reviewed has no template yet.
    if not found or found[0].get("StackStatus") == "REVIEW_IN_PROGRESS":
        raise _no_stack(aws, name)
    stack: Answer = found[0]
    return stack


def _no_stack(aws: Aws, name: str) -> SourceError:
    return SourceError(
        f"there is no stack {name!r} in region {aws.region}",
        hint="is it deployed, and are --profile and --region those of its account?",
    )


def _artifact(aws: Aws, stack: Answer, folder: Path) -> StackArtifact:
    name, arn = str(stack["StackName"]), str(stack["StackId"]).split(":")
    writer = _Writer(aws, folder)
    root = writer.read(name, str(stack["StackId"]))
    file = writer.write(name, str(stack["StackId"]), root)
    region, account_id = arn[3:5] if len(arn) >= _ARN_PARTS else (aws.region, None)
    return StackArtifact(
        id=name,
        name=name,
        display_name=name,
        template_file=file,
        account_id=account_id,
        region=region,
        parameters=dict(_arguments(stack, _map(root.get("Parameters")))),
        assets=Assets(folder=str(folder)),
        may_be_empty=True,
    )


def _arguments(stack: Answer, declared: Mapping[str, Raw]) -> Iterator[tuple[str, Resolved]]:
    """Yield the values of parameters.

    One that CloudFormation hides has its default, and is unknown where there is none. One from Systems Manager is as
    unknown as it is before deployment, so that the same parameter on both sides of a comparison is the same.
    """
    for parameter in stack.get("Parameters") or ():
        name, value = str(parameter["ParameterKey"]), str(parameter.get("ParameterValue", ""))
        declaration = declared.get(name)
        written = declaration if isinstance(declaration, MarkedMap) else {}
        is_ssm = "ResolvedValue" in parameter
        if is_ssm and value != written.get("Default"):
            yield name, Unknown(f"SSM parameter {value}")
        elif value == _HIDDEN and "Default" not in written:
            yield name, Unknown(f"Ref {name}")
        elif not is_ssm and value != _HIDDEN:
            yield name, value


class _Writer:
    """Writes the templates of stacks into a folder; each tells in its metadata where those are that it nests."""

    def __init__(self, aws: Aws, folder: Path) -> None:
        self._aws = aws
        self._folder = folder
        self._count = 0

    def write(self, name: str, stack: str, root: MarkedMap[Raw]) -> Path:
        """Write the template of a stack, and those of the stacks nested in it, and return its file."""
        self._count += 1
        if self._count > MAX_STACKS:
            raise SourceError(f"the stack has more than {MAX_STACKS} stacks nested in it")
        nested = {logical_id for logical_id, kind in _types(root) if kind == NESTED_STACK}
        children = dict(self._children(stack)) if nested else {}
        resources: dict[str, object] = {}
        for logical_id, resource in _map(root.get("Resources")).items():
            child = children.get(logical_id) if logical_id in nested else None
            if child is None or not isinstance(resource, MarkedMap):
                resources[logical_id] = resource
                continue
            below = f"{name}.{logical_id}"
            file = self.write(below, child, self.read(below, child))
            metadata = {**_map(resource.get("Metadata")), "aws:asset:path": str(file)}
            resources[logical_id] = {**resource, "Metadata": metadata}
        file = self._folder / f"{name}.template.json"
        text = json.dumps({**root, "Resources": resources}, indent=1, ensure_ascii=False)
        file.write_text(text, encoding="utf-8")
        return file

    def _children(self, stack: str) -> Iterator[tuple[str, str]]:
        """Yield the stacks that a stack nests: logical id and ARN."""
        for resource in items(self._aws, SERVICE, "list_stack_resources", "StackResourceSummaries", StackName=stack):
            if resource["ResourceType"] == NESTED_STACK and resource.get("PhysicalResourceId"):
                yield str(resource["LogicalResourceId"]), str(resource["PhysicalResourceId"])

    def read(self, name: str, stack: str) -> MarkedMap[Raw]:
        """Read a template as its author wrote it; where only AWS can run its macros, as they left it."""
        root = self._body(name, stack, "Original")
        if not _needs_aws(root):
            return root
        processed = self._body(name, stack, "Processed")
        return processed.like({key: value for key, value in processed.items() if key != "Transform"})

    def _body(self, name: str, stack: str, stage: str) -> MarkedMap[Raw]:
        body = self._aws.ask(SERVICE, "get_template", StackName=stack, TemplateStage=stage)["TemplateBody"]
        text = body if isinstance(body, str) else json.dumps(body, default=str, ensure_ascii=False)
        reading = read_text(text, file=f"aws:{name}")
        if reading.faults or not isinstance(reading.root, MarkedMap):
            raise SourceError(f"the template of stack {name} cannot be read", faults=reading.faults)
        return reading.root


def _needs_aws(root: MarkedMap[Raw]) -> bool:
    if "Fn::Transform" in root.document.text:
        return True
    return any(
        name not in {LANGUAGE_EXTENSIONS, SAM_TRANSFORM} and not name.startswith(INERT_TRANSFORMS)
        for name, _ in transforms_of(root)
    )


def _types(root: MarkedMap[Raw]) -> Iterator[tuple[str, Raw]]:
    for logical_id, resource in _map(root.get("Resources")).items():
        yield logical_id, _map(resource).get("Type")


def _map(node: Raw) -> Mapping[str, Raw]:
    return node if isinstance(node, MarkedMap) else {}
