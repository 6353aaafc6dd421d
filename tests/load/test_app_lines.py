from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forestage.load.app_lines import written_at
from forestage.load.resolve import load_source
from forestage.model.values import Origin
from tests.load.assemblies import resources, write_manifest, write_stack

if TYPE_CHECKING:
    from pathlib import Path


def lines(folder: Path, metadata: dict[str, Any]) -> Origin | None:
    """Read an assembly in ``cdk.out`` of an app with two files, and return the line of its one resource."""
    (folder / "lib").mkdir()
    (folder / "app.py").touch()
    (folder / "lib/shop.ts").touch()
    assembly = folder / "cdk.out"
    assembly.mkdir()
    made = {"/A/Thing/Resource": [{"type": "aws:cdk:logicalId", "data": "R"}]}
    for path, entries in metadata.items():
        made[path] = [*made.get(path, ()), *entries]
    write_manifest(assembly, write_stack(assembly, "A", resources(), metadata=made))
    return load_source(str(assembly)).stacks[0].resources[0].written_at


def frames(*texts: str) -> dict[str, Any]:
    return {"type": "aws:cdk:creationStack", "data": list(texts)}


def test_line_that_a_construct_noted_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    line = lines(tmp_path, {"/A/Thing/Resource": [{"type": "forestage:source", "data": "app.py:12"}]})

    assert line == Origin("app.py", 12, 0, "A/Thing/Resource")


def test_line_of_the_construct_around_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    line = lines(
        tmp_path,
        {
            "/A": [{"type": "forestage:source", "data": "app.py:3"}],
            "/A/Thing": [{"type": "forestage:source", "data": "lib/shop.ts:7"}],
        },
    )

    assert line == Origin("lib/shop.ts", 7, 0, "A/Thing")


def test_trace_of_the_cdk_is_read_down_to_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trace = frames(
        "...aws-cdk-lib, node internals...",
        f"new Bucket ({tmp_path}/node_modules/lib/bucket.js:1:2)",
        f"new Shop ({tmp_path}/lib/shop.ts:31:5)",
        f"Object.<anonymous> ({tmp_path}/bin/app.ts:4:1)",
    )

    assert lines(tmp_path, {"/A/Thing/Resource": [trace]}) == Origin("lib/shop.ts", 31, 5, "A/Thing/Resource")


def test_trace_may_stand_beside_the_logical_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    entry = {"type": "aws:cdk:logicalId", "data": "R", "trace": [f"file://{tmp_path}/lib/shop.ts:8"]}

    assert lines(tmp_path, {"/A/Thing/Resource": [entry]}) == Origin("lib/shop.ts", 8, 0, "A/Thing/Resource")


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"type": "forestage:source", "data": "gone.py:1"}, id="no-such-file"),
        pytest.param({"type": "forestage:source", "data": "../outside.py:1"}, id="outside"),
        pytest.param({"type": "forestage:source", "data": "app.py"}, id="no-line"),
        pytest.param({"type": "forestage:source", "data": ["app.py:1"]}, id="no-text"),
        pytest.param({"type": "other", "data": "app.py:1"}, id="another-note"),
        pytest.param(frames("(no user code in 10 frames)"), id="no-frame"),
        pytest.param(frames("new X (/elsewhere/app.ts:1:1)"), id="elsewhere"),
        pytest.param({"type": "aws:cdk:creationStack", "data": {"trace": 7}}, id="no-list"),
    ],
)
def test_other_notes_tell_no_line(entry: dict[str, Any], tmp_path: Path) -> None:
    assert lines(tmp_path, {"/A/Thing/Resource": [entry]}) is None


def test_construct_without_path_has_no_line() -> None:
    assert written_at({"A": Origin("app.py", 1)}, None) is None


def test_lines_of_an_assembly_may_be_in_a_file_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").touch()
    assembly = tmp_path / "cdk.out"
    assembly.mkdir()
    metadata = {
        "/A/Thing": [
            {"type": "aws:cdk:logicalId", "data": "R"},
            {"type": "forestage:source", "data": "app.py:2"},
        ]
    }
    (assembly / "A.metadata.json").write_text(json.dumps(metadata))
    write_manifest(assembly, write_stack(assembly, "A", resources(), additionalMetadataFile="A.metadata.json"))

    (resource,) = load_source(str(assembly)).stacks[0].resources

    assert resource.written_at == Origin("app.py", 2, 0, "A/Thing")
