from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from forestage import __version__
from forestage.cli import COMMANDS, main
from tests.commands.applications import mock_api, write_template

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    "asyncio",
    "aws_cdk",
    "boto3",
    "botocore",
    "jsii",
    "rich",
    "yaml",
    "uvloop",
    "forestage.load",
    "forestage.model",
)


def test_help_names_every_command_with_its_summary(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--help"])

    words = " ".join(capsys.readouterr().out.split())
    assert code == 0
    assert all(f"{name} {summary}" in words for name, summary in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_with_every_option_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main([name, "--help"])

    assert code == 0
    assert capsys.readouterr().out.startswith(f"Usage: forestage {name}")
    options = import_module(f"forestage.commands.{name}").command.params
    assert [option.name for option in options if option.param_type_name == "option" and not option.help] == []


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from forestage.cli import main\n"
        "main(['--help'])\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "loaded []"


def test_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"forestage {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["prevew"], "No such command 'prevew'. Did you mean 'preview'?", id="a command that is none"),
        pytest.param(
            ["routes", "--prot", "1"],
            "No such option '--prot'. (Did you mean one of: '--port'",
            id="an option that is none",
        ),
        pytest.param(["routes", "--port", "many"], "'many' is not a valid integer range", id="a value that is none"),
        pytest.param(["invoke", "GET"], "METHOD and PATH are needed", id="an argument that is missing"),
    ],
)
def test_wrong_usage_ends_with_2(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(words)

    captured = capsys.readouterr()
    assert code == 2
    assert not captured.out
    assert message in captured.err


def test_program_without_command_shows_help_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_mistake_of_the_person_is_told_with_a_hint_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["synth", "nowhere.json"])

    captured = capsys.readouterr()
    assert code == 1
    assert not captured.out
    first, second = captured.err.splitlines()
    assert first == "error: there is no file or folder 'nowhere.json'"
    assert second.startswith("hint: a SOURCE is ")


def test_missing_parameter_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = write_template(tmp_path, {"Parameters": {"Name": {"Type": "String"}}, **mock_api()})

    code = main(["synth", str(template)])

    assert code == 2
    assert "Name" in capsys.readouterr().err


def test_reader_that_goes_away_ends_the_program_quietly(tmp_path: Path) -> None:
    template = write_template(tmp_path, mock_api())
    reader, writer = os.pipe()
    os.close(reader)

    ended = subprocess.run(
        [sys.executable, "-m", "forestage", "routes", str(template)],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert ended.returncode == 1
    assert not ended.stderr


@pytest.mark.parametrize("words", [["--help"], ["routes", "--help"], ["routes"]])
def test_output_that_finds_no_room_is_told_and_is_no_defect(words: list[str], tmp_path: Path) -> None:
    source = [str(write_template(tmp_path, mock_api()))] if words == ["routes"] else []
    program = (
        "import resource, sys\n"
        "from forestage.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )

    with (tmp_path / "output").open("w", encoding="utf-8") as output:
        ended = subprocess.run(
            [sys.executable, "-c", program, *words, *source],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr == "error: the output cannot be written: File too large\n"
