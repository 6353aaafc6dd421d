"""Bring what tests need of npm into the cache, so that they stay on this machine: make node-packages.

That is AWS's client for Node functions, and the command of CDK. What is in the cache is not asked for again. Without
the registry of npm this says what will not run, and fails.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.errors import RuntimeMissingError
from forestage.preview.host.folders import cache_folder
from forestage.preview.host.lambdas.archive import put_in_place
from forestage.preview.host.lambdas.interpreters import npm_command, shipped_node
from forestage.preview.host.lambdas.node_packages import CLIENT_RELEASES, fetch_client, find_client

if TYPE_CHECKING:
    from collections.abc import Sequence

CDK_RELEASE = "2.1148.1"
"""npm's tag ``latest`` is an older build."""


def missing_clients(cache: Path) -> tuple[str, ...]:
    """Tell which of AWS's clients for Node functions are not in a cache."""
    return tuple(
        f"aws-lambda-ric@{number}" for release, number in CLIENT_RELEASES.items() if not find_client(cache, release)
    )


def missing_packages(cache: Path) -> tuple[str, ...]:
    """Tell which of the packages that tests need are not in a cache."""
    return (*missing_clients(cache), *([] if find_cdk(cache) else [f"aws-cdk@{CDK_RELEASE}"]))


def find_cdk(cache: Path) -> Path | None:
    """Return the command of CDK that is in the cache, a script for Node."""
    script = _cdk_folder(cache) / "bin" / "cdk"
    return script if script.is_file() else None


def fetch_cdk(cache: Path, npm: Sequence[str]) -> None:
    """Bring the command of CDK into the cache; it needs no other package.

    Raises:
        RuntimeMissingError: npm could not fetch it.
    """
    folder = _cdk_folder(cache)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".cdk.", dir=folder.parent) as temporary:
        command = (*npm, "pack", f"aws-cdk@{CDK_RELEASE}", "--pack-destination", temporary, "--ignore-scripts")
        answer = subprocess.run(command, cwd=temporary, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise RuntimeMissingError(f"npm pack failed: {answer.stderr.strip()}")
        (archive,) = Path(temporary).glob("*.tgz")
        with tarfile.open(archive) as file:
            file.extractall(temporary, filter="data")
        put_in_place(Path(temporary) / "package", folder)


def _cdk_folder(cache: Path) -> Path:
    return cache / "node" / f"aws-cdk-{CDK_RELEASE}"


def provide(cache: Path, npm: Sequence[str] | None) -> int:
    """Fetch the packages that a cache lacks, and return the exit code; ``npm`` is the start of its command."""
    missing = " and ".join(missing_packages(cache))
    if not missing:
        return 0
    print(f"fetching {missing} into {cache}, once")
    if npm is None:
        return _complain("there is no npm on this machine")
    try:
        for release in CLIENT_RELEASES:
            if not find_client(cache, release):
                fetch_client(cache, release, npm)
        if not find_cdk(cache):
            fetch_cdk(cache, npm)
    except RuntimeMissingError as error:
        return _complain(error.message)
    return 0


def _complain(reason: str) -> int:
    print(reason, file=sys.stderr)
    print(
        "tests of Node functions and of the CDK command fail without; run make node-packages where npm's registry is",
        file=sys.stderr,
    )
    return 1


def main() -> int:
    """Fill the cache of this machine."""
    node = shipped_node()
    return provide(cache_folder(), npm_command(node) if node else None)


if __name__ == "__main__":
    sys.exit(main())
