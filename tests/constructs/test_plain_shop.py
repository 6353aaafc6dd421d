"""The pet shop on the constructs beside the one on plain ``aws_cdk``: the rows of docs/concepts/constructs.md."""

from __future__ import annotations

import runpy
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from forestage.preview.compile.usage import generated_value
from forestage.preview.engine.effects import FunctionAnswer
from tests.constructs.synthesis import Previewed
from tests.functional.preview_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CONSTRUCTS, PLAIN = "app.py", "examples/plain-cdk/app.py"


@cache
def shop(name: str) -> Mapping[str, Any]:
    """Run an app, and return the template of its stack."""
    app = runpy.run_path(str(ROOT / name))["app"]
    template: Mapping[str, Any] = app.synth().get_stack_by_name("ForestageSample").template
    return template


def resources(name: str, kind: str) -> list[Mapping[str, Any]]:
    return [made for made in shop(name)["Resources"].values() if made["Type"] == kind]


def properties(name: str, kind: str) -> list[Mapping[str, Any]]:
    return [made["Properties"] for made in resources(name, kind)]


def has_access_logs(name: str) -> bool:
    return all("AccessLogSetting" in stage for stage in properties(name, "AWS::ApiGateway::Stage"))


def logs_errors(name: str) -> bool:
    return all(
        stage.get("MethodSettings", [{}])[0].get("LoggingLevel") == "ERROR"
        for stage in properties(name, "AWS::ApiGateway::Stage")
    )


def throttles(name: str) -> bool:
    return all(
        stage.get("MethodSettings", [{}])[0].get("ThrottlingRateLimit") == 100
        for stage in properties(name, "AWS::ApiGateway::Stage")
    )


def has_tls_floor(name: str) -> bool:
    (api,) = properties(name, "AWS::ApiGateway::RestApi")
    return "SecurityPolicy" in api


def keeps_account_role(name: str) -> bool:
    """Tell whether the account's role and setting are of the stack, rather than of the API."""
    made = shop(name)["Resources"]
    (account,) = [logical_id for logical_id, kept in made.items() if kept["Type"] == "AWS::ApiGateway::Account"]
    return not account.startswith("PetShop") and made[account]["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize("judge", [has_access_logs, logs_errors, throttles, has_tls_floor, keeps_account_role])
def test_plain_version_forgets_what_the_constructs_do(judge: Callable[[str], bool]) -> None:
    assert (judge(CONSTRUCTS), judge(PLAIN)) == (True, False)


@pytest.mark.parametrize(("name", "permissions"), [(CONSTRUCTS, 8), (PLAIN, 15)])
def test_permissions_are_as_many_as_told(name: str, permissions: int) -> None:
    assert len(resources(name, "AWS::Lambda::Permission")) == permissions


@pytest.mark.parametrize(("name", "status"), [(CONSTRUCTS, 500), (PLAIN, 200)])
def test_error_that_no_pattern_takes_is_told_with_its_trace_by_the_plain_version_alone(
    name: str, status: int, tmp_path: Path
) -> None:
    preview = Previewed(dict(shop(name)), tmp_path)
    (key,) = preview.deployment.api_keys
    caller = {"x-api-key": generated_value(key), "Authorization": "let-me-in", "Content-Type": "application/json"}
    allowed = FunctionAnswer(payload=ALLOWED)
    failed = FunctionAnswer(payload=FAILED, failed=True)

    played = preview.call(
        "POST /dev/quotes",
        allowed,
        failed,
        headers=caller,
        body=b'{"kind": "dog", "service": "walking", "hours": 2}',
    )

    assert played.response.status == status
    assert (b"secret.py" in played.body) is (status == 200)


ALLOWED = (
    b'{"principalId": "p", "policyDocument": {"Version": "2012-10-17", "Statement": '
    b'[{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}}'
)
FAILED = b'{"errorMessage": "boom", "errorType": "KeyError", "stackTrace": ["secret.py"]}'


def test_both_have_the_same_routes() -> None:
    def routes(name: str) -> set[str]:
        return {
            f"{method['HttpMethod']} {method['Integration']['Type']} {method['AuthorizationType']}"
            for method in properties(name, "AWS::ApiGateway::Method")
        }

    assert routes(CONSTRUCTS) == routes(PLAIN)
    assert len(resources(CONSTRUCTS, "AWS::ApiGateway::Method")) == len(resources(PLAIN, "AWS::ApiGateway::Method"))


def test_only_the_constructs_deploy_a_change_of_models_and_gateway_responses(tmp_path: Path) -> None:
    def deployments(name: str, *changes: tuple[str, str]) -> set[str]:
        text = (ROOT / name).read_text("utf-8").replace("__file__", repr(str(ROOT / name)))
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        changed = tmp_path / "app.py"
        changed.write_text(text, "utf-8")
        app = runpy.run_path(str(changed))["app"]
        made = app.synth().get_stack_by_name("ForestageSample").template["Resources"]
        return {logical_id for logical_id, kept in made.items() if kept["Type"] == "AWS::ApiGateway::Deployment"}

    plain = deployments(PLAIN, ("max_length=40", "max_length=50"), ("Duration.minutes(5)", "Duration.minutes(6)"))
    ours = deployments(CONSTRUCTS, ("max=40", "max=50"))

    assert plain <= shop(PLAIN)["Resources"].keys()
    assert not ours & shop(CONSTRUCTS)["Resources"].keys()
