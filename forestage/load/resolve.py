"""From a SOURCE to resolved stacks: the first half of loading."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from forestage.errors import Fault, SourceError
from forestage.load.assembly import Assembly, StackArtifact, read_assembly
from forestage.load.cycles import sort_by_needs
from forestage.load.environment import DEFAULT_ACCOUNT_ID, DEFAULT_REGION, environment_in
from forestage.load.findings import Findings
from forestage.load.nesting import StackFile, open_nested, open_stack
from forestage.load.parameters import Assignment, parse_assignments
from forestage.load.resolved import Assets, ResolvedSource, ResolvedStack
from forestage.load.scope import nearest
from forestage.load.secret_texts import secrets_of
from forestage.load.source import GitSource, Source, SourceKind, StackSource, StageSource, find_source
from forestage.load.stack import NESTED_STACK, Stack
from forestage.model.records import dataclass, field
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from forestage.aws import Aws
    from forestage.load.app import App
    from forestage.load.resolved import Resolved
    from forestage.load.source import AnySource


def _ignore(line: str) -> None:
    """Drop a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """What the command line says about loading.

    ``parameters`` are texts ``NAME=VALUE`` or ``STACK:NAME=VALUE``. ``stacks`` selects stacks by name, ``*`` and ``?``
    allowed; for a template file it is the name that the stack gets. ``references`` has the values of dynamic
    references: ``ssm:/name`` or ``secretsmanager:id:SecretString:key`` to the value. ``messages`` gets what a CDK app
    prints, line by line. ``cache`` is the folder where assemblies are kept, None for the usual one. ``is_fresh`` tells
    that a CDK app was synthesized a moment ago, with the same options. ``aws`` is what deployed stacks and stages are
    asked of, None for AWS itself in ``region``. ``lifetime`` ends when the files of a SOURCE at a git ref are needed no
    more, functions' code among them; None for the end of loading. With ``tells_unused``, parameters that no template
    has are told by what was loaded, and are no faults.
    """

    parameters: Sequence[str] = ()
    stacks: Sequence[str] = ()
    region: str | None = None
    account_id: str = DEFAULT_ACCOUNT_ID
    references: Mapping[str, str] = field(default_factory=dict)
    messages: Callable[[str], None] = _ignore
    use_cache: bool = True
    is_fresh: bool = False
    cache: Path | None = None
    aws: Aws | None = None
    lifetime: ExitStack | None = None
    tells_unused: bool = False


def load_source(source: str, *, options: LoadOptions | None = None) -> ResolvedSource:
    """Load a SOURCE up to stacks without intrinsics.

    Raises:
        SourceError: there is no such SOURCE, or it cannot be read.
        SynthesisError, RuntimeMissingError, StateError: a CDK app cannot be run.
        TemplateError: templates have faults; all of them are told, with those of parameters.
        ParameterError: only parameters have faults.
    """
    resolved, findings = resolve_source(source, options=options)
    findings.raise_any()
    return resolved


def resolve_source(source: str, *, options: LoadOptions | None = None) -> tuple[ResolvedSource, Findings]:
    """Load a SOURCE up to stacks without intrinsics, whatever faults its templates have.

    Raises:
        SourceError: there is no such SOURCE, or it cannot be read.
        SynthesisError, RuntimeMissingError, StateError: a CDK app cannot be run.
    """
    options = options or LoadOptions()
    with ExitStack() as loading:
        return _resolve(find_source(source), options, options.lifetime or loading)


def _resolve(found: AnySource, options: LoadOptions, lifetime: ExitStack) -> tuple[ResolvedSource, Findings]:
    match found:
        case Source():
            return _resolve_local(found, options)
        case GitSource():
            return _resolve_git(found, options, lifetime)
        case StackSource():
            return _resolve_stacks(found.names, options, _aws(options), lifetime)
        case StageSource():
            return _resolve_stage(found, options, lifetime)


def _resolve_local(found: Source, options: LoadOptions) -> tuple[ResolvedSource, Findings]:
    assignments = parse_assignments(options.parameters)
    findings = Findings()
    app = _read_app(found, findings)
    assembly = _synthesized(app, options, findings) if app else _assembly(found, options, findings)
    selected = _selected(assembly.stacks, options.stacks if found.kind is not SourceKind.TEMPLATE else ())
    resolved, files = _resolve_assembly(assembly, selected, options, assignments, findings)
    watch_rules = {str(found.path): app.watch} if app else {}
    return replace(resolved, watch=_watched(found, files), watch_rules=watch_rules), findings


