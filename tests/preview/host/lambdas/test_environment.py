from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.functions import Function, InlineCode
from forestage.model.values import Secret, Unknown
from forestage.preview.host.lambdas.environment import (
    Folders,
    apply_overrides,
    make_environment,
    translate_paths,
    unknown_variables,
)
from forestage.preview.host.lambdas.settings import FunctionSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDERS = Folders(task="/code", opt="/layers", runtime="/shipped")


def a_function(**more: Any) -> Function:
    more.setdefault("runtime", "python3.12")
    return Function(logical_id="Orders", name="shop-orders", arn="arn", code=InlineCode(text=""), **more)


def environment_of(function: Function, *, user: Mapping[str, str] | None = None, **settings: Any) -> dict[str, str]:
    return make_environment(function, FOLDERS, FunctionSettings(**settings), region="eu-west-1", user=user or {})


def test_runtime_variables_are_those_of_lambda() -> None:
    environment = environment_of(a_function(handler="app.run", memory_mb=256))

    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "shop-orders"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/shop-orders"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert environment["LAMBDA_TASK_ROOT"] == environment["PWD"] == "/code"
    assert environment["LAMBDA_RUNTIME_DIR"] == "/shipped"
    assert environment["_HANDLER"] == "app.run"
    assert environment["TZ"] == ":UTC"


def test_custom_runtime_has_no_execution_environment() -> None:
    assert "AWS_EXECUTION_ENV" not in environment_of(a_function(runtime="provided.al2023"))


def test_values_are_printed_as_the_function_should_see_them() -> None:
    function = a_function(environment={"A": "1", "B": Secret("hidden"), "C": Unknown("Ref Table")})

    environment = environment_of(function)

    assert (environment["A"], environment["B"], environment["C"]) == ("1", "hidden", "<Ref Table>")


def test_functions_variables_come_over_those_of_the_runtime() -> None:
    assert environment_of(a_function(environment={"TZ": "Europe/Oslo"}))["TZ"] == "Europe/Oslo"


USER = {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_PROFILE": "prod", "HOME": "/home/me", "EDITOR": "vi"}


def test_credentials_are_made_up() -> None:
    environment = environment_of(a_function(), user=USER)

    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == environment["AWS_CONFIG_FILE"] == "/dev/null"
    assert not {"AWS_PROFILE", "HOME", "EDITOR"} & environment.keys()


def test_own_credentials_pass_when_asked_for() -> None:
    environment = environment_of(a_function(), user=USER, pass_credentials=True)

    assert environment["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
    assert environment["AWS_PROFILE"] == "prod"
    assert "AWS_SESSION_TOKEN" not in environment
    assert "EDITOR" not in environment


def test_authority_is_trusted_by_all_clients() -> None:
    environment = environment_of(a_function(), ca_bundle=Path("/ca.pem"))

    names = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")
    assert {environment[name] for name in names} == {"/ca.pem"}


def test_extra_environment_lies_under_the_functions_own() -> None:
    function = a_function(environment={"A": "own"})

    environment = environment_of(function, extra_environment={"A": "extra", "B": "extra"})

    assert (environment["A"], environment["B"]) == ("own", "extra")


@pytest.mark.parametrize("name", ["Orders", "shop-orders"], ids=["logical-id", "name"])
def test_overrides_are_found_by_logical_id_or_name(name: str) -> None:
    function = a_function(environment={"A": "own", "B": "own", "C": "own"})
    env_vars = {"Parameters": {"A": "all", "B": "all"}, name: {"B": "one", "C": None}, "Other": {"A": "other"}}

    environment = environment_of(function, env_vars=env_vars)

    assert (environment["A"], environment["B"]) == ("all", "one")
    assert "C" not in environment


def test_overrides_become_text() -> None:
    environment = {"GONE": "1"}

    apply_overrides(environment, {"A": 1, "B": 1.5, "C": True, "D": "x", "GONE": None, "NEVER": None})

    assert environment == {"A": "1", "B": "1.5", "C": "true", "D": "x"}


@pytest.mark.parametrize(
    ("value", "translated"),
    [
        ("/opt/python:/var/task/lib:/var/runtime", "/layers/python:/code/lib:/shipped"),
        ("/opt", "/layers"),
        ("/optional:/usr/bin", "/optional:/usr/bin"),
        ("", ""),
    ],
)
def test_search_paths_name_the_folders_that_stand_for_lambdas(value: str, translated: str) -> None:
    assert translate_paths(value, FOLDERS) == translated


def test_only_search_paths_are_translated() -> None:
    function = a_function(environment={"PYTHONPATH": "/opt/lib", "CONFIG": "/opt/config.json"})

    environment = environment_of(function)

    assert (environment["PYTHONPATH"], environment["CONFIG"]) == ("/layers/lib", "/opt/config.json")


def test_variables_that_are_not_known_are_told() -> None:
    function = a_function(environment={"A": "1", "TABLE": Unknown("Ref Table")})

    assert unknown_variables(function) == (
        "environment variable TABLE is not known before deployment, the function sees <Ref Table>",
    )
