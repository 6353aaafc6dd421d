from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.load.resolved import Assets, ResolvedResource, ResolvedStack
from tests.load.loading import load_stack

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {Always: !Equals [a, a]}
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Metadata: {aws:cdk:path: %s}
    Properties:
      Name: x
      Tags:
      - !Ref AWS::NoValue
      - Key: a
        Value: !Sub ${Stage}
      Policy: !If
      - Always
      - Statement:
        - Effect: Allow
      - {}
"""


@pytest.mark.parametrize(
    ("path", "line", "shown"),
    [
        ((), 5, "App/Api"),
        (("Name",), 9, "App/Api/Properties/Name"),
        (("Tags", 0, "Value"), 13, "App/Api/Properties/Tags/0/Value"),
        (("Tags", 0, "Nothing"), 12, "App/Api/Properties/Tags/0/Nothing"),
        (("Policy", "Statement", 0, "Effect"), 17, "App/Api/Properties/Policy/Statement/0/Effect"),
        (("Nothing", "Below"), 5, "App/Api/Properties/Nothing/Below"),
    ],
    ids=["resource", "property", "behind-a-removed-item", "nearest-parent", "inside-if", "not-written"],
)
def test_origin_is_where_a_property_was_written(
    path: tuple[str | int, ...], line: int, shown: str, tmp_path: Path
) -> None:
    [resource] = load_stack(tmp_path, TEMPLATE % "App/Api").resources

    origin = resource.origin(*path)

    assert (origin.line, origin.path) == (line, shown)


def test_origin_without_construct_is_the_path_in_the_template(tmp_path: Path) -> None:
    [resource] = load_stack(tmp_path, TEMPLATE % "null").resources

    assert resource.origin("Name").path == "Resources/Api/Properties/Name"


def test_origin_without_place_names_the_stack() -> None:
    resource = ResolvedResource(stack="s", logical_id="A", type="T", id="a", properties={})

    assert str(resource.origin()) == "s (Resources/A)"


@pytest.mark.parametrize(
    "location",
    ["abc.zip", "bucket/abc.zip", "s3://bucket/pre/abc.zip", "https://s3.amazonaws.com/b/abc.zip?versionId=1", "abc"],
)
def test_local_asset_is_found_by_key_url_and_hash(location: str, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    stack = ResolvedStack(name="s", assets=Assets(folder=str(tmp_path), by_key={"abc": "code", "abc.zip": "code"}))

    assert stack.local_asset(location) == str(tmp_path / "code")


def test_local_asset_goes_by_metadata_first(tmp_path: Path) -> None:
    (tmp_path / "staged").mkdir()
    (tmp_path / "code").mkdir()
    stack = ResolvedStack(name="s", assets=Assets(folder=str(tmp_path), by_key={"abc": "code"}))

    assert stack.local_asset("abc", {"aws:asset:path": "staged"}) == str(tmp_path / "staged")
    assert stack.local_asset("abc", {"aws:asset:path": "gone"}) == str(tmp_path / "code")


def test_local_asset_is_found_where_cdk_stages_it(tmp_path: Path) -> None:
    (tmp_path / "asset.abc").mkdir()
    (tmp_path / "asset.def.json").touch()
    stack = ResolvedStack(name="s", assets=Assets(folder=str(tmp_path)))

    assert stack.local_asset("bucket/abc.zip") == str(tmp_path / "asset.abc")
    assert stack.local_asset("bucket/def.json") == str(tmp_path / "asset.def.json")


def test_local_asset_may_be_a_path(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    stack = ResolvedStack(name="s", assets=Assets(folder=str(tmp_path)))

    assert stack.local_asset("./src/") == str(tmp_path / "src")
    assert stack.local_asset(str(tmp_path / "src")) == str(tmp_path / "src")


@pytest.mark.parametrize("location", ["", "nothing.zip", "s3://bucket/src", "bucket/", "a" * 5_000])
def test_local_asset_that_is_not_here_is_none(location: str, tmp_path: Path) -> None:
    stack = ResolvedStack(name="s", assets=Assets(folder=str(tmp_path)))

    assert stack.local_asset(location) is None
