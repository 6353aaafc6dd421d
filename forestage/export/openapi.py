"""REST APIs as OpenAPI 3.0 with the extensions of API Gateway: what an import reads back into the same model.

Source: developer guide, "Export a REST API from API Gateway" and "OpenAPI extensions for API Gateway".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.export.openapi_methods import Methods
from forestage.export.openapi_models import write_models
from forestage.export.openapi_security import Schemes
from forestage.export.plain import Gaps
from forestage.load.openapi.operations import VALIDATORS
from forestage.load.openapi.settings import DOCUMENTATION, ENDPOINT, GATEWAY_RESPONSES, SETTINGS
from forestage.load.shape import property_name
from forestage.model.records import dataclass
from forestage.model.rest import Definition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.rest import DocumentationPart, GatewayResponse, RequestValidator, RestApi
    from forestage.model.values import Json, OpenJson

VERSION = "3.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApiExport:
    """A document, and what it could not say: values known only after deployment, and what OpenAPI has no place for."""

    document: Mapping[str, Json]
    gaps: tuple[str, ...] = ()


def export_openapi(api: RestApi, definition: Definition | None = None) -> OpenApiExport:
    """Write an API as an OpenAPI document; ``definition`` is what a stage serves, by default all that is defined."""
    shown = definition or api.definition or Definition(root_resource_id="")
    gaps = Gaps()
    schemes = Schemes(shown.authorizers, gaps)
    methods = Methods(shown, schemes, gaps)
    paths = methods.paths()
    document: dict[str, Json] = {"openapi": VERSION, "info": _info(api, gaps), **_servers(api, gaps), "paths": paths}
    components: dict[str, Json] = {
        "schemas": write_models(shown.models, methods.used_models, gaps),
        "securitySchemes": schemes.written(),
    }
    document["components"] = {name: found for name, found in components.items() if found}
    extensions: dict[str, Json] = {
        VALIDATORS: {methods.validators[item.id]: _validator(item) for item in shown.request_validators},
        GATEWAY_RESPONSES: {item.response_type: _gateway_response(item, gaps) for item in shown.gateway_responses},
        DOCUMENTATION: _documentation(shown.documentation_parts, gaps),
        **_settings(api, gaps),
    }
    document |= {name: found for name, found in extensions.items() if found not in ({}, [], None)}
    return OpenApiExport(document=document, gaps=gaps.listed())


def _info(api: RestApi, gaps: Gaps) -> Json:
    info = {
        "title": gaps.plain(api.name or api.logical_id, "the name of the API"),
        "version": gaps.plain(api.version or "1.0", "the version of the API"),
    }
    if api.description is not None:
        info["description"] = gaps.plain(api.description, "the description of the API")
    return info


def _servers(api: RestApi, gaps: Gaps) -> dict[str, Json]:
    endpoint: dict[str, Json] = {}
    configuration = api.endpoint_configuration
    if configuration is not None and configuration.vpc_endpoint_ids:
        endpoint["vpcEndpointIds"] = gaps.plain(configuration.vpc_endpoint_ids, "a VPC endpoint")
    if configuration is not None and configuration.ip_address_type is not None:
        endpoint["ipAddressType"] = configuration.ip_address_type
    if api.disable_execute_api_endpoint is not None:
        endpoint["disableExecuteApiEndpoint"] = api.disable_execute_api_endpoint
    return {"servers": [{"url": "/", ENDPOINT: endpoint}]} if endpoint else {}


def _settings(api: RestApi, gaps: Gaps) -> dict[str, Json]:
    values: dict[str, OpenJson] = {
        "ApiKeySourceType": api.api_key_source_type,
        "BinaryMediaTypes": api.binary_media_types,
        "EndpointAccessMode": api.endpoint_access_mode,
        "MinimumCompressionSize": api.minimum_compression_size,
        "Policy": api.policy,
        "SecurityPolicy": api.security_policy,
    }
    return {extension: gaps.plain(values[name], f"the API's {name}") for extension, name in SETTINGS.items()}


def _validator(validator: RequestValidator) -> Json:
    found: dict[str, Json] = {
        "validateRequestBody": validator.validate_request_body,
        "validateRequestParameters": validator.validate_request_parameters,
    }
    return {name: value for name, value in found.items() if value is not None}


def _gateway_response(response: GatewayResponse, gaps: Gaps) -> Json:
    where = f"gateway response {response.response_type}"
    found: dict[str, Json] = {
        "statusCode": response.status_code,
        "responseParameters": gaps.plain(response.response_parameters, where) or None,
        "responseTemplates": gaps.plain(response.response_templates, where) or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _documentation(parts: tuple[DocumentationPart, ...], gaps: Gaps) -> Json:
    written: list[Json] = [
        {
            "location": {
                _camel(name): gaps.plain(value, "the place of a documentation part")
                for name in ("type", "path", "method", "status_code", "name")
                if (value := getattr(part.location, name)) is not None
            },
            "properties": gaps.plain(part.properties, "a documentation part"),
        }
        for part in parts
    ]
    return {"documentationParts": written} if written else {}


def _camel(field: str) -> str:
    name = property_name(field)
    return f"{name[:1].lower()}{name[1:]}"
