"""Loads APIs with OpenAPI bodies that are written in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from tests.load.templates import Template, load

if TYPE_CHECKING:
    from forestage.model.rest import Definition, Method, RestApi

MOCK = {"type": "mock"}


# A body in a test is whatever YAML the case needs.
def body(text: str, *, swagger: bool = False) -> dict[str, Any]:
    """Read a body, without the line that tells its version."""
    version = {"swagger": "2.0"} if swagger else {"openapi": "3.0.1"}
    return {**version, **(yaml.safe_load(text) or {})}


def api_with(written: object, **properties: Any) -> Template:
    """Make a template of one API with a body."""
    return {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": written, **properties}}}


def api_of(template: Template) -> RestApi:
    """Load a template of one API."""
    (api,) = load(template).deployment.rest_apis
    return api


def imported(text: str, *, swagger: bool = False, **properties: Any) -> RestApi:
    """Load an API with a body."""
    return api_of(api_with(body(text, swagger=swagger), **properties))


def definition_of(api: RestApi) -> Definition:
    """Return what is defined in an API."""
    assert api.definition is not None
    return api.definition


def only_method(api: RestApi) -> Method:
    """Return the method of an API that has one."""
    (method,) = definition_of(api).methods
    return method


def paths_of(api: RestApi) -> list[str]:
    """List the paths of an API's resources."""
    paths = definition_of(api).paths()
    return [paths[resource.id] for resource in definition_of(api).resources]
