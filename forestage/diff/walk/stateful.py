"""Resources that hold data: what makes CloudFormation replace them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

USER_POOL: Final = "AWS::Cognito::UserPool"

REPLACED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    USER_POOL: ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration"),
    "AWS::DynamoDB::GlobalTable": ("TableName", "KeySchema", "LocalSecondaryIndexes"),
    "AWS::DynamoDB::Table": ("TableName", "ImportSourceSpecification", "KeySchema"),
    "AWS::EFS::FileSystem": ("AvailabilityZoneName", "Encrypted", "KmsKeyId", "PerformanceMode"),
    "AWS::Kinesis::Stream": ("Name",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::OpenSearchService::Domain": ("DomainName", "EngineMode"),
    "AWS::RDS::DBCluster": ("DBClusterIdentifier", "DatabaseName", "DBSubnetGroupName", "KmsKeyId", "StorageEncrypted"),
    "AWS::RDS::DBInstance": ("DBInstanceIdentifier", "DBName", "DBSubnetGroupName", "KmsKeyId", "StorageEncrypted"),
    "AWS::S3::Bucket": ("BucketName", "BucketNamePrefix"),
    "AWS::SNS::Topic": ("TopicName", "FifoTopic"),
    "AWS::SQS::Queue": ("QueueName", "FifoQueue"),
    "AWS::SecretsManager::Secret": ("Name",),
}
"""Properties whose change replaces a resource, by type.

Source: createOnlyProperties and conditionalCreateOnlyProperties of the resource schemas that cfn-lint ships; those of
user pools from the template reference.
"""
KEEPS: Final = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})
