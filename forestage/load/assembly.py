"""Cloud assemblies: what a synthesized CDK app leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.errors import Fault, SourceError
from forestage.load.app_lines import read_app_lines
from forestage.load.documents import read_document, shown_path
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.load.resolved import Assets
from forestage.model.records import dataclass, field
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forestage.load.findings import Findings
    from forestage.load.resolved import Resolved

_EMPTY: Mapping[str, Raw] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackArtifact:
    """A stack of an assembly.

    ``account_id`` and ``region`` are None where the stack can go anywhere. ``parameters`` are values that the
    assembly, or the deployed stack, itself gives. ``needs`` are the ids of artifacts that go before. ``errors`` and
    ``warnings`` are what the app said about its constructs. ``app_lines`` goes from construct paths to the lines that
    made them, as far as the app noted those. ``may_be_empty``: CDK also writes templates without resources.
    """

    id: str
    name: str
    display_name: str
    template_file: Path
    account_id: str | None = None
    region: str | None = None
    parameters: Mapping[str, Resolved] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    assets: Assets = field(default_factory=Assets)
    construct_paths: Mapping[str, str] = field(default_factory=dict)
    app_lines: Mapping[str, Origin] = field(default_factory=dict)
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    may_be_empty: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """What the stack may be called on the command line."""
        return (self.name, self.display_name, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The stacks of an assembly and of those nested in it; ``files`` are those that were read."""

    stacks: tuple[StackArtifact, ...]
    files: tuple[Path, ...] = ()


def read_assembly(folder: Path, findings: Findings, *, app_folder: Path) -> Assembly:
    """Read a folder with manifest.json; ``app_folder`` is that of the app which made it.

    Raises:
        SourceError: the manifest cannot be read, or is none of a cloud assembly.
    """
    manifest = _read_map(folder / "manifest.json")
    artifacts = manifest.get("artifacts")
    if not isinstance(artifacts, MarkedMap):
        shown = shown_path(folder / "manifest.json")
        raise SourceError(f"{shown} is no manifest of a cloud assembly: it has no artifacts")
    _warn_of_missing_context(manifest, findings)
    stacks: list[StackArtifact] = []
    files = [folder / "manifest.json"]
    assets = _read_assets(folder, artifacts, findings)
    for name, artifact in artifacts.items():
        properties = _map(_map(artifact).get("properties"))
        if _map(artifact).get("type") == "aws:cloudformation:stack":
            stacks.append(_stack(name, _map(artifact), folder, app_folder, assets))
        elif _map(artifact).get("type") == "cdk:cloud-assembly":
            nested = read_assembly(folder / str(properties.get("directoryName")), findings, app_folder=app_folder)
            stacks += nested.stacks
            files += nested.files
    files += [stack.template_file for stack in stacks]
    return Assembly(stacks=tuple(stacks), files=tuple(dict.fromkeys(files)))


def asset_sources(folder: Path) -> Iterator[Path]:
    """List the files and folders behind the assets of an assembly, also of those nested in it."""
    for file in sorted(folder.rglob("*.assets.json")):
        for _, source in _file_assets(file):
            yield source


def _read_map(file: Path) -> MarkedMap[Raw]:
    reading = read_document(file)
    if reading.faults or not isinstance(reading.root, MarkedMap):
        raise SourceError(f"{shown_path(file)} cannot be read", faults=reading.faults)
    return reading.root


def _map(node: Raw) -> Mapping[str, Raw]:
    return node if isinstance(node, MarkedMap) else _EMPTY


def _list(node: Raw) -> MarkedList[Raw] | tuple[()]:
    return node if isinstance(node, MarkedList) else ()


def _stack(name: str, artifact: Mapping[str, Raw], folder: Path, app_folder: Path, assets: Assets) -> StackArtifact:
    properties = _map(artifact.get("properties"))
    account_id, region = _environment(str(artifact.get("environment", "")))
    stack_name = str(properties.get("stackName") or name)
    metadata = _metadata(artifact, folder)
    stack = StackArtifact(
        id=name,
        name=stack_name,
        display_name=str(artifact.get("displayName") or stack_name),
        template_file=folder / str(properties.get("templateFile")),
        account_id=account_id,
        region=region,
        parameters={key: str(value) for key, value in _map(properties.get("parameters")).items()},
        needs=tuple(str(need) for need in _list(artifact.get("dependencies"))),
        assets=assets,
        app_lines=read_app_lines(_entries(metadata), app_folder),
    )
    return _with_metadata(stack, metadata)


