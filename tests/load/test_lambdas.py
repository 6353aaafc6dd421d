from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.load.lambdas import function_name_of
from forestage.model.functions import EventInvokeConfig, InlineCode, RemoteCode
from forestage.model.values import Text, Unknown
from tests.load.templates import Template, faults, load, warnings

if TYPE_CHECKING:
    from forestage.model.functions import Function

ARN = "arn:aws:lambda:us-east-1:123456789012:function:pets"


# Properties are whatever a case needs.
def resource(name: str, **properties: Any) -> Template:
    return {"Type": f"AWS::Lambda::{name}", "Properties": properties}


def function(**properties: Any) -> Template:
    basic = {"FunctionName": "pets", "Runtime": "python3.13", "Handler": "index.handler", "Role": "arn:role"}
    return resource("Function", **{**basic, "Code": {"ZipFile": "def handler(event, context): ..."}, **properties})


def pets(**more: Template) -> Template:
    return {"Pets": function(), **more}


def function_of(template: Template) -> Function:
    (found,) = load(template).deployment.functions
    return found


def test_function_is_read() -> None:
    found = function_of(
        {
            "Pets": function(
                Timeout="10",
                MemorySize=256,
                ReservedConcurrentExecutions=0,
                Architectures=["arm64"],
                Environment={"Variables": {"TABLE": "pets", "LEVEL": 3}},
                Description="answers",
            )
        }
    )

    assert found.name == "pets"
    assert found.arn == ARN
    assert found.code == InlineCode(text="def handler(event, context): ...")
    assert (found.runtime, found.handler, found.role) == ("python3.13", "index.handler", "arn:role")
    assert (found.timeout_seconds, found.memory_mb, found.reserved_concurrency) == (10, 256, 0)
    assert (found.architecture, found.description, found.stack) == ("arm64", "answers", "T")
    assert found.environment == {"TABLE": "pets", "LEVEL": "3"}


def test_function_has_defaults_where_the_template_is_silent() -> None:
    found = function_of(pets())

    assert (found.timeout_seconds, found.memory_mb, found.reserved_concurrency) == (3, 128, None)
    assert (found.architecture, found.environment, found.layers) == ("x86_64", {}, ())


def test_function_without_name_gets_one() -> None:
    template = pets()
    del template["Pets"]["Properties"]["FunctionName"]

    found = function_of(template)

    assert found.name.startswith("T-Pets-")
    assert found.arn.endswith(f":function:{found.name}")


def test_function_has_what_belongs_to_it() -> None:
    found = function_of(
        pets(
            Version=resource("Version", FunctionName={"Ref": "Pets"}, Description="first"),
            Alias=resource("Alias", FunctionName={"Ref": "Pets"}, FunctionVersion="1", Name="live"),
            Permission=resource(
                "Permission", FunctionName={"Fn::GetAtt": ["Pets", "Arn"]}, Action="lambda:*", Principal="*"
            ),
            Source=resource("EventSourceMapping", FunctionName=f"{ARN}:live", EventSourceArn="arn:queue", BatchSize=5),
            Config=resource(
                "EventInvokeConfig",
                FunctionName="pets",
                Qualifier="$LATEST",
                MaximumRetryAttempts="1",
                MaximumEventAgeInSeconds=60,
                DestinationConfig={"OnFailure": {"Destination": "arn:queue"}},
            ),
        )
    )

    assert [(item.arn, item.description) for item in found.versions] == [(f"{ARN}:1", "first")]
    assert [(item.name, item.arn) for item in found.aliases] == [("live", f"{ARN}:live")]
    assert [item.logical_id for item in found.permissions] == ["Permission"]
    assert [item.event_source_arn for item in found.event_sources] == ["arn:queue"]
    assert found.event_sources[0].properties == {
        "FunctionName": f"{ARN}:live",
        "EventSourceArn": "arn:queue",
        "BatchSize": 5,
    }
    assert found.event_invoke_configs == (
        EventInvokeConfig(
            logical_id="Config",
            function_name="pets",
            qualifier="$LATEST",
            maximum_event_age_seconds=60,
            maximum_retry_attempts=1,
            on_failure="arn:queue",
        ),
    )


