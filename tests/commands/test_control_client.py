from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from forestage.commands.control_client import ControlClient, find_preview
from forestage.errors import ForestageError, NotRunningError
from forestage.preview.host.run_file import RunFile, announce
from tests.commands.control_server import ControlServer

if TYPE_CHECKING:
    from pathlib import Path


def test_page_is_read() -> None:
    with ControlServer({"/_forestage/logs?after=3": {"lines": []}}) as server:
        page = ControlClient(host="127.0.0.1", port=server.port).get("logs", {"after": "3"})

    assert page == {"lines": []}


def test_refusal_is_told_in_the_words_of_the_preview() -> None:
    with ControlServer({}) as server, pytest.raises(ForestageError, match="there is none"):
        ControlClient(host="127.0.0.1", port=server.port).get("traces/x")


@pytest.mark.parametrize("content", [b"<html>", b"[1]"], ids=["no JSON", "no object"])
def test_program_that_is_no_preview_is_told(content: bytes) -> None:
    with ControlServer({"/_forestage/apis": content}) as server, pytest.raises(NotRunningError) as caught:
        ControlClient(host="127.0.0.1", port=server.port).get("apis")

    assert str(server.port) in caught.value.message


def test_nobody_at_the_port_is_told() -> None:
    with ControlServer({}) as server:
        port = server.port

    with pytest.raises(NotRunningError, match=f"no preview answers at 127.0.0.1:{port}"):
        ControlClient(host="127.0.0.1", port=port).get("apis")


def test_port_goes_before_the_run_file(tmp_path: Path) -> None:
    assert find_preview(4000, folder=tmp_path, state=tmp_path).port == 4000


def test_preview_of_the_folder_is_found(tmp_path: Path) -> None:
    running = RunFile(pid=os.getpid(), host="127.0.0.1", port=3005, source=".", started_at=1.0)
    announcement = announce(tmp_path, running, state=tmp_path / "state")

    client = find_preview(None, folder=tmp_path, state=tmp_path / "state")
    announcement.withdraw()

    assert client == ControlClient(host="127.0.0.1", port=3005)


def test_folder_without_preview_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="no preview runs for"):
        find_preview(None, folder=tmp_path, state=tmp_path)


def test_change_is_sent_with_its_type() -> None:
    pages = {"POST /_forestage/keys?a=1": {"id": "k"}, "POST /_forestage/import": {"ids": []}}

    with ControlServer(pages) as server:
        client = ControlClient(host="127.0.0.1", port=server.port)
        told = client.post("keys", {"name": "ö"}, {"a": "1"}), client.post("import", "Name,ö", media_type="text/csv")

    assert told == ({"id": "k"}, {"ids": []})
    assert server.sent == [("application/json", '{"name": "\\u00f6"}'), ("text/csv", "Name,ö")]


def test_parts_of_a_refusal_are_told_one_by_one() -> None:
    page = {"status": 400, "message": "the file has faults", "details": ["line 1", "line 2"]}

    with ControlServer({"POST /_forestage/import": page}) as server, pytest.raises(ForestageError) as refused:
        ControlClient(host="127.0.0.1", port=server.port).post("import", "", media_type="text/csv")

    assert (refused.value.message, [str(fault) for fault in refused.value.faults]) == (
        "the file has faults",
        ["line 1", "line 2"],
    )
