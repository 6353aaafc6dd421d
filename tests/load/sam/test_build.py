from __future__ import annotations

import os
from typing import TYPE_CHECKING

from forestage.load.resolve import load_source
from tests.load.loading import properties_of

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.load.resolved import ResolvedSource

SOURCE = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {CodeUri: src, Runtime: python3.12}}
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler}}
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}
"""
BUILT = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {CodeUri: Hello, Handler: app.handler, Runtime: python3.12}}
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: Shared}}
"""
EARLY, LATE = 1_000, 2_000


def write(file: Path, text: str, *, at: int = EARLY) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, (at, at))
    return file


def project(folder: Path, *, built: str = BUILT, built_at: int = LATE) -> Path:
    write(folder / "src" / "app.py", "")
    write(folder / "src" / "node_modules" / "touched.js", "", at=LATE + 1)
    write(folder / ".aws-sam" / "build" / "Hello" / "app.py", "", at=LATE)
    write(folder / ".aws-sam" / "build" / "template.yaml", built, at=built_at)
    return write(folder / "template.yaml", SOURCE)


def code_of(source: ResolvedSource) -> object:
    return properties_of(source.stacks[0], "Hello")["Code"]


def test_build_that_is_newer_than_the_source_is_used(tmp_path: Path) -> None:
    source = load_source(str(project(tmp_path)))

    assert code_of(source) == str(tmp_path / ".aws-sam" / "build" / "Hello")
    assert [warning.message for warning in source.warnings] == [
        "the build is newer than the source: functions run as they were built"
    ]


def test_part_that_was_not_built_is_that_of_the_source(tmp_path: Path) -> None:
    source = load_source(str(project(tmp_path)))

    [shared] = [resource for resource in source.stacks[0].resources if resource.logical_id.startswith("Shared")]

    assert properties_of(source.stacks[0], shared.logical_id)["Content"] == "layer"


def test_origins_are_in_the_source_not_in_the_build(tmp_path: Path) -> None:
    file = project(tmp_path)

    hello = load_source(str(file)).stacks[0].resources[0]

    assert (hello.origin().file, hello.origin().line) == (str(file), 5)


def test_build_and_code_call_for_a_new_load(tmp_path: Path) -> None:
    watch = load_source(str(project(tmp_path))).watch

    assert watch == tuple(str(tmp_path / name) for name in ("template.yaml", ".aws-sam/build/template.yaml", "src"))


def test_build_that_is_older_than_the_code_is_not_used(tmp_path: Path) -> None:
    file = project(tmp_path)
    write(tmp_path / "src" / "app.py", "", at=LATE + 1)

    source = load_source(str(file))

    assert code_of(source) == "src"
    [warning] = source.warnings
    assert str(warning) == (
        f"{tmp_path}/.aws-sam/build/template.yaml: the build is older than {tmp_path}/src/app.py: the source is used, "
        "without what the build adds (run sam build again)"
    )


def test_build_that_is_older_than_the_template_is_not_used(tmp_path: Path) -> None:
    source = load_source(str(project(tmp_path, built_at=EARLY - 1)))

    assert code_of(source) == "src"


def test_build_of_another_template_is_not_used(tmp_path: Path) -> None:
    source = load_source(str(project(tmp_path, built=BUILT.replace("Shared:", "Other:"))))

    assert code_of(source) == "src"
    assert [warning.message for warning in source.warnings] == [
        f"the build is no build of {tmp_path}/template.yaml: the source is used"
    ]


def test_build_that_cannot_be_read_is_not_used(tmp_path: Path) -> None:
    source = load_source(str(project(tmp_path, built="[")))

    assert code_of(source) == "src"


def test_build_itself_is_a_source(tmp_path: Path) -> None:
    project(tmp_path)

    source = load_source(str(tmp_path / ".aws-sam" / "build" / "template.yaml"))

    assert code_of(source) == "Hello"
    assert source.warnings == ()


def test_nested_application_is_used_as_it_was_built(tmp_path: Path) -> None:
    child = "Transform: AWS::Serverless-2016-10-31\nResources: {Child: {Type: AWS::Serverless::Application, "
    build = tmp_path / ".aws-sam" / "build"
    write(tmp_path / "child" / "template.yaml", SOURCE)
    write(build / "Child" / "template.yaml", BUILT, at=LATE)
    write(build / "Child" / "Hello" / "app.py", "", at=LATE)
    write(build / "template.yaml", child + "Properties: {Location: Child/template.yaml}}}", at=LATE)
    file = write(tmp_path / "template.yaml", child + "Properties: {Location: child/template.yaml}}}")

    source = load_source(str(file))

    assert code_of(source) == str(build / "Child" / "Hello")


METHODS = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.handler, Runtime: nodejs22.x}
    Metadata: {BuildMethod: esbuild, BuildProperties: {Minify: true}}
  Plain:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.handler, Runtime: python3.12}
    Metadata: {Owner: me}
  Done:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer}
    Metadata: {BuildMethod: python3.12, SkipBuild: True}
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer}
    Metadata: {BuildMethod: makefile}
  Topic: {Type: AWS::SNS::Topic, Metadata: {BuildMethod: none}}
"""


def test_code_that_needs_a_build_is_told_where_there_is_none(tmp_path: Path) -> None:
    warnings = load_source(str(write(tmp_path / "template.yaml", METHODS))).warnings

    assert [warning.message for warning in warnings] == [
        "Hello is built by esbuild, and there is no build to use: its source is used as it is",
        "Shared is built by makefile, and there is no build to use: its source is used as it is",
    ]
    assert {warning.hint for warning in warnings} == {"run sam build"}
    assert [warning.origin.path for warning in warnings if warning.origin] == [
        "Resources/Hello/Metadata/BuildMethod",
        "Resources/Shared/Metadata/BuildMethod",
    ]


def test_build_itself_needs_no_build(tmp_path: Path) -> None:
    built = write(tmp_path / ".aws-sam" / "build" / "template.yaml", METHODS)

    assert load_source(str(built)).warnings == ()


def test_code_that_was_built_needs_no_build(tmp_path: Path) -> None:
    template = write(tmp_path / "template.yaml", METHODS)
    for folder in ("src", "layer"):
        write(tmp_path / ".aws-sam" / "build" / folder / "app.js", "", at=LATE)
    write(tmp_path / ".aws-sam" / "build" / "template.yaml", METHODS, at=LATE)

    messages = [warning.message for warning in load_source(str(template)).warnings]

    assert messages == ["the build is newer than the source: functions run as they were built"]
