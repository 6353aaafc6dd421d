from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
{before}
from forestage.commands.lean_imports import import_msgspec
import_msgspec()
print("msgspec" in sys.modules, "typing_extensions" in sys.modules)
import typing_extensions, msgspec
class Optional(typing_extensions.TypedDict):
    a: typing_extensions.NotRequired[int]
print(msgspec.convert({{}}, Optional))
"""


def run(before: str = "") -> list[str]:
    command = [sys.executable, "-c", PROGRAM.format(before=before)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def test_msgspec_is_imported_without_what_it_need_not_have() -> None:
    assert run() == ["True False", "{}"]


def test_msgspec_is_imported_as_ever_where_typing_extensions_is_there_already() -> None:
    assert run("import typing_extensions") == ["False True", "{}"]
