"""The sample, synthesized by itself and by the command of CDK, which people deploy it with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from forestage.load.app import bundled_node
from forestage.preview.host.folders import cache_folder
from scripts.node_packages import find_cdk
from tests.functional.preview_process import PATIENCE_SECONDS, ROOT, environment

QUIET = ("--no-notices", "--no-version-reporting", "--no-path-metadata", "--no-asset-metadata", "--no-lookups")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample, where no file of it is written to."""
    folder = tmp_path / "sample-app"
    folder.mkdir()
    for name in ("app.py", "cdk.json"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "sample", folder / "sample", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(command: tuple[str | Path, ...], folder: Path, **variables: str) -> None:
    """Run a program to its end, on Node.js of ours, where no credentials of the machine's are looked for."""
    node = bundled_node()
    assert node is not None
    answer = subprocess.run(
        command,
        cwd=folder,
        env=environment(
            folder.parent / "home",
            JSII_NODE=str(node),
            PATH=os.pathsep.join([str(Path(sys.executable).parent), str(node.parent), os.environ["PATH"]]),
            AWS_EC2_METADATA_DISABLED="true",
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
            **variables,
        ),
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_SECONDS,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def resources(assembly: Path) -> dict[str, Any]:
    """Return the resources of each stack, without what is written for tools beside them."""
    templates = {path.name: json.loads(path.read_bytes()) for path in assembly.glob("*.template.json")}
    return {
        name: {
            id_: {key: value for key, value in resource.items() if key != "Metadata"}
            for id_, resource in template["Resources"].items()
        }
        for name, template in templates.items()
    }


def test_command_of_cdk_gives_the_same_resources_as_the_app_by_itself(sample: Path) -> None:
    script, node = find_cdk(cache_folder()), bundled_node()
    assert script is not None, "the command of CDK must be in the cache: run make node-packages"
    alone, by_command = sample.parent / "alone", sample.parent / "by-command"

    run((sys.executable, "app.py"), sample, CDK_OUTDIR=str(alone))
    run(
        (str(node), script, "synth", "--quiet", "--output", by_command, *QUIET),
        sample,
        CDK_HOME=str(sample.parent / "home" / "cdk"),
        CDK_DISABLE_CLI_TELEMETRY="true",
        CDK_DISABLE_VERSION_CHECK="true",
    )

    assert resources(alone)
    assert resources(by_command) == resources(alone)
