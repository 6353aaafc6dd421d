"""The table of resource types: what Ref and GetAtt yield, as formats of attributes.py.

Sources: the CloudFormation template reference, "Return values" of each type; the resource schemas that cfn-lint
ships, against which a test holds the names of the attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.arn_kinds import ARN_ROWS
from forestage.load.identity import MAX_NAME_LENGTH
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.arn_kinds import ArnRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of resource.

    ``name`` is the property with the physical name, ``ref`` the format of Ref. ``attributes`` goes from the name of an
    attribute to its format, None where only AWS can tell. ``properties`` are properties that GetAtt also yields.
    ``is_open``: there are more attributes than these. ``defaults`` stand for properties that are not given.
    """

    name: str | None = None
    ref: str = "{name}"  # ruff: ignore[missing-f-string-syntax]
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    properties: tuple[str, ...] = ()
    is_open: bool = False
    is_lower: bool = False
    longest_name: int = MAX_NAME_LENGTH
    fifo: str | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)


def _arn(service: str, rest: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account_id}}:{rest}"


def _global_arn(service: str, rest: str, account: str = "{account_id}") -> str:
    return f"arn:{{partition}}:{service}::{account}:{rest}"


def _by_id(ref: str, attribute: str) -> Kind:
    """Make a kind whose Ref is an id or ARN that one attribute also yields."""
    return Kind(ref=ref, attributes={attribute: ref})


def _named(name: str, arn: str | None = None) -> Kind:
    """Make a kind whose Ref is its name, and whose attribute Arn, if it has one, is built from that."""
    return Kind(name=name, attributes={"Arn": arn} if arn else {})


_REGIONAL_DOMAIN = "d-{id10}.execute-api.{region}.{url_suffix}"
_DOMAIN_ARN = "arn:{partition}:apigateway:{region}::/domainnames/{DomainName}"

_REST = {
    "Account": _by_id("{id10}", "Id"),
    "ApiKey": _by_id("{id10}", "APIKeyId"),
    "Authorizer": _by_id("{id6}", "AuthorizerId"),
    "BasePathMapping": Kind(ref="{DomainName}|{BasePath}", defaults={"BasePath": "(none)"}),
    "BasePathMappingV2": _by_id(
        "arn:{partition}:apigateway:{region}::/domainnames/{id10}/basepathmappings/{id6}", "BasePathMappingArn"
    ),
    "ClientCertificate": _by_id("{id6}", "ClientCertificateId"),
    "Deployment": _by_id("{id6}", "DeploymentId"),
    "DocumentationPart": _by_id("{id6}", "DocumentationPartId"),
    "DocumentationVersion": Kind(ref="{DocumentationVersion}"),
    "DomainName": Kind(
        ref="{DomainName}",
        attributes={
            "DistributionDomainName": "d{id13}.cloudfront.net",
            "DistributionHostedZoneId": "Z2FDTNDATAQYW2",
            "DomainNameArn": _DOMAIN_ARN,
            "RegionalDomainName": _REGIONAL_DOMAIN,
            "RegionalHostedZoneId": None,
        },
    ),
    "DomainNameAccessAssociation": _by_id(
        _arn("apigateway", "/domainnameaccessassociations/domainname/{id10}/vpcesource/vpce-{hex17}"),
        "DomainNameAccessAssociationArn",
    ),
    "DomainNameV2": Kind(
        ref=_arn("apigateway", "/domainnames/{DomainName}+{id10}"),
        attributes={
            "DomainNameArn": _arn("apigateway", "/domainnames/{DomainName}+{id10}"),
            "DomainNameId": "{id10}",
        },
    ),
    "GatewayResponse": _by_id("{id10}", "Id"),
    "Method": Kind(ref="{id10}"),
    "Model": Kind(name="Name"),
    "RequestValidator": _by_id("{id6}", "RequestValidatorId"),
    "Resource": _by_id("{id6}", "ResourceId"),
    "RestApi": Kind(ref="{id10}", attributes={"RestApiId": "{id10}", "RootResourceId": "{root10}"}),
    "Stage": Kind(ref="{StageName}"),
    "UsagePlan": _by_id("{id6}", "Id"),
    "UsagePlanKey": _by_id("{KeyId}:{UsagePlanId}", "Id"),
    "VpcLink": _by_id("{id6}", "VpcLinkId"),
}

