"""EventBridge buses behind routes."""

from __future__ import annotations

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
    answer,
    error_template,
    failure,
)
from forestage.constructs.integrations.values import Fragment, Value, json_fragment, json_object

if TYPE_CHECKING:
    from aws_cdk import aws_events as events
    from aws_cdk import aws_iam as iam

# EventBridge needs both, unlike the other JSON services. Source: rest-facts.md section 8.5 (recorded).
_HEADERS: Final = {
    "integration.request.header.Content-Type": "'application/x-amz-json-1.1'",
    "integration.request.header.X-Amz-Target": "'AWSEvents.PutEvents'",
}

# Events that the bus did not take are told in a response of status 200.
_ACCEPTED: Final = (
    "#set($error = $input.path('$.Entries[0].ErrorCode').toString())\n"
    '#if($error == "")\n'
    "{\"eventId\": $input.json('$.Entries[0].EventId')}\n"
    '#elseif($error.contains("MalformedDetail") || $error.contains("InvalidArgument"))\n'
    f"{answer(400)}"
    '#elseif($error.contains("Throttl"))\n'
    f"{answer(429)}#else\n"
    f"{answer(500)}#end\n"
)


class EventBridge:
    """Event buses."""

    @staticmethod
    def put_events(
        bus: events.IEventBus,
        *,
        source: Value | str,
        detail_type: Value | str,
        detail: Value | None = None,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Put one event on a bus, with the JSON body of the request as its detail, and answer 202 with its id.

        A detail that is no object is 400, too many events 429, all else 500.
        """
        entry = json_object(
            {
                "Source": json_fragment(source),
                "DetailType": json_fragment(detail_type),
                "Detail": json_fragment(Value.json() if detail is None else detail),
                "EventBusName": json_fragment(bus.event_bus_name),
            }
        )

        def grant(role: iam.IRole) -> None:
            allow(role, ("events:PutEvents",), bus.event_bus_arn)

        return ServiceIntegration(
            service="events",
            action="PutEvents",
            request_templates={JSON: json_object({"Entries": Fragment(f"[{entry}]")})},
            request_parameters=_HEADERS,
            responses=(
                IntegrationResponse(status=202, pattern=SUCCESS, template=_ACCEPTED),
                IntegrationResponse(
                    status=400, pattern=REFUSED, template=error_template((THROTTLED, 429), (INVALID, 400))
                ),
                failure(),
            ),
            allow=grant,
            options=options,
        )
