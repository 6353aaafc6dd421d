"""Step Functions state machines behind routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from aws_cdk import ArnFormat, Stack

from forestage.constructs.checks import is_known
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
from forestage.constructs.integrations.values import Fragment, Value, json_fragment, json_object, json_string

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_stepfunctions as stepfunctions

_INVALID: Final = (*INVALID, "InvalidName", "InvalidExecutionInput", "InvalidArn")
_STARTED: Final = (
    "#set($arn = $input.path('$.executionArn').toString())\n"
    '{"execution": "$arn.replaceAll("^.*:", "")", "startDate": $input.json(\'$.startDate\')}\n'
)
"""The name of an execution is the last part of its ARN, whose other parts are of no interest to callers."""

_FINISHED: Final = (
    "#set($status = $input.path('$.status').toString())\n"
    '#if($status == "SUCCEEDED")\n'
    "$input.path('$.output')\n"
    '#elseif($status == "TIMED_OUT")\n'
    f"{answer(504)}#else\n"
    f"{answer(500)}#end\n"
)
_DESCRIBED: Final = (
    "#set($output = $input.path('$.output'))\n"
    "{\"execution\": $input.json('$.name'), \"status\": $input.json('$.status'), "
    "\"startDate\": $input.json('$.startDate')"
    "#if($input.path('$.stopDate') != \"\"), \"stopDate\": $input.json('$.stopDate')#end\n"
    '#if($output != ""), "output": $output#end\n'
    "}\n"
)


class StepFunctions:
    """State machines.

    ``input`` is the JSON body of the request if not given.
    An execution that is there already is 409, one that is not 404, what Step Functions finds invalid 400, too many
    requests 429, all else 500.
    """

    @staticmethod
    def start(
        state_machine: stepfunctions.IStateMachine,
        *,
        input: Value | str | None = None,  # ruff: ignore[builtin-argument-shadowing]  (the field's word)
        name: Value | str | None = None,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Start an execution and answer 202 with its name, which callers may give: ``{"execution": "..."}``."""
        return _integration(
            "StartExecution",
            _start(state_machine, input, name),
            success=IntegrationResponse(status=202, pattern=SUCCESS, template=_STARTED),
            resource=state_machine.state_machine_arn,
            options=options,
        )

    @staticmethod
    def start_sync(
        state_machine: stepfunctions.IStateMachine,
        *,
        input: Value | str | None = None,  # ruff: ignore[builtin-argument-shadowing]  (the field's word)
        name: Value | str | None = None,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Run an execution of an express state machine and answer with its output.

        A failed one is 500 and one that ran out of time 504, without its error and cause.
        """
        return _integration(
            "StartSyncExecution",
            _start(state_machine, input, name),
            success=IntegrationResponse(status=200, pattern=SUCCESS, template=_FINISHED),
            resource=state_machine.state_machine_arn,
            options=options,
        )

    @staticmethod
    def describe(
        state_machine: stepfunctions.IStateMachine,
        *,
        execution: Value,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Tell how an execution is doing, by the name that ``start`` answered, and its output if it has one.

        Executions of express state machines cannot be described.
        """
        begin = _executions(state_machine)
        return _integration(
            "DescribeExecution",
            {"executionArn": Fragment(json_string(begin, execution))},
            success=IntegrationResponse(status=200, pattern=SUCCESS, template=_DESCRIBED),
            resource=f"{begin}*",
            options=options,
        )


def _start(
    state_machine: stepfunctions.IStateMachine, given: Value | str | None, name: Value | str | None
) -> dict[str, Fragment]:
    members = {
        "stateMachineArn": json_fragment(state_machine.state_machine_arn),
        "input": json_fragment(Value.json() if given is None else given),
    }
    return members if name is None else {**members, "name": json_fragment(name)}


def _executions(state_machine: stepfunctions.IStateMachine) -> str:
    """Return what the ARNs of a state machine's executions begin with."""
    arn = state_machine.state_machine_arn
    if is_known(arn):
        return arn.replace(":stateMachine:", ":execution:", 1) + ":"
    stack = Stack.of(state_machine)
    name = stack.split_arn(arn, ArnFormat.COLON_RESOURCE_NAME).resource_name
    return stack.format_arn(
        service="states", resource="execution", resource_name=f"{name}:", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )


def _integration(
    action: str,
    members: Mapping[str, Fragment],
    *,
    success: IntegrationResponse,
    resource: str,
    options: ServiceOptions,
) -> ServiceIntegration:
    def grant(role: iam.IRole) -> None:
        allow(role, (f"states:{action}",), resource)

    return ServiceIntegration(
        service="states",
        action=action,
        request_templates={JSON: json_object(members)},
        responses=(
            success,
            IntegrationResponse(
                status=400,
                pattern=REFUSED,
                template=error_template(
                    (("ExecutionAlreadyExists",), 409),
                    (("ExecutionDoesNotExist",), 404),
                    ((*THROTTLED, "ExecutionLimitExceeded"), 429),
                    (_INVALID, 400),
                ),
            ),
            failure(),
        ),
        allow=grant,
        options=options,
    )
