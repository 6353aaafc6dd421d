"""SNS topics behind routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from forestage.constructs.integrations.responses import JSON, IntegrationResponse
from forestage.constructs.integrations.services import (
    QUERY_ERROR_TYPE,
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
from forestage.constructs.integrations.values import Value, form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_sns as sns

_FORM: Final = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}
_MESSAGE_ID: Final = "$.PublishResponse.PublishResult.MessageId"
_INVALID: Final = ("InvalidParameter", "ParameterValueInvalid", "ValidationException")


class Sns:
    """Topics."""

    @staticmethod
    def publish(
        topic: sns.ITopic,
        *,
        message: Value | str | None = None,
        subject: Value | str | None = None,
        attributes: Mapping[str, Value | str] | None = None,
        group_id: Value | str | None = None,
        deduplication_id: Value | str | None = None,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Publish a message, the JSON body of the request if ``message`` is not given, and answer 202 with its id.

        ``attributes`` are strings, by which subscriptions filter; each has to have a value.
        ``group_id`` is what a FIFO topic needs.
        What SNS finds invalid is 400, too many requests 429, all else 500.
        """
        fields: dict[str, Value | str] = {
            "Action": "Publish",
            "Version": "2010-03-31",
            "TopicArn": topic.topic_arn,
            "Message": Value.json() if message is None else message,
            **_optional("Subject", subject),
            **_optional("MessageGroupId", group_id),
            **_optional("MessageDeduplicationId", deduplication_id),
            **_attributes(attributes or {}),
        }

        def grant(role: iam.IRole) -> None:
            allow(role, ("sns:Publish",), topic.topic_arn)
            allow_key(role, topic.master_key, "kms:Decrypt", "kms:GenerateDataKey")

        return ServiceIntegration(
            service="sns",
            path="/",
            request_templates={JSON: form(fields)},
            request_parameters=_FORM,
            responses=(
                IntegrationResponse(
                    status=202, pattern=SUCCESS, template=f"{{\"messageId\": $input.json('{_MESSAGE_ID}')}}"
                ),
                IntegrationResponse(
                    status=400,
                    pattern=REFUSED,
                    template=error_template((THROTTLED, 429), (_INVALID, 400), error=QUERY_ERROR_TYPE),
                ),
                failure(),
            ),
            allow=grant,
            options=options,
        )


def _optional(name: str, value: Value | str | None) -> dict[str, Value | str]:
    return {} if value is None else {name: value}


def _attributes(attributes: Mapping[str, Value | str]) -> dict[str, Value | str]:
    """Number the attributes as the Query protocol has it, which has no place for one that is left out."""
    fields: dict[str, Value | str] = {}
    for index, (name, value) in enumerate(attributes.items(), start=1):
        if isinstance(value, Value) and value.optional:
            raise ValueError(f"attribute {name} of a message has to have a value: take if_present() off")
        entry = f"MessageAttributes.entry.{index}"
        fields[f"{entry}.Name"] = name
        fields[f"{entry}.Value.DataType"] = "String"
        fields[f"{entry}.Value.StringValue"] = value
    return fields