_V2 = {
    "Api": Kind(
        ref="{id10}",
        attributes={
            "ApiEndpoint": "{scheme}://{id10}.execute-api.{region}.{url_suffix}",
            "ApiId": "{id10}",
            "ExecuteApiArn": _arn("execute-api", "{id10}"),
        },
    ),
    "ApiGatewayManagedOverrides": _by_id("{id10}", "Id"),
    "ApiMapping": _by_id("{id6}", "ApiMappingId"),
    "Authorizer": _by_id("{id6}", "AuthorizerId"),
    "Deployment": _by_id("{id6}", "DeploymentId"),
    "DomainName": Kind(
        ref="{DomainName}",
        attributes={
            "DomainNameArn": _DOMAIN_ARN,
            "RegionalDomainName": _REGIONAL_DOMAIN,
            "RegionalHostedZoneId": None,
        },
    ),
    "Integration": _by_id("{id7}", "IntegrationId"),
    "IntegrationResponse": _by_id("{id6}", "IntegrationResponseId"),
    "Model": _by_id("{id6}", "ModelId"),
    "PortalProduct": Kind(
        ref=_arn("apigateway", "/portalproducts/{id10}"),
        attributes={
            "LastModified": None,
            "PortalProductArn": _arn("apigateway", "/portalproducts/{id10}"),
            "PortalProductId": "{id10}",
        },
    ),
    "Route": _by_id("{id7}", "RouteId"),
    "RouteResponse": _by_id("{id6}", "RouteResponseId"),
    "RoutingRule": Kind(
        ref=_arn("apigateway", "/domainnames/{id10}/routingrules/{id6}"),
        attributes={
            "RoutingRuleArn": _arn("apigateway", "/domainnames/{id10}/routingrules/{id6}"),
            "RoutingRuleId": "{id6}",
        },
    ),
    "Stage": Kind(ref="{StageName}"),
    "VpcLink": _by_id("{id6}", "VpcLinkId"),
}

_LAYER = _arn("lambda", "layer:{name}:1")

_LAMBDA = {
    "Alias": Kind(ref="{function_arn}:{Name}", attributes={"AliasArn": "{function_arn}:{Name}"}),
    "CodeSigningConfig": Kind(
        ref=_arn("lambda", "code-signing-config:csc-{hex17}"),
        attributes={
            "CodeSigningConfigArn": _arn("lambda", "code-signing-config:csc-{hex17}"),
            "CodeSigningConfigId": "csc-{hex17}",
        },
    ),
    "EventInvokeConfig": Kind(ref="{id10}"),
    "EventSourceMapping": Kind(
        ref="{uuid}",
        attributes={"EventSourceMappingArn": _arn("lambda", "event-source-mapping:{uuid}"), "Id": "{uuid}"},
    ),
    "Function": Kind(
        name="FunctionName",
        attributes={
            "Arn": _arn("lambda", "function:{name}"),
            "SnapStartResponse": None,
            "SnapStartResponse.ApplyOn": None,
            "SnapStartResponse.OptimizationStatus": None,
        },
    ),
    "LayerVersion": Kind(name="LayerName", ref=_LAYER, attributes={"LayerVersionArn": _LAYER}),
    "LayerVersionPermission": _by_id("{LayerVersionArn}#{id10}", "Id"),
    "Permission": Kind(ref="{name}", attributes={"Id": "{name}"}),
    "Url": Kind(
        ref="{function_arn}",
        attributes={"FunctionArn": "{function_arn}", "FunctionUrl": "https://{id32}.lambda-url.{region}.on.aws/"},
    ),
    "Version": Kind(ref="{function_arn}:1", attributes={"FunctionArn": "{function_arn}:1", "Version": "1"}),
}

_TABLE_STREAM = _arn("dynamodb", "table/{name}/stream/2025-01-01T00:00:00.000")
_QUEUE_URL = "https://sqs.{region}.{url_suffix}/{account_id}/{name}"
_ROLE = _global_arn("iam", "role/{name}")
_USER_POOL = "{region}_{id9}"
_SECRET = _arn("secretsmanager", "secret:{name}-{id6}")
_STATE_MACHINE = _arn("states", "stateMachine:{name}")
_LOAD_BALANCER = "loadbalancer/{balancer}/{name}/{hex16}"

