from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.preview.host.lambdas.distributions import SHIPPED, link_distributions

if TYPE_CHECKING:
    from pathlib import Path


def an_environment(folder: Path) -> Path:
    for name in ("boto3", "simplejson", "click", "boto3-1.44.8.dist-info", "python_dateutil-2.9.dist-info", "dateutil"):
        (folder / name).mkdir(parents=True)
    (folder / "six.py").touch()
    (folder / "runtime_client.cpython-311-x86_64-linux-gnu.so").touch()
    return folder


def test_what_the_runtime_ships_is_linked_and_nothing_else(tmp_path: Path) -> None:
    site = an_environment(tmp_path / "site")

    folder = link_distributions(tmp_path / "cache", search_path=["", str(tmp_path / "nothing"), str(site)])

    assert sorted(path.name for path in folder.iterdir()) == [
        "boto3",
        "boto3-1.44.8.dist-info",
        "dateutil",
        "python_dateutil-2.9.dist-info",
        "runtime_client.cpython-311-x86_64-linux-gnu.so",
        "simplejson",
        "six.py",
    ]
    assert all(path.is_symlink() for path in folder.iterdir())


def test_first_on_the_path_is_linked(tmp_path: Path) -> None:
    first, second = an_environment(tmp_path / "first"), an_environment(tmp_path / "second")

    folder = link_distributions(tmp_path / "cache", search_path=[str(first), str(second)])

    assert (folder / "boto3").resolve() == first / "boto3"


def test_folder_is_made_once_for_the_same_distributions(tmp_path: Path) -> None:
    site = an_environment(tmp_path / "site")
    folder = link_distributions(tmp_path / "cache", search_path=[str(site)])

    (site / "boto3-1.44.8.dist-info").rename(site / "boto3-1.45.0.dist-info")

    again = link_distributions(tmp_path / "cache", search_path=[str(site)])
    assert again != folder
    assert link_distributions(tmp_path / "cache", search_path=[str(site)]) == again


def test_everything_that_is_shipped_is_installed_here(tmp_path: Path) -> None:
    names = {path.name.partition(".")[0] for path in link_distributions(tmp_path).iterdir()}

    assert set(SHIPPED) <= names
