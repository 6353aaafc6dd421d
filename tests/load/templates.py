"""Parts of templates that several tests build on."""

from __future__ import annotations

from typing import Any

from forestage.errors import Fault, TemplateError
from forestage.load.deployment import Loaded, to_deployment
from tests.load.stacks import resolved_source

# A template in a test is whatever JSON the case needs.
Template = dict[str, Any]

API: Template = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "pets"}}
ROOT: Template = {"Fn::GetAtt": ["Api", "RootResourceId"]}
MOCK: Template = {"Type": "MOCK", "RequestTemplates": {"application/json": '{"statusCode": 200}'}}


def resource(part: str, parent: Any = ROOT, **more: Any) -> Template:
    """Make a resource of the API."""
    properties = {"RestApiId": {"Ref": "Api"}, "ParentId": parent, "PathPart": part}
    return {"Type": "AWS::ApiGateway::Resource", "Properties": properties, **more}


def method(verb: str = "GET", at: Any = ROOT, depends_on: Any = (), **properties: Any) -> Template:
    """Make a method of the API with a MOCK integration."""
    return {
        "Type": "AWS::ApiGateway::Method",
        "DependsOn": list(depends_on),
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": at,
            "HttpMethod": verb,
            "AuthorizationType": "NONE",
            "Integration": MOCK,
            **properties,
        },
    }


def part(name: str, **properties: Any) -> Template:
    """Make any other part of the API."""
    return {"Type": f"AWS::ApiGateway::{name}", "Properties": {"RestApiId": {"Ref": "Api"}, **properties}}


def deployment(*depends_on: str, **properties: Any) -> Template:
    """Make a deployment of the API."""
    return {**part("Deployment", **properties), "DependsOn": list(depends_on)}


def stage(name: Any = "dev", of: Any = "Deployment", **properties: Any) -> Template:
    """Make a stage of the API."""
    return part("Stage", StageName=name, DeploymentId={"Ref": of}, **properties)


def pets(**more: Template) -> Template:
    """Make an API with one method, deployed to a stage, and more."""
    return {
        "Api": API,
        "Get": method(),
        "Deployment": deployment("Get"),
        "Stage": stage(),
        **more,
    }


def load(template: Template) -> Loaded:
    """Load a template that has no fault."""
    return to_deployment(resolved_source(template))


def faults(template: Template) -> list[str]:
    """Load a template and return the messages of its faults."""
    return [fault.message for fault in faults_of(template)]


def faults_of(template: Template) -> tuple[Fault, ...]:
    """Load a template and return its faults."""
    try:
        load(template)
    except TemplateError as error:
        return error.faults
    return ()


def warnings(template: Template) -> list[str]:
    """Load a template and return its warnings."""
    return [warning.message for warning in load(template).warnings]
