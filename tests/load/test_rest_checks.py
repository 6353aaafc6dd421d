from __future__ import annotations

from typing import Any

import pytest

from tests.load.templates import (
    API,
    MOCK,
    Template,
    deployment,
    faults,
    faults_of,
    load,
    method,
    part,
    pets,
    resource,
)

OTHER: Template = {
    "Other": API,
    "OtherPart": {
        "Type": "AWS::ApiGateway::Resource",
        "Properties": {
            "RestApiId": {"Ref": "Other"},
            "ParentId": {"Fn::GetAtt": ["Other", "RootResourceId"]},
            "PathPart": "x",
        },
    },
    "OtherAuthorizer": {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {"RestApiId": {"Ref": "Other"}, "Name": "a", "Type": "TOKEN"},
    },
}


@pytest.mark.parametrize("path_part", ["pets", "v1.0", "a_b-c:d", "{id}", "{proxy+}", "{pet-id}"])
def test_path_part_of_allowed_characters_is_taken(path_part: str) -> None:
    assert faults(pets(Pets=resource(path_part))) == []


@pytest.mark.parametrize("path_part", ["/pets", "a/b", "us{er", "{id}s", "{+}", "{}", "", "caf\u00e9", "a b"])
def test_path_part_of_other_characters_is_a_fault(path_part: str) -> None:
    assert faults(pets(Pets=resource(path_part))) == [
        f"PathPart may have letters, digits and . _ - :, or be {{name}} or {{name+}}, got {path_part!r}"
    ]


# Properties are whatever a case needs.
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(
            {"A": resource("pets"), "B": resource("pets")},
            ["another resource with the same parent has the PathPart 'pets' already: A"],
            id="same-part",
        ),
        pytest.param({"A": resource("pets"), "B": resource("pets", {"Ref": "A"})}, [], id="same-part-below"),
        pytest.param(
            {"A": resource("{id}"), "B": resource("{proxy+}")},
            ["a sibling of {proxy+} is a variable part already, {id}: only one is allowed"],
            id="two-variables",
        ),
        pytest.param(
            {"A": resource("{proxy+}"), "B": resource("below", {"Ref": "A"})},
            ["a resource cannot be below {proxy+}, which takes all of the path"],
            id="below-greedy",
        ),
        pytest.param({"A": resource("x", "nowhere")}, ["there is no resource 'nowhere'"], id="unknown-parent"),
        pytest.param(
            {**OTHER, "A": resource("x", {"Ref": "OtherPart"})},
            ["resource OtherPart belongs to another API"],
            id="foreign-parent",
        ),
        pytest.param({"A": method("PUT", "nowhere")}, ["there is no resource 'nowhere'"], id="unknown-resource"),
        pytest.param(
            {**OTHER, "A": method("PUT", {"Ref": "OtherPart"})},
            ["resource OtherPart belongs to another API"],
            id="foreign-resource",
        ),
        pytest.param({"A": method("GET")}, ["the resource has a method GET already: Get"], id="same-method"),
        pytest.param(
            {"A": method("PUT", AuthorizationType="CUSTOM")},
            ["AuthorizationType CUSTOM needs an AuthorizerId"],
            id="no-authorizer",
        ),
        pytest.param(
            {"A": method("PUT", AuthorizationType="CUSTOM", AuthorizerId="nobody")},
            ["there is no authorizer 'nobody'"],
            id="unknown-authorizer",
        ),
        pytest.param(
            {**OTHER, "A": method("PUT", AuthorizationType="CUSTOM", AuthorizerId={"Ref": "OtherAuthorizer"})},
            ["authorizer OtherAuthorizer belongs to another API"],
            id="foreign-authorizer",
        ),
        pytest.param(
            {
                "Auth": part("Authorizer", Name="a", Type="TOKEN"),
                "A": method("PUT", AuthorizationType="CUSTOM", AuthorizerId={"Ref": "Auth"}),
            },
            [],
            id="authorizer",
        ),
        pytest.param(
            {"A": method("PUT", RequestValidatorId="none")},
            ["there is no request validator 'none'"],
            id="unknown-validator",
        ),
        pytest.param(
            {
                "Validator": part("RequestValidator", Name="v"),
                "A": method("PUT", RequestValidatorId={"Ref": "Validator"}),
            },
            [],
            id="validator",
        ),
        pytest.param(
            {"A": method("PUT", RequestModels={"application/json": "Pet"})},
            ["there is no model 'Pet'"],
            id="unknown-model",
        ),
        pytest.param(
            {"A": method("PUT", MethodResponses=[{"StatusCode": 200, "ResponseModels": {"application/json": "Pet"}}])},
            ["there is no model 'Pet'"],
            id="unknown-response-model",
        ),
        pytest.param(
            {
                "Pet": part("Model", Name="Pet", Schema={}),
                "Unnamed": part("Model", Schema={}),
                "A": method(
                    "PUT",
                    RequestModels={"application/json": "Pet", "text/plain": {"Ref": "Unnamed"}},
                    MethodResponses=[{"StatusCode": 200, "ResponseModels": {"a/b": "Empty", "c/d": "Error"}}],
                ),
            },
            [],
            id="models",
        ),
    ],
)
def test_definition_that_does_not_hold_together_is_a_fault(more: dict[str, Any], expected: list[str]) -> None:
    assert faults(pets(**more)) == expected


