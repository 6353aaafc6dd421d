"""A folder that stands for what AWS's Python runtime ships: links to the distributions that are installed.

A function must not see what forestage itself has installed, so its search path holds this folder and not the one
with all the distributions. Links need no install and no copy.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.preview.host.lambdas.archive import put_in_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHIPPED = (
    "awslambdaric",
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "runtime_client",
    "s3transfer",
    "simplejson",
    "six",
    "snapshot_restore_py",
    "urllib3",
)
"""Names of packages and modules. Source: Lambda developer guide, "Runtime-included SDK versions", and AWS's images."""

_NAMES_OF_DISTRIBUTIONS = {"dateutil": "python_dateutil", "runtime_client": "awslambdaric"}
_DIGEST_CHARACTERS = 24


def link_distributions(cache: Path, *, search_path: Sequence[str] | None = None) -> Path:
    """Make the folder, or return the one that was made for the same distributions."""
    places = list(_places(sys.path if search_path is None else search_path))
    key = hashlib.sha256("\0".join(map(str, places)).encode()).hexdigest()[:_DIGEST_CHARACTERS]
    folder = cache / "runtime" / f"python-{key}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".python.", dir=folder.parent))
        for place in places:
            (temporary / place.name).symlink_to(place)
        put_in_place(temporary, folder)
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _places(search_path: Iterable[str]) -> Iterable[Path]:
    """Tell where each package, module and its metadata is, the first on the path as an import would find it."""
    folders = [Path(entry) for entry in search_path if entry and Path(entry).is_dir()]
    for name in SHIPPED:
        for folder in folders:
            found = _found_in(folder, name)
            if found:
                yield from found
                break


def _found_in(folder: Path, name: str) -> list[Path]:
    package = folder / name
    files = [package] if package.is_dir() else [*folder.glob(f"{name}.py"), *folder.glob(f"{name}.*.so")]
    if not files:
        return []
    distribution = _NAMES_OF_DISTRIBUTIONS.get(name, name)
    metadata = [] if name == "runtime_client" else sorted(folder.glob(f"{distribution}-*.dist-info"))
    return [*files, *metadata]
