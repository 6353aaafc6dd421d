from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from forestage.commands.options import SourceOptions
from forestage.commands.reloading import Synthesis
from tests.functional.preview_process import PATIENCE_SECONDS, wait_until_gone

if TYPE_CHECKING:
    from pathlib import Path


class ListeningTalk:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def info(self, text: str) -> None:
        self.told.append(text)

    def warn(self, text: str) -> None:
        self.told.append(text)

    def error(self, text: str) -> None:
        self.told.append(text)


def write_app(folder: Path, program: str) -> SourceOptions:
    """Write an app without the CDK: what it is told to print and write is all that counts here."""
    (folder / "cdk.json").write_text('{"app": "python3 app.py"}', encoding="utf-8")
    (folder / "app.py").write_text(program, encoding="utf-8")
    return SourceOptions(source=str(folder))


def test_failing_app_is_told_in_its_own_words(tmp_path: Path) -> None:
    talk = ListeningTalk()
    source = write_app(tmp_path, "raise SystemExit('no bucket of that name')")

    succeeded = asyncio.run(Synthesis(source, talk).run())

    assert not succeeded
    assert any("no bucket of that name" in line for line in talk.told)


def test_app_that_is_out_of_date_is_ended(tmp_path: Path) -> None:
    program = "import os, time\nprint('begun', os.getpid(), flush=True)\ntime.sleep(60)\n"
    source = write_app(tmp_path, program)
    pids: list[int] = []

    async def run() -> None:
        begun = asyncio.Event()

        class Talk(ListeningTalk):
            def info(self, text: str) -> None:
                if "begun" in text:
                    pids.append(int(text.rsplit(maxsplit=1)[-1]))
                    begun.set()

        task = asyncio.create_task(Synthesis(source, Talk()).run())
        await asyncio.wait_for(begun.wait(), PATIENCE_SECONDS)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())

    wait_until_gone(pids[0])
