from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_stepfunctions as stepfunctions
from aws_cdk.assertions import Template

from forestage.constructs.integrations import StepFunctions, Value
from tests.constructs.integrations.routed import new_stack, rendered, routed
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

MACHINE = stepfunctions.StateMachine.from_state_machine_arn(
    new_stack(), "Run", "arn:aws:states:eu-west-1:123456789012:stateMachine:run"
)
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:run:abc"


def machine(stack: Stack) -> stepfunctions.StateMachine:
    body = stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(stack, "Pass"))
    return stepfunctions.StateMachine(stack, "Run", definition_body=body)


def test_routes_of_a_state_machine(stack: Stack, tmp_path: Path) -> None:
    run = machine(stack)
    routed(
        stack,
        {
            "POST /runs": StepFunctions.start(run),
            "GET /runs/{name}": StepFunctions.describe(run, execution=Value.path("name")),
            "POST /answers": StepFunctions.start_sync(run, name=Value.context("requestId")),
        },
    )

    template = hold_against_stored(stack, "integrations_step_functions")

    assert loaded(template, tmp_path).warnings == ()


def test_role_may_describe_executions_of_the_machine_alone(stack: Stack) -> None:
    run = stepfunctions.StateMachine.from_state_machine_arn(
        stack, "Run", "arn:aws:states:eu-west-1:123456789012:stateMachine:run"
    )
    routed(stack, {"GET /runs/{name}": StepFunctions.describe(run, execution=Value.path("name"))})

    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Action": "states:DescribeExecution",
            "Effect": "Allow",
            "Resource": "arn:aws:states:eu-west-1:123456789012:execution:run:*",
        }
    ]


def test_caller_reads_the_name_of_the_execution() -> None:
    body = json.dumps({"executionArn": EXECUTION, "startDate": 1795614055.25})

    answer = rendered(StepFunctions.start(MACHINE).response_templates[202], body=body)

    assert json.loads(answer.text) == {"execution": "abc", "startDate": 1795614055.25}


@pytest.mark.parametrize(
    ("answer", "status", "expected"),
    [
        pytest.param({"status": "SUCCEEDED", "output": '{"a": [1, "x"]}'}, None, {"a": [1, "x"]}, id="done"),
        pytest.param(
            {"status": "FAILED", "error": "E", "cause": "secret"},
            500,
            {"message": "Internal server error"},
            id="failed",
        ),
        pytest.param({"status": "TIMED_OUT"}, 504, {"message": "Gateway timeout"}, id="out of time"),
    ],
)
def test_output_of_a_finished_execution_is_the_answer(
    answer: dict[str, str], status: int | None, expected: object
) -> None:
    told = rendered(StepFunctions.start_sync(MACHINE).response_templates[200], body=json.dumps(answer))

    assert json.loads(told.text) == expected
    assert told.response_override.get("status") == status


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, {}, id="running"),
        pytest.param({"stopDate": 2.5, "output": '{"a": 1}'}, {"stopDate": 2.5, "output": {"a": 1}}, id="done"),
    ],
)
def test_description_tells_status_and_output(more: dict[str, object], expected: dict[str, object]) -> None:
    answer = {"executionArn": EXECUTION, "name": "abc", "status": "RUNNING", "startDate": 1.5, "input": "secret"}
    integration = StepFunctions.describe(MACHINE, execution=Value.path("name"))

    told = rendered(integration.response_templates[200], body=json.dumps({**answer, **more}))

    assert json.loads(told.text) == {"execution": "abc", "status": "RUNNING", "startDate": 1.5, **expected}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("ExecutionAlreadyExists", 409),
        ("ExecutionDoesNotExist", 404),
        ("ExecutionLimitExceeded", 429),
        ("ThrottlingException", 429),
        ("InvalidName", 400),
        ("InvalidExecutionInput", 400),
        ("StateMachineDoesNotExist", 500),
    ],
)
def test_errors_have_their_status(error: str, status: int) -> None:
    body = json.dumps({"__type": f"com.amazonaws.swf.service.v2.model#{error}", "message": "secret"})

    told = rendered(StepFunctions.start(MACHINE).response_templates[400], body=body)

    assert told.response_override["status"] == status
    assert "secret" not in told.text
