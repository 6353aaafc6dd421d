"""AWS itself, behind a port: what asks AWS takes an `Aws`, and only `forestage.aws.boto` imports boto3."""

from forestage.aws.port import Answer, Aws, items

__all__ = ["Answer", "Aws", "items"]
