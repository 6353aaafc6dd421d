"""The shape of a template: its sections and the attributes of its resources, before any intrinsic is resolved."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.errors import Fault
from forestage.load.documents import read_document
from forestage.load.positions import DuplicateKey, MarkedList, MarkedMap, Raw
from forestage.load.scope import describe, nearest
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forestage.load.findings import Findings
    from forestage.load.locator import Locator

SAM_TRANSFORM = "AWS::Serverless-2016-10-31"
SAM = "AWS::Serverless::"
"""How types of SAM begin."""

SAM_TYPES = tuple(
    SAM + name
    for name in (
        *("Api", "Application", "CapacityProvider", "Connector", "Function", "GraphQLApi", "HttpApi", "LayerVersion"),
        *("SimpleTable", "StateMachine", "WebSocketApi"),
    )
)
"""Source: SAM developer guide, "SAM resource and property reference"."""

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
INCLUDE = "AWS::Include"
INERT_TRANSFORMS = ("AWS::CodeDeployBlueGreen", "AWS::SecretsManager")
"""Beginnings of transforms that add nothing that a preview runs."""

SECTIONS = (
    *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions"),
    *("Transform", "Hooks", "Resources", "Outputs"),
)
RESOURCE_ATTRIBUTES = (
    *("Type", "Properties", "Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy"),
    *("CreationPolicy", "UpdatePolicy", "Version", "Description"),
)
"""Source: CloudFormation template reference, "Resource attributes"; Version is that of custom resources, Description is
in no list, but the CDK writes it (ICfnResourceOptions.description) and CloudFormation takes it.
"""

SAM_SECTIONS = ("Globals",)
SAM_ATTRIBUTES = ("Connectors", "IgnoreGlobals")
"""What a template may have only before the SAM transform. Source: SAM developer guide, "SAM template anatomy"."""

_IS_LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}").fullmatch
_IS_TYPE = re.compile(r"Custom::[A-Za-z0-9_@-]{1,60}|[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2,3}").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template as it was read.

    ``written`` is what the author wrote, where a transform made something else of it; both are in the same positions.
    """

    file: Path
    root: MarkedMap[Raw]
    written: MarkedMap[Raw] | None = None

    def section(self, name: str) -> MarkedMap[Raw]:
        """Return a section, empty where the template has none."""
        section = self.root.get(name)
        if isinstance(section, MarkedMap):
            return section
        return MarkedMap(self.root.document, self.root.mark, {}, {})

    def has_transform(self, name: str) -> bool:
        """Tell whether the template declares a transform."""
        return any(declared == name for declared, _ in transforms_of(self.root))


def read_template(file: Path, findings: Findings) -> Template | None:
    """Read a file that should hold a template; None, and its faults, where it does not."""
    reading = read_document(file)
    if isinstance(reading.root, MarkedMap):
        template = Template(file=file, root=reading.root)
        is_sam = template.has_transform(SAM_TRANSFORM)
        for fault in reading.faults:
            if is_sam and isinstance(fault, DuplicateKey):  # SAM's own tool takes the last, and sends it alone to AWS.
                findings.warn(replace(fault, hint="the last one counts"))
            else:
                findings.add(fault)
        return template
    findings.add(*reading.faults)
    if not reading.faults:
        message = f"a template is a map with the section Resources, this is {describe(reading.root)}"
        findings.add(Fault(message=message, origin=reading.document.origin(0)))
    return None


def sam_type(resource: Mapping[str, object]) -> str:
    """Return the last part of a type of SAM, ``Function``; empty for other types."""
    written = str(resource.get("Type"))
    return written.removeprefix(SAM) if written.startswith(SAM) else ""


def transforms_of(root: MarkedMap[Raw]) -> Iterator[tuple[str, Raw]]:
    """List the transforms that a template declares: the name, and the map where it has parameters."""
    declared = root.get("Transform")
    for transform in declared if isinstance(declared, MarkedList) else (declared,):
        if isinstance(transform, str):
            yield transform, None
        elif isinstance(transform, MarkedMap):
            yield str(transform.get("Name")), transform


def transform_faults(template: Template, locator: Locator) -> Iterator[Fault]:
    """Report the transforms that cannot be done here."""
    origin = locator.origin(template.root, "Transform")
    for name, _ in transforms_of(template.root):
        if name not in {LANGUAGE_EXTENSIONS, INCLUDE, SAM_TRANSFORM} and not name.startswith(INERT_TRANSFORMS):
            yield Fault(message=f"the macro {name} runs only on AWS", origin=origin)


