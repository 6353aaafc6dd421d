"""What kind of SOURCE the user named."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from forestage.errors import SourceError
from forestage.load.documents import is_file, shown_path
from forestage.model.records import dataclass

TEMPLATE_SUFFIXES = (".json", ".yaml", ".yml", ".template")
ACCEPTED = "a folder with cdk.json or manifest.json, or a template file (.json, .yaml, .yml, .template)"

_LATER = {
    "git:": "a SOURCE at a git ref",
    "aws:": "a deployed stack as SOURCE",
    "stage:": "a deployed stage as SOURCE",
}


class SourceKind(Enum):
    """The kinds of SOURCE on this machine."""

    APP = "a CDK app"
    ASSEMBLY = "a cloud assembly"
    TEMPLATE = "a template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A SOURCE that was found: the folder of an app or assembly, or a template file; ``path`` is absolute."""

    kind: SourceKind
    path: Path


def find_source(text: str) -> Source:
    """Find out what a SOURCE is.

    Raises:
        SourceError: there is no such thing, or it is none of the known kinds.
    """
    for prefix, what in _LATER.items():
        if text.startswith(prefix):
            raise SourceError(f"{what} cannot be loaded yet: {text}", hint=f"today a SOURCE is {ACCEPTED}")
    path = Path(text).expanduser().absolute()
    if _is_folder(path):
        return _folder(path)
    if not is_file(path):
        raise SourceError(f"there is no file or folder {text!r}", hint=f"a SOURCE is {ACCEPTED}")
    if path.name == "cdk.json":
        return Source(kind=SourceKind.APP, path=path.parent)
    if path.name == "manifest.json":
        return Source(kind=SourceKind.ASSEMBLY, path=path.parent)
    if path.suffix.lower() in TEMPLATE_SUFFIXES:
        return Source(kind=SourceKind.TEMPLATE, path=path)
    raise SourceError(f"{text} is no template by its name", hint=f"a SOURCE is {ACCEPTED}")


def _folder(path: Path) -> Source:
    if is_file(path / "cdk.json"):
        return Source(kind=SourceKind.APP, path=path)
    if is_file(path / "manifest.json"):
        return Source(kind=SourceKind.ASSEMBLY, path=path)
    raise SourceError(f"the folder {shown_path(path)} has neither cdk.json nor manifest.json", hint=_suggestion(path))


def _suggestion(folder: Path) -> str:
    for name in ("template.yaml", "template.yml", "template.json", "cdk.out"):
        candidate = folder / name
        if is_file(candidate) or is_file(candidate / "manifest.json"):
            return f"name what is in it: {shown_path(candidate)}"
    return f"a SOURCE is {ACCEPTED}"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
