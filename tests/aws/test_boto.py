from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    LoginError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    SSOTokenLoadError,
    TokenRetrievalError,
)
from botocore.stub import Stubber

from forestage.aws.boto import Boto
from forestage.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forestage.aws import Answer

LOG_IN = "log in with aws sso login"


pytestmark = pytest.mark.usefixtures("environment")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def aws() -> Boto:
    return Boto(region="eu-west-1")


def stubbed(aws: Boto, service: str) -> Stubber:
    stubber = Stubber(aws._client(service))
    stubber.activate()
    return stubber


def test_answer_is_that_of_the_operation(aws: Boto) -> None:
    stub = stubbed(aws, "apigateway")
    stub.add_response("get_rest_api", {"id": "abc", "name": "pets"}, {"restApiId": "abc"})

    answer = aws.ask("apigateway", "get_rest_api", restApiId="abc")

    assert (answer["name"], aws.region) == ("pets", "eu-west-1")


def test_account_is_the_callers(aws: Boto) -> None:
    stubbed(aws, "sts").add_response("get_caller_identity", {"Account": "111122223333"})

    assert aws.account_id() == "111122223333"


def test_pages_follow_the_position(aws: Boto) -> None:
    stub = stubbed(aws, "apigateway")
    stub.add_response("get_models", {"items": [{"name": "a"}], "position": "p"}, {"restApiId": "abc", "limit": 500})
    stub.add_response("get_models", {"items": [{"name": "b"}]}, {"restApiId": "abc", "limit": 500, "position": "p"})

    pages = list(aws.pages("apigateway", "get_models", restApiId="abc", limit=500))

    assert [page["items"] for page in pages] == [[{"name": "a"}], [{"name": "b"}]]


def test_pages_follow_the_token_where_boto_has_no_pages(aws: Boto) -> None:
    stub = stubbed(aws, "apigatewayv2")
    first, second = ({"ApiId": "abc", "Stage": stage, "ApiMappingId": stage} for stage in ("dev", "prod"))
    stub.add_response("get_api_mappings", {"Items": [first], "NextToken": "t"}, {"DomainName": "a.example.com"})
    stub.add_response("get_api_mappings", {"Items": [second]}, {"DomainName": "a.example.com", "NextToken": "t"})

    pages = list(aws.pages("apigatewayv2", "get_api_mappings", DomainName="a.example.com"))

    assert [page["Items"][0]["Stage"] for page in pages] == ["dev", "prod"]


def test_bodies_are_streams(aws: Boto) -> None:
    stub = stubbed(aws, "s3")
    stub.add_response("get_object", {"Body": io.BytesIO(b"{}")}, {"Bucket": "bucket", "Key": "key"})

    assert aws.ask("s3", "get_object", Bucket="bucket", Key="key")["Body"].read() == b"{}"


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("NotFoundException", "AWS refuses apigateway GetRestApi: why", None),
        (
            "AccessDeniedException",
            "AWS refuses apigateway GetRestApi: why",
            "the caller needs the right to apigateway:GET",
        ),
        ("ExpiredTokenException", "AWS does not accept the credentials: ExpiredTokenException, why", LOG_IN),
        (
            "UnrecognizedClientException",
            "AWS does not accept the credentials: UnrecognizedClientException, why",
            LOG_IN,
        ),
    ],
)
def test_refusal_is_told_with_its_remedy(aws: Boto, code: str, message: str, hint: str | None) -> None:
    stubbed(aws, "apigateway").add_client_error("get_rest_api", code, "why", 400)

    with pytest.raises(AwsError) as caught:
        aws.ask("apigateway", "get_rest_api", restApiId="abc")

    assert (caught.value.message, caught.value.code) == (message, code)
    assert (caught.value.hint or "").startswith(hint or "")


def test_right_that_is_missing_is_named(aws: Boto) -> None:
    stubbed(aws, "cloudformation").add_client_error("describe_stacks", "AccessDenied", "", 403)

    with pytest.raises(AwsError) as caught:
        aws.ask("cloudformation", "describe_stacks", StackName="Pets")

    assert caught.value.message == "AWS refuses cloudformation DescribeStacks: AccessDenied"
    assert caught.value.hint == "the caller needs the right to cloudformation:DescribeStacks"
    assert caught.value.is_denial


@pytest.mark.parametrize(
    ("raised", "message", "hint"),
    [
        (NoCredentialsError(), "there are no AWS credentials to ask with: Unable to locate credentials", LOG_IN),
        (CredentialRetrievalError(provider="sso", error_msg="x"), "the AWS credentials are no longer good: ", LOG_IN),
        (SSOTokenLoadError(error_msg="x"), "the AWS credentials are no longer good: ", LOG_IN),
        (TokenRetrievalError(provider="sso", error_msg="x"), "the AWS credentials are no longer good: ", LOG_IN),
        (LoginError(), "the AWS credentials are no longer good: ", LOG_IN),
        (NoRegionError(), "no AWS region is set: ", "name one with --region"),
        (EndpointConnectionError(endpoint_url="https://a"), "AWS cannot be reached: ", "is the network up"),
        (ConnectTimeoutError(endpoint_url="https://a"), "AWS cannot be reached: ", "is the network up"),
        (ParamValidationError(report="no\n such"), "AWS cannot be asked for apigateway GetModels: ", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_failure_before_an_answer_is_told_with_its_remedy(
    aws: Boto, raised: Exception, message: str, hint: str | None
) -> None:
    # What boto3's client is called with does not matter here.
    class Client:
        def get_models(self, **parameters: Any) -> Answer:
            assert parameters
            raise raised

        def can_paginate(self, operation: str) -> bool:
            return bool(operation)

        def get_paginator(self, operation: str) -> Client:
            assert operation
            return self

        def paginate(self, **parameters: Any) -> Iterator[Answer]:
            yield self.get_models(**parameters)

    aws._clients["apigateway"] = Client()

    with pytest.raises(AwsError) as asked:
        aws.ask("apigateway", "get_models", restApiId="abc")
    with pytest.raises(AwsError) as paged:
        list(aws.pages("apigateway", "get_models", restApiId="abc"))

    assert asked.value.message == paged.value.message
    assert asked.value.message.startswith(message)
    assert "\n" not in asked.value.message
    assert (asked.value.hint or "").startswith(hint or "")


def test_profile_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(AwsError, match=r"there is no such AWS profile: .*nobody"):
        Boto(region="eu-west-1")


def test_region_that_is_not_set_is_said() -> None:
    with pytest.raises(AwsError) as caught:
        Boto()

    assert caught.value.message == "no AWS region is set"
    assert caught.value.hint == "name one with --region or AWS_REGION, or run aws configure"


def test_region_may_be_that_of_the_profile(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\nregion = eu-north-1\n")

    assert Boto().region == "eu-north-1"
