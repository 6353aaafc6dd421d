"""Unpacks a function's zip file, and refuses one that would write elsewhere or fill the disk."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

MAX_UNPACKED_BYTES = 262_144_000
"""Lambda's own limit; source: Lambda quotas, "Unzipped size must be smaller than 262144000 bytes"."""

MAX_FILES = 100_000
_UNIX_MODE_SHIFT = 16
_READABLE = 0o644
_READABLE_FOLDER = 0o755


class ArchiveError(Exception):
    """The zip file cannot be used; the message says why, without its path."""


def unpack(archive: Path, target: Path) -> None:
    """Unpack a zip file into a folder that comes to be as a whole; one that exists is left as it is.

    Raises:
        ArchiveError: it is no zip file, too large, or would write outside of the folder.
    """
    if target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _unpack_into(archive, temporary)
        temporary.chmod(_READABLE_FOLDER)
        put_in_place(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def put_in_place(folder: Path, target: Path) -> None:
    """Rename a finished folder; if another process was faster, its folder is as good."""
    try:
        folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def _unpack_into(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as file:
            members = file.infolist()
            _check_size(members)
            for member in members:
                _unpack_member(file, member, folder)
    # A damaged deflate stream, an unknown compression and an encrypted member each have a type of their own.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise ArchiveError(f"is no zip file that can be read: {error}") from error


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED_BYTES:
        raise ArchiveError(f"unpacked size must be smaller than {MAX_UNPACKED_BYTES} bytes, got {size}")
    if len(members) > MAX_FILES:
        raise ArchiveError(f"may hold at most {MAX_FILES} files, got {len(members)}")


def _unpack_member(file: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    place = folder.joinpath(*_safe_parts(member.filename))
    if member.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.parent.resolve().is_relative_to(folder.resolve()):
        raise ArchiveError(
            f"member {member.filename!r} would be written through a link outside of the function's folder"
        )
    mode = member.external_attr >> _UNIX_MODE_SHIFT
    if stat.S_ISLNK(mode):
        _link(place, folder, file.read(member).decode())
        return
    place.unlink(missing_ok=True)
    with file.open(member) as source, place.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    place.chmod(stat.S_IMODE(mode) | stat.S_IRUSR | stat.S_IWUSR if mode else _READABLE)


def _safe_parts(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ArchiveError(f"member {name!r} would be written outside of the function's folder")
    return path.parts


def _link(place: Path, folder: Path, target: str) -> None:
    reached = Path(os.path.normpath(place.parent / target))
    if not reached.is_relative_to(folder):
        raise ArchiveError(f"link {place.relative_to(folder)} points to {target!r}, outside of the function's folder")
    place.unlink(missing_ok=True)
    place.symlink_to(target)
