"""S3 buckets behind routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam

from forestage.constructs.integrations.mappings import variables_of
from forestage.constructs.integrations.responses import NOTHING, IntegrationResponse, message
from forestage.constructs.integrations.services import (
    SUCCESS,
    ServiceIntegration,
    ServiceOptions,
    allow,
    allow_key,
    failure,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_s3 as s3

_JSON_ERRORS: Final = {"Content-Type": "'application/json'"}
_OBJECT_HEADERS: Final = ("Content-Type", "ETag", "Last-Modified", "Cache-Control")
_CONDITIONAL: Final = ("If-None-Match", "If-Modified-Since")


class S3:
    """Buckets, one action of one object or list a route.

    Variables in ``key``, ``pets/{id}.json``, are those of the same name in the path; a greedy one, ``{proxy}``, holds
    its slashes.
    The permission is for such keys alone.
    Binary objects need their types among the binary media types of the API.

    An object that is not there is 404, also where S3 says 403 because the role may not list the bucket; too many
    requests are 429, all else is 500.
    """

    @staticmethod
    def get(bucket: s3.IBucket, *, key: str, **options: Unpack[ServiceOptions]) -> ServiceIntegration:
        """Answer with an object and its type, or with 304 where the caller has it already."""

        def grant(role: iam.IRole) -> None:
            allow(role, ("s3:GetObject",), _objects(bucket, key))
            allow_key(role, bucket.encryption_key, "kms:Decrypt")

        return ServiceIntegration(
            service="s3",
            path=f"{bucket.bucket_name}/{key}",
            http_method="GET",
            request_templates={},
            request_parameters=_passed(_CONDITIONAL),
            responses=(
                IntegrationResponse(status=200, pattern=SUCCESS, headers=_returned(_OBJECT_HEADERS)),
                IntegrationResponse(status=304, pattern="304", template=NOTHING, headers=_returned(("ETag",))),
                *_errors(),
            ),
            passthrough_behavior=apigateway.PassthroughBehavior.WHEN_NO_TEMPLATES,
            allow=grant,
            options=options,
        )

    @staticmethod
    def put(
        bucket: s3.IBucket, *, key: str, status: int = 200, **options: Unpack[ServiceOptions]
    ) -> ServiceIntegration:
        """Write the body of the request as an object, whatever its type; the answer has its ETag and no body."""

        def grant(role: iam.IRole) -> None:
            allow(role, ("s3:PutObject",), _objects(bucket, key))
            allow_key(role, bucket.encryption_key, "kms:GenerateDataKey")

        return ServiceIntegration(
            service="s3",
            path=f"{bucket.bucket_name}/{key}",
            http_method="PUT",
            request_templates={},
            request_parameters=_passed(("Content-Type",)),
            responses=(
                IntegrationResponse(status=status, pattern=SUCCESS, template=NOTHING, headers=_returned(("ETag",))),
                *_errors(),
            ),
            passthrough_behavior=apigateway.PassthroughBehavior.WHEN_NO_TEMPLATES,
            allow=grant,
            options=options,
        )

    @staticmethod
    def list(bucket: s3.IBucket, *, prefix: str = "", **options: Unpack[ServiceOptions]) -> ServiceIntegration:
        """Answer with the list of objects, in S3's XML: a template cannot read that.

        ``prefix`` is a constant.
        Callers go on to the next page by ``?continuation-token=``.
        """
        if "'" in prefix:
            raise ValueError(f"a prefix is a constant of a mapping, which takes no quote ', got {prefix!r}")

        def grant(role: iam.IRole) -> None:
            conditions = {"StringEquals": {"s3:prefix": prefix}} if prefix else None
            role.add_to_principal_policy(
                iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=conditions)
            )

        return ServiceIntegration(
            service="s3",
            path=bucket.bucket_name,
            http_method="GET",
            request_templates={},
            request_parameters={
                "integration.request.querystring.list-type": "'2'",
                **({"integration.request.querystring.prefix": f"'{prefix}'"} if prefix else {}),
                "integration.request.querystring.continuation-token": "method.request.querystring.continuation-token",
            },
            responses=(
                IntegrationResponse(status=200, pattern=SUCCESS, headers=_returned(("Content-Type",))),
                IntegrationResponse(status=400, pattern="400", template=message(400), headers=_JSON_ERRORS),
                IntegrationResponse(status=429, pattern="429|503", template=message(429), headers=_JSON_ERRORS),
                failure(),
            ),
            passthrough_behavior=apigateway.PassthroughBehavior.WHEN_NO_TEMPLATES,
            allow=grant,
            options=options,
        )


def _errors() -> tuple[IntegrationResponse, ...]:
    return (
        IntegrationResponse(status=404, pattern="403|404", template=message(404), headers=_JSON_ERRORS),
        IntegrationResponse(status=429, pattern="429|503", template=message(429), headers=_JSON_ERRORS),
        failure(),
    )


def _objects(bucket: s3.IBucket, key: str) -> str:
    """Return the ARN of all objects that a key with variables may name."""
    for name in variables_of(key):
        key = key.replace(f"{{{name}}}", "*")
    return bucket.arn_for_objects(key)


def _passed(headers: Sequence[str]) -> Mapping[str, str]:
    return {f"integration.request.header.{name}": f"method.request.header.{name}" for name in headers}


def _returned(headers: Sequence[str]) -> Mapping[str, str]:
    return {name: f"integration.response.header.{name}" for name in headers}
