"""Resource types whose Ref is an ARN, and of which little else is known here: formats of attributes.py.

Sources: the CloudFormation template reference, "Return values" of each type (documented); where that is silent, the
primary identifier in the type's resource schema, which Ref yields for the types of the registry. What stands behind
the account in an ARN follows the documented examples and the service authorization reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class ArnRow(NamedTuple):
    """A type whose Ref is an ARN.

    ``rest`` is what stands behind the account, or a whole format where it begins with a brace. ``attribute`` yields
    the same by GetAtt, None where none does. ``name`` is the property with the physical name.
    """

    service: str
    rest: str
    attribute: str | None
    name: str | None = None
    is_global: bool = False


ARN_ROWS: Mapping[str, ArnRow] = {
    "AWS::ACMPCA::CertificateAuthority": ArnRow("acm-pca", "certificate-authority/{uuid}", "Arn"),
    "AWS::APS::Workspace": ArnRow("aps", "workspace/ws-{uuid}", "Arn"),
    "AWS::AccessAnalyzer::Analyzer": ArnRow("access-analyzer", "analyzer/{name}", "Arn", "AnalyzerName"),
    "AWS::AppMesh::GatewayRoute": ArnRow("appmesh", "gatewayRoute/{name}", "Arn", "GatewayRouteName"),
    "AWS::AppMesh::Mesh": ArnRow("appmesh", "mesh/{name}", "Arn", "MeshName"),
    "AWS::AppMesh::Route": ArnRow("appmesh", "route/{name}", "Arn", "RouteName"),
    "AWS::AppMesh::VirtualGateway": ArnRow("appmesh", "virtualGateway/{name}", "Arn", "VirtualGatewayName"),
    "AWS::AppMesh::VirtualNode": ArnRow("appmesh", "virtualNode/{name}", "Arn", "VirtualNodeName"),
    "AWS::AppMesh::VirtualRouter": ArnRow("appmesh", "virtualRouter/{name}", "Arn", "VirtualRouterName"),
    "AWS::AppMesh::VirtualService": ArnRow("appmesh", "virtualService/{name}", "Arn", "VirtualServiceName"),
    "AWS::AppRunner::Service": ArnRow("apprunner", "service/{name}/{hex32}", "ServiceArn", "ServiceName"),
    "AWS::AppSync::ApiKey": ArnRow("appsync", "apis/{ApiId}/apikey/{id26}", "Arn"),
    "AWS::AppSync::DataSource": ArnRow("appsync", "apis/{ApiId}/datasources/{name}", "DataSourceArn", "Name"),
    "AWS::AppSync::FunctionConfiguration": ArnRow("appsync", "apis/{ApiId}/functions/{id26}", "FunctionArn"),
    "AWS::AppSync::GraphQLApi": ArnRow("appsync", "apis/{id26}", "Arn"),
    "AWS::AppSync::Resolver": ArnRow("appsync", "apis/{ApiId}/types/{TypeName}/resolvers/{FieldName}", "ResolverArn"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ArnRow(
        "autoscaling", "scalingPolicy:{uuid}:resource/{ServiceNamespace}/{ResourceId}:policyName/{PolicyName}", "Arn"
    ),
    "AWS::AutoScaling::ScalingPolicy": ArnRow(
        "autoscaling", "scalingPolicy:{uuid}:autoScalingGroupName/{AutoScalingGroupName}:policyName/{name}", "Arn"
    ),
    "AWS::Batch::ComputeEnvironment": ArnRow(
        "batch", "compute-environment/{name}", "ComputeEnvironmentArn", "ComputeEnvironmentName"
    ),
    "AWS::Batch::JobDefinition": ArnRow("batch", "job-definition/{name}:1", "JobDefinitionArn", "JobDefinitionName"),
    "AWS::Batch::JobQueue": ArnRow("batch", "job-queue/{name}", "JobQueueArn", "JobQueueName"),
    "AWS::Batch::SchedulingPolicy": ArnRow("batch", "scheduling-policy/{name}", "Arn", "Name"),
    "AWS::Bedrock::Guardrail": ArnRow("bedrock", "guardrail/{id12}", "GuardrailArn"),
    "AWS::Bedrock::Prompt": ArnRow("bedrock", "prompt/{id10}", "Arn"),
    "AWS::CodeArtifact::Domain": ArnRow("codeartifact", "domain/{name}", "Arn", "DomainName"),
    "AWS::CodeArtifact::Repository": ArnRow("codeartifact", "repository/{DomainName}/{name}", "Arn", "RepositoryName"),
    "AWS::CodeBuild::ReportGroup": ArnRow("codebuild", "report-group/{name}", "Arn", "Name"),
    "AWS::CodeConnections::Connection": ArnRow("codeconnections", "connection/{uuid}", "ConnectionArn"),
    "AWS::CodeStarConnections::Connection": ArnRow("codestar-connections", "connection/{uuid}", "ConnectionArn"),
    "AWS::CodeStarNotifications::NotificationRule": ArnRow("codestar-notifications", "notificationrule/{hex40}", "Arn"),
    "AWS::DMS::Endpoint": ArnRow("dms", "endpoint:{hex26}", "EndpointArn"),
    "AWS::DMS::ReplicationInstance": ArnRow("dms", "rep:{hex26}", None),
    "AWS::DMS::ReplicationTask": ArnRow("dms", "task:{hex26}", "ReplicationTaskArn"),
    "AWS::DataSync::Agent": ArnRow("datasync", "agent/agent-{hex17}", "AgentArn"),
    "AWS::DataSync::LocationNFS": ArnRow("datasync", "location/loc-{hex17}", "LocationArn"),
    "AWS::DataSync::LocationS3": ArnRow("datasync", "location/loc-{hex17}", "LocationArn"),
    "AWS::DataSync::Task": ArnRow("datasync", "task/task-{hex17}", "TaskArn"),
    "AWS::ECS::Service": ArnRow("ecs", "service/{name}", "ServiceArn", "ServiceName"),
    "AWS::ECS::TaskDefinition": ArnRow("ecs", "task-definition/{name}:1", "TaskDefinitionArn", "Family"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ArnRow(
        "elasticloadbalancing", "listener-rule/app/{id10}/{hex16}/{hex15}", "RuleArn"
    ),
    "AWS::ElasticLoadBalancingV2::TrustStore": ArnRow(
        "elasticloadbalancing", "truststore/{name}/{hex16}", "TrustStoreArn", "Name"
    ),
    "AWS::EventSchemas::Discoverer": ArnRow("schemas", "discoverer/{id10}", "DiscovererArn"),
    "AWS::EventSchemas::Registry": ArnRow("schemas", "registry/{name}", "RegistryArn", "RegistryName"),
    "AWS::EventSchemas::Schema": ArnRow("schemas", "schema/{RegistryName}/{name}", "SchemaArn", "SchemaName"),
    "AWS::GlobalAccelerator::Accelerator": ArnRow(
        "globalaccelerator", "accelerator/{uuid}", "AcceleratorArn", is_global=True
    ),
    "AWS::GlobalAccelerator::Listener": ArnRow(
        "globalaccelerator", "{AcceleratorArn}/listener/{hex8}", "ListenerArn", is_global=True
    ),
    "AWS::GlobalAccelerator::EndpointGroup": ArnRow(
        "globalaccelerator", "{ListenerArn}/endpoint-group/{hex12}", "EndpointGroupArn", is_global=True
    ),
    "AWS::IAM::OIDCProvider": ArnRow("iam", "oidc-provider/{name}", "Arn", is_global=True),
    "AWS::IAM::SAMLProvider": ArnRow("iam", "saml-provider/{name}", "Arn", "Name", is_global=True),
    "AWS::IVS::Channel": ArnRow("ivs", "channel/{id12}", "Arn"),
    "AWS::IVSChat::Room": ArnRow("ivschat", "room/{id12}", "Arn"),
    "AWS::KafkaConnect::Connector": ArnRow(
        "kafkaconnect", "connector/{name}/{uuid}-1", "ConnectorArn", "ConnectorName"
    ),
    "AWS::Kinesis::StreamConsumer": ArnRow("kinesis", "{StreamARN}/consumer/{ConsumerName}:{digits10}", "ConsumerARN"),
    "AWS::MSK::Cluster": ArnRow("kafka", "cluster/{name}/{uuid}-1", "Arn", "ClusterName"),
    "AWS::MSK::Configuration": ArnRow("kafka", "configuration/{name}/{uuid}-1", "Arn", "Name"),
    "AWS::MSK::Replicator": ArnRow("kafka", "replicator/{name}/{uuid}-1", "ReplicatorArn", "ReplicatorName"),
    "AWS::MSK::ServerlessCluster": ArnRow("kafka", "cluster/{name}/{uuid}-s1", "Arn", "ClusterName"),
    "AWS::MSK::VpcConnection": ArnRow("kafka", "vpc-connection/{account_id}/{name}/{uuid}", "Arn"),
    "AWS::MediaConnect::Flow": ArnRow("mediaconnect", "flow:1-{hex16}-{hex12}:{name}", "FlowArn", "Name"),
    "AWS::NetworkFirewall::Firewall": ArnRow("network-firewall", "firewall/{name}", "FirewallArn", "FirewallName"),
    "AWS::NetworkFirewall::FirewallPolicy": ArnRow(
        "network-firewall", "firewall-policy/{name}", "FirewallPolicyArn", "FirewallPolicyName"
    ),
    "AWS::NetworkFirewall::RuleGroup": ArnRow(
        "network-firewall", "stateful-rulegroup/{name}", "RuleGroupArn", "RuleGroupName"
    ),
    "AWS::RDS::DBProxyTargetGroup": ArnRow("rds", "target-group:prx-tg-{hex17}", "TargetGroupArn"),
    "AWS::S3Tables::TableBucket": ArnRow("s3tables", "bucket/{name}", "TableBucketARN", "TableBucketName"),
    "AWS::SageMaker::CodeRepository": ArnRow(
        "sagemaker", "code-repository/{name}", "CodeRepositoryArn", "CodeRepositoryName"
    ),
    "AWS::SageMaker::Endpoint": ArnRow("sagemaker", "endpoint/{name}", "EndpointArn", "EndpointName"),
    "AWS::SageMaker::EndpointConfig": ArnRow(
        "sagemaker", "endpoint-config/{name}", "EndpointConfigArn", "EndpointConfigName"
    ),
    "AWS::SageMaker::Image": ArnRow("sagemaker", "image/{name}", "ImageArn", "ImageName"),
    "AWS::SageMaker::Model": ArnRow("sagemaker", "model/{name}", "ModelArn", "ModelName"),
    "AWS::SageMaker::ModelPackageGroup": ArnRow(
        "sagemaker", "model-package-group/{name}", "ModelPackageGroupArn", "ModelPackageGroupName"
    ),
    "AWS::SageMaker::NotebookInstance": ArnRow(
        "sagemaker", "notebook-instance/{name}", "NotebookInstanceArn", "NotebookInstanceName"
    ),
    "AWS::SecretsManager::ResourcePolicy": ArnRow("secretsmanager", "{SecretId}", None),
    "AWS::SecretsManager::RotationSchedule": ArnRow("secretsmanager", "{SecretId}", None),
    "AWS::SecretsManager::SecretTargetAttachment": ArnRow("secretsmanager", "{SecretId}", None),
    "AWS::Signer::SigningProfile": ArnRow("signer", "/signing-profiles/{name}", "Arn"),
    "AWS::StepFunctions::StateMachineAlias": ArnRow("states", "stateMachine:{id10}:{name}", "Arn", "Name"),
    "AWS::StepFunctions::StateMachineVersion": ArnRow("states", "{StateMachineArn}:1", "Arn"),
    "AWS::Timestream::ScheduledQuery": ArnRow(
        "timestream", "scheduled-query/{name}-{hex16}", "Arn", "ScheduledQueryName"
    ),
    "AWS::Transfer::Server": ArnRow("transfer", "server/s-{hex17}", "Arn"),
    "AWS::VpcLattice::Listener": ArnRow("vpc-lattice", "service/svc-{hex17}/listener/listener-{hex17}", "Arn"),
    "AWS::VpcLattice::Service": ArnRow("vpc-lattice", "service/svc-{hex17}", "Arn"),
    "AWS::VpcLattice::ServiceNetwork": ArnRow("vpc-lattice", "servicenetwork/sn-{hex17}", "Arn"),
    "AWS::VpcLattice::TargetGroup": ArnRow("vpc-lattice", "targetgroup/tg-{hex17}", "Arn"),
    "AWS::XRay::Group": ArnRow("xray", "group/{name}/{id26}", "GroupARN", "GroupName"),
    "AWS::XRay::SamplingRule": ArnRow("xray", "sampling-rule/{name}", "RuleARN"),
}
