"""APIs of any size: groups of three resources, of which the last can be called."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

LAST_GROUP: Final = "group099"
"""The path part of the group that every API here has, at the end of its table."""

# What says nothing of the request would be answered without finding its way again.
_METHOD: Final[dict[str, Any]] = {
    "responses": {"200": {"description": "ok"}},
    "x-amazon-apigateway-integration": {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {
            "default": {
                "statusCode": "200",
                "responseTemplates": {"application/json": '{"id": "$input.params(\'id\')"}'},
            }
        },
    },
}


def write_groups(folder: Path, groups: int) -> Path:
    """Write the template of an API with ``/group/{id}/parts`` so many times, in a folder of its own."""
    names = [f"group{number:03}" for number in range(100 - groups, 100)]
    resources = {
        "Api": _resource(
            "AWS::ApiGateway::RestApi",
            EndpointConfiguration={"Types": ["REGIONAL"]},
            Body={
                "openapi": "3.0.1",
                "info": {"title": "groups", "version": "1"},
                "paths": {f"/{name}/{{id}}/parts": {"get": _METHOD} for name in names},
            },
        ),
        "Deployment": _resource("AWS::ApiGateway::Deployment", RestApiId={"Ref": "Api"}),
        "Stage": _resource(
            "AWS::ApiGateway::Stage",
            RestApiId={"Ref": "Api"},
            DeploymentId={"Ref": "Deployment"},
            StageName="dev",
        ),
    }
    template = folder / f"groups-{groups}" / "template.json"
    template.parent.mkdir(exist_ok=True)
    template.write_text(json.dumps({"Resources": resources}, indent=1), encoding="utf-8")
    return template


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    # Properties of a template are whatever JSON CloudFormation takes.
    return {"Type": kind, "Properties": properties}
