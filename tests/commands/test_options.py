from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from forestage.commands.options import SourceOptions
from forestage.model.deployment import Environment
from tests.commands.applications import mock_api, write_template

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_options_are_written_as_they_are_typed() -> None:
    options = SourceOptions(
        source="app", stacks=("A", "B"), parameters=("N=1",), region="eu-west-1", profile="developer"
    )

    assert options.arguments() == (
        *("app", "--stack", "A", "--stack", "B", "--parameter", "N=1"),
        *("--region", "eu-west-1", "--profile", "developer"),
    )


def test_options_that_are_not_given_are_not_written() -> None:
    assert SourceOptions(source=".").at("other").arguments() == ("other",)


def test_region_is_the_one_of_the_option_then_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = str(write_template(tmp_path, mock_api()))
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    regions = [
        SourceOptions(source=source, region=region).load().deployment.environment.region
        for region in ("eu-west-1", None)
    ]

    assert regions == ["eu-west-1", "eu-central-1"]


def test_profile_is_seen_by_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "other")

    SourceOptions(source=str(write_template(tmp_path, mock_api())), profile="developer").load()

    assert os.environ["AWS_PROFILE"] == "developer"


def test_stacks_that_could_be_anywhere_are_where_they_are_put(tmp_path: Path) -> None:
    options = SourceOptions(source=str(write_template(tmp_path, mock_api())))
    place = Environment(account_id="111122223333", region="eu-west-1")

    assert options.within(None) is options
    assert options.within(place).load().deployment.environment == place


def test_what_a_source_needs_on_disk_lasts_as_long_as_the_command(tmp_path: Path) -> None:
    options = SourceOptions(source=str(write_template(tmp_path, mock_api())))
    closed: list[str] = []

    with click.Context(click.Command("any")) as context:
        lifetime = options._load_options(print, is_fresh=False, tells_unused=False).lifetime
        assert lifetime is not None
        lifetime.callback(closed.append, "closed")
        assert not closed
    assert context.command.name == "any"

    assert closed == ["closed"]
    assert options._load_options(print, is_fresh=False, tells_unused=False).lifetime is None