def shape_faults(template: Template, locator: Locator) -> Iterator[Fault]:
    """Report sections, resources and outputs that are not as CloudFormation wants them, or SAM before its transform."""
    root = template.root
    is_sam = template.has_transform(SAM_TRANSFORM)
    sections = (*SECTIONS, *(SAM_SECTIONS if is_sam else ()))
    for name, section in root.items():
        if name not in sections:
            hint = nearest(name, sections) or f"there are {', '.join(sections)}"
            yield Fault(message=f"a template has no section {name}", origin=locator.origin(root, name), hint=hint)
        elif name in {"Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Rules", *SAM_SECTIONS}:
            yield from _section_faults(name, section, root, locator)
    version = root.get("AWSTemplateFormatVersion", "2010-09-09")
    if str(version) != "2010-09-09":
        message = f"AWSTemplateFormatVersion must be 2010-09-09, got {describe(version)}"
        yield Fault(message=message, origin=locator.origin(root, "AWSTemplateFormatVersion"))
    for logical_id, resource in template.section("Resources").items():
        yield from _resource_faults(logical_id, resource, template, locator)


def _section_faults(name: str, section: Raw, root: MarkedMap[Raw], locator: Locator) -> Iterator[Fault]:
    if not isinstance(section, MarkedMap):
        message = f"the section {name} must be a map, it is {describe(section)}"
        yield Fault(message=message, origin=locator.origin(root, name))
        return
    for entry, value in section.items():
        if name == "Conditions" and isinstance(value, MarkedMap):
            continue
        if not isinstance(value, MarkedMap):
            message = f"{entry} in {name} must be a map, it is {describe(value)}"
            yield Fault(message=message, origin=locator.origin(section, entry))
        elif name == "Outputs" and "Value" not in value:
            yield Fault(message=f"output {entry} has no Value", origin=locator.origin(section, entry))


def _resource_faults(logical_id: str, resource: Raw, template: Template, locator: Locator) -> Iterator[Fault]:
    if not isinstance(resource, MarkedMap):
        return
    resources = template.section("Resources")
    is_sam = template.has_transform(SAM_TRANSFORM)
    attributes = (*RESOURCE_ATTRIBUTES, *(SAM_ATTRIBUTES if is_sam else ()))
    if not _IS_LOGICAL_ID(logical_id):
        message = f"a logical id has only letters and digits, got {logical_id!r}"
        yield Fault(message=message, origin=locator.origin(resources, logical_id))
    yield from _type_faults(logical_id, resource, template, locator)
    for attribute in resource if not sam_type(resource) or not is_sam else ():  # The transform drops the rest.
        if attribute not in attributes:
            hint = nearest(attribute, attributes) or f"there are {', '.join(attributes)}"
            message = f"a resource has no attribute {attribute}"
            yield Fault(message=message, origin=locator.origin(resource, attribute), hint=hint)
    properties = resource.get("Properties")
    if properties is not None and not isinstance(properties, MarkedMap):
        message = f"Properties must be a map, got {describe(properties)}"
        yield Fault(message=message, origin=locator.origin(resource, "Properties"))
    for name in depends_on(resource):
        if name not in resources and not is_sam:  # The transform may still make it.
            message = f"DependsOn names {name}, which is no resource"
            yield Fault(
                message=message, origin=locator.origin(resource, "DependsOn"), hint=nearest(name, tuple(resources))
            )


def _type_faults(logical_id: str, resource: MarkedMap[Raw], template: Template, locator: Locator) -> Iterator[Fault]:
    given = resource.get("Type")
    if given is None:
        origin = locator.origin(template.section("Resources"), logical_id)
        yield Fault(message=f"resource {logical_id} has no Type", origin=origin)
    elif not isinstance(given, str) or not _IS_TYPE(given):
        message = f"a type looks like AWS::Lambda::Function, got {describe(given)}"
        yield Fault(message=message, origin=locator.origin(resource, "Type"))
    elif given.startswith(SAM) and template.written is not None:
        message = f"SAM has no type {given}"
        yield Fault(message=message, origin=locator.origin(resource, "Type"), hint=nearest(given, SAM_TYPES))
    elif given.startswith(SAM) and not template.has_transform(SAM_TRANSFORM):
        hint = f"the template does not declare Transform: {SAM_TRANSFORM}"
        yield Fault(message=f"{given} is a type of SAM", origin=locator.origin(resource, "Type"), hint=hint)


def depends_on(resource: MarkedMap[Raw]) -> tuple[str, ...]:
    """Return the logical ids in DependsOn: one, or a list."""
    given = resource.get("DependsOn")
    names = given if isinstance(given, MarkedList) else [given]
    return tuple(name for name in names if isinstance(name, str))
