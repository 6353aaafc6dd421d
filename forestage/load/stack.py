"""One stack: the scope of its intrinsics, and its resources after them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from forestage.errors import Fault
from forestage.load import intrinsics
from forestage.load.app_lines import written_at
from forestage.load.attributes import Subject, attribute_of, attributes_of, name_of, ref_of
from forestage.load.cycles import sort_by_needs
from forestage.load.dynamic import resolve_dynamic
from forestage.load.findings import Findings
from forestage.load.functions.conditions import decide
from forestage.load.identity import stack_id
from forestage.load.locator import Locator
from forestage.load.parameters import bind, read_parameters
from forestage.load.positions import MarkedMap, Place, Raw
from forestage.load.resolved import Assets, ResolvedResource, ResolvedStack
from forestage.load.rules import broken_rules
from forestage.load.scope import NO_VALUE, Absent, Value, Written, nearest
from forestage.load.template import LANGUAGE_EXTENSIONS, Template, depends_on
from forestage.model.deployment import Parameter as DeclaredParameter
from forestage.model.records import dataclass, field
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from forestage.load.resolved import Resolved
    from forestage.model.deployment import Environment
    from forestage.model.values import Origin

NESTED_STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackInput:
    """A stack to resolve: its template, and what it is given from outside.

    ``root`` names the outermost stack that this one is nested in, or is. ``arguments`` are the values of parameters;
    ``construct_paths`` goes from logical ids to construct paths, where the template itself does not tell them;
    ``app_lines`` from construct paths to the lines of the app.
    ``depth`` counts the stacks around this one. ``built`` has the templates that ``sam build`` made of nested
    applications, by logical id.
    """

    name: str
    root: str
    template: Template
    environment: Environment
    arguments: Mapping[str, Resolved] = field(default_factory=dict)
    assets: Assets = field(default_factory=Assets)
    construct_paths: Mapping[str, str] = field(default_factory=dict)
    app_lines: Mapping[str, Origin] = field(default_factory=dict)
    depth: int = 0
    built: Mapping[str, Path] = field(default_factory=dict)


class Family(Protocol):
    """The other stacks of the SOURCE, and what the user gave for all of them."""

    @property
    def references(self) -> Mapping[str, str]:
        """The values given for dynamic references."""

    def exported(self, name: str, importer: Stack) -> Resolved:
        """Return what some stack exports; None where none does."""

    def output_of(self, stack: str, output: str, importer: Stack) -> Resolved:
        """Return an output of a stack; None where there is none."""

    def nested(self, parent: Stack, logical_id: str) -> Stack | None:
        """Return the stack that a resource nests; None, and a fault, where its template cannot be read."""


class Stack:
    """A stack that resolves itself piece by piece, as far as others ask."""

    def __init__(self, given: StackInput, family: Family, findings: Findings) -> None:
        self.given = given
        self.findings = findings
        self.name = given.name
        self.environment = given.environment
        self.stack_id = stack_id(given.environment, given.name)
        self.has_language_extensions = given.template.has_transform(LANGUAGE_EXTENSIONS)
        self.locator = Locator(given.template.root, given.construct_paths, given.template.written)
        self.resources = _maps(given.template.section("Resources"))
        self.outputs = _maps(given.template.section("Outputs"))
        self._family = family
        self._conditions = given.template.section("Conditions")
        self._mappings = given.template.section("Mappings")
        self._decided: dict[str, bool] = {}
        self._deciding: list[str] = []
        self._values: dict[tuple[str, str], Resolved] = {}
        self._in_progress: set[tuple[str, str]] = set()
        self._needed: set[str] = set()
        self.parameters, faults, warnings = read_parameters(given.template.section("Parameters"), self.locator)
        findings.add(*faults)
        findings.warn(*warnings)
        self._arguments: dict[str, Resolved] = {}
        for name, parameter in self.parameters.items():
            self._arguments[name], wrong = bind(parameter, given.arguments.get(name, self._from_ssm(name)))
            findings.add_parameter_faults(wrong)

    def _from_ssm(self, name: str) -> str | None:
        parameter = self.parameters[name]
        return self._family.references.get(f"ssm:{parameter.default}") if parameter.ssm_type else None

    @property
    def arguments(self) -> Mapping[str, Resolved]:
        """What Ref yields for each parameter."""
        return self._arguments

    # What intrinsic functions ask.

    def resolve(self, node: Raw, holder: Written | None = None) -> Value:
        """Resolve all intrinsics in a value."""
        return intrinsics.resolve(self, node, holder)

    def dynamic(self, text: str, holder: Written | None) -> Value:
        """Resolve the dynamic references in a text."""
        value, missing = resolve_dynamic(text, self._family.references)
        for reference in missing:
            origin = self.locator.origin(holder) if holder is not None else None
            message = f"{{{{resolve:{reference}}}}} is known only to AWS"
            self.findings.warn(Fault(message=message, origin=origin))
        return value

    def ref(self, name: str, node: Written) -> Value:
        """Yield the value of a parameter, a pseudo parameter, or the id of a resource."""
        if name in self._arguments:
            return self._argument(name)
        if name.startswith("AWS::"):
            return self._pseudo_parameter(name, node)
        if self._refers(name, node, f"Ref {name}"):
            return self.id_of(name)
        return Unknown(f"Ref {name}")

    def get_att(self, logical_id: str, attribute: str, node: Written) -> Resolved:
        """Yield an attribute of a resource, or an output of a nested stack."""
        expression = f"Fn::GetAtt {logical_id}.{attribute}"
        if not self._refers(logical_id, node, expression):
            return Unknown(expression)
        subject = self._subject(logical_id)
        if subject.type == NESTED_STACK and attribute.startswith("Outputs."):
            return self._nested_output(logical_id, attribute.removeprefix("Outputs."), node)
        try:
            return attribute_of(subject, attribute)
        except KeyError:
            known = attributes_of(subject.type)
            hint = nearest(attribute, known) or (f"it has {', '.join(known)}" if known else "it has none")
            return self.fault(f"{subject.type} {logical_id} has no attribute {attribute}", node, hint=hint)

    def condition(self, name: str, node: Written) -> bool:
        """Decide a named condition; one that nobody can know before deployment counts as false, with a warning."""
        if name not in self._conditions:
            hint = nearest(name, tuple(self._conditions))
            self.fault(f"there is no condition {name} in the section Conditions", node, hint=hint)
            return False
        if name in self._deciding:
            circle = " -> ".join((*self._deciding[self._deciding.index(name) :], name))
            self.fault(f"conditions go round in a circle: {circle}", self._conditions)
            return False
        if name not in self._decided:
            self._deciding.append(name)
            decision = decide(self, self._conditions[name], self._conditions)
            self._deciding.pop()
            if isinstance(decision, Unknown):
                self.warn(f"condition {name} is known only to AWS ({decision}), it counts as false here", node)
            self._decided[name] = decision is True
        return self._decided[name]

    def mapping(self, name: str) -> Mapping[str, Raw] | None:
        """Return a mapping."""
        mapping = self._mappings.get(name)
        return mapping if isinstance(mapping, MarkedMap) else None

    def mapping_names(self) -> Sequence[str]:
        """Return the names of the mappings."""
        return tuple(self._mappings)

    def import_value(self, name: str, node: Written) -> Resolved:
        """Yield what another stack exports; unknown, with a warning, where no stack of the SOURCE does."""
        value = self._family.exported(name, self)
        if value is None:
            self.warn(f"no stack of this SOURCE exports {name}", node)
            return Unknown(f"Fn::ImportValue {name}")
        return value

    def stack_output(self, stack: str, output: str, node: Written) -> Resolved:
        """Yield an output of another stack; unknown, with a warning, where the SOURCE has none such."""
        value = self._family.output_of(stack, output, self)
        if value is None:
            self.warn(f"no stack {stack} of this SOURCE has an output {output}", node)
            return Unknown(f"Fn::GetStackOutput {stack}.{output}")
        return value

    def fault(self, message: str, node: Written, *, hint: str | None = None) -> Unknown:
        """Record a fault."""
        self.findings.add(Fault(message=message, origin=self.locator.origin(node), hint=hint))
        return Unknown(message)

    def warn(self, message: str, node: Written, *, hint: str | None = None) -> None:
        """Record a warning."""
        self.findings.warn(Fault(message=message, origin=self.locator.origin(node), hint=hint))

    # What the other stacks and the end result ask.

    def id_of(self, logical_id: str) -> str:
        """Return what Ref yields for a resource."""
        return ref_of(self._subject(logical_id))

    def name_of(self, logical_id: str) -> str:
        """Return the physical name of a resource."""
        return name_of(self._subject(logical_id))

    def is_active(self, logical_id: str) -> bool:
        """Tell whether the condition of a resource holds."""
        resource = self.resources[logical_id]
        condition = resource.get("Condition")
        return not isinstance(condition, str) or self.condition(condition, resource)

    def property_of(self, logical_id: str, name: str) -> Resolved:
        """Resolve one property of a resource, None where it is not given."""
        resource = self.resources[logical_id]
        properties = resource.get("Properties")
        if not isinstance(properties, MarkedMap) or name not in properties:
            return None
        return self._once((logical_id, name), properties[name], properties)

    def output(self, name: str) -> Resolved:
        """Resolve an output; None where there is none, or its condition does not hold."""
        output = self.outputs.get(name)
        if output is None:
            return None
        condition = output.get("Condition")
        if isinstance(condition, str) and not self.condition(condition, output):
            return None
        return self._once(("Outputs", name), output.get("Value"), output)

    def export_names(self) -> Iterator[tuple[str, str]]:
        """List what the stack exports: the name of the export, and that of the output."""
        for name, output in self.outputs.items():
            export = output.get("Export")
            condition = output.get("Condition")
            is_there = not isinstance(condition, str) or self.condition(condition, output)
            if isinstance(export, MarkedMap) and is_there:
                exported = self._once(("Exports", name), export.get("Name"), export)
                if isinstance(exported, str):
                    yield exported, name

    def resolved(self) -> ResolvedStack:
        """Resolve everything."""
        for name in self._conditions:
            self.condition(name, self._conditions)
        self._check_rules()
        active = [logical_id for logical_id in self.resources if self.is_active(logical_id)]
        resources = tuple(self._resource(logical_id) for logical_id in active)
        self._report_circles(resources)
        outputs = {name: value for name in self.outputs if (value := self.output(name)) is not None}
        return ResolvedStack(
            name=self.name,
            resources=resources,
            environment=self.environment,
            stack_id=self.stack_id,
            outputs=outputs,
            exports={export: outputs[name] for export, name in self.export_names() if name in outputs},
            export_names={name: export for export, name in self.export_names()},
            parameters=tuple(self._declared(name) for name in self.parameters),
            template_file=str(self.given.template.file),
            assets=self.given.assets,
        )

    def _declared(self, name: str) -> DeclaredParameter:
        parameter = self.parameters[name]
        default = parameter.default
        return DeclaredParameter(
            stack=self.name,
            name=name,
            type=parameter.type,
            default=Secret(default) if parameter.no_echo and default is not None else default,
            origin=parameter.origin,
        )

    def _check_rules(self) -> None:
        """Report the rules that the values of parameters break; what only AWS can tell breaks none."""
        findings, self.findings = self.findings, Findings()
        broken = tuple(broken_rules(self, self.given.template.section("Rules")))
        findings.add(*self.findings.faults)
        self.findings = findings
        findings.add_parameter_faults(
            Fault(message=message, origin=self.locator.origin(assertion)) for message, assertion in broken
        )

    def _resource(self, logical_id: str) -> ResolvedResource:
        resource = self.resources[logical_id]
        with self._collecting() as needed:
            properties = self.resolve(resource.get("Properties"), resource)
        with self._collecting():
            metadata = self.resolve(resource.get("Metadata"), resource)
        explicit = {name for name in depends_on(resource) if name in self.resources and self.is_active(name)}
        construct_path = self.locator.construct_path(logical_id)
        return ResolvedResource(
            stack=self.name,
            logical_id=logical_id,
            type=str(resource.get("Type")),
            id=self.id_of(logical_id),
            properties={} if isinstance(properties, Absent) or properties is None else properties,
            metadata=None if isinstance(metadata, Absent) else metadata,
            depends_on=frozenset(needed | explicit),
            construct_path=construct_path,
            deletion_policy=self._policy(resource, "DeletionPolicy"),
            update_replace_policy=self._policy(resource, "UpdateReplacePolicy"),
            place=Place(self.resources.document, self.resources.marks[logical_id]),
            written_at=written_at(self.given.app_lines, construct_path),
        )

    def _policy(self, resource: MarkedMap[Raw], name: str) -> str | None:
        """Resolve a policy of a resource, which language extensions allow to be an intrinsic."""
        if name not in resource:
            return None
        with self._collecting():
            value = self.resolve(resource[name], resource)
        return value if isinstance(value, str) else None

    def _report_circles(self, resources: Sequence[ResolvedResource]) -> None:
        _, circles = sort_by_needs({resource.logical_id: resource.depends_on for resource in resources})
        for circle in circles:
            names = " -> ".join(circle)
            origin = self.locator.origin(self.resources, circle[0])
            self.findings.add(Fault(message=f"resources need each other in a circle: {names}", origin=origin))

    def _argument(self, name: str) -> Resolved:
        value = self._arguments[name]
        parameter = self.parameters[name]
        if isinstance(value, Unknown) and parameter.ssm_type and parameter.default is not None:
            message = f"parameter {name} is read from Systems Manager ({parameter.default}), which only AWS knows"
            hint = f"--parameter {name}=VALUE"
            self.findings.warn(Fault(message=message, origin=parameter.origin, hint=hint))
        return value

    def _pseudo_parameter(self, name: str, node: Written) -> Value:
        environment = self.environment
        values: dict[str, Value] = {
            "AWS::AccountId": environment.account_id,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": environment.partition,
            "AWS::Region": environment.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.name,
            "AWS::URLSuffix": environment.url_suffix,
        }
        if name not in values:
            hint = nearest(name, tuple(values)) or f"there are {', '.join(values)}"
            return self.fault(f"there is no pseudo parameter {name}", node, hint=hint)
        return values[name]

    def _refers(self, name: str, node: Written, expression: str) -> bool:
        """Note a need of a resource; a fault and False where it is not there."""
        if name in self.parameters:
            self.fault(f"{expression}: {name} is a parameter, not a resource", node)
            return False
        if name not in self.resources:
            hint = nearest(name, (*self.parameters, *self.resources))
            self.fault(f"{expression}: there is no parameter or resource {name}", node, hint=hint)
            return False
        if self._deciding:
            self.fault(f"{expression}: a condition can refer to parameters, not to resources", node)
            return False
        if not self.is_active(name):
            condition = self.resources[name].get("Condition")
            self.fault(f"{expression}: {name} exists only if {condition}, which does not hold", node)
            return False
        self._needed.add(name)
        return True

    def _subject(self, logical_id: str) -> Subject:
        resource = self.resources[logical_id]
        return Subject(
            stack=self.name,
            logical_id=logical_id,
            type=str(resource.get("Type")),
            environment=self.environment,
            read=lambda name: self.property_of(logical_id, name),
        )

    def _nested_output(self, logical_id: str, name: str, node: Written) -> Resolved:
        nested = self._family.nested(self, logical_id)
        expression = f"Fn::GetAtt {logical_id}.Outputs.{name}"
        if nested is None:
            return Unknown(expression)
        value = nested.output(name)
        if value is None:
            hint = nearest(name, tuple(nested.outputs))
            return self.fault(f"the nested stack {logical_id} has no output {name}", node, hint=hint)
        return value

    def _once(self, key: tuple[str, str], node: Raw, holder: Written) -> Resolved:
        """Resolve a value that others may ask for again, or from within itself: then it is unknown."""
        if key in self._in_progress:
            return Unknown(" ".join(key))
        if key not in self._values:
            self._in_progress.add(key)
            with self._collecting():
                value = self.resolve(node, holder)
            self._in_progress.remove(key)
            self._values[key] = None if isinstance(value, Absent) else value
        return self._values[key]

    @contextmanager
    def _collecting(self) -> Generator[set[str]]:
        """Collect the resources that what is resolved inside needs, apart from those outside."""
        outside = self._needed
        self._needed = set()
        try:
            yield self._needed
        finally:
            self._needed = outside


def _maps(section: MarkedMap[Raw]) -> MarkedMap[MarkedMap[Raw]]:
    """Keep what is a map; the rest is reported with the shape of the template."""
    return section.like({name: entry for name, entry in section.items() if isinstance(entry, MarkedMap)})