_DATA = {
    "AWS::DynamoDB::GlobalTable": Kind(
        name="TableName",
        longest_name=255,
        attributes={"Arn": _arn("dynamodb", "table/{name}"), "StreamArn": _TABLE_STREAM, "TableId": "{uuid}"},
    ),
    "AWS::DynamoDB::Table": Kind(
        name="TableName",
        longest_name=255,
        attributes={"Arn": _arn("dynamodb", "table/{name}"), "StreamArn": _TABLE_STREAM},
    ),
    "AWS::Kinesis::Stream": Kind(
        name="Name",
        longest_name=128,
        attributes={"Arn": _arn("kinesis", "stream/{name}"), "WarmThroughputObject": None},
    ),
    "AWS::KinesisFirehose::DeliveryStream": _named("DeliveryStreamName", _arn("firehose", "deliverystream/{name}")),
    "AWS::S3::Bucket": Kind(
        name="BucketName",
        is_lower=True,
        longest_name=63,
        is_open=True,
        attributes={
            "Arn": _global_arn("s3", "{name}", account=""),
            "DomainName": "{name}.s3.{url_suffix}",
            "DualStackDomainName": "{name}.s3.dualstack.{region}.{url_suffix}",
            "RegionalDomainName": "{name}.s3.{region}.{url_suffix}",
            "WebsiteURL": "http://{name}.s3-website-{region}.{url_suffix}",
        },
    ),
    "AWS::S3::BucketPolicy": Kind(ref="{Bucket}"),
    "AWS::SNS::Subscription": _by_id(_arn("sns", "{id10}:{uuid}"), "Arn"),
    "AWS::SNS::Topic": Kind(
        name="TopicName",
        longest_name=255,
        fifo="FifoTopic",
        ref=_arn("sns", "{name}"),
        is_open=True,
        attributes={"TopicArn": _arn("sns", "{name}"), "TopicName": "{name}"},
    ),
    "AWS::SNS::TopicPolicy": _by_id("{name}", "Id"),
    "AWS::SQS::Queue": Kind(
        name="QueueName",
        longest_name=80,
        fifo="FifoQueue",
        ref=_QUEUE_URL,
        is_open=True,
        attributes={"Arn": _arn("sqs", "{name}"), "QueueName": "{name}", "QueueUrl": _QUEUE_URL},
    ),
    "AWS::SQS::QueuePolicy": _by_id("{name}", "Id"),
    "AWS::SSM::Parameter": Kind(
        name="Name",
        attributes={"Arn": _arn("ssm", "parameter/{name_without_slash}"), "Name": "{name}"},
        properties=("AllowedPattern", "DataType", "Description", "Policies", "Tier", "Type", "Value"),
    ),
    "AWS::SecretsManager::Secret": Kind(name="Name", ref=_SECRET, attributes={"Id": _SECRET}),
}

_FLOW = {
    "AWS::Events::ApiDestination": Kind(
        name="Name",
        attributes={
            "Arn": _arn("events", "api-destination/{name}/{uuid}"),
            "ArnForPolicy": _arn("events", "api-destination/{name}"),
        },
    ),
    "AWS::Events::Archive": _named("ArchiveName", _arn("events", "archive/{name}")),
    "AWS::Events::Connection": Kind(
        name="Name", is_open=True, attributes={"Arn": _arn("events", "connection/{name}/{uuid}"), "SecretArn": None}
    ),
    "AWS::Events::EventBus": Kind(
        name="Name",
        longest_name=256,
        is_open=True,
        attributes={"Arn": _arn("events", "event-bus/{name}"), "Name": "{name}"},
    ),
    "AWS::Events::Rule": Kind(
        name="Name",
        ref="{bus_bar}{name}",
        attributes={"Arn": _arn("events", "rule/{bus_slash}{name}"), "RuleName": "{name}"},
    ),
    "AWS::Pipes::Pipe": Kind(name="Name", is_open=True, attributes={"Arn": _arn("pipes", "pipe/{name}")}),
    "AWS::Scheduler::Schedule": Kind(
        name="Name",
        attributes={"Arn": _arn("scheduler", "schedule/{GroupName}/{name}")},
        defaults={"GroupName": "default"},
    ),
    "AWS::StepFunctions::Activity": Kind(
        name="Name",
        ref=_arn("states", "activity:{name}"),
        is_open=True,
        attributes={"Arn": _arn("states", "activity:{name}"), "Name": "{name}"},
    ),
    "AWS::StepFunctions::StateMachine": Kind(
        name="StateMachineName",
        longest_name=80,
        ref=_STATE_MACHINE,
        attributes={"Arn": _STATE_MACHINE, "Name": "{name}", "StateMachineRevisionId": "INITIAL"},
    ),
}

