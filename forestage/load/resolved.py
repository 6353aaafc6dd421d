"""The border between the two halves of loading: stacks whose intrinsics are resolved, not yet a model."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from forestage.load.positions import Place, place_of
from forestage.model.deployment import Environment
from forestage.model.records import dataclass, field
from forestage.model.values import Origin, Secret, Unknown

if TYPE_CHECKING:
    from forestage.errors import Fault
    from forestage.load.app_watch import WatchRules
    from forestage.model.deployment import Parameter

Resolved: TypeAlias = "bool | int | float | str | Unknown | Secret | Sequence[Resolved] | Mapping[str, Resolved] | None"
"""JSON without intrinsics; a leaf may be unknown until deployment, or secret.

Values are not coerced: a number that came through a parameter is a string, as CloudFormation passes it on.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedResource:
    """A resource of a stack after its intrinsics; what ``AWS::NoValue`` removes is gone.

    ``id`` is what ``Ref`` yields. ``depends_on`` has the logical ids in the same stack that this one needs
    directly: by DependsOn, Ref, GetAtt or Sub. ``construct_path`` is the metadata ``aws:cdk:path``, ``written_at`` the
    line of the app, where it noted that.
    """

    stack: str
    logical_id: str
    type: str
    id: str
    properties: Resolved
    metadata: Resolved = None
    depends_on: frozenset[str] = frozenset()
    construct_path: str | None = None
    deletion_policy: str | None = None
    update_replace_policy: str | None = None
    place: Place | None = field(default=None, compare=False, repr=False)
    written_at: Origin | None = field(default=None, compare=False, repr=False)

    def origin(self, *path: str | int) -> Origin:
        """Tell where a property was written, or its nearest parent that was; no path is the resource itself.

        The path starts below Properties: ``origin("Integration", "Uri")``.
        """
        parts = [self.construct_path or f"Resources/{self.logical_id}"]
        if path:
            parts += ["Properties", *map(str, path)]
        where = "/".join(parts)
        if self.place is None:
            return Origin(self.stack, path=where)
        return place_of(self.properties, path, self.place).origin(where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The files and folders on this machine that stand behind object keys.

    ``folder`` is what relative paths start from; ``by_key`` goes from an object key or asset hash to an absolute path.
    """

    folder: str = ""
    by_key: Mapping[str, str] = field(default_factory=dict)

    def find(self, location: str, metadata: Resolved = None) -> str | None:
        """Return the absolute path of an asset that exists; see ResolvedStack.local_asset."""
        return next(filter(None, map(self._existing, self._candidates(location, metadata))), None)

    def _candidates(self, location: str, metadata: Resolved) -> Iterator[str]:
        staged = metadata.get("aws:asset:path") if isinstance(metadata, Mapping) else None
        if isinstance(staged, str):
            yield staged
        key = location.partition("?")[0].rsplit("/", 1)[-1]
        digest = key.partition(".")[0]
        for name in (location, key, digest):
            if name in self.by_key:
                yield self.by_key[name]
        if digest:
            yield from (f"asset.{digest}", f"asset.{key}")  # CDK names staged assets so.
        if location and "://" not in location:
            yield location

    def _existing(self, path: str) -> str | None:
        absolute = os.path.normpath(Path(self.folder, path))
        # A name may be longer than any file's.
        return absolute if os.path.exists(absolute) else None  # ruff: ignore[os-path-exists]  (Path's own raises then)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedStack:
    """A stack after its intrinsics, with its resources in the order of the template.

    ``outputs`` is by output name, ``exports`` by export name; ``export_names`` goes from outputs to exports.
    ``template_file`` is absolute.
    """

    name: str
    resources: tuple[ResolvedResource, ...] = ()
    environment: Environment = field(default_factory=Environment)
    stack_id: str = ""
    outputs: Mapping[str, Resolved] = field(default_factory=dict)
    exports: Mapping[str, Resolved] = field(default_factory=dict)
    export_names: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    template_file: str = ""
    assets: Assets = field(default_factory=Assets, repr=False)

    def local_asset(self, location: str, metadata: Resolved = None) -> str | None:
        """Return the absolute path of the file or folder behind a location, None where this machine has none.

        ``location`` is an object key, ``bucket/key``, ``s3://`` or ``https://`` URL, asset hash, or a path as people
        write it in a template, relative to the template. ``metadata`` is that of the resource: its
        ``aws:asset:path`` goes first.
        """
        return self.assets.find(location, metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedSource:
    """All stacks of a SOURCE, those that export before those that import.

    ``watch`` has the absolute paths of files and folders whose change calls for a new load; ``watch_rules`` says
    which files of an app's folder do. ``secrets`` are texts that nobody may see. ``unused_parameters`` says of values
    that were given which parameters are not there.
    """

    stacks: tuple[ResolvedStack, ...]
    watch: tuple[str, ...] = ()
    watch_rules: Mapping[str, WatchRules] = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[Fault, ...] = ()
    unused_parameters: tuple[Fault, ...] = ()