def test_destinations_are_read_by_outcome() -> None:
    to = {"OnSuccess": {"Destination": "arn:topic"}}

    found = function_of(pets(Config=resource("EventInvokeConfig", FunctionName="pets", DestinationConfig=to)))

    assert found.event_invoke_configs[0].on_success == "arn:topic"
    assert found.event_invoke_configs[0].on_failure is None


def test_what_belongs_to_a_function_elsewhere_is_warned_of() -> None:
    template = pets(
        Permission=resource("Permission", FunctionName="toys", Action="lambda:*", Principal="*"),
        Source=resource("EventSourceMapping", FunctionName="toys"),
    )

    assert warnings(template) == ["function toys is not in this source", "function toys is not in this source"]


def test_alias_that_could_not_be_read_is_a_fault() -> None:
    assert faults(pets(Alias=resource("Alias", FunctionName="pets", Name="live"))) == ["FunctionVersion is required"]


def test_layers_are_found_by_their_arn_in_the_order_of_the_function() -> None:
    content = {"S3Bucket": "b", "S3Key": "k"}
    template = pets(
        Pets=function(Layers=[{"Ref": "Second"}, {"Ref": "First"}]),
        First=resource("LayerVersion", Content=content, CompatibleRuntimes=["python3.13"]),
        Second=resource("LayerVersion", Content=content, LayerName="tools"),
    )

    deployment = load(template).deployment

    assert [layer.logical_id for layer in deployment.layers] == ["First", "Second"]
    assert deployment.layers[0].compatible_runtimes == ("python3.13",)
    assert [layer.logical_id for layer in deployment.functions[0].layers] == ["Second", "First"]


def test_layer_that_is_elsewhere_is_kept_by_name_and_warned_of() -> None:
    arn = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"
    template = pets(Pets=function(Layers=[arn]))

    (layer,) = function_of(template).layers

    assert (layer.logical_id, layer.arn, layer.code) == ("", arn, RemoteCode(uri=arn))
    assert warnings(template) == [f"layer {arn} is not in this source: the function runs without it"]


def test_layer_that_is_known_after_deployment_is_warned_of() -> None:
    template = pets(
        Pets=function(Layers=[{"Fn::GetAtt": ["Nested", "Outputs.Layer"]}]),
        Nested={"Type": "AWS::CloudFormation::Stack", "Properties": {}},
    )

    assert warnings(template) == [
        "layer <Fn::GetAtt Nested.Outputs.Layer> is not in this source: the function runs without it"
    ]


def test_layer_without_content_is_a_fault() -> None:
    assert faults(pets(Layer=resource("LayerVersion"))) == ["Content is required"]


@pytest.mark.parametrize("missing", ["Runtime", "Handler"])
def test_function_of_a_zip_without_runtime_or_handler_is_a_fault(missing: str) -> None:
    template = pets()
    del template["Pets"]["Properties"][missing]

    assert faults(template) == [f"{missing} is required for a function that is no container image"]


def test_container_image_needs_neither_runtime_nor_handler() -> None:
    image = resource("Function", FunctionName="pets", Code={"ImageUri": "123.dkr.ecr/pets:1"}, PackageType="Image")

    found = function_of({"Pets": image})

    assert (found.code, found.runtime, found.handler) == (RemoteCode(uri="123.dkr.ecr/pets:1"), None, None)
    assert warnings({"Pets": image}) == ["container images are not run: 123.dkr.ecr/pets:1"]


def test_functions_of_one_name_are_a_fault() -> None:
    assert faults(pets(Again=function())) == ["another function has the name 'pets' already: Pets"]


def test_timeout_beyond_the_limit_is_a_fault() -> None:
    assert faults(pets(Pets=function(Timeout=901))) == ["Timeout must be from 1 to 900, got 901"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pets", "pets"),
        ("pets:live", "pets"),
        (ARN, "pets"),
        (f"{ARN}:live", "pets"),
        ("123456789012:function:pets", "pets"),
        ("function", "function"),
        (Unknown("Ref X"), None),
    ],
)
def test_function_name_is_read_from_every_form(text: Text, expected: str | None) -> None:
    assert function_name_of(text) == expected
