"""Bring AWS's client for Node functions into the cache, so that tests stay on this machine: make node-packages.

What is in the cache is not asked for again. Without the registry of npm this says what will not run, and fails.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from forestage.errors import RuntimeMissingError
from forestage.preview.host.folders import cache_folder
from forestage.preview.host.lambdas.interpreters import npm_command, shipped_node
from forestage.preview.host.lambdas.node_packages import CLIENT_RELEASES, fetch_client, find_client

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def missing_clients(cache: Path) -> tuple[str, ...]:
    """Tell which of the packages that tests need are not in a cache."""
    return tuple(
        f"aws-lambda-ric@{number}" for release, number in CLIENT_RELEASES.items() if not find_client(cache, release)
    )


def provide(cache: Path, npm: Sequence[str] | None) -> int:
    """Fetch the clients that a cache lacks, and return the exit code; ``npm`` is the start of its command."""
    missing = " and ".join(missing_clients(cache))
    if not missing:
        return 0
    print(f"fetching {missing} into {cache}, once")
    if npm is None:
        return _complain("there is no npm on this machine")
    try:
        for release in CLIENT_RELEASES:
            if not find_client(cache, release):
                fetch_client(cache, release, npm)
    except RuntimeMissingError as error:
        return _complain(error.message)
    return 0


def _complain(reason: str) -> int:
    print(reason, file=sys.stderr)
    print("tests of Node functions fail without; run make node-packages where npm's registry is", file=sys.stderr)
    return 1


def main() -> int:
    """Fill the cache of this machine."""
    node = shipped_node()
    return provide(cache_folder(), npm_command(node) if node else None)


if __name__ == "__main__":
    sys.exit(main())
