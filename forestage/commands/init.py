"""``forestage init``: write a project to begin with."""

from __future__ import annotations

import re
import string
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "rest": ("every", "rest"),
    "websocket": ("every", "websocket"),
    "both": ("every", "rest", "websocket", "both"),
}
"""The folders of ``forestage/scaffold`` that make a project; a file of a later one takes the place of an earlier."""

_STACK: Final = "StackName"
_DEFAULT_STACK: Final = "Service"


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--app-template",
    default="rest",
    show_default=True,
    type=click.Choice(list(_PARTS)),
    help="Which APIs it has: a REST API, a WebSocket API, or both.",
)
def command(*, folder: Path, app_template: str) -> None:
    """Write a project to begin with: an app on the constructs, functions, and tests.

    FOLDER is made where it is not there; files that are there already are never overwritten.
    """
    from forestage.commands.printing import TerminalTalk, put

    texts = project_texts(app_template, stack=_stack_name(folder))
    write_project(folder, texts)
    put("\n".join(str(folder / name) for name in texts))
    TerminalTalk().info(f"read {folder / 'README.md'} for what to do next")


def project_texts(app_template: str, *, stack: str) -> dict[str, str]:
    """Return the files of a project by their paths, in order."""
    scaffold = files("forestage") / "scaffold"
    texts = {
        name: file.read_text("utf-8").replace(_STACK, stack)
        for part in _PARTS[app_template]
        for name, file in files_below(scaffold / part)
    }
    return dict(sorted(texts.items()))


def write_project(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files of a project, all of them or none.

    Raises:
        OverwriteError: some of them are there already.
        StateError: the folder cannot be written to.
    """
    from forestage.errors import Fault, OverwriteError, StateError

    taken = [name for name in texts if (folder / name).exists()]
    if taken:
        raise OverwriteError(
            f"files of the project are in {folder} already, and nothing was written",
            hint="name another folder, or move these away",
            faults=[Fault(message=str(folder / name)) for name in taken],
        )
    try:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as error:
        raise StateError(f"the project cannot be written to {folder}: {error.strerror}") from None


def files_below(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """List the files of a folder with their paths in a project; what an installation compiled is none of them."""
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from files_below(entry, f"{prefix}{entry.name}/")
        elif entry.name == "gitignore":
            yield f"{prefix}.gitignore", entry
        else:
            yield f"{prefix}{entry.name}", entry


def _stack_name(folder: Path) -> str:
    """Name the stack after the folder: ``PetShop`` for ``pet-shop``."""
    words = re.findall(r"[A-Za-z0-9]+", folder.resolve().name)
    name = "".join(word[0].upper() + word[1:] for word in words).lstrip(string.digits)
    return name[:1].upper() + name[1:] or _DEFAULT_STACK