_IDENTITY = {
    "AWS::Cognito::IdentityPool": Kind(
        name="IdentityPoolName", ref="{region}:{uuid}", attributes={"Id": "{region}:{uuid}", "Name": "{name}"}
    ),
    "AWS::Cognito::UserPool": Kind(
        ref=_USER_POOL,
        attributes={
            "Arn": _arn("cognito-idp", f"userpool/{_USER_POOL}"),
            "ProviderName": f"cognito-idp.{{region}}.{{url_suffix}}/{_USER_POOL}",
            "ProviderURL": f"https://cognito-idp.{{region}}.{{url_suffix}}/{_USER_POOL}",
            "UserPoolId": _USER_POOL,
        },
    ),
    "AWS::Cognito::UserPoolClient": Kind(
        name="ClientName",
        ref="{id26}",
        attributes={"ClientId": "{id26}", "ClientSecret": None, "Name": "{name}"},
    ),
    "AWS::Cognito::UserPoolDomain": Kind(
        ref="{Domain}", attributes={"CloudFrontDistribution": "d{id13}.cloudfront.net"}
    ),
    "AWS::Cognito::UserPoolGroup": Kind(name="GroupName"),
    "AWS::Cognito::UserPoolResourceServer": Kind(ref="{Identifier}"),
    "AWS::Cognito::UserPoolUser": Kind(name="Username"),
    "AWS::IAM::AccessKey": Kind(ref="AKIA{hex16}", attributes={"Id": "AKIA{hex16}", "SecretAccessKey": None}),
    "AWS::IAM::Group": _named("GroupName", _global_arn("iam", "group/{name}")),
    "AWS::IAM::InstanceProfile": _named("InstanceProfileName", _global_arn("iam", "instance-profile/{name}")),
    "AWS::IAM::ManagedPolicy": Kind(
        name="ManagedPolicyName",
        ref=_global_arn("iam", "policy/{name}"),
        is_open=True,
        attributes={"PolicyArn": _global_arn("iam", "policy/{name}")},
    ),
    "AWS::IAM::Policy": Kind(name="PolicyName", attributes={"Id": "{name}"}),
    "AWS::IAM::Role": Kind(
        name="RoleName",
        attributes={"Arn": _global_arn("iam", "role{Path}{name}"), "RoleId": "AROA{hex17}"},
        defaults={"Path": "/"},
    ),
    "AWS::IAM::User": Kind(
        name="UserName", attributes={"Arn": _global_arn("iam", "user{Path}{name}")}, defaults={"Path": "/"}
    ),
    "AWS::KMS::Alias": Kind(ref="{AliasName}"),
    "AWS::KMS::Key": Kind(ref="{uuid}", attributes={"Arn": _arn("kms", "key/{uuid}"), "KeyId": "{uuid}"}),
}

_WATCH = {
    "AWS::CloudWatch::Alarm": Kind(name="AlarmName", attributes={"Arn": _arn("cloudwatch", "alarm:{name}")}),
    "AWS::Logs::LogGroup": Kind(
        name="LogGroupName", longest_name=512, attributes={"Arn": _arn("logs", "log-group:{name}:*")}
    ),
    "AWS::Logs::LogStream": Kind(name="LogStreamName"),
}

