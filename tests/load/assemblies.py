"""Writes cloud assemblies, as `cdk synth` leaves them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


# A template and an artifact are whatever JSON the case needs.
def write_stack(folder: Path, name: str, template: Any, **artifact: Any) -> dict[str, Any]:
    """Write a template, and return the artifact for the manifest."""
    (folder / f"{name}.template.json").write_text(json.dumps(template))
    properties = {"templateFile": f"{name}.template.json", **artifact.pop("properties", {})}
    return {name: {"type": "aws:cloudformation:stack", "properties": properties, **artifact}}


def write_assets(folder: Path, name: str, files: dict[str, Any]) -> dict[str, Any]:
    """Write an asset manifest, and return the artifact for the manifest."""
    (folder / f"{name}.assets.json").write_text(json.dumps({"files": files}))
    return {f"{name}.assets": {"type": "cdk:asset-manifest", "properties": {"file": f"{name}.assets.json"}}}


def write_manifest(folder: Path, *artifacts: dict[str, Any], **entries: Any) -> None:
    """Write manifest.json."""
    merged = {key: value for artifact in artifacts for key, value in artifact.items()}
    (folder / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": merged, **entries}))


def resources(**properties: Any) -> dict[str, Any]:
    """Make a template of one resource, R."""
    return {"Resources": {"R": {"Type": "Custom::R", "Properties": properties}}}
