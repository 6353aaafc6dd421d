"""Where a stack would be: account, region, and what follows from the region."""

from __future__ import annotations

from forestage.model.deployment import Environment

DEFAULT_ACCOUNT_ID = "123456789012"
DEFAULT_REGION = "us-east-1"

_PARTITIONS = (
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
)
"""Beginnings of region names with their partition and URL suffix. Source: botocore's partitions.json."""


def environment_in(account_id: str, region: str) -> Environment:
    """Make the pseudo parameters of an account and a region."""
    for prefix, partition, url_suffix in _PARTITIONS:
        if region.startswith(prefix):
            return Environment(account_id=account_id, region=region, partition=partition, url_suffix=url_suffix)
    return Environment(account_id=account_id, region=region)
