from __future__ import annotations

from forestage.load.deployment import to_deployment
from forestage.load.resolved import ResolvedSource
from forestage.model.rest import Definition, RestApi
from tests.load.stacks import resolved_stack
from tests.load.templates import API, Template, deployment, load, method, part, pets, resource, stage, warnings

MODEL = part("Model", Name="Pet", Schema={"type": "object"})


def api_of(template: Template) -> RestApi:
    (api,) = load(template).deployment.rest_apis
    return api


def logical_ids(definition: Definition | None) -> set[str]:
    assert definition is not None
    return {
        *(item.logical_id for item in definition.resources),
        *(item.logical_id for item in definition.methods),
        *(item.logical_id for item in definition.models),
    }


def test_api_has_everything_that_belongs_to_it() -> None:
    api = api_of(
        pets(
            Pets=resource("pets"),
            Model=MODEL,
            Validator=part("RequestValidator", Name="v"),
            Authorizer=part("Authorizer", Name="a", Type="TOKEN"),
            Throttled=part("GatewayResponse", ResponseType="THROTTLED"),
            Doc=part("DocumentationPart", Location={"Type": "API"}, Properties='{"info": {}}'),
            DocVersion=part("DocumentationVersion", DocumentationVersion="1"),
        )
    )

    assert api.stack == "T"
    assert api.definition is not None
    assert [item.logical_id for item in api.definition.resources] == ["Pets"]
    assert [item.logical_id for item in api.definition.methods] == ["Get"]
    assert [item.logical_id for item in api.definition.models] == ["Model"]
    assert [item.logical_id for item in api.definition.request_validators] == ["Validator"]
    assert [item.logical_id for item in api.definition.authorizers] == ["Authorizer"]
    assert [item.logical_id for item in api.definition.gateway_responses] == ["Throttled"]
    assert [item.properties for item in api.definition.documentation_parts] == [{"info": {}}]
    assert [item.documentation_version for item in api.documentation_versions] == ["1"]
    assert [item.stage_name for item in api.stages] == ["dev"]
    assert api.stages[0].deployment_id == api.deployments[0].id


def test_api_without_parts_is_an_api_all_the_same() -> None:
    api = api_of({"Api": API})

    assert api.definition == Definition(root_resource_id=api.definition.root_resource_id if api.definition else "")
    assert api.stages == ()


def test_parts_go_to_their_own_api() -> None:
    root = {"Fn::GetAtt": ["Other", "RootResourceId"]}
    template = pets(Other=API, OtherGet=method(at=root, RestApiId={"Ref": "Other"}))

    first, second = load(template).deployment.rest_apis

    assert logical_ids(first.definition) == {"Get"}
    assert logical_ids(second.definition) == {"OtherGet"}


def test_part_of_an_api_that_is_elsewhere_is_left_out_with_a_warning() -> None:
    template = pets(Elsewhere=method("PUT", RestApiId="abc123"))

    assert logical_ids(api_of(template).definition) == {"Get"}
    assert warnings(template) == [
        "AWS::ApiGateway::Method is left out: RestApiId 'abc123' is no AWS::ApiGateway::RestApi of this source"
    ]


def test_deployment_is_a_snapshot_without_what_depends_on_it() -> None:
    api = api_of(
        {
            "Api": API,
            "First": resource("first"),
            "GetFirst": method(at={"Ref": "First"}),
            "Old": deployment("GetFirst"),
            "Second": resource("second", DependsOn="Old"),
            "GetSecond": method(at={"Ref": "Second"}),
            "New": deployment("GetSecond"),
            "OldStage": stage("old", "Old"),
            "NewStage": stage("new", "New"),
        }
    )

    old, new = api.deployments

    assert logical_ids(old.definition) == {"First", "GetFirst"}
    assert logical_ids(new.definition) == {"First", "GetFirst", "Second", "GetSecond"}
    assert logical_ids(api.definition) == {"First", "GetFirst", "Second", "GetSecond"}
    assert [item.deployment_id for item in api.stages] == [old.id, new.id]


def test_deployment_has_what_it_forgot_to_depend_on() -> None:
    api = api_of(pets(Deployment=deployment(), Put=method("PUT"), Model=MODEL))

    assert logical_ids(api.deployments[0].definition) == {"Get", "Put", "Model"}


def test_method_that_is_made_after_every_deployment_is_warned_of() -> None:
    assert warnings(pets(Put=method("PUT", depends_on=["Deployment"]))) == [
        "method PUT is in no deployment: it is made after the last one"
    ]


def test_deployment_lacks_what_a_later_stack_defines() -> None:
    api_stack = resolved_stack(pets(), name="A")
    api_id = api_stack.resources[0].id
    root = to_deployment(ResolvedSource(stacks=(api_stack,))).deployment.rest_apis[0].definition
    assert root is not None
    later = resolved_stack({"Put": method("PUT", RestApiId=api_id, at=root.root_resource_id)}, name="B")

    loaded = to_deployment(ResolvedSource(stacks=(api_stack, later)))

    (api,) = loaded.deployment.rest_apis
    assert logical_ids(api.definition) == {"Get", "Put"}
    assert logical_ids(api.deployments[0].definition) == {"Get"}
    assert [str(warning.origin) for warning in loaded.warnings] == ["B (Resources/Put)"]


def test_properties_of_an_openapi_body_are_kept() -> None:
    api = api_of({"Api": part("RestApi", Body={"openapi": "3.0.1"}, Parameters={"basepath": "ignore"})})

    assert api.body == {"openapi": "3.0.1"}
    assert api.parameters == {"basepath": "ignore"}
