"""Access logs: one line for each request that came to a stage."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import ArnFormat, RemovalPolicy
from aws_cdk import aws_logs as logs

from forestage.constructs.checks import is_known, refuse
from forestage.model.limits import MAX_ACCESS_LOG_FORMAT_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

REST_FIELDS: Final[Mapping[str, str]] = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "requestTime": "$context.requestTime",
    "stage": "$context.stage",
    "httpMethod": "$context.httpMethod",
    "resourcePath": "$context.resourcePath",
    "path": "$context.path",
    "protocol": "$context.protocol",
    "domainName": "$context.domainName",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationStatus": "$context.integration.status",
    "integrationLatency": "$context.integration.latency",
    "integrationRequestId": "$context.integration.requestId",
    "integrationError": "$context.integration.error",
    "errorType": "$context.error.responseType",
    "errorMessage": "$context.error.message",
    "authorizerStatus": "$context.authorizer.status",
    "authorizerError": "$context.authorizer.error",
    "authorizerLatency": "$context.authorizer.latency",
    "wafStatus": "$context.waf.status",
    "sourceIp": "$context.identity.sourceIp",
    "userAgent": "$context.identity.userAgent",
    "principalId": "$context.authorizer.principalId",
    "user": "$context.identity.user",
    "apiKeyId": "$context.identity.apiKeyId",
    "traceId": "$context.xrayTraceId",
}
"""What a line tells unless something else is said: when and what, how it ended and how long it took, where it failed,
and who called.

Neither bodies, query strings nor API keys are among them, since they may be secrets: a key is told by its id.

Source: endpoints.md section 9 (documented).
"""

_REQUEST_ID: Final = re.compile(r"\$\{?context\.(?:extended)?[rR]equestId\b")
_DELIVERY_STREAM: Final = "amazon-apigateway-"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundAccessLog:
    """Where the lines of a stage go, and what each says."""

    destination_arn: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLog:
    """One line for each request that came to a stage, as JSON unless ``format`` says otherwise.

    ``fields`` are the members of a line and the variable of each, ``{"id": "$context.requestId"}``; every value is a
    string, since a variable without value prints ``-``.
    None are those that tell what one usually looks for.
    ``format`` is the line as API Gateway takes it, instead of ``fields``.

    ``log_group`` is where the lines go.
    None makes a group of the stage, which keeps them for ``retention`` (a year) and outlives the stage unless
    ``removal_policy`` says otherwise.
    ``delivery_stream_arn`` sends them to Firehose instead; API Gateway takes streams whose names begin with
    ``amazon-apigateway-``.

    Source: endpoints.md section 9; API Gateway developer guide, "Set up CloudWatch logging for REST APIs".
    """

    fields: Mapping[str, str] | None = None
    format: str | None = None
    log_group: logs.ILogGroup | None = None
    delivery_stream_arn: str | None = None
    retention: logs.RetentionDays | None = None
    removal_policy: RemovalPolicy | None = None

    def bind(self, scope: Construct, *, fields: Mapping[str, str] = REST_FIELDS) -> BoundAccessLog:
        """Make what the log needs in a stage; ``fields`` are the kind of API's own, where none are given."""
        line = self._line(scope, fields)
        _check_line(scope, line)
        return BoundAccessLog(destination_arn=self._destination_arn(scope), format=line)

    def _line(self, scope: Construct, fields: Mapping[str, str]) -> str:
        if self.format is not None and self.fields is not None:
            refuse(scope, "an access log has fields or a format: leave out one of the two")
        return json.dumps(dict(self.fields or fields)) if self.format is None else self.format

    def _destination_arn(self, scope: Construct) -> str:
        given = [
            name
            for name, value in (("log_group", self.log_group), ("delivery_stream_arn", self.delivery_stream_arn))
            if value is not None
        ]
        if len(given) > 1 or (given and (self.retention is not None or self.removal_policy is not None)):
            refuse(
                scope,
                "an access log goes to a log_group, to a delivery_stream_arn, or to a group of its own with retention "
                f"and removal_policy: leave out all but one, got {' and '.join(given)} beside others",
            )
        if self.delivery_stream_arn is not None:
            return _checked_stream(scope, self.delivery_stream_arn)
        group = self.log_group or logs.LogGroup(
            scope,
            "AccessLog",
            retention=self.retention or logs.RetentionDays.ONE_YEAR,
            removal_policy=self.removal_policy or RemovalPolicy.RETAIN,
        )
        # The ARN of a group ends in ":*", which API Gateway does not take.
        return group.stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=group.log_group_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )


def _checked_stream(scope: Construct, arn: str) -> str:
    if is_known(arn) and not arn.rpartition("/")[2].startswith(_DELIVERY_STREAM):
        refuse(
            scope,
            f"API Gateway writes to delivery streams whose names begin with {_DELIVERY_STREAM}, got {arn!r}: "
            "rename the stream",
        )
    return arn


def _check_line(scope: Construct, line: str) -> None:
    if not is_known(line):
        return
    if not _REQUEST_ID.search(line):
        refuse(
            scope,
            "a line of an access log has to tell $context.requestId or $context.extendedRequestId: add one of them",
        )
    if "\n" in line.rstrip("\r\n"):
        refuse(scope, "the format of an access log is one line: take out its line ends")
    if len(line.encode()) > MAX_ACCESS_LOG_FORMAT_BYTES:
        refuse(
            scope,
            f"the format of an access log has up to {MAX_ACCESS_LOG_FORMAT_BYTES} bytes, got {len(line.encode())}: "
            "leave some fields out",
        )
