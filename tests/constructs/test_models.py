import dataclasses
import json
from typing import TYPE_CHECKING, Annotated, Literal

import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk.assertions import Annotations, Match, Template
from pydantic import BaseModel, Field

from forestage.constructs.checks import ConstructError
from forestage.constructs.models import Models
from forestage.constructs.schemas import Length
from tests.constructs.synthesis import TEMPLATES, Previewed, hold_against_stored

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.constructs.models import BodyType


@dataclasses.dataclass
class Tag:
    """A word about a pet."""

    name: Annotated[str, Length(min=1)]
    children: "list[Tag]" = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Pet:
    """A pet of the shop.

    Attributes:
        owner: Who takes care of it.
    """

    name: Annotated[str, Length(min=1, max=40)]
    kind: Literal["cat", "dog"] | None
    tags: list[Tag] = dataclasses.field(default_factory=list)
    owner: Tag | None = None


class Order(BaseModel):
    pet: Pet
    count: int = Field(1, gt=0)


RAW = {"title": "Raw", "type": "object", "properties": {"a": {}, "b": {"enum": ["x", 1, True]}}}


def an_api(stack: Stack, *bodies: "BodyType") -> apigateway.RestApi:
    """Make an API that validates bodies, each with a resource of its own: ``/body0``, ``/body1``."""
    api = apigateway.RestApi(stack, "Api", deploy=False, cloud_watch_role=False)
    models = Models(api, api)
    validator = apigateway.RequestValidator(stack, "Validator", rest_api=api, validate_request_body=True)
    deployment = apigateway.Deployment(stack, "Deployment", api=api)
    for index, body in enumerate(bodies):
        method = api.root.add_resource(f"body{index}").add_method(
            "POST",
            apigateway.MockIntegration(
                request_templates={"application/json": '{"statusCode": 200}'},
                integration_responses=[apigateway.IntegrationResponse(status_code="200")],
            ),
            method_responses=[apigateway.MethodResponse(status_code="200")],
            request_models={"application/json": models.add(body)},
            request_validator=validator,
        )
        deployment.node.add_dependency(method)
    apigateway.Stage(stack, "Stage", deployment=deployment, stage_name="dev")
    return api


def test_named_types_are_models_that_refer_to_each_other(stack: Stack) -> None:
    an_api(stack, Pet, list[Pet], Order, RAW)

    template = hold_against_stored(stack, "models")
    models = {
        resource["Properties"]["Name"]: resource
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::ApiGateway::Model"
    }
    assert list(models) == ["Tag", "Pet", "PetList", "Order", "Raw"]
    assert models["Pet"]["Properties"]["Description"] == "A pet of the shop."
    (needed,) = models["PetList"]["DependsOn"]
    assert template["Resources"][needed] == models["Pet"]


def test_type_is_made_once(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Api", deploy=False, cloud_watch_role=False)
    models = Models(api, api)

    assert models.add(Tag) is models.add(Tag)


def test_model_that_is_there_is_taken(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Api", deploy=False, cloud_watch_role=False)
    model = apigateway.Model.from_model_name(stack, "Given", "Given")

    assert Models(api, api).add(model) is model


def test_apis_of_one_stack_have_models_of_their_own(stack: Stack) -> None:
    for name in ("First", "Second"):
        api = apigateway.RestApi(stack, name, deploy=False, cloud_watch_role=False)
        api.root.add_method("GET", apigateway.MockIntegration())
        Models(api, api).add(Tag)

    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Model", 2)


def test_format_that_may_not_be_looked_at_is_warned_of(stack: Stack) -> None:
    an_api(stack, {"title": "Person", "properties": {"mail": {"type": "string", "format": "email"}}})

    Annotations.from_stack(stack).has_warning(
        "/Stack/Api/Models/Person",
        Match.string_like_regexp("looks at the format 'email'.*forestage:format-not-checked"),
    )


def test_schema_arrives_in_the_template_as_it_is(stack: Stack) -> None:
    an_api(stack, RAW)

    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGateway::Model", {"Name": "Raw", "ContentType": "application/json", "Schema": RAW}
    )


@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        ([Tag, dataclasses.make_dataclass("Tag", [("text", str)])], "two types of this API have the name 'Tag'"),
        ([Tag, {"title": "Tag", "type": "string"}], "rename one of the classes"),
        ([dataclasses.make_dataclass("My_Tag", [("a", int)])], "My_Tag: the name of a model has to be letters and"),
        ([dataclasses.make_dataclass("Error", [("message", str)])], "every API has a model 'Error' from the start"),
        ([dataclasses.make_dataclass("Cage", [("inmate", bytes)])], "Cage.inmate: bytes has no JSON"),
    ],
    ids=["other class", "other schema", "name", "built-in", "type"],
)
def test_type_that_cannot_be_a_model_is_refused_with_the_path(
    stack: Stack, bodies: "list[BodyType]", message: str
) -> None:
    api = apigateway.RestApi(stack, "Api", deploy=False, cloud_watch_role=False)
    models = Models(api, api)
    *taken, refused = bodies
    for body in taken:
        models.add(body)

    with pytest.raises(ConstructError) as caught:
        models.add(refused)

    assert str(caught.value).startswith("Stack/Api/Models: ")
    assert message in str(caught.value)


@pytest.fixture
def previewed(tmp_path: "Path") -> Previewed:
    """The API of the stored template, which the first test synthesizes."""
    return Previewed(json.loads((TEMPLATES / "models.json").read_text("utf-8")), tmp_path)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("body0", {"name": "Tom", "kind": None}, 200),
        ("body0", {"name": "", "kind": None}, 400),
        ("body0", {"name": "Tom", "kind": "cow"}, 400),
        ("body0", {"name": "Tom", "kind": "cat", "tags": [{"name": "a", "children": [{"name": "b"}]}]}, 200),
        ("body0", {"name": "Tom", "kind": "cat", "tags": [{"name": "a", "children": [{"name": ""}]}]}, 400),
        ("body1", [{"name": "Tom", "kind": "dog", "owner": {"name": "Ann"}}], 200),
        ("body1", [{"name": "Tom", "kind": "dog", "owner": {}}], 400),
        ("body2", {"pet": {"name": "Tom", "kind": "dog"}, "count": 1}, 200),
        ("body2", {"pet": {"name": "Tom"}, "count": 1}, 400),
        ("body2", {"pet": {"name": "Tom", "kind": "dog"}, "count": 0}, 400),
    ],
    ids=str,
)
def test_preview_admits_what_the_type_admits(previewed: Previewed, path: str, body: object, status: int) -> None:
    played = previewed.call(f"POST /dev/{path}", body=json.dumps(body).encode())

    assert played.response.status == status


def test_models_of_a_construct_are_made_once(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Plain")
    Models(api, api)

    with pytest.raises(ConstructError, match="Stack/Plain: it has models already"):
        Models(api, api)
