from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from forestage.errors import RuntimeMissingError, SourceError
from forestage.load.app import App, bundled_node, cache_folder, child_variables, read_app
from forestage.model.deployment import Environment

ENVIRONMENT = Environment(account_id="111122223333", region="eu-west-1")
NODE = bundled_node()
OURS = str(Path(sys.executable).parent)


def app_in(folder: Path) -> App:
    return App(folder=folder, command="python3 app.py", build=None, context={})


def test_app_is_read_with_its_context(tmp_path: Path) -> None:
    settings = {"app": "python3 app.py", "build": "make", "context": {"a": 1, "b": 2}}
    (tmp_path / "cdk.json").write_text(json.dumps(settings))
    (tmp_path / "cdk.context.json").write_text('{"b": 3, "c": 4}')

    app = read_app(tmp_path)

    assert (app.folder, app.command, app.build) == (tmp_path, "python3 app.py", "make")
    assert {key: app.context[key] for key in "abc"} == {"a": 1, "b": 2, "c": 4}


def test_app_is_asked_for_paths_and_for_assets_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text('{"app": "x"}')

    app = read_app(tmp_path)

    assert app.build is None
    assert app.context == {
        "aws:cdk:enable-path-metadata": True,
        "aws:cdk:enable-asset-metadata": True,
        "aws:cdk:disable-asset-staging": True,
    }


@pytest.mark.parametrize(
    ("settings", "context", "message"),
    [
        ("{}", None, "cdk.json has no app command"),
        ('{"app": " "}', None, "cdk.json has no app command"),
        ('{"app": ["a"]}', None, "cdk.json has no app command"),
        ("{", None, "cdk.json cannot be read"),
        ("[]", None, "cdk.json must hold a map"),
        ('{"app": "x"}', "{", "cdk.context.json cannot be read"),
    ],
)
def test_app_that_cannot_be_read_is_an_error(settings: str, context: str | None, message: str, tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text(settings)
    if context:
        (tmp_path / "cdk.context.json").write_text(context)

    with pytest.raises(SourceError) as caught:
        read_app(tmp_path)

    assert caught.value.message == f"{tmp_path}/{message}"


def test_child_gets_what_the_cdk_cli_would_give_it(tmp_path: Path) -> None:
    variables = child_variables(app_in(tmp_path), ENVIRONMENT, {"PATH": "/bin", "STAGE": "dev"}, node=NODE)

    assert variables["CDK_DEFAULT_ACCOUNT"] == "111122223333"
    assert variables["CDK_DEFAULT_REGION"] == "eu-west-1"
    assert variables["STAGE"] == "dev"
    assert variables["JSII_NODE"] == str(NODE)


def test_child_keeps_the_node_that_the_user_chose(tmp_path: Path) -> None:
    variables = child_variables(app_in(tmp_path), ENVIRONMENT, {"PATH": "/bin", "JSII_NODE": "/my/node"}, node=NODE)

    assert variables["JSII_NODE"] == "/my/node"


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ({"PATH": "/bin"}, [OURS, "/bin"], "node"),
        ({"PATH": "/bin", "VIRTUAL_ENV": "/v"}, ["/bin", OURS], "node"),
        ({"PATH": "/bin", "CONDA_PREFIX": "/c"}, ["/bin", OURS], "node"),
        ({}, [OURS, *os.defpath.split(os.pathsep)], "node"),
    ],
    ids=["plain", "virtual-environment", "conda", "no-path"],
)
def test_child_finds_the_python_that_has_what_it_needs(
    given: dict[str, str], start: list[str], end: str, tmp_path: Path
) -> None:
    path = child_variables(app_in(tmp_path), ENVIRONMENT, given, node=NODE)["PATH"].split(os.pathsep)

    assert path[: len(start)] == start
    assert (Path(path[-1]) / end).is_file()


def test_child_finds_the_app_s_own_python_first(tmp_path: Path) -> None:
    own = tmp_path / ".venv" / "bin"
    own.mkdir(parents=True)
    (own / "python").touch()

    given = {"PATH": "/bin", "VIRTUAL_ENV": "/v"}
    path = child_variables(app_in(tmp_path), ENVIRONMENT, given, node=NODE)["PATH"]

    assert path.split(os.pathsep)[0] == str(own)


def test_machine_without_node_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeMissingError, match=r"there is no Node\.js, which CDK apps in every language need"):
        child_variables(app_in(tmp_path), ENVIRONMENT, {"PATH": str(tmp_path), "VIRTUAL_ENV": "/v"}, node=None)


def test_node_on_the_path_is_enough(tmp_path: Path) -> None:
    (tmp_path / "node").touch(mode=0o755)

    variables = child_variables(app_in(tmp_path), ENVIRONMENT, {"PATH": str(tmp_path)}, node=None)

    assert "JSII_NODE" not in variables


def test_node_that_is_not_installed_is_none() -> None:
    assert bundled_node("no_such_package_here") is None
    assert bundled_node("json") is None


def test_cache_is_where_the_desktop_says(tmp_path: Path) -> None:
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "forestage" / "apps"
    assert cache_folder({}) == Path.home() / ".cache" / "forestage" / "apps"
