"""Small applications as templates, and what loading them gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# A template in a test is whatever JSON the case needs.
Template = dict[str, Any]

ROOT: Template = {"Fn::GetAtt": ["Api", "RootResourceId"]}
MOCK: Template = {
    "Type": "MOCK",
    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
    "IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": {"application/json": '["tiger"]'}}],
}


def method(integration: Template, *, at: Any = ROOT, verb: str = "GET", authorization: str = "NONE") -> Template:
    return {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": at,
            "HttpMethod": verb,
            "AuthorizationType": authorization,
            "Integration": integration,
            "MethodResponses": [{"StatusCode": "200"}],
        },
    }


def api(stages: tuple[str, ...] = ("dev",), **resources: Template) -> Template:
    """Make an API of methods, and other resources, that is deployed to stages."""
    deployment = {
        "Type": "AWS::ApiGateway::Deployment",
        "DependsOn": [name for name, resource in resources.items() if resource["Type"].endswith("::Method")],
        "Properties": {"RestApiId": {"Ref": "Api"}},
    }
    served = {
        f"Stage{name}": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "DeploymentId": {"Ref": "Deployment"},
                "StageName": name,
            },
        }
        for name in stages
    }
    rest_api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "pets"}}
    return {"Resources": {"Api": rest_api, **resources, "Deployment": deployment, **served}}


def mock_api() -> Template:
    """An API that answers ``GET /{stage}`` with ``["tiger"]``."""
    return api(Get=method(MOCK))


def function_api(code: Path, *, runtime: str = "python3.11") -> Template:
    """An API that answers ``GET /{stage}`` with a function whose code is in a folder, ``index.handler``."""
    uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Pets.Arn}/invocations"
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}}
    return api(
        Get=method(integration),
        Pets={
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "pets",
                "Code": str(code),
                "Handler": "index.handler",
                "Runtime": runtime,
                "Role": "arn:aws:iam::123456789012:role/pets",
            },
        },
        Permission={
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": "Pets"},
                "Principal": "apigateway.amazonaws.com",
            },
        },
    )


def write_template(folder: Path, template: Template, *, name: str = "template.json") -> Path:
    """Write a template to a file."""
    file = folder / name
    file.write_text(json.dumps(template, indent=1), encoding="utf-8")
    return file


def handler(body: str) -> str:
    """The source of a handler that answers with a body and logs it."""
    return (
        "def handler(event, context):\n"
        f"    print('answering {body}')\n"
        f"    return {{'statusCode': 200, 'body': '{body}'}}\n"
    )
