from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forestage.load import LoadOptions, load
from tests.load.deployed.fake_aws import FakeAws

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.load import Loaded

BODY = b'{"openapi": "3.0.1", "paths": {"/pets": {"get": {}}}}'


def fake(folder: Path, *locations: object) -> FakeAws:
    file = folder / "t.json"
    resources = {
        f"Api{index}": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a", "BodyS3Location": location}}
        for index, location in enumerate(locations)
    }
    file.write_text(json.dumps({"Resources": resources}))
    aws = FakeAws(file)
    aws.objects["bucket", "key.json"] = BODY
    return aws


def load_stack(aws: FakeAws) -> Loaded:
    return load("aws:Pets", options=LoadOptions(aws=aws))


def test_body_in_s3_is_fetched_once(tmp_path: Path) -> None:
    location = {"Bucket": "bucket", "Key": "key.json", "Version": "1"}
    aws = fake(tmp_path, location, location)

    loaded = load_stack(aws)

    paths = [api.definition.paths().values() for api in loaded.deployment.rest_apis if api.definition]
    assert [sorted(own) for own in paths] == [["/", "/pets"], ["/", "/pets"]]
    assert aws.asked.count("s3 get_object") == 1
    assert loaded.warnings == ()


def test_body_that_cannot_be_fetched_is_warned_of(tmp_path: Path) -> None:
    aws = fake(tmp_path, {"Bucket": "bucket", "Key": "key.json"})
    aws.failures["get_object"] = "AccessDenied"

    warnings = [warning.message for warning in load_stack(aws).warnings]

    assert warnings[0] == "the body s3://bucket/key.json cannot be fetched: AWS refuses s3 get_object"
    assert warnings[1] == "the body is not on this machine: nothing of it is served"


def test_location_without_key_is_not_asked_for(tmp_path: Path) -> None:
    aws = fake(tmp_path, {"Bucket": "bucket"})

    load_stack(aws)

    assert "s3 get_object" not in aws.asked
