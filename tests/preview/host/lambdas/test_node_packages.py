from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from forestage.errors import RuntimeMissingError
from forestage.preview.host.lambdas.node_packages import (
    client_release,
    fetch_client,
    fetch_packages,
    find_client,
    missing_packages,
    sdk_folder,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("major", "release"), [(0, 4), (16, 3), (20, 3), (22, 3), (24, 4), (26, 4)])
def test_client_is_the_one_that_takes_the_handlers_of_its_version(major: int, release: int) -> None:
    assert client_release(major) == release


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "const { S3 } = require('@aws-sdk/client-s3');",
        'const a = require( "@aws-sdk/client-s3" )',
        "import { S3 } from '@aws-sdk/client-s3';",
        "import{S3}from'@aws-sdk/client-s3';",
        "import '@aws-sdk/client-s3';",
        "const a = await import('@aws-sdk/client-s3')",
        "export * from '@aws-sdk/client-s3/dist-es/index.js';",
    ],
)
@pytest.mark.parametrize("name", ["index.js", "index.mjs", "lib/deep/index.cjs"])
def test_import_of_the_sdk_is_seen(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path / "code" / name, text)

    names = missing_packages(tmp_path / "code", layers=[], runtime=tmp_path / "sdk", node_major=22)

    assert names == ("@aws-sdk/client-s3",)


@pytest.mark.parametrize("place", ["code/node_modules", "layer/nodejs/node_modules", "sdk/node_modules"])
def test_package_that_is_there_is_not_missing(place: str, tmp_path: Path) -> None:
    write(tmp_path / "code" / "index.js", "require('@smithy/core'); require('@aws-sdk/client-s3');")
    (tmp_path / place / "@aws-sdk" / "client-s3").mkdir(parents=True)

    names = missing_packages(tmp_path / "code", layers=[tmp_path / "layer"], runtime=tmp_path / "sdk", node_major=22)

    assert names == ("@smithy/core",)


def test_imports_of_packages_are_not_looked_at(tmp_path: Path) -> None:
    write(tmp_path / "code" / "node_modules" / "x" / "index.js", "require('@aws-sdk/client-s3')")
    write(tmp_path / "code" / "notes.txt", "require('@aws-sdk/client-s3')")

    assert missing_packages(tmp_path / "code", layers=[], runtime=tmp_path, node_major=22) == ()


@pytest.mark.parametrize(("major", "names"), [(16, ("aws-sdk",)), (18, ("@aws-sdk/client-s3",))])
def test_release_of_the_sdk_is_the_one_that_the_runtime_ships(
    major: int, names: tuple[str, ...], tmp_path: Path
) -> None:
    write(
        tmp_path / "code" / "index.js",
        "require('aws-sdk'); require('aws-sdk/clients/s3'); require('@aws-sdk/client-s3')",
    )

    assert missing_packages(tmp_path / "code", layers=[], runtime=tmp_path, node_major=major) == names


def an_npm(folder: Path, script: str) -> tuple[str, ...]:
    path = write(folder / "npm", f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return (str(path), "npm")


def a_package(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for name in ("package/index.mjs", "package/package.json", "package/../../evil.mjs", "package/deps/curl.tar.xz"):
            member = tarfile.TarInfo(name)
            member.size = 4
            file.addfile(member, io.BytesIO(b"code"))
    return path


def test_client_is_fetched_without_its_sources(tmp_path: Path) -> None:
    package = a_package(tmp_path / "package.tgz")
    npm = an_npm(tmp_path, f'cp {package} "$5"')

    module = fetch_client(tmp_path / "cache", 4, npm)

    assert module.read_text(encoding="utf-8") == "code"
    assert sorted(path.name for path in module.parent.iterdir()) == ["index.mjs", "package.json"]
    assert find_client(tmp_path / "cache", 4) == module
    assert not list(tmp_path.rglob("evil.mjs"))


def test_client_is_fetched_once(tmp_path: Path) -> None:
    package = a_package(tmp_path / "package.tgz")
    fetch_client(tmp_path / "cache", 4, an_npm(tmp_path, f'cp {package} "$5"'))

    module = fetch_client(tmp_path / "cache", 4, an_npm(tmp_path, "exit 1"))

    assert module.is_file()


def test_client_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert find_client(tmp_path, 3) is None


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'npm error code E404' >&2; exit 1", "npm pack failed: npm error code E404"),
        ("exit 3", "npm pack failed: exit status 3"),
    ],
)
def test_npm_that_fails_says_why(script: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuntimeMissingError, match=message):
        fetch_client(tmp_path / "cache", 4, an_npm(tmp_path, script))

    assert not list((tmp_path / "cache" / "node").glob(".client*"))


def test_npm_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeMissingError, match="npm could not be run"):
        fetch_client(tmp_path / "cache", 4, (str(tmp_path / "nothing"), "npm"))


def test_packages_are_installed_without_scripts(tmp_path: Path) -> None:
    npm = an_npm(tmp_path, f'echo "$@" > {tmp_path}/asked')

    fetch_packages(tmp_path / "cache", ["@aws-sdk/client-s3"], npm)

    folder = sdk_folder(tmp_path / "cache")
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked.split()[1:] == [
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(folder),
        "@aws-sdk/client-s3",
    ]
    assert (folder / "package.json").is_file()
