"""Kinesis streams behind routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Unpack

from forestage.constructs.integrations.responses import JSON, IntegrationResponse
from forestage.constructs.integrations.services import (
    INVALID,
    REFUSED,
    SUCCESS,
    THROTTLED,
    ServiceIntegration,
    ServiceOptions,
    allow,
    allow_key,
    error_template,
    failure,
)
from forestage.constructs.integrations.values import Fragment, Value, escaped, json_fragment, json_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kinesis as kinesis

_MEMBER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INVALID: Final = (*INVALID, "InvalidArgument")
_THROTTLED: Final = (*THROTTLED, "LimitExceeded")

_PUT: Final = "{\"shardId\": $input.json('$.ShardId'), \"sequenceNumber\": $input.json('$.SequenceNumber')}"

# Records that the stream did not take are told in a response of status 200, each at its place.
_PUT_ALL: Final = (
    "{\"failed\": $input.json('$.FailedRecordCount'), \"records\": [#foreach($record in $input.path('$.Records'))\n"
    '#if($record.ErrorCode != "")\n'
    '{"error": #if($record.ErrorCode.contains("ThroughputExceeded"))"throttled"#{else}"failed"#end}#else\n'
    '{"shardId": "$record.ShardId", "sequenceNumber": "$record.SequenceNumber"}#end\n'
    "#if($foreach.hasNext), #end\n"
    "#end\n"
    "]}\n"
)


class Kinesis:
    """Data streams.

    What Kinesis finds invalid is 400, too much for a shard 429, all else 500.
    """

    @staticmethod
    def put_record(
        stream: kinesis.IStream,
        *,
        partition_key: Value | str,
        data: Value | None = None,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Put one record, the JSON body of the request if ``data`` is not given, and answer with where it went."""
        value = Value.json() if data is None else data
        return _integration(
            "PutRecord",
            stream,
            {"Data": Fragment(_base64(value.reference)), "PartitionKey": json_fragment(partition_key)},
            success=IntegrationResponse(status=200, pattern=SUCCESS, template=_PUT),
            options=options,
        )

    @staticmethod
    def put_records(
        stream: kinesis.IStream,
        *,
        records: str = "$.records",
        partition_key: str = "partitionKey",
        data: str = "data",
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Put the records of a list in the body: ``{"records": [{"partitionKey": "a", "data": {...}}]}``.

        ``records`` is the JSONPath of the list, ``partition_key`` and ``data`` the members of its elements; ``data`` is
        put as JSON text.
        The answer has each record at its place, and how many the stream did not take, which is to be read: Kinesis
        answers 200 then too.
        """
        for member in (partition_key, data):
            if not _MEMBER.fullmatch(member):
                raise ValueError(f"a member of a record has letters, digits and underscores, got {member!r}")
        element = json_object(
            {
                # Only $input.json writes JSON, and it takes a path: that of the element.
                "Data": Fragment(_base64(f'$input.json("{records}[$foreach.index].{data}")')),
                "PartitionKey": Fragment('"' + escaped(f"$record.get('{partition_key}').toString()") + '"'),
            }
        )
        source = Value.body(records).source
        return _integration(
            "PutRecords",
            stream,
            {"Records": Fragment(f"[#foreach($record in {source}){element}#if($foreach.hasNext), #end#end]")},
            success=IntegrationResponse(status=200, pattern=SUCCESS, template=_PUT_ALL),
            options=options,
        )


def _base64(reference: str) -> str:
    return f'"$util.base64Encode({reference})"'


def _integration(
    action: str,
    stream: kinesis.IStream,
    members: Mapping[str, Fragment],
    *,
    success: IntegrationResponse,
    options: ServiceOptions,
) -> ServiceIntegration:
    def grant(role: iam.IRole) -> None:
        allow(role, (f"kinesis:{action}",), stream.stream_arn)
        allow_key(role, stream.encryption_key, "kms:GenerateDataKey")

    return ServiceIntegration(
        service="kinesis",
        action=action,
        request_templates={JSON: json_object({"StreamName": json_fragment(stream.stream_name), **members})},
        responses=(
            success,
            IntegrationResponse(
                status=400, pattern=REFUSED, template=error_template((_THROTTLED, 429), (_INVALID, 400))
            ),
            failure(),
        ),
        allow=grant,
        options=options,
    )
