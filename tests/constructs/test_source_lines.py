from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.constructs import Mock, RestApi
from forestage.constructs.source_lines import SOURCE, line_of_caller

if TYPE_CHECKING:
    import pytest
    from aws_cdk import Stack
    from constructs import IConstruct

HERE = Path(__file__)


def noted(construct: IConstruct) -> list[object]:
    return [entry.data for entry in construct.node.metadata if entry.type == SOURCE]


def line() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def test_constructs_note_the_lines_of_the_app(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE.parent)

    api, api_line = RestApi(stack, "Api"), line()
    route, route_line = api.get("/", Mock.status(204)), line()
    stage, stage_line = api.add_stage("dev"), line()

    assert noted(api) == [f"{HERE.name}:{api_line}"]
    assert noted(route) == [f"{HERE.name}:{route_line}"]
    assert noted(stage) == [f"{HERE.name}:{stage_line}"]


def test_app_in_another_folder_has_no_lines(tmp_path: Path, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert noted(RestApi(stack, "Api")) == []
    assert line_of_caller() is None
