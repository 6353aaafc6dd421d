"""Warnings about functions that API Gateway may not invoke, or that are not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.load.lambdas import function_name_of
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.intake import Intake
    from forestage.model.deployment import Environment
    from forestage.model.functions import Function, Permission
    from forestage.model.rest import Definition, Method, RestApi

_INVOCATION = re.compile(r":lambda:path/[^/]+/functions/(?P<function>.+?)/(response-streaming-)?invocations$")
_GATEWAY = "apigateway.amazonaws.com"
_ACTIONS = frozenset({"lambda:InvokeFunction", "lambda:*", "*"})


def check_permissions(
    intake: Intake, apis: tuple[RestApi, ...], functions: tuple[Function, ...], environment: Environment
) -> None:
    """Warn of each method whose function is not in the source, or does not let API Gateway in.

    Source: rest-facts.md 8.3: without permission a call answers 500. The preview invokes the function all the same:
    the warning is what it has instead.
    """
    by_name = {function.name: function for function in functions}
    for api in apis:
        definition = api.definition
        assert definition is not None, "every API that was read has one"
        paths = definition.paths()
        for method, name in _invocations(definition):
            assert method.origin is not None, "whatever was read has an origin"
            path = paths.get(method.resource_id, "/")
            if name not in by_name:
                intake.warn(
                    f"{method.http_method} {path} calls function {name!r}, which is not in this source", method.origin
                )
            elif not _is_permitted(by_name[name], list(_method_arns(environment, api, method, path))):
                intake.warn(
                    f"{method.http_method} {path} calls function {by_name[name].logical_id}, which does not permit it: "
                    "on AWS the call answers 500",
                    method.origin,
                    hint="add an AWS::Lambda::Permission for apigateway.amazonaws.com",
                )


def _invocations(definition: Definition) -> Iterator[tuple[Method, str]]:
    """List the methods that invoke a function with the gateway's own rights, each with the function's name."""
    for method in definition.methods:
        integration = method.integration
        if integration is None or integration.credentials is not None:
            continue
        found = _INVOCATION.search(known(integration.uri) or "")
        name = function_name_of(found["function"]) if found else None
        if name is not None and "${" not in name:
            yield method, name


def _method_arns(environment: Environment, api: RestApi, method: Method, path: str) -> Iterator[str]:
    """Write the ARN that a permission has to match, for every stage; ANY stands for a verb."""
    verb = "GET" if method.http_method == "ANY" else method.http_method
    for stage in api.stages:
        yield (
            f"arn:{environment.partition}:execute-api:{environment.region}:{environment.account_id}:"
            f"{api.id}/{stage.stage_name}/{verb}{path}"
        )


def _is_permitted(function: Function, arns: list[str]) -> bool:
    return any(
        permission.action in _ACTIONS
        and known(permission.principal) in {_GATEWAY, "*"}
        and (not arns or any(_covers(permission, arn) for arn in arns))
        for permission in function.permissions
    )


def _covers(permission: Permission, arn: str) -> bool:
    """Tell whether a permission is for an ARN; one whose source is not known yet is taken to be."""
    pattern = known(permission.source_arn)
    if pattern is None:
        return True
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, arn) is not None
