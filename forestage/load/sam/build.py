"""What ``sam build`` left behind: code with its dependencies, used while it is newer than what it was made from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.errors import Fault
from forestage.load.documents import is_file, shown_path
from forestage.load.findings import Findings
from forestage.load.positions import MarkedMap
from forestage.load.sam.local_code import CODE
from forestage.load.template import Template, read_template, sam_type
from forestage.model.records import dataclass, field
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from forestage.load.locator import Locator
    from forestage.load.positions import Raw

_FOLDER = ".aws-sam"
_IGNORED = frozenset({_FOLDER, ".git", ".mypy_cache", ".pytest_cache", ".venv", "__pycache__", "node_modules", "venv"})
"""Folders whose files are no source; an editor or a test run may touch them at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The output of a build; empty where there is none to use.

    ``code`` has absolute paths of built code, ``templates`` the built templates of nested applications, both by
    logical id.
    """

    code: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, Path] = field(default_factory=dict)


def is_built(template: Path) -> bool:
    """Tell whether a template is one that a build wrote."""
    return _FOLDER in template.parts


def build_file(template: Path) -> Path | None:
    """Find the template that a build wrote; None where there is none, or this is one."""
    if is_built(template):
        return None
    file = template.parent / _FOLDER / "build" / "template.yaml"
    return file if is_file(file) else None


def read_build(file: Path, template: Template, sources: Sequence[Path], findings: Findings) -> Build:
    """Read a build of a template; empty, with a warning that says why, where it is older or of another template.

    ``sources`` are the files and folders that it was made from.
    """
    newest = max(_stamps(sources), default=(0, Path()))
    if newest[0] > file.stat().st_mtime_ns:
        reason = f"is older than {shown_path(newest[1])}: the source is used, without what the build adds"
        findings.warn(_note(file, reason, hint="run sam build again"))
        return Build()
    built = read_template(file, Findings())
    resources = template.section("Resources")
    if built is None or _types(built.section("Resources")) != _types(resources):
        findings.warn(_note(file, f"is no build of {shown_path(template.file)}: the source is used"))
        return Build()
    findings.warn(_note(file, "is newer than the source: functions run as they were built"))
    return Build(
        code=dict(_paths(built, CODE)),
        templates={name: Path(path) for name, path in _paths(built, {"Application": "Location"})},
    )


def unbuilt(template: Template, build: Build, locator: Locator) -> Iterator[Fault]:
    """Tell of code that needs a build of its own, and that is used as it is for want of one.

    Source: SAM developer guide, "Default build with AWS SAM", Metadata of functions and layers.
    """
    if is_built(template.file):
        return
    for logical_id, resource in template.section("Resources").items():
        metadata = resource.get("Metadata") if isinstance(resource, MarkedMap) else None
        if not isinstance(resource, MarkedMap) or not isinstance(metadata, MarkedMap) or logical_id in build.code:
            continue
        method = metadata.get("BuildMethod")
        if sam_type(resource) in CODE and isinstance(method, str) and str(metadata.get("SkipBuild")).lower() != "true":
            yield Fault(
                message=f"{logical_id} is built by {method}, and there is no build to use: its source is used as it is",
                origin=locator.origin(metadata, "BuildMethod"),
                hint="run sam build",
            )


def _note(file: Path, reason: str, *, hint: str | None = None) -> Fault:
    return Fault(message=f"the build {reason}", origin=Origin(shown_path(file)), hint=hint)


def _types(resources: MarkedMap[Raw]) -> Mapping[str, str]:
    return {
        logical_id: str(resource.get("Type")) if isinstance(resource, MarkedMap) else ""
        for logical_id, resource in resources.items()
    }


def _paths(built: Template, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the paths that exist, by logical id; ``names`` has the property for each type."""
    for logical_id, resource in built.section("Resources").items():
        properties = resource.get("Properties") if isinstance(resource, MarkedMap) else None
        name = names.get(sam_type(resource)) if isinstance(resource, MarkedMap) else None
        written = properties.get(name) if isinstance(properties, MarkedMap) and name else None
        path = os.path.normpath(built.file.parent / written) if isinstance(written, str) else ""
        if path and Path(path).exists():
            yield logical_id, path


def _stamps(sources: Iterable[Path]) -> Iterator[tuple[int, Path]]:
    for source in sources:
        if is_file(source):
            yield source.stat().st_mtime_ns, source
        for folder, folders, files in os.walk(source):
            folders[:] = [name for name in folders if name not in _IGNORED]
            for name in files:
                file = Path(folder, name)
                yield file.lstat().st_mtime_ns, file