def _resolve_assembly(
    assembly: Assembly,
    selected: Sequence[StackArtifact],
    options: LoadOptions,
    assignments: Sequence[Assignment],
    findings: Findings,
) -> tuple[ResolvedSource, tuple[Path, ...]]:
    """Resolve some stacks of an assembly, and tell the files that were read; what is found goes to ``findings``."""
    stacks = _Stacks(assembly, options, assignments)
    for artifact in selected:
        stacks.resolve(artifact.id)
    findings.take(stacks.finish())
    unused = tuple(stacks.unused_assignments())
    if not options.tells_unused:
        findings.add_parameter_faults(unused)
    ordered = stacks.ordered()
    resolved = ResolvedSource(
        stacks=ordered,
        secrets=secrets_of(stacks.arguments(), options.references, ordered),
        warnings=findings.warnings,
        unused_parameters=unused,
    )
    return resolved, (*assembly.files, *stacks.files)


# What is not on this machine: the modules for it are only imported where it is asked for.


def _resolve_git(found: GitSource, options: LoadOptions, lifetime: ExitStack) -> tuple[ResolvedSource, Findings]:
    """Resolve a SOURCE at a git ref; nothing of it is watched, and nothing kept."""
    from forestage.load.git_source import checked_out

    tree = lifetime.enter_context(checked_out(found))
    given = replace(options, cache=tree.scratch, is_fresh=False)
    resolved, findings = _resolve_local(tree.source, given)
    findings.warn(*tree.warnings)
    return replace(resolved, watch=(), watch_rules={}, warnings=findings.warnings), findings


def _resolve_stacks(
    names: Sequence[str], options: LoadOptions, aws: Aws, lifetime: ExitStack
) -> tuple[ResolvedSource, Findings]:
    """Resolve deployed stacks, which may import from each other, with the values that their parameters have there."""
    from forestage.load.deployed.bodies import with_bodies
    from forestage.load.deployed.stacks import fetched

    fetching = [lifetime.enter_context(fetched(aws, name)) for name in names]
    findings = Findings()
    assembly = Assembly(stacks=tuple(each.artifact for each in fetching))
    resolved, _ = _resolve_assembly(assembly, assembly.stacks, options, (), findings)
    stacks = tuple(with_bodies(aws, stack, fetching[0].folder, findings) for stack in resolved.stacks)
    return replace(resolved, stacks=stacks, warnings=findings.warnings), findings


def _resolve_stage(found: StageSource, options: LoadOptions, lifetime: ExitStack) -> tuple[ResolvedSource, Findings]:
    """Resolve what a stage serves, in the words of the stack that made its API, if one did."""
    from forestage.load.deployed.stages import served

    aws = _aws(options)
    findings = Findings()

    def stack_of(name: str) -> ResolvedSource:
        resolved, found_in_stack = _resolve_stacks((name,), options, aws, lifetime)
        findings.take(found_in_stack)
        return resolved

    resolved = served(aws, found, stack_of=stack_of, findings=findings)
    return replace(resolved, warnings=findings.warnings), findings


def _aws(options: LoadOptions) -> Aws:
    if options.aws is not None:
        return options.aws
    from forestage.aws.boto import Boto

    return Boto(region=options.region)


def _watched(source: Source, files: Sequence[Path]) -> tuple[str, ...]:
    """Return what calls for a new load: of an app its folder, but not the templates that it made elsewhere."""
    if source.kind is not SourceKind.APP:
        return tuple(map(str, dict.fromkeys(files)))
    made = {file.parent for file in files if file.name == "manifest.json" and not file.is_relative_to(source.path)}
    return (str(source.path), *(str(file) for file in dict.fromkeys(files) if file.parent not in made))


def _assembly(source: Source, options: LoadOptions, findings: Findings) -> Assembly:
    if source.kind is SourceKind.TEMPLATE:
        return Assembly(stacks=(_template_artifact(source.path, options.stacks),))
    return read_assembly(source.path, findings, app_folder=source.path.parent)


def _read_app(source: Source, findings: Findings) -> App | None:
    if source.kind is not SourceKind.APP:
        return None
    from forestage.load.app import read_app
    from forestage.load.app_watch import unsupported_patterns

    app = read_app(source.path)
    findings.warn(*unsupported_patterns(app.watch, source.path / "cdk.json"))
    return app


