"""Brings AWS's client for Node and the SDK into the cache, by npm, when they are first needed.

``npm pack`` fetches the client alone, 3 MB in one second; its dependencies compile an addon that is not used here.
No script of a package is run.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess  # ruff: ignore[suspicious-subprocess-import] - what this module is for
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from forestage.errors import RuntimeMissingError
from forestage.preview.host.lambdas.archive import put_in_place

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

CLIENT_RELEASES = {3: "3.3.0", 4: "4.0.2"}
_CLIENT_MODULES = {3: "dist/index.mjs", 4: "index.mjs"}
_LAST_WITH_CALLBACKS = 22
"""Release 4 refuses handlers with a callback, which AWS's runtimes up to this version of Node take."""

_LAST_WITH_SDK_2 = 16
_NPM_SECONDS = 300.0
_MAX_SOURCE_BYTES = 16 * 1024 * 1024
_SOURCES = frozenset({".js", ".mjs", ".cjs"})
_IMPORT = re.compile(rb"""(?:require\s*\(|\bfrom|\bimport\s*\(?)\s*["'`]((?:@aws-sdk|@smithy)/[\w.-]+|aws-sdk)["'`/]""")


def client_release(node_major: int) -> int:
    """Return which release of AWS's client behaves as a version of Node's runtime does; 0 is the newest version."""
    return 3 if 0 < node_major <= _LAST_WITH_CALLBACKS else 4


def find_client(cache: Path, release: int) -> Path | None:
    """Return the module of a client that is in the cache."""
    module = _client_folder(cache, release) / _CLIENT_MODULES[release]
    return module.resolve() if module.is_file() else None


def fetch_client(cache: Path, release: int, npm: Sequence[str]) -> Path:
    """Bring AWS's client into the cache; return its module.

    Raises:
        RuntimeMissingError: npm could not fetch it.
    """
    folder = _client_folder(cache, release)
    with _locked(cache):
        if not folder.is_dir():
            temporary = Path(tempfile.mkdtemp(prefix=".client.", dir=folder.parent))
            try:
                package = f"aws-lambda-ric@{CLIENT_RELEASES[release]}"
                _npm((*npm, "pack", package, "--pack-destination", str(temporary), "--ignore-scripts"), temporary)
                (temporary / "package").mkdir()
                for archive in temporary.glob("*.tgz"):
                    _unpack(archive, temporary / "package")
                put_in_place(temporary / "package", folder)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    return (folder / _CLIENT_MODULES[release]).resolve()


def _client_folder(cache: Path, release: int) -> Path:
    return cache / "node" / f"aws-lambda-ric-{CLIENT_RELEASES[release]}"


def _unpack(archive: Path, folder: Path) -> None:
    """Take the modules and the licence out of a package; its archives of C sources stay where they are."""
    with tarfile.open(archive) as file:
        for member in file:
            path = PurePosixPath(member.name)
            parts = path.parts[1:]
            is_wanted = path.suffix in {".mjs", ".json"} or path.name in {"LICENSE", "NOTICE"}
            if not member.isfile() or not is_wanted or not parts or ".." in parts:
                continue
            content = file.extractfile(member)
            place = folder.joinpath(*parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.read() if content is not None else b"")


def sdk_folder(cache: Path) -> Path:
    """Return the folder that stands for ``/var/runtime`` of Node functions."""
    return cache / "node" / "sdk"


def missing_packages(task: Path, *, layers: Sequence[Path], runtime: Path, node_major: int) -> tuple[str, ...]:
    """Return the packages of AWS's SDK that code imports, and that neither it nor the cache has."""
    has_sdk_2 = 0 < node_major <= _LAST_WITH_SDK_2
    folders = [task, *(layer / "nodejs" for layer in layers), runtime]
    names = {name for name in _imported(task) if (name == "aws-sdk") == has_sdk_2}
    return tuple(
        sorted(name for name in names if not any((folder / "node_modules" / name).is_dir() for folder in folders))
    )


def _imported(task: Path) -> set[str]:
    names: set[str] = set()
    for folder, subfolders, files in os.walk(task):
        subfolders[:] = [name for name in subfolders if name != "node_modules"]
        for name in files:
            path = Path(folder, name)
            if path.suffix in _SOURCES and path.stat().st_size <= _MAX_SOURCE_BYTES:
                names.update(found.decode() for found in _IMPORT.findall(path.read_bytes()))
    return names


def fetch_packages(cache: Path, names: Sequence[str], npm: Sequence[str]) -> None:
    """Add packages to the folder of the SDK.

    Raises:
        RuntimeMissingError: npm could not fetch them.
    """
    folder = sdk_folder(cache)
    with _locked(cache):
        folder.mkdir(parents=True, exist_ok=True)
        manifest = folder / "package.json"
        if not manifest.is_file():
            manifest.write_text('{"private": true}\n')
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder))
        _npm((*npm, "install", *quiet, *names), folder)


def _npm(command: Sequence[str], folder: Path) -> None:
    try:
        answer = subprocess.run(  # ruff: ignore[subprocess-without-shell-equals-true] - no shell reads it
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_NPM_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RuntimeMissingError(f"npm could not be run: {error}") from error
    if answer.returncode:
        lines = [line for line in answer.stderr.splitlines() if "npm error" in line or "npm ERR!" in line]
        reason = "; ".join(lines[:3]) or f"exit status {answer.returncode}"
        raise RuntimeMissingError(
            f"npm {command[2]} failed: {reason}", hint="functions in Node need npm's registry once"
        )


@contextmanager
def _locked(cache: Path) -> Generator[None]:
    """Keep other previews of this user from installing at the same time."""
    folder = cache / "node"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
