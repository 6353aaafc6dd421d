from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations import S3
from tests.constructs.integrations.routed import routed
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

    from forestage.constructs.integrations import ServiceIntegration


def test_routes_of_a_bucket(stack: Stack, tmp_path: Path) -> None:
    bucket = s3.Bucket(stack, "Files", enforce_ssl=True)
    routed(
        stack,
        {
            "GET /files/{proxy+}": S3.get(bucket, key="public/{proxy}"),
            "PUT /files/{proxy+}": S3.put(bucket, key="public/{proxy}"),
            "GET /files": S3.list(bucket, prefix="public/"),
        },
    )

    template = hold_against_stored(stack, "integrations_s3")

    assert loaded(template, tmp_path).warnings == ()


def statements(stack: Stack, integration: ServiceIntegration) -> Any:  # JSON with intrinsics
    routed(stack, {"GET /files/{name}": integration})
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    return policy["Properties"]["PolicyDocument"]["Statement"]


def test_role_may_read_the_objects_of_the_key_alone(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Files", encryption_key=kms.Key(stack, "Key"))

    read, key = statements(stack, S3.get(bucket, key="public/{name}.json"))

    assert read["Action"] == "s3:GetObject"
    assert read["Resource"] == stack.resolve(bucket.arn_for_objects("public/*.json"))
    assert key["Action"] == "kms:Decrypt"


def test_role_may_write_the_objects_of_the_key_alone(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Files", encryption_key=kms.Key(stack, "Key"))

    write, key = statements(stack, S3.put(bucket, key="{name}"))

    assert write["Action"] == "s3:PutObject"
    assert write["Resource"] == stack.resolve(bucket.arn_for_objects("*"))
    assert key["Action"] == "kms:GenerateDataKey"


@pytest.mark.parametrize(
    ("prefix", "condition"),
    [("", None), ("public/", {"StringEquals": {"s3:prefix": "public/"}})],
    ids=["all", "prefix"],
)
def test_role_may_list_what_begins_so_alone(stack: Stack, prefix: str, condition: object) -> None:
    bucket = s3.Bucket(stack, "Files")

    (listing,) = statements(stack, S3.list(bucket, prefix=prefix))

    assert listing.get("Condition") == condition
    assert listing["Action"] == "s3:ListBucket"


def test_object_passes_with_its_type(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Files")
    routed(stack, {"GET /files/{name}": S3.get(bucket, key="{name}")})

    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGateway::Method",
        {
            "Integration": {
                "PassthroughBehavior": "WHEN_NO_TEMPLATES",
                "IntegrationResponses": Match.array_with(
                    [
                        {
                            "StatusCode": "200",
                            "SelectionPattern": r"2\d{2}",
                            "ResponseParameters": Match.object_like(
                                {"method.response.header.Content-Type": "integration.response.header.Content-Type"}
                            ),
                        },
                        Match.object_like({"StatusCode": "304", "SelectionPattern": "304"}),
                        Match.object_like({"StatusCode": "404", "SelectionPattern": "403|404"}),
                    ]
                ),
            }
        },
    )


def test_variable_that_the_path_lacks_is_refused(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Files")

    with pytest.raises(ConstructError, match=r"uses \{id\}, and the path /files/\{name\} has no such variable"):
        routed(stack, {"GET /files/{name}": S3.get(bucket, key="{id}")})


def test_prefix_with_a_quote_is_refused(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Quoted", "files")

    with pytest.raises(ValueError, match="a prefix is a constant of a mapping, which takes no quote"):
        S3.list(bucket, prefix="it's")