def test_authorizer_without_authorization_type_is_a_fault() -> None:
    template = pets(Auth=part("Authorizer", Name="a", Type="TOKEN"), Put=method("PUT", AuthorizerId={"Ref": "Auth"}))
    del template["Put"]["Properties"]["AuthorizationType"]

    assert faults(template) == ["AuthorizerId needs an AuthorizationType: CUSTOM, COGNITO_USER_POOLS or JWT"]


def test_reference_to_what_could_not_be_read_has_one_fault() -> None:
    template = pets(Pets=resource("pets", {"wrong": 1}), Put=method("PUT", {"Ref": "Pets"}))

    assert faults(template) == ["ParentId must be text, got an object"]


def test_authorization_that_could_not_be_read_has_one_fault() -> None:
    template = pets(
        Put=method("PUT", AuthorizationType="CUSTOM", AuthorizerId=["x"]),
        Auth=part("Authorizer", Name="a", Type="TOKEN"),
        Patch=method("PATCH", AuthorizationType=["x"], AuthorizerId={"Ref": "Auth"}),
    )

    assert faults(template) == [
        "AuthorizerId must be text, got a list",
        "AuthorizationType must be text, got a list",
    ]


def test_imported_api_may_use_models_of_its_body() -> None:
    template = pets(
        Api=part("RestApi", Body={"openapi": "3.0.1"}), Put=method("PUT", RequestModels={"application/json": "Pet"})
    )

    assert faults(template) == []


def test_deployment_of_an_api_without_methods_is_a_fault() -> None:
    assert faults({"Api": API, "Deployment": deployment()}) == ["the API of this deployment has no methods"]


def test_deployment_of_an_imported_api_needs_no_methods() -> None:
    assert faults({"Api": part("RestApi", Body={"openapi": "3.0.1"}), "Deployment": deployment()}) == []


def test_deployment_of_methods_that_could_not_be_read_has_no_fault_of_its_own() -> None:
    template = {"Api": API, "Get": method(ResourceId=[]), "Deployment": deployment("Get")}

    assert faults(template) == ["ResourceId must be text, got a list"]


def test_deployed_method_without_integration_is_a_fault() -> None:
    template = pets()
    template["Get"] = method()
    del template["Get"]["Properties"]["Integration"]

    assert faults(template) == ["method GET has no Integration"]


def test_faults_say_where() -> None:
    (fault,) = faults_of(pets(A=method("PUT", Integration={**MOCK, "TimeoutInMillis": 1})))

    assert str(fault) == (
        "T (Resources/A/Properties/Integration/TimeoutInMillis): "
        "Integration.TimeoutInMillis must be from 50 to 900000, got 1"
    )


def test_good_template_has_neither_faults_nor_warnings() -> None:
    assert load(pets(Pets=resource("pets"))).warnings == ()
