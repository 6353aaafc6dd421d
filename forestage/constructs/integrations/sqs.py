"""SQS queues behind routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from forestage.constructs.integrations.responses import JSON, IntegrationResponse
from forestage.constructs.integrations.services import (
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
from forestage.constructs.integrations.values import (
    Fragment,
    Value,
    json_fragment,
    json_object,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_sqs as sqs

# SQS speaks JSON under these headers. Source: rest-facts.md section 8.5 (recorded).
_HEADERS: Final = {
    "integration.request.header.Content-Type": "'application/x-amz-json-1.0'",
    "integration.request.header.X-Amz-Target": "'AmazonSQS.SendMessage'",
}
_INVALID: Final = ("InvalidMessageContents", "InvalidParameterValue", "InvalidAttributeValue", "MissingParameter")


class Sqs:
    """Queues."""

    @staticmethod
    def send(
        queue: sqs.IQueue,
        *,
        body: Value | str | None = None,
        attributes: Mapping[str, Value | str] | None = None,
        group_id: Value | str | None = None,
        deduplication_id: Value | str | None = None,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Send a message, the JSON body of the request if ``body`` is not given, and answer 202 with its id.

        ``attributes`` are strings; ``group_id`` is what a FIFO queue needs.
        What SQS finds invalid is 400, too many requests 429, all else 500.
        """
        if queue.fifo and group_id is None:
            raise ValueError("a FIFO queue keeps the order of messages within groups: give group_id")
        members = {
            "QueueUrl": json_fragment(queue.queue_url),
            "MessageBody": json_fragment(Value.json() if body is None else body),
            **_optional("MessageGroupId", group_id),
            **_optional("MessageDeduplicationId", deduplication_id),
        }
        if attributes:
            members["MessageAttributes"] = Fragment(_attributes(attributes))

        def grant(role: iam.IRole) -> None:
            allow(role, ("sqs:SendMessage",), queue.queue_arn)
            allow_key(role, queue.encryption_master_key, "kms:Decrypt", "kms:GenerateDataKey")

        return ServiceIntegration(
            service="sqs",
            path=f"{queue.env.account}/{queue.queue_name}",
            request_templates={JSON: json_object(members)},
            request_parameters=_HEADERS,
            responses=(
                IntegrationResponse(
                    status=202, pattern=SUCCESS, template="{\"messageId\": $input.json('$.MessageId')}"
                ),
                IntegrationResponse(
                    status=400, pattern=REFUSED, template=error_template((THROTTLED, 429), (_INVALID, 400))
                ),
                failure(),
            ),
            allow=grant,
            options=options,
        )


def _optional(name: str, value: Value | str | None) -> dict[str, Fragment]:
    return {} if value is None else {name: json_fragment(value)}


def _attributes(attributes: Mapping[str, Value | str]) -> str:
    return json_object(
        {
            name: Fragment(
                json_object({"DataType": json_fragment("String"), "StringValue": Fragment(json_fragment(value).text)}),
                json_fragment(value).condition,
            )
            for name, value in attributes.items()
        }
    )
