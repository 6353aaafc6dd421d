"""Brings a function's code and layers into the folders that stand for ``/var/task`` and ``/opt``."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.model.functions import InlineCode, LocalCode, RemoteCode
from forestage.model.records import dataclass
from forestage.preview.host.lambdas.archive import ArchiveError, put_in_place, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.model.functions import Code, Function

_DIGEST_CHARACTERS = 24
_UNWATCHED = frozenset({"__pycache__", ".git"})


class BundleError(Exception):
    """The code cannot be brought into a folder; the message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Folders of a function's code and of its layers, with a digest that changes with any of their files.

    ``opt`` stands for all ``layers`` laid over one another.
    """

    task: str
    opt: str
    layers: tuple[str, ...]
    digest: str


def make_bundle(function: Function, cache: Path) -> Bundle:
    """Make the folders of a function; folders of the user are used where they are.

    Layers of other accounts are on no machine but AWS's: the function runs without them, which loading warns of.

    Raises:
        BundleError: the code is not on this machine, or cannot be unpacked.
    """
    task = _folder_of(function.code, cache, owner=f"function {function.name}", inline_name=_inline_name(function))
    layers = [
        _folder_of(layer.code, cache, owner=f"layer {layer.logical_id}", inline_name="")
        for layer in function.layers
        if not isinstance(layer.code, RemoteCode)
    ]
    digests = [tree_digest(folder) for folder in (task, *layers)]
    opt = _lay_over(layers, cache, _digest(digests[1:]))
    return Bundle(task=str(task), opt=str(opt), layers=tuple(map(str, layers)), digest=_digest(digests))


def _inline_name(function: Function) -> str:
    """Return the file that inline code becomes, whatever the handler says.

    Source: CloudFormation, "AWS::Lambda::Function Code", ``ZipFile``: "a file named index".
    """
    return "index.py" if (function.runtime or "").startswith("python") else "index.js"


def _folder_of(code: Code, cache: Path, *, owner: str, inline_name: str) -> Path:
    match code:
        case InlineCode(text=text):
            return _write_inline(text, inline_name, cache)
        case LocalCode(path=path):
            return _local_folder(Path(path), cache, owner=owner)
        case RemoteCode(uri=uri):
            raise BundleError(f"the code of {owner} is {uri}, which is not on this machine")


def _write_inline(text: str, name: str, cache: Path) -> Path:
    content = text.encode()
    folder = cache / "code" / f"inline-{_digest([name, hashlib.sha256(content).hexdigest()])}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".inline.", dir=folder.parent))
        (temporary / name).write_bytes(content)
        put_in_place(temporary, folder)
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _local_folder(path: Path, cache: Path, *, owner: str) -> Path:
    if path.is_dir():
        return path.resolve()
    if not path.is_file():
        raise BundleError(f"the code of {owner} should be at {path}, where there is no folder and no zip file")
    if not zipfile.is_zipfile(path):
        raise BundleError(f"the code of {owner} must be a folder or a zip file, {path} is neither")
    folder = cache / "code" / f"zip-{_file_digest(path)}"
    try:
        unpack(path, folder)
    except ArchiveError as error:
        raise BundleError(f"the code of {owner}, {path}, {error}") from error
    return folder


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGEST_CHARACTERS]


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGEST_CHARACTERS]


def tree_digest(folder: Path) -> str:
    """Return a digest of a folder's path and of names, sizes and times of its files; contents are not read."""
    digest = hashlib.sha256(str(folder).encode())
    for path, status in _files(str(folder), set()):
        digest.update(f"\0{path}\0{status.st_size}\0{status.st_mtime_ns}".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(folder: str, visited: set[tuple[int, int]]) -> Iterator[tuple[str, os.stat_result]]:
    """Walk through a folder in a fixed order; links are followed, each folder once."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        try:
            status = entry.stat()
            is_folder = entry.is_dir()
        except OSError:
            # A link to nothing, or a file that was just removed.
            continue
        if not is_folder:
            yield entry.path, status
        elif entry.name not in _UNWATCHED and (status.st_dev, status.st_ino) not in visited:
            visited.add((status.st_dev, status.st_ino))
            yield from _files(entry.path, visited)


def _lay_over(layers: Sequence[Path], cache: Path, digest: str) -> Path:
    """Return a folder that stands for ``/opt``: the one layer, or links to several, the later over the earlier."""
    if len(layers) == 1:
        return layers[0]
    folder = cache / "opt" / (digest if layers else "empty")
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".opt.", dir=folder.parent))
        merge_links(layers, temporary)
        put_in_place(temporary, folder)
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def merge_links(sources: Sequence[Path], target: Path) -> None:
    """Fill a folder with links to the content of several, going into folders that more than one has."""
    places: dict[str, list[Path]] = {}
    for source in sources:
        for entry in sorted(source.iterdir()):
            places.setdefault(entry.name, []).append(entry)
    for name, entries in places.items():
        folders = [entry for entry in entries if entry.is_dir()]
        if entries[-1].is_dir() and len(folders) > 1:
            (target / name).mkdir()
            merge_links(folders, target / name)
        else:
            (target / name).symlink_to(entries[-1])
