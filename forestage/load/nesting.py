"""Opening stacks: from a template file to a stack that can be resolved, and from a resource to the stack it nests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.errors import Fault
from forestage.load.expansion import Expansion, needs_expansion
from forestage.load.findings import Findings
from forestage.load.locator import Locator
from forestage.load.resolved import Assets
from forestage.load.scope import describe, nearest
from forestage.load.stack import Family, Stack, StackInput
from forestage.load.template import SAM_TRANSFORM, read_template, shape_faults, transform_faults
from forestage.model.records import dataclass, field
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from forestage.load.resolved import Resolved
    from forestage.model.deployment import Environment
    from forestage.model.values import Origin


MAX_NESTING = 10
"""How deep stacks may nest one another here; AWS has no published limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFile:
    """A template file that is to become a stack; see StackInput.

    ``root`` names the outermost stack around it. ``built`` is what ``sam build`` made of the file, where the template
    around it tells that.
    """

    name: str
    file: Path
    root: str
    environment: Environment
    arguments: Mapping[str, Resolved] = field(default_factory=dict)
    assets: Assets = field(default_factory=Assets)
    construct_paths: Mapping[str, str] = field(default_factory=dict)
    app_lines: Mapping[str, Origin] = field(default_factory=dict)
    may_be_empty: bool = False
    depth: int = 0
    built: Path | None = None


def open_stack(given: StackFile, family: Family, findings: Findings, files: list[Path]) -> Stack | None:
    """Read a template, put in what it includes, and check its shape; None where it cannot be gone on with.

    ``files`` gains every file that was read.
    """
    files.append(given.file)
    template = read_template(given.file, findings)
    if template is None:
        return None
    faults = tuple(transform_faults(template, Locator(template.root, given.construct_paths)))
    findings.add(*faults)
    if faults:
        return None
    stack_input = StackInput(
        name=given.name,
        root=given.root,
        template=template,
        environment=given.environment,
        arguments=given.arguments,
        assets=given.assets,
        construct_paths=given.construct_paths,
        app_lines=given.app_lines,
        depth=given.depth,
    )
    if needs_expansion(template):
        stack_input = _expanded(stack_input, family, findings, files)
    if stack_input.template.has_transform(SAM_TRANSFORM) and stack_input.template.section("Resources"):
        transformed = _transformed(stack_input, given.built, family, findings, files)
        if transformed is None:
            return None
        stack_input = transformed
    template = stack_input.template
    findings.add(*shape_faults(template, Locator(template.root, given.construct_paths, template.written)))
    if not template.root.get("Resources") and not given.may_be_empty:
        origin = template.root.document.origin(template.root.mark)
        findings.add(Fault(message="the template has no Resources", origin=origin))
    return Stack(stack_input, family, findings)


def _expanded(given: StackInput, family: Family, findings: Findings, files: list[Path]) -> StackInput:
    """Expand a template with a draft of its stack, whose parameters may say what to include and to loop over."""
    draft_findings = Findings()
    draft = Stack(given, family, draft_findings)
    expansion = Expansion(scope=draft, folder=given.template.file.parent, assets=given.assets)
    template = expansion.expand(given.template)
    files += expansion.files
    findings.add(*draft_findings.faults, *expansion.faults)
    findings.warn(*draft_findings.warnings)
    return replace(given, template=template)


def _transformed(
    given: StackInput, built: Path | None, family: Family, findings: Findings, files: list[Path]
) -> StackInput | None:
    """Make CloudFormation of a SAM template; None where its shape, or the transform, has faults."""
    from forestage.load.sam.template import SamInput, from_sam

    faults = tuple(shape_faults(given.template, Locator(given.template.root, given.construct_paths)))
    findings.add(*faults)
    if faults:
        return None
    draft = Stack(given, family, Findings())
    made = from_sam(SamInput(template=given.template, stack=draft, built=built, files=files))
    findings.take(draft.findings)
    return replace(given, template=made.template, built=made.built) if made else None


def open_nested(parent: Stack, logical_id: str, family: Family, files: list[Path]) -> Stack | None:
    """Open the stack that a resource nests; None, and a fault or warning, where its template is not at hand."""
    resource = parent.resources[logical_id]
    location = parent.property_of(logical_id, "TemplateURL")
    metadata = parent.resolve(resource.get("Metadata"), resource)
    written = location if isinstance(location, str) else ""
    found = parent.given.assets.find(written, metadata if isinstance(metadata, Mapping) else None)
    if found is None:
        _report_missing(parent, logical_id, location)
        return None
    file = Path(found)
    if parent.given.depth >= MAX_NESTING:
        parent.fault(f"stacks are nested {MAX_NESTING} deep, {file.name} would go deeper", resource)
        return None
    nested = open_stack(
        StackFile(
            name=parent.name_of(logical_id),
            root=parent.given.root,
            file=file,
            environment=parent.environment,
            arguments=_arguments(parent, logical_id),
            assets=replace(parent.given.assets, folder=str(file.parent)),
            construct_paths=parent.given.construct_paths,
            app_lines=parent.given.app_lines,
            depth=parent.given.depth + 1,
            built=parent.given.built.get(logical_id),
        ),
        family,
        parent.findings,
        files,
    )
    if nested:
        _report_unknown_arguments(parent, logical_id, nested)
    return nested


def _report_missing(parent: Stack, logical_id: str, location: Resolved) -> None:
    resource = parent.resources[logical_id]
    if isinstance(location, Unknown) or (isinstance(location, str) and "://" in location):
        message = f"the template of the nested stack {logical_id} is not on this machine: {location}"
        parent.warn(message, resource, hint="its outputs are unknown; a local path as TemplateURL is read")
    elif isinstance(location, str):
        parent.fault(f"the nested stack {logical_id} has no template: there is no file {location}", resource)
    else:
        message = f"TemplateURL of the nested stack {logical_id} must be a path or URL, got {describe(location)}"
        parent.fault(message, resource)


def _arguments(parent: Stack, logical_id: str) -> Mapping[str, Resolved]:
    given = parent.property_of(logical_id, "Parameters")
    return given if isinstance(given, Mapping) else {}


def _report_unknown_arguments(parent: Stack, logical_id: str, nested: Stack) -> None:
    for name in _arguments(parent, logical_id):
        if name not in nested.parameters:
            hint = nearest(name, tuple(nested.parameters))
            message = f"the template of the nested stack {logical_id} has no parameter {name}"
            parent.fault(message, parent.resources[logical_id], hint=hint)
