from __future__ import annotations

from pathlib import Path

import pytest

from forestage.errors import StateError
from forestage.preview.host.folders import cache_folder, make_private, state_folder, write_whole


@pytest.mark.parametrize(
    ("environment", "platform", "cache", "state"),
    [
        ({"HOME": "/home/ada"}, "linux", "/home/ada/.cache/forestage", "/home/ada/.local/state/forestage"),
        (
            {"HOME": "/Users/ada"},
            "darwin",
            "/Users/ada/Library/Caches/forestage",
            "/Users/ada/Library/Application Support/forestage",
        ),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/c", "XDG_STATE_HOME": "/s"}, "linux", "/c/forestage", "/s/forestage"),
        (
            {"HOME": "/h", "XDG_CACHE_HOME": "c", "XDG_STATE_HOME": "s"},
            "linux",
            "/h/.cache/forestage",
            "/h/.local/state/forestage",
        ),
    ],
    ids=["linux", "macos", "given", "relative ones are ignored"],
)
def test_folders_follow_the_platform(environment: dict[str, str], platform: str, cache: str, state: str) -> None:
    folders = cache_folder(environment, platform=platform), state_folder(environment, platform=platform)

    assert folders == (Path(cache), Path(state))


def test_folders_without_a_home_variable_are_those_of_the_user() -> None:
    assert cache_folder({}, platform="linux") == Path("~/.cache/forestage").expanduser()


def test_environment_of_the_process_is_the_default() -> None:
    assert cache_folder().name == "forestage"


def test_file_is_replaced_whole_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"

    write_whole(path, b"one")
    write_whole(path, b"two", mode=0o644)

    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o644)
    assert [found.name for found in path.parent.iterdir()] == ["file"]


def test_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert make_private(tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_folder_where_a_file_is_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match=r"cannot make the folder .*/file/new"):
        make_private(tmp_path / "file" / "new")


def test_file_where_a_folder_is_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()

    with pytest.raises(StateError, match=r"cannot write .*/taken"):
        write_whole(tmp_path / "taken", b"")

    assert [found.name for found in tmp_path.iterdir()] == ["taken"]
