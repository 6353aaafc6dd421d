from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from forestage.preview.host.lambdas import archive
from forestage.preview.host.lambdas.archive import ArchiveError, put_in_place, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def a_zip(folder: Path, members: Mapping[str, str | tuple[int, str]]) -> Path:
    """Make a zip file; a member's text can come with its mode."""
    path = folder / "code.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            mode, text = content if isinstance(content, tuple) else (0, content)
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            file.writestr(member, text)
    return path


LINK = stat.S_IFLNK | 0o777


def test_files_and_folders_are_unpacked(tmp_path: Path) -> None:
    path = a_zip(tmp_path, {"index.py": "1", "empty/": "", "a/b/c.txt": "2", "a\\d.txt": "3"})

    unpack(path, tmp_path / "code")

    assert (tmp_path / "code" / "index.py").read_text(encoding="utf-8") == "1"
    assert (tmp_path / "code" / "a" / "b" / "c.txt").read_text(encoding="utf-8") == "2"
    assert (tmp_path / "code" / "a" / "d.txt").read_text(encoding="utf-8") == "3"
    assert (tmp_path / "code" / "empty").is_dir()


def test_executable_stays_executable(tmp_path: Path) -> None:
    unpack(a_zip(tmp_path, {"bootstrap": (stat.S_IFREG | 0o755, "x"), "data": "y"}), tmp_path / "code")

    assert stat.S_IMODE((tmp_path / "code" / "bootstrap").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "code" / "data").stat().st_mode) == 0o600


def test_link_inside_of_the_folder_is_made(tmp_path: Path) -> None:
    unpack(a_zip(tmp_path, {"a/real": "here", "b/link": (LINK, "../a/real")}), tmp_path / "code")

    assert (tmp_path / "code" / "b" / "link").read_text(encoding="utf-8") == "here"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        pytest.param({"../evil": "x"}, "'../evil' would be written outside", id="parent"),
        pytest.param({"a/../../evil": "x"}, "would be written outside", id="parent-inside"),
        pytest.param({"/etc/evil": "x"}, "would be written outside", id="absolute"),
        pytest.param({"..\\evil": "x"}, "would be written outside", id="backslash"),
        pytest.param({"link": (LINK, "../../evil")}, "link link points to '../../evil'", id="link"),
        pytest.param({"link": (LINK, "/etc/passwd")}, "points to '/etc/passwd'", id="absolute-link"),
    ],
)
def test_member_that_would_be_elsewhere_is_refused(
    members: dict[str, str | tuple[int, str]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ArchiveError, match=message.replace("/", ".")):
        unpack(a_zip(tmp_path, members), tmp_path / "code")

    assert not (tmp_path / "code").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code.zip"]


def test_member_behind_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path, {"a": (LINK, "b"), "b": (LINK, "a"), "a/evil": "x"})

    with pytest.raises((ArchiveError, OSError)):
        unpack(path, tmp_path / "code")

    assert not (tmp_path / "code").exists()


def test_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", b"\0" * 1000)
    content = path.read_bytes().replace((1000).to_bytes(4, "little"), (300_000_000).to_bytes(4, "little"))
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match="unpacked size must be smaller than 262144000 bytes, got 300000000"):
        unpack(path, tmp_path / "code")


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(archive.MAX_FILES + 1):
            file.writestr(zipfile.ZipInfo(str(number)), "")

    with pytest.raises(ArchiveError, match="may hold at most 100000 files, got 100001"):
        unpack(path, tmp_path / "code")


@pytest.mark.parametrize("damage", [b"PK\x03\x04 no zip file", b""], ids=["garbage", "empty"])
def test_file_that_is_no_zip_file_is_refused(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "code.zip"
    path.write_bytes(damage)

    with pytest.raises(ArchiveError, match="is no zip file that can be read"):
        unpack(path, tmp_path / "code")


def test_damaged_member_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "code.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a", "text " * 1000)
    content = bytearray(path.read_bytes())
    content[34:44] = b"\xff" * 10
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match="is no zip file that can be read"):
        unpack(path, tmp_path / "code")


def test_folder_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()

    unpack(a_zip(tmp_path, {"index.py": "1"}), tmp_path / "code")

    assert list((tmp_path / "code").iterdir()) == []


def test_folder_of_a_faster_process_is_taken(tmp_path: Path) -> None:
    for name in ("mine", "theirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()

    put_in_place(tmp_path / "mine", tmp_path / "theirs")

    assert (tmp_path / "mine").is_dir()


def test_folder_that_cannot_be_put_in_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        put_in_place(tmp_path / "nothing", tmp_path / "code")
