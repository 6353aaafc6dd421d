from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from forestage.preview.host.lambdas.interpreters import (
    Interpreter,
    ask_version,
    find_node,
    find_python,
    npm_command,
    own_python,
    shipped_node,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OWN = Interpreter(path="/own/python", version=(3, 11))


def a_program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def version_by_name(path: str) -> tuple[int, int] | None:
    """Tell the version that a program's name says, unless it is a stub."""
    return None if "stub" in path else (3, int(path.rpartition(".")[2]))


@pytest.mark.parametrize(
    ("minor", "available", "found"),
    [
        pytest.param(11, [], 11, id="own"),
        pytest.param(12, [12, 13], 12, id="exact"),
        pytest.param(13, [12], 12, id="nearest-above-own"),
        pytest.param(12, [13], 11, id="own-before-one-as-near"),
        pytest.param(9, [10], 10, id="oldest-that-runs"),
        pytest.param(8, [8, 9], 11, id="too-old-for-the-client"),
    ],
)
def test_python_of_the_version_or_the_nearest_is_found(
    minor: int, available: list[int], found: int, tmp_path: Path
) -> None:
    for version in available:
        a_program(tmp_path / f"python3.{version}")

    python = find_python(minor, own=OWN, environment={"PATH": str(tmp_path)}, ask=version_by_name)

    assert python.version == (3, found)


def test_python_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    a_program(tmp_path / "stub" / "python3.12")
    a_program(tmp_path / ".pyenv" / "versions" / "3.12.1" / "bin" / "python3.12")
    environment = {"PATH": str(tmp_path / "stub"), "HOME": str(tmp_path)}

    python = find_python(12, own=OWN, environment=environment, ask=version_by_name)

    assert python.path.endswith("/.pyenv/versions/3.12.1/bin/python3.12")


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("PYENV_ROOT", "versions/3.13.0/bin/python3.13"),
        ("UV_PYTHON_INSTALL_DIR", "cpython-3.13.1-linux-x86_64-gnu/bin/python3.13"),
    ],
)
def test_python_of_a_version_manager_is_found(variable: str, place: str, tmp_path: Path) -> None:
    a_program(tmp_path / place)

    python = find_python(13, own=OWN, environment={"PATH": "", variable: str(tmp_path)}, ask=version_by_name)

    assert python.version == (3, 13)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("#!/bin/sh\necho Python 3.12.1\n", (3, 12)),
        ("#!/bin/sh\necho v24.19.0\n", (24, 19)),
        ("#!/bin/sh\necho Python 3.12.1\nexit 1\n", None),
        ("#!/bin/sh\necho nothing\n", None),
        ("\x7fELF", None),
    ],
    ids=["python", "node", "fails", "no-version", "no-program"],
)
def test_version_is_asked_for(text: str, version: tuple[int, int] | None, tmp_path: Path) -> None:
    assert ask_version(str(a_program(tmp_path / "program", text))) == version


def test_own_python_is_outside_of_the_virtual_environment() -> None:
    python = own_python()

    assert python.version == sys.version_info[:2]
    assert not python.path.startswith(sys.prefix + "/") or sys.prefix == sys.base_prefix


SHIPPED = Interpreter(path="/shipped/node", version=(24, 19))


def answering(version: tuple[int, int] | None) -> Callable[[str], tuple[int, int] | None]:
    return lambda _: version


@pytest.mark.parametrize(
    ("major", "on_path", "shipped", "found"),
    [
        pytest.param(24, (24, 1), SHIPPED, (24, 19), id="shipped-is-exact"),
        pytest.param(22, (22, 20), SHIPPED, (22, 20), id="path-is-exact"),
        pytest.param(22, (22, 3), SHIPPED, (24, 19), id="path-is-too-old-to-be-kept-inside"),
        pytest.param(20, (20, 20), SHIPPED, (24, 19), id="path-is-too-old"),
        pytest.param(22, (25, 0), SHIPPED, (24, 19), id="path-is-another"),
        pytest.param(22, (25, 0), None, (25, 0), id="path-alone"),
        pytest.param(22, None, SHIPPED, (24, 19), id="path-does-not-run"),
        pytest.param(22, (20, 0), None, None, id="none"),
    ],
)
def test_node_of_the_version_or_the_nearest_is_found(
    major: int,
    on_path: tuple[int, int] | None,
    shipped: Interpreter | None,
    found: tuple[int, int] | None,
    tmp_path: Path,
) -> None:
    a_program(tmp_path / "node")

    node = find_node(major, shipped=shipped, environment={"PATH": str(tmp_path)}, ask=answering(on_path))

    assert (node.version if node else None) == found


def test_node_that_is_nowhere_is_none() -> None:
    assert find_node(22, shipped=None, environment={"PATH": ""}) is None


def test_node_is_shipped_with_its_npm() -> None:
    node = shipped_node()

    assert node is not None
    assert node.version >= (22, 15)
    assert npm_command(node) is not None


def test_search_path_begins_with_the_programs_folder() -> None:
    assert SHIPPED.search_path({"PATH": "/usr/bin"}) == "/shipped:/usr/bin"