def _synthesized(app: App, options: LoadOptions, findings: Findings) -> Assembly:
    from forestage.load.app import cache_folder, synthesize

    folder = synthesize(
        app,
        environment_in(options.account_id, options.region or DEFAULT_REGION),
        cache=options.cache or cache_folder(os.environ),
        messages=options.messages,
        use_cache=options.use_cache,
        is_fresh=options.is_fresh,
    )
    return read_assembly(folder, findings, app_folder=app.folder)


def _template_artifact(file: Path, names: Sequence[str]) -> StackArtifact:
    if len(names) > 1:
        raise SourceError(f"a template is one stack, it cannot have the names {', '.join(names)}")
    name = names[0] if names else re.sub(r"[^A-Za-z0-9-]+", "-", file.stem).strip("-")
    return StackArtifact(
        id=name or "stack",
        name=name or "stack",
        display_name=name or "stack",
        template_file=file,
        assets=Assets(folder=str(file.parent)),
        may_be_empty=False,
    )


def _selected(artifacts: Sequence[StackArtifact], patterns: Sequence[str]) -> Sequence[StackArtifact]:
    if not artifacts:
        raise SourceError("the cloud assembly has no stacks")
    if not patterns:
        return artifacts
    selected: dict[str, StackArtifact] = {}
    for pattern in patterns:
        matching = [artifact for artifact in artifacts if any(fnmatchcase(name, pattern) for name in artifact.names)]
        if not matching:
            known = [name for artifact in artifacts for name in artifact.names]
            hint = nearest(pattern, known) or f"there are {', '.join(artifact.display_name for artifact in artifacts)}"
            raise SourceError(f"there is no stack {pattern!r}", hint=hint)
        selected.update({artifact.id: artifact for artifact in matching})
    return tuple(selected.values())


