"""Resource types that are no part of an API."""

from __future__ import annotations

from forestage.model.fidelity.rows import not_simulated

OTHER_SERVICES = not_simulated("kept for references, nothing runs it")

_INERT = (
    "AWS::ApplicationAutoScaling::",
    "AWS::AutoScaling::",
    "AWS::Budgets::",
    "AWS::CDK::Metadata",
    "AWS::CertificateManager::",
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudTrail::",
    "AWS::CloudWatch::",
    "AWS::EC2::",
    "AWS::ElasticLoadBalancing::",
    "AWS::ElasticLoadBalancingV2::",
    "AWS::IAM::",
    "AWS::KMS::",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::Logs::",
    "AWS::ResourceGroups::",
    "AWS::Route53::",
    "AWS::ServiceCatalogAppRegistry::",
)


def is_inert_type(resource_type: str) -> bool:
    """Tell whether resources of a type change nothing of what an API answers: roles, logs, alarms, networks.

    Source: CORPUS.md: "with networking, roles, logs and alarms taken as inert".
    """
    return resource_type.startswith(_INERT)
