"""OpenAPI bodies in S3 that a deployed stack names, fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from forestage.errors import AwsError, Fault
from forestage.load.intake import property_of
from forestage.load.openapi.bodies import LOCATION

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.aws import Aws
    from forestage.load.findings import Findings
    from forestage.load.resolved import ResolvedStack

_TYPES: Final = frozenset({"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"})


def with_bodies(aws: Aws, stack: ResolvedStack, folder: Path, findings: Findings) -> ResolvedStack:
    """Fetch the bodies that APIs of a stack have in S3 into a folder; warn of those that cannot be had."""
    by_key: dict[str, str] = {}
    for resource in stack.resources:
        location = property_of(resource, LOCATION) if resource.type in _TYPES else None
        if not isinstance(location, Mapping):
            continue
        bucket, key, version = (location.get(name) for name in ("Bucket", "Key", "Version"))
        if not isinstance(bucket, str) or not isinstance(key, str) or key in by_key:
            continue
        chosen = {"VersionId": version} if isinstance(version, str) else {}
        try:
            content = aws.ask("s3", "get_object", Bucket=bucket, Key=key, **chosen)["Body"].read()
        except AwsError as error:
            message = f"the body s3://{bucket}/{key} cannot be fetched: {error.message}"
            findings.warn(Fault(message=message, origin=resource.origin(LOCATION), hint=error.hint))
            continue
        file = folder / f"{stack.name}.{resource.logical_id}{PurePosixPath(key).suffix}"
        file.write_bytes(content)
        by_key[key] = str(file)
    if not by_key:
        return stack
    return replace(stack, assets=replace(stack.assets, by_key={**stack.assets.by_key, **by_key}))