class _Stacks:
    """The stacks of one SOURCE: opened and resolved as far as they are asked for."""

    def __init__(self, assembly: Assembly, options: LoadOptions, assignments: Sequence[Assignment]) -> None:
        self.references = options.references
        self.files: list[Path] = []
        self._options = options
        self._assignments = assignments
        self._artifacts = {artifact.id: artifact for artifact in assembly.stacks}
        self._opened: dict[str, Stack | None] = {}
        self._findings: dict[str, Findings] = {}
        self._nested: dict[tuple[str, str], Stack | None] = {}
        self._opening: set[tuple[str, str]] = set()
        self._exports: dict[str, tuple[Stack, str]] | None = None
        self._needs: dict[str, set[str]] = {}
        self._resolved: dict[str, tuple[ResolvedStack, ...]] = {}
        self._faults = Findings()

    # What stacks ask of each other.

    def exported(self, name: str, importer: Stack) -> Resolved:
        """Return what some stack exports, None where none does; the importer then needs that stack."""
        stack, output = self._all_exports().get(name, (None, ""))
        return self._output(stack, output, importer)

    def output_of(self, stack: str, output: str, importer: Stack) -> Resolved:
        """Return an output of a stack, None where there is none."""
        match = next((opened for opened in self._open_all() if opened.name == stack), None)
        return self._output(match, output, importer)

    def nested(self, parent: Stack, logical_id: str) -> Stack | None:
        """Return the stack that a resource nests, None where its template is not at hand."""
        key = (parent.stack_id, logical_id)
        if key in self._opening:
            return None  # Its parameters ask for its own outputs: a circle, which the parent reports.
        if key not in self._nested:
            self._opening.add(key)
            self._nested[key] = open_nested(parent, logical_id, self, self.files)
            self._opening.remove(key)
        return self._nested[key]

    # What load_source asks.

    def resolve(self, artifact_id: str) -> None:
        """Resolve a stack, those nested in it, and those that it imports from."""
        if artifact_id in self._resolved:
            return
        self._resolved[artifact_id] = ()
        stack = self._open(artifact_id)
        if stack:
            self._resolved[artifact_id] = tuple(self._resolve_family(stack))
        for need in tuple(self._needs.get(artifact_id, ())):
            self.resolve(need)

    def finish(self) -> Findings:
        """Return all that was found in the stacks that were resolved."""
        for artifact_id in self._resolved:
            self._faults.take(self._findings[artifact_id])
        self._report_circles()
        return self._faults

    def unused_assignments(self) -> Iterator[Fault]:
        """Yield what is wrong with values that no parameter takes."""
        for assignment in self._assignments:
            stacks = [
                stack
                for stack in self._open_all()
                if assignment.stack is None or assignment.stack in self._artifacts[stack.given.root].names
            ]
            if any(assignment.name in stack.parameters for stack in stacks):
                continue
            known = [name for stack in stacks for name in stack.parameters]
            is_stranger = assignment.stack and not stacks
            message = f"there is no {f'stack {assignment.stack}' if is_stranger else f'parameter {assignment.name}'}"
            hint = nearest(assignment.name, known) or (f"there are {', '.join(known)}" if known else None)
            yield Fault(message=message, hint=hint)

    def ordered(self) -> tuple[ResolvedStack, ...]:
        """Return the resolved stacks, those first that others need."""
        order, _ = sort_by_needs({artifact_id: self._all_needs(artifact_id) for artifact_id in self._resolved})
        return tuple(stack for artifact_id in order for stack in self._resolved[artifact_id])

    def arguments(self) -> Iterator[Resolved]:
        """Yield the values of the parameters of all stacks that were opened."""
        for stack in (*self._opened.values(), *self._nested.values()):
            yield from stack.arguments.values() if stack else ()

    def _open(self, artifact_id: str) -> Stack | None:
        if artifact_id in self._opened:
            return self._opened[artifact_id]
        artifact = self._artifacts[artifact_id]
        findings = self._findings[artifact_id] = Findings()
        findings.add(*artifact.errors)
        findings.warn(*artifact.warnings)
        options = self._options
        given = StackFile(
            name=artifact.name,
            file=artifact.template_file,
            root=artifact_id,
            environment=environment_in(
                artifact.account_id or options.account_id, artifact.region or options.region or DEFAULT_REGION
            ),
            arguments={**artifact.parameters, **self._assigned(artifact)},
            assets=artifact.assets,
            construct_paths=artifact.construct_paths,
            app_lines=artifact.app_lines,
            may_be_empty=artifact.may_be_empty,
        )
        self._opened[artifact_id] = open_stack(given, self, findings, self.files)
        return self._opened[artifact_id]

    def _open_all(self) -> list[Stack]:
        opened = [self._open(artifact_id) for artifact_id in self._artifacts]
        return [stack for stack in opened if stack]

    def _resolve_family(self, stack: Stack) -> list[ResolvedStack]:
        """Resolve a stack, after those that it nests."""
        resolved: list[ResolvedStack] = []
        for nested in self._nested_in(stack):
            resolved += self._resolve_family(nested)
        return [*resolved, stack.resolved()]

    def _nested_in(self, stack: Stack) -> list[Stack]:
        nested = [
            self.nested(stack, logical_id)
            for logical_id, resource in stack.resources.items()
            if resource.get("Type") == NESTED_STACK and stack.is_active(logical_id)
        ]
        return [child for child in nested if child]

    def _all_exports(self) -> dict[str, tuple[Stack, str]]:
        if self._exports is not None:
            return self._exports
        self._exports = {}
        waiting = self._open_all()
        while waiting:
            stack = waiting.pop(0)
            waiting += self._nested_in(stack)
            for export, output in stack.export_names():
                if export in self._exports:
                    other = self._exports[export][0].name
                    stack.fault(f"stack {other} exports {export} as well", stack.outputs[output])
                self._exports[export] = (stack, output)
        return self._exports

    def _output(self, stack: Stack | None, output: str, importer: Stack) -> Resolved:
        if stack is None:
            return None
        if stack.given.root != importer.given.root:
            self._needs.setdefault(importer.given.root, set()).add(stack.given.root)
        return stack.output(output)

    def _all_needs(self, artifact_id: str) -> set[str]:
        """Return what goes before a stack: what it imports from, and what the assembly says."""
        return self._needs.get(artifact_id, set()) | set(self._artifacts[artifact_id].needs)

    def _assigned(self, artifact: StackArtifact) -> dict[str, Resolved]:
        """Return the values from the command line; those for this stack alone win."""
        everywhere = [assignment for assignment in self._assignments if assignment.stack is None]
        here = [assignment for assignment in self._assignments if assignment.stack in artifact.names]
        return {assignment.name: assignment.value for assignment in (*everywhere, *here)}

    def _report_circles(self) -> None:
        _, circles = sort_by_needs(self._needs | {key: set() for key in self._resolved if key not in self._needs})
        for circle in circles:
            names = " -> ".join(self._artifacts[artifact_id].display_name for artifact_id in circle)
            origin = Origin(self._artifacts[circle[0]].name)
            self._faults.add(Fault(message=f"stacks import from each other in a circle: {names}", origin=origin))
