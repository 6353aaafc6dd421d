from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from forestage.constructs import RestApi
from forestage.constructs.authorizers import CognitoAuthorizer, IamAuthorizer
from forestage.constructs.integrations.mocks import Mock
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from pathlib import Path

METHOD = "AWS::ApiGateway::Method"
NOTE = {"type": "object", "title": "Note", "properties": {"text": {"type": "string"}}}


def methods_of(stack: Stack) -> dict[str, dict[str, Any]]:
    """The properties of all methods, by their verbs."""
    methods = Template.from_json(synthesized(stack)).find_resources(METHOD).values()
    return {method["Properties"]["HttpMethod"]: method["Properties"] for method in methods}


def test_routes_are_as_stored_and_preview(stack: Stack, tmp_path: Path) -> None:
    api = RestApi(stack, "Api")
    pets = api.group("/pets", headers={"X-Shop": False}, responses={200: NOTE})
    pets.get("", Mock.json(200, {"all": True}))
    pets.any("/{id}", Mock.json(200, {"one": True}), query={"page": False}, operation_name="pet")
    admin = api.group("", authorizer=IamAuthorizer(), api_key_required=True).group("/admin")
    admin.delete("/pets/{id}", Mock.status(204))
    admin.get("/health", Mock.json(200, {"ok": True}), authorizer=None, api_key_required=False)
    api.proxy("/", Mock.json(404, {"message": "nothing here"}))
    api.add_stage("dev")
    preview = Previewed(hold_against_stored(stack, "routes"), tmp_path)

    assert preview.call("GET /dev/pets").response.body == b'{"all": true}'
    assert preview.call("PATCH /dev/pets/7").response.body == b'{"one": true}'
    assert preview.call("DELETE /dev/admin/pets/7").response.status == 403
    assert preview.call("GET /dev/admin/health").response.body == b'{"ok": true}'
    assert preview.call("GET /dev/a/b/c").response.status == 404
    assert preview.call("GET /dev").response.status == 403


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "head", "options", "any"])
def test_each_verb_has_a_method(stack: Stack, verb: str) -> None:
    api = RestApi(stack, "Api")

    route = getattr(api, verb)("/pets", Mock.json(200, {}))

    assert (route.verb, route.path, str(route)) == (verb.upper(), "/pets", f"{verb.upper()} /pets")
    assert methods_of(stack).keys() == {verb.upper()}


def test_group_without_prefix_has_defaults_alone(stack: Stack) -> None:
    api = RestApi(stack, "Api")

    route = api.group("", api_key_required=True).get("/", Mock.json(200, {}))

    assert (route.path, route.api_key_required) == ("/", True)


@pytest.mark.parametrize("path", ["", "/"])
def test_prefix_of_a_group_is_a_path_as_well(stack: Stack, path: str) -> None:
    assert RestApi(stack, "Api").group("/pets").get(path, Mock.json(200, {})).path == "/pets"


def test_options_of_a_route_are_laid_over_those_of_its_groups(stack: Stack) -> None:
    outer = RestApi(stack, "Api").group("/a", query={"x": False, "y": False}, operation_name="outer")
    inner = outer.group("/b", query={"y": True})

    inner.get("", Mock.json(200, {}), query={"z": False}, operation_name="inner")

    get = methods_of(stack)["GET"]
    assert get["OperationName"] == "inner"
    assert get["RequestParameters"] == {
        "method.request.querystring.x": False,
        "method.request.querystring.y": True,
        "method.request.querystring.z": False,
    }


def test_scopes_go_with_the_authorizer_of_their_group(stack: Stack) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_abcdefghi")
    users = RestApi(stack, "Api").group(
        "/", authorizer=CognitoAuthorizer(stack, "Users", user_pools=[pool]), scopes=["shop/read"]
    )
    users.get("/a", Mock.json(200, {}))
    users.put("/a", Mock.json(200, {}), scopes=["shop/write"])
    users.post("/a", Mock.json(200, {}), authorizer=None)

    methods = methods_of(stack)

    assert methods["GET"]["AuthorizationScopes"] == ["shop/read"]
    assert methods["PUT"]["AuthorizationScopes"] == ["shop/write"]
    assert methods["POST"]["AuthorizationType"] == "NONE"
    assert "AuthorizationScopes" not in methods["POST"]


def test_grant_invoke_is_for_the_route(stack: Stack) -> None:
    route = RestApi(stack, "Api").get("/pets/{id}", Mock.json(200, {}), authorizer=IamAuthorizer())
    role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    route.grant_invoke(role)

    (policy,) = Template.from_json(synthesized(stack)).find_resources("AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"]["Fn::Join"][1][-1] == "/*/GET/pets/*"
