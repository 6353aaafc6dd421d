from __future__ import annotations

from typing import Any

import pytest

from tests.load.templates import ROOT, Template, method, pets, resource, warnings

REFUSED = "calls function Handler, which does not permit it: on AWS the call answers 500"


# Properties are whatever a case needs.
def integration(function: Any = "${Handler.Arn}", **more: Any) -> Template:
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    return {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}, **more}


HANDLER = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "FunctionName": "handler",
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": "arn:role",
        "Code": {"ZipFile": ""},
    },
}


def permission(source: str | None = None, **properties: Any) -> Template:
    basic: Template = {
        "FunctionName": {"Ref": "Handler"},
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
    }
    if source is not None:
        basic["SourceArn"] = {"Fn::Sub": f"arn:aws:execute-api:us-east-1:123456789012:${{Api}}/{source}"}
    return {"Type": "AWS::Lambda::Permission", "Properties": {**basic, **properties}}


def template(**more: Template) -> Template:
    return pets(
        Pets=resource("pets"),
        Pet=resource("{id}", {"Ref": "Pets"}),
        Call=method("PUT", {"Ref": "Pet"}, Integration=integration()),
        Handler=HANDLER,
        **more,
    )


@pytest.mark.parametrize("source", [None, "*/*/*", "*/PUT/pets/*", "dev/PUT/pets/*", "*", "*/PUT/pets/{id}", "de?/*"])
def test_permission_for_the_method_is_enough(source: str | None) -> None:
    assert warnings(template(Permission=permission(source))) == []


@pytest.mark.parametrize("source", ["*/GET/pets/*", "prod/PUT/pets/*", "*/PUT/toys/*", "*/PUT/pets"])
def test_permission_for_another_method_is_not(source: str) -> None:
    assert warnings(template(Permission=permission(source))) == [f"PUT /pets/{{id}} {REFUSED}"]


@pytest.mark.parametrize(
    "properties",
    [{"Principal": "sns.amazonaws.com"}, {"Action": "lambda:GetFunction"}],
    ids=["principal", "action"],
)
def test_permission_for_others_is_not(properties: dict[str, Any]) -> None:
    assert warnings(template(Permission=permission(**properties))) == [f"PUT /pets/{{id}} {REFUSED}"]


def test_function_without_permission_is_warned_of() -> None:
    assert warnings(template()) == [f"PUT /pets/{{id}} {REFUSED}"]


def test_permission_of_any_verb_covers_any() -> None:
    more = template(Any=method("ANY", ROOT, Integration=integration()), Permission=permission("*/*/*"))

    assert warnings(more) == []


def test_function_that_is_elsewhere_is_warned_of() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:toys"

    assert warnings(pets(Call=method("PUT", Integration=integration(arn)))) == [
        "PUT / calls function 'toys', which is not in this source"
    ]


@pytest.mark.parametrize(
    "call",
    [integration(Credentials="arn:aws:iam::123456789012:role/caller"), integration("${!stageVariables.function}")],
    ids=["credentials", "stage-variable"],
)
def test_call_that_needs_no_permission_or_names_no_function_is_not_looked_at(call: Template) -> None:
    call["Uri"] = {"Fn::Sub": call["Uri"]["Fn::Sub"].replace("${!", "${")}

    assert warnings(pets(Call=method("PUT", Integration=call), Handler=HANDLER)) == []


def test_stages_are_not_needed() -> None:
    more = template(Permission=permission("*/GET/none"))
    del more["Stage"]

    assert warnings(more) == []