_NETWORK = {
    "AWS::CertificateManager::Certificate": _by_id(_arn("acm", "certificate/{uuid}"), "CertificateArn"),
    "AWS::CloudFront::Distribution": Kind(
        ref="E{hex13}", attributes={"DomainName": "d{id13}.cloudfront.net", "Id": "E{hex13}"}
    ),
    "AWS::EC2::EIP": Kind(
        ref="203.0.113.10", attributes={"AllocationId": "eipalloc-{hex17}", "PublicIp": "203.0.113.10"}
    ),
    "AWS::EC2::InternetGateway": _by_id("igw-{hex17}", "InternetGatewayId"),
    "AWS::EC2::NatGateway": Kind(ref="nat-{hex17}", attributes={"NatGatewayId": "nat-{hex17}"}, is_open=True),
    "AWS::EC2::RouteTable": _by_id("rtb-{hex17}", "RouteTableId"),
    "AWS::EC2::SecurityGroup": Kind(
        name="GroupName",
        ref="sg-{hex17}",
        is_open=True,
        attributes={"GroupId": "sg-{hex17}", "GroupName": "{name}", "Id": "sg-{hex17}"},
    ),
    "AWS::EC2::Subnet": Kind(ref="subnet-{hex17}", is_open=True, attributes={"SubnetId": "subnet-{hex17}"}),
    "AWS::EC2::VPC": Kind(
        ref="vpc-{hex17}",
        is_open=True,
        attributes={
            "DefaultNetworkAcl": "acl-{hex17}",
            "DefaultSecurityGroup": "sg-{hex17}",
            "VpcId": "vpc-{hex17}",
        },
    ),
    "AWS::EC2::VPCEndpoint": Kind(ref="vpce-{hex17}", is_open=True, attributes={"Id": "vpce-{hex17}"}),
    "AWS::ElasticLoadBalancingV2::Listener": _by_id(
        _arn("elasticloadbalancing", "listener/app/{id10}/{hex16}"), "ListenerArn"
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Kind(
        name="Name",
        longest_name=32,
        ref=_arn("elasticloadbalancing", _LOAD_BALANCER),
        is_open=True,
        attributes={
            "DNSName": "{name}-{digits10}.{region}.elb.{url_suffix}",
            "LoadBalancerArn": _arn("elasticloadbalancing", _LOAD_BALANCER),
            "LoadBalancerFullName": _LOAD_BALANCER.removeprefix("loadbalancer/"),
            "LoadBalancerName": "{name}",
        },
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Kind(
        name="Name",
        longest_name=32,
        ref=_arn("elasticloadbalancing", "targetgroup/{name}/{hex16}"),
        attributes={
            "LoadBalancerArns": None,
            "TargetGroupArn": _arn("elasticloadbalancing", "targetgroup/{name}/{hex16}"),
            "TargetGroupFullName": "targetgroup/{name}/{hex16}",
            "TargetGroupName": "{name}",
        },
    ),
    "AWS::Route53::HostedZone": Kind(ref="Z{hex20}", attributes={"Id": "Z{hex20}", "NameServers": None}),
    "AWS::Route53::RecordSet": Kind(ref="{Name}"),
    "AWS::WAFv2::WebACL": Kind(
        name="Name",
        ref="{name}|{uuid}|{Scope}",
        attributes={
            "Arn": _arn("wafv2", "{waf_scope}/webacl/{name}/{uuid}"),
            "Capacity": None,
            "Id": "{uuid}",
            "LabelNamespace": "awswaf:{account_id}:webacl:{name}:",
        },
    ),
}

_FORMATION = {
    "AWS::CloudFormation::Stack": Kind(ref="{nested_stack_id}", is_open=True),
    "AWS::CloudFormation::WaitCondition": Kind(ref="{name}", attributes={"Data": None, "Id": "{name}"}),
    "AWS::CloudFormation::WaitConditionHandle": Kind(
        ref="https://cloudformation-waitcondition-{region}.s3.{url_suffix}/{id32}",
        attributes={"Id": "https://cloudformation-waitcondition-{region}.s3.{url_suffix}/{id32}"},
    ),
    "AWS::ECR::Repository": Kind(
        name="RepositoryName",
        is_lower=True,
        attributes={
            "Arn": _arn("ecr", "repository/{name}"),
            "RepositoryUri": "{account_id}.dkr.ecr.{region}.{url_suffix}/{name}",
        },
    ),
    "AWS::ECS::Cluster": _named("ClusterName", _arn("ecs", "cluster/{name}")),
}


def _arn_kind(row: ArnRow) -> Kind:
    """Make the kind of a type whose Ref is an ARN; of its other attributes nothing is known."""
    make = _global_arn if row.is_global else _arn
    ref = row.rest if row.rest.startswith("{") else make(row.service, row.rest)
    return Kind(name=row.name, ref=ref, attributes={row.attribute: ref} if row.attribute else {}, is_open=True)


KINDS: Mapping[str, Kind] = {
    **{f"AWS::ApiGateway::{name}": kind for name, kind in _REST.items()},
    **{f"AWS::ApiGatewayV2::{name}": kind for name, kind in _V2.items()},
    **{f"AWS::Lambda::{name}": kind for name, kind in _LAMBDA.items()},
    **_DATA,
    **_FLOW,
    **_IDENTITY,
    **_WATCH,
    **_NETWORK,
    **_FORMATION,
    **{resource_type: _arn_kind(row) for resource_type, row in ARN_ROWS.items()},
}
