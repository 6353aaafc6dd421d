"""What kind of SOURCE the user named."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from forestage.errors import SourceError
from forestage.load.documents import is_file, shown_path
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEMPLATE_SUFFIXES = (".json", ".yaml", ".yml", ".template")
ACCEPTED = (
    "a folder with cdk.json or manifest.json, a template file (.json, .yaml, .yml, .template), git:REF[:PATH],"
    " aws:STACK or stage:API_ID/STAGE"
)

_IS_STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}|arn:aws[a-z-]*:cloudformation:[A-Za-z0-9:/-]+").fullmatch
"""Source: CreateStack in the CloudFormation API reference, StackName."""

_IS_STAGE = re.compile(r"(?P<api_id>[A-Za-z0-9]+)/(?P<stage>[A-Za-z0-9_$-]+)").fullmatch
"""Source: CreateStage in the API Gateway API reference; ``$default`` is a stage of HTTP APIs."""


class SourceKind(Enum):
    """The kinds of SOURCE on this machine."""

    APP = "a CDK app"
    ASSEMBLY = "a cloud assembly"
    TEMPLATE = "a template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A SOURCE on this machine: the folder of an app or assembly, or a template file; ``path`` is absolute."""

    kind: SourceKind
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class GitSource:
    """A SOURCE at a git ref: ``git:REF[:PATH]``.

    ``path`` is as git has it: from the root of the repository, or from the current folder where it begins with ``./``
    or ``../``; by default the current folder.
    """

    ref: str
    path: str = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSource:
    """Deployed stacks: ``aws:STACK``, a name or an ARN, or several with commas between them."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSource:
    """What a deployed stage serves: ``stage:API_ID/STAGE``."""

    api_id: str
    stage: str


AnySource: TypeAlias = Source | GitSource | StackSource | StageSource


def find_source(text: str) -> AnySource:
    """Find out what a SOURCE is; whether git or AWS have it shows when it is loaded.

    Raises:
        SourceError: there is no such thing, or it is none of the known kinds.
    """
    kind, colon, rest = text.partition(":")
    if colon and kind in _ELSEWHERE:
        return _ELSEWHERE[kind](rest)
    return find_local_source(text)


def find_local_source(text: str) -> Source:
    """Find out what a SOURCE on this machine is.

    Raises:
        SourceError: there is no such file or folder, or it is none of the known kinds.
    """
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


def is_here(source: AnySource) -> bool:
    """Tell whether a SOURCE is on this machine, where it can be watched."""
    return isinstance(source, Source)


def is_app(source: AnySource) -> bool:
    """Tell whether a SOURCE is the folder of a CDK app, whose files can be watched."""
    return isinstance(source, Source) and source.kind is SourceKind.APP


def _git(text: str) -> GitSource:
    ref, _, path = text.partition(":")  # A name of git has no colon.
    if not ref or ref.startswith("-"):
        raise SourceError(f"{ref!r} is no git ref", hint="like git:main or git:v1.2:service/template.yaml")
    return GitSource(ref=ref, path=path or ".")


def _stack(text: str) -> StackSource:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if not _IS_STACK_NAME(name):
            raise SourceError(f"{name!r} is no name of a stack", hint="like aws:PetsProd, letters, digits and hyphens")
    return StackSource(names=names)


def _stage(text: str) -> StageSource:
    found = _IS_STAGE(text)
    if found is None:
        raise SourceError(f"{text!r} is no stage of an API", hint="like stage:a1b2c3d4e5/prod, the API's id first")
    return StageSource(api_id=found["api_id"], stage=found["stage"])


_ELSEWHERE: Mapping[str, Callable[[str], AnySource]] = {"git": _git, "aws": _stack, "stage": _stage}


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
