"""From a SAM template to one of CloudFormation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.errors import Fault
from forestage.load.positions import MarkedList, MarkedMap
from forestage.load.sam.build import Build, build_file, read_build, unbuilt
from forestage.load.sam.causes import fault_of
from forestage.load.sam.local_code import hide_paths, show_paths, source_paths
from forestage.load.sam.origins import with_origins
from forestage.load.sam.plain import to_plain_map
from forestage.load.sam.transform import transform
from forestage.load.template import (
    RESOURCE_ATTRIBUTES,
    SAM_ATTRIBUTES,
    SAM_TRANSFORM,
    Template,
    sam_type,
    transforms_of,
)
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forestage.load.positions import Raw
    from forestage.load.resolved import Resolved
    from forestage.load.sam.plain import Plain
    from forestage.load.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class SamInput:
    """A SAM template to transform.

    ``stack`` is a draft of its stack, which knows the parameters and takes the faults. ``built`` is the template that
    ``sam build`` made of it, where the application around this one tells it. ``files`` gains what calls for a new load.
    """

    template: Template
    stack: Stack
    built: Path | None
    files: list[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class FromSam:
    """What became of a SAM template, and the built templates of the applications nested in it, by logical id."""

    template: Template
    built: Mapping[str, Path]


def from_sam(given: SamInput) -> FromSam | None:
    """Transform a SAM template; None, and faults, where it cannot be."""
    template, stack = given.template, given.stack
    build = _build(given)
    stack.findings.warn(*_ignored_attributes(stack), *unbuilt(template, build, stack.locator))
    plain = to_plain_map(template.root)
    hide_paths(plain, template, stack, build.code)
    made = transform(plain, _parameters(stack.arguments), stack.environment)
    stack.findings.add(*(fault_of(cause, template, stack.locator) for cause in made.causes))
    if made.causes:
        return None
    shown = show_paths(made.template)
    assert isinstance(shown, dict), "a map without S3Bucket stays a map"
    root = with_origins(shown, template)
    root = _with_transforms(root, template)
    return FromSam(template=replace(template, root=root, written=template.root), built=build.templates)


def _ignored_attributes(stack: Stack) -> Iterator[Fault]:
    """Report what the transform drops without a word; of properties that it does not know it makes faults."""
    known = (*RESOURCE_ATTRIBUTES, *SAM_ATTRIBUTES)
    for resource in stack.resources.values():
        for attribute in resource if sam_type(resource) else ():
            if attribute not in known:
                origin = stack.locator.origin(resource, attribute)
                yield Fault(message=f"SAM ignores the attribute {attribute}", origin=origin)


def _build(given: SamInput) -> Build:
    file = given.built or build_file(given.template.file)
    if file is None:
        return Build()
    folder = given.template.file.parent
    code = [folder / path for path in dict.fromkeys(source_paths(given.template, given.stack))]
    given.files.extend([file, *(path for path in code if path.exists())])
    return read_build(file, given.template, [given.template.file, *code], given.stack.findings)


def _parameters(arguments: Mapping[str, Resolved]) -> Mapping[str, Plain]:
    """Write values of parameters for the transform; one that is secret, or not known, stays a reference."""
    known = {name: _known(value) for name, value in arguments.items()}
    return {name: {"Ref": name} if value is None else value for name, value in known.items()}


def _known(value: Resolved) -> Plain:
    if isinstance(value, str):
        return value
    items = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    return [*items] if isinstance(value, list) and len(items) == len(value) else None


def _with_transforms(root: MarkedMap[Raw], template: Template) -> MarkedMap[Raw]:
    """Keep the other transforms that the template declares: the stack asks for them."""
    others = [
        given if given is not None else name for name, given in transforms_of(template.root) if name != SAM_TRANSFORM
    ]
    mark = template.root.marks["Transform"]
    listed: MarkedList[Raw] = MarkedList(root.document, mark, [mark] * len(others), others)
    return MarkedMap(root.document, root.mark, {**root.marks, "Transform": mark}, {**root, "Transform": listed})
