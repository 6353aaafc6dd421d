from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from forestage.load.attributes import Subject, attribute_of, attributes_of, made_up_texts, name_of, ref_of
from forestage.load.identity import stack_id
from forestage.model.deployment import Environment
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT = Environment()
ARN = "arn:aws:{}:us-east-1:123456789012:{}"
FUNCTION = ARN.format("lambda", "function:fn")


# Properties are whatever JSON the case needs.
def subject(resource_type: str, properties: Mapping[str, Any] | None = None, logical_id: str = "Thing") -> Subject:
    given = properties or {}
    return Subject(stack="app", logical_id=logical_id, type=resource_type, environment=ENVIRONMENT, read=given.get)


@pytest.mark.parametrize(
    ("resource_type", "pattern"),
    [
        ("AWS::ApiGateway::RestApi", r"[a-z0-9]{10}"),
        ("AWS::ApiGateway::Resource", r"[a-z0-9]{6}"),
        ("AWS::ApiGateway::Deployment", r"[a-z0-9]{6}"),
        ("AWS::ApiGateway::Authorizer", r"[a-z0-9]{6}"),
        ("AWS::ApiGateway::ApiKey", r"[a-z0-9]{10}"),
        ("AWS::ApiGateway::UsagePlan", r"[a-z0-9]{6}"),
        ("AWS::ApiGateway::VpcLink", r"[a-z0-9]{6}"),
        ("AWS::ApiGateway::Model", r"app-Thing-[A-Z0-9]{12}"),
        ("AWS::ApiGatewayV2::Api", r"[a-z0-9]{10}"),
        ("AWS::ApiGatewayV2::Route", r"[a-z0-9]{7}"),
        ("AWS::ApiGatewayV2::Integration", r"[a-z0-9]{7}"),
        ("AWS::Lambda::Function", r"app-Thing-[A-Z0-9]{12}"),
        ("AWS::Lambda::LayerVersion", r"arn:aws:lambda:us-east-1:123456789012:layer:app-Thing-[A-Z0-9]{12}:1"),
        ("AWS::Lambda::EventSourceMapping", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"),
        ("AWS::S3::Bucket", r"app-thing-[a-z0-9]{12}"),
        ("AWS::SQS::Queue", r"https://sqs\.us-east-1\.amazonaws\.com/123456789012/app-Thing-[A-Z0-9]{12}"),
        ("AWS::SNS::Topic", r"arn:aws:sns:us-east-1:123456789012:app-Thing-[A-Z0-9]{12}"),
        ("AWS::Cognito::UserPool", r"us-east-1_[a-z0-9]{9}"),
        ("AWS::Cognito::UserPoolClient", r"[a-z0-9]{26}"),
        ("AWS::Cognito::IdentityPool", r"us-east-1:[0-9a-f-]{36}"),
        ("AWS::SecretsManager::Secret", r"arn:aws:secretsmanager:us-east-1:123456789012:secret:app-Thing-\w{12}-\w{6}"),
        ("AWS::EC2::VPC", r"vpc-[0-9a-f]{17}"),
        ("AWS::EC2::SecurityGroup", r"sg-[0-9a-f]{17}"),
        ("AWS::Strange::Thing", r"app-Thing-[A-Z0-9]{12}"),
        ("Custom::Thing", r"app-Thing-[A-Z0-9]{12}"),
    ],
)
def test_ref_has_the_form_that_aws_gives_it(resource_type: str, pattern: str) -> None:
    assert re.fullmatch(pattern, ref_of(subject(resource_type)))
    assert ref_of(subject(resource_type)) == ref_of(subject(resource_type))
    assert ref_of(subject(resource_type)) != ref_of(subject(resource_type, logical_id="Other"))


@pytest.mark.parametrize(
    ("resource_type", "properties", "ref"),
    [
        ("AWS::Lambda::Function", {"FunctionName": "fn"}, "fn"),
        ("AWS::Lambda::Alias", {"FunctionName": "fn", "Name": "live"}, f"{FUNCTION}:live"),
        ("AWS::Lambda::Alias", {"FunctionName": "1:function:fn:x", "Name": "live"}, f"{FUNCTION}:live"),
        ("AWS::Lambda::Version", {"FunctionName": f"{FUNCTION}:old"}, f"{FUNCTION}:1"),
        ("AWS::Lambda::LayerVersion", {"LayerName": "deps"}, ARN.format("lambda", "layer:deps:1")),
        ("AWS::ApiGateway::Stage", {"StageName": "dev"}, "dev"),
        ("AWS::ApiGatewayV2::Stage", {"StageName": "$default"}, "$default"),
        ("AWS::ApiGateway::Model", {"Name": "Pet"}, "Pet"),
        ("AWS::ApiGateway::DomainName", {"DomainName": "api.example.com"}, "api.example.com"),
        ("AWS::ApiGateway::BasePathMapping", {"DomainName": "d"}, "d|(none)"),
        ("AWS::ApiGateway::BasePathMapping", {"DomainName": "d", "BasePath": "v1"}, "d|v1"),
        ("AWS::ApiGateway::UsagePlanKey", {"KeyId": "k", "UsagePlanId": "p"}, "k:p"),
        ("AWS::DynamoDB::Table", {"TableName": "orders"}, "orders"),
        ("AWS::SQS::Queue", {"QueueName": "q"}, "https://sqs.us-east-1.amazonaws.com/123456789012/q"),
        ("AWS::SNS::Topic", {"TopicName": "t"}, ARN.format("sns", "t")),
        ("AWS::StepFunctions::StateMachine", {"StateMachineName": "m"}, ARN.format("states", "stateMachine:m")),
        ("AWS::Events::Rule", {"Name": "r"}, "r"),
        ("AWS::Events::Rule", {"Name": "r", "EventBusName": ARN.format("events", "event-bus/b")}, "b|r"),
        ("AWS::Events::Rule", {"Name": "r", "EventBusName": "default"}, "r"),
        ("AWS::SSM::Parameter", {"Name": "/a/b"}, "/a/b"),
        ("AWS::Strange::Box", {"BoxName": "b"}, "b"),
        ("AWS::Strange::Box", {"Name": "n"}, "n"),
        ("AWS::CloudFormation::Stack", {}, stack_id(ENVIRONMENT, name_of(subject("AWS::CloudFormation::Stack")))),
    ],
)  # fmt: skip
def test_ref_uses_what_the_template_gives(resource_type: str, properties: Mapping[str, Any], ref: str) -> None:
    assert ref_of(subject(resource_type, properties)) == ref


@pytest.mark.parametrize("flag", [True, "true"])
def test_fifo_queue_gets_a_fifo_name(flag: object) -> None:
    assert ref_of(subject("AWS::SQS::Queue", {"FifoQueue": flag})).endswith(".fifo")
    assert attribute_of(subject("AWS::SNS::Topic", {"FifoTopic": flag}), "TopicName") == name_of(
        subject("AWS::SNS::Topic", {"FifoTopic": flag})
    )


def test_ref_that_needs_an_unknown_property_is_made_up() -> None:
    unknown = Unknown("x")

    assert ref_of(subject("AWS::ApiGateway::Stage", {"StageName": unknown})).startswith("app-Thing-")
    assert ref_of(subject("AWS::Lambda::Version", {"FunctionName": unknown})).startswith("app-Thing-")


@pytest.mark.parametrize(
    ("resource_type", "properties", "attribute", "value"),
    [
        ("AWS::Lambda::Function", {"FunctionName": "fn"}, "Arn", FUNCTION),
        ("AWS::Lambda::Url", {"TargetFunctionArn": "fn"}, "FunctionArn", FUNCTION),
        ("AWS::Lambda::Version", {"FunctionName": "fn"}, "Version", "1"),
        ("AWS::DynamoDB::Table", {"TableName": "t"}, "Arn", ARN.format("dynamodb", "table/t")),
        ("AWS::SQS::Queue", {"QueueName": "q"}, "Arn", ARN.format("sqs", "q")),
        ("AWS::SQS::Queue", {"QueueName": "q"}, "QueueName", "q"),
        ("AWS::SQS::Queue", {"VisibilityTimeout": 30}, "VisibilityTimeout", 30),
        ("AWS::S3::Bucket", {"BucketName": "b"}, "Arn", "arn:aws:s3:::b"),
        ("AWS::S3::Bucket", {"BucketName": "b"}, "RegionalDomainName", "b.s3.us-east-1.amazonaws.com"),
        ("AWS::IAM::Role", {"RoleName": "r"}, "Arn", "arn:aws:iam::123456789012:role/r"),
        ("AWS::IAM::Role", {"RoleName": "r", "Path": "/p/"}, "Arn", "arn:aws:iam::123456789012:role/p/r"),
        ("AWS::Events::EventBus", {"Name": "b"}, "Arn", ARN.format("events", "event-bus/b")),
        ("AWS::Events::Rule", {"Name": "r", "EventBusName": "b"}, "Arn", ARN.format("events", "rule/b/r")),
        ("AWS::Kinesis::Stream", {"Name": "s"}, "Arn", ARN.format("kinesis", "stream/s")),
        ("AWS::Logs::LogGroup", {"LogGroupName": "/l"}, "Arn", ARN.format("logs", "log-group:/l:*")),
        ("AWS::SSM::Parameter", {"Name": "/p/q"}, "Arn", ARN.format("ssm", "parameter/p/q")),
        ("AWS::SSM::Parameter", {"Value": "v"}, "Value", "v"),
        ("AWS::SSM::Parameter", {}, "Value", Unknown("Fn::GetAtt Thing.Value")),
        ("AWS::WAFv2::WebACL", {"Name": "w", "Scope": "CLOUDFRONT"}, "LabelNamespace", "awswaf:123456789012:webacl:w:"),
        ("AWS::EC2::Subnet", {"VpcId": "vpc-1"}, "VpcId", "vpc-1"),
        ("AWS::EC2::VPC", {"VpcEncryptionControl": {"Mode": "m"}}, "VpcEncryptionControl.Mode", "m"),
        ("AWS::EC2::VPC", {"Tags": "text"}, "Tags.Mode", Unknown("Fn::GetAtt Thing.Tags.Mode")),
        ("AWS::Cognito::UserPoolClient", {}, "ClientSecret", Unknown("Fn::GetAtt Thing.ClientSecret")),
        ("AWS::ApiGateway::DomainName", {}, "DomainNameArn", Unknown("Fn::GetAtt Thing.DomainNameArn")),
        ("AWS::ApiGateway::DomainName", {}, "DistributionHostedZoneId", "Z2FDTNDATAQYW2"),
        ("Custom::Thing", {"Value": "v"}, "Value", Unknown("Fn::GetAtt Thing.Value")),
        ("AWS::CloudFormation::CustomResource", {}, "X.Y", Unknown("Fn::GetAtt Thing.X.Y")),
    ],
)  # fmt: skip
def test_attribute_is_what_aws_would_tell(
    resource_type: str, properties: Mapping[str, Any], attribute: str, value: object
) -> None:
    assert attribute_of(subject(resource_type, properties), attribute) == value


@pytest.mark.parametrize(("protocol", "scheme"), [("WEBSOCKET", "wss"), ("HTTP", "https")])
def test_endpoint_of_an_api_has_the_scheme_of_its_protocol(protocol: str, scheme: str) -> None:
    api = subject("AWS::ApiGatewayV2::Api", {"ProtocolType": protocol})

    assert attribute_of(api, "ApiEndpoint") == f"{scheme}://{ref_of(api)}.execute-api.us-east-1.amazonaws.com"


def test_root_resource_of_an_api_has_an_id_of_its_own() -> None:
    api = subject("AWS::ApiGateway::RestApi")

    root = attribute_of(api, "RootResourceId")

    assert isinstance(root, str)
    assert len(root) == 10
    assert root != ref_of(api)


@pytest.mark.parametrize(("given", "part"), [("network", "net"), ("gateway", "gwy"), (None, "app")])
def test_load_balancer_arn_tells_its_type(given: str | None, part: str) -> None:
    balancer = subject("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Name": "b", "Type": given})

    assert f":loadbalancer/{part}/b/" in ref_of(balancer)


@pytest.mark.parametrize(("scope", "part"), [("CLOUDFRONT", "global"), ("REGIONAL", "regional")])
def test_web_acl_arn_tells_its_scope(scope: str, part: str) -> None:
    arn = attribute_of(subject("AWS::WAFv2::WebACL", {"Name": "w", "Scope": scope}), "Arn")

    assert f":{part}/webacl/w/" in str(arn)


def test_attribute_that_a_type_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        attribute_of(subject("AWS::Lambda::Function"), "Nope")


def test_attributes_of_a_type_can_be_listed() -> None:
    assert attributes_of("AWS::DynamoDB::Table") == ("Arn", "StreamArn")
    assert attributes_of("AWS::Strange::Thing") == ()


def test_texts_that_aws_would_make_up_are_in_what_refers_to_a_resource() -> None:
    api = subject("AWS::ApiGateway::RestApi")

    made_up = made_up_texts(api.stack, api.logical_id, api.type)

    assert ref_of(api) in made_up
    assert attribute_of(api, "RootResourceId") in made_up


def test_a_type_that_nobody_knows_has_no_such_texts() -> None:
    assert made_up_texts("T", "Thing", "AWS::Strange::Thing") == ()