def _environment(text: str) -> tuple[str | None, str | None]:
    """Read ``aws://123456789012/eu-west-1``; an unknown account or region is None."""
    account_id, _, region = text.removeprefix("aws://").partition("/")
    return (
        None if account_id in {"", "unknown-account"} else account_id,
        None if region in {"", "unknown-region"} else region,
    )


def _metadata(artifact: Mapping[str, Raw], folder: Path) -> Mapping[str, Raw]:
    """Return what the app noted of its constructs: in the manifest, or in a file of its own."""
    metadata = dict(_map(artifact.get("metadata")))
    file = artifact.get("additionalMetadataFile")
    if isinstance(file, str):
        metadata |= _read_map(folder / file)
    return metadata


def _with_metadata(stack: StackArtifact, metadata: Mapping[str, Raw]) -> StackArtifact:
    construct_paths: dict[str, str] = {}
    parameters: dict[str, str] = {}
    by_key: dict[str, str] = {}
    notes: dict[str, list[Fault]] = {"aws:cdk:error": [], "aws:cdk:warning": []}
    for path, entry in _entries(metadata):
        kind, data = entry.get("type"), entry.get("data")
        if kind == "aws:cdk:logicalId":
            construct_paths[str(data)] = path.removeprefix("/")
        elif kind in notes:
            notes[str(kind)].append(Fault(message=str(data), origin=Origin(stack.name, path=path.removeprefix("/"))))
        elif kind == "aws:cdk:asset":
            _legacy_asset(_map(data), parameters, by_key)
    return replace(
        stack,
        construct_paths=construct_paths,
        parameters={**parameters, **stack.parameters},
        assets=replace(stack.assets, by_key={**stack.assets.by_key, **by_key}),
        errors=tuple(notes["aws:cdk:error"]),
        warnings=tuple(notes["aws:cdk:warning"]),
    )


def _entries(metadata: Mapping[str, Raw]) -> Iterator[tuple[str, Mapping[str, Raw]]]:
    for path, entries in metadata.items():
        for entry in _list(entries):
            yield path, _map(entry)


def _legacy_asset(data: Mapping[str, Raw], parameters: dict[str, str], by_key: dict[str, str]) -> None:
    """Give the parameters values by which CDK 1 passes bucket and key of an asset: the key is ``prefix||name``."""
    bucket, key, digest = (data.get(f"{name}Parameter") for name in ("s3Bucket", "s3Key", "artifactHash"))
    if isinstance(bucket, str) and isinstance(key, str):
        name = str(data.get("id"))
        parameters |= {bucket: "assets", key: f"assets/||{name}"}
        parameters |= {digest: name} if isinstance(digest, str) else {}
        by_key[name] = str(data.get("path"))


def _read_assets(folder: Path, artifacts: Mapping[str, Raw], findings: Findings) -> Assets:
    by_key: dict[str, str] = {}
    for artifact in artifacts.values():
        if _map(artifact).get("type") != "cdk:asset-manifest":
            continue
        file = folder / str(_map(_map(artifact).get("properties")).get("file"))
        for asset, source in _file_assets(file):
            for key in asset.keys:
                by_key[key] = str(source)
            if not source.exists():
                findings.add(_missing_asset(asset, source))
    return Assets(folder=str(folder), by_key=by_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileAsset:
    keys: tuple[str, ...]
    title: str
    origin: Origin


def _file_assets(file: Path) -> Iterator[tuple[_FileAsset, Path]]:
    """List the files and folders that an asset manifest names; those that a command would make are none."""
    files = _read_map(file).get("files")
    if not isinstance(files, MarkedMap):
        return
    for digest, asset in files.items():
        path = _map(_map(asset).get("source")).get("path")
        if isinstance(path, str):
            destinations = _map(_map(asset).get("destinations")).values()
            objects = [str(_map(destination).get("objectKey")) for destination in destinations]
            title = str(_map(asset).get("displayName") or digest)
            origin = files.document.origin(files.marks[digest], f"files/{digest}")
            yield _FileAsset(keys=(digest, *objects), title=title, origin=origin), file.parent / path


def _missing_asset(asset: _FileAsset, source: Path) -> Fault:
    return Fault(
        message=f"the asset {asset.title} is missing: there is no file or folder {shown_path(source)}",
        origin=asset.origin,
        hint="synthesize the app again",
    )


def _warn_of_missing_context(manifest: MarkedMap[Raw], findings: Findings) -> None:
    for entry in _list(manifest.get("missing")):
        key = _map(entry).get("key")
        findings.warn(
            Fault(
                message=f"the app looks up {key}, which only AWS knows; it was built with a dummy value",
                origin=manifest.document.origin(manifest.marks["missing"]),
                hint="run cdk synth once with credentials, it keeps the value in cdk.context.json",
            )
        )
