"""Bodies as parts of the APIs whose property they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from forestage.load.intake import Item, property_of
from forestage.load.openapi.bodies import LOCATION, find_body
from forestage.load.openapi.importer import BASE_PATH_MODES, OpenApiImport, load_openapi
from forestage.load.openapi.target import Target
from forestage.load.shape import load_shape, shown
from forestage.model.records import dataclass
from forestage.model.rest import (
    Authorizer,
    DocumentationPart,
    EndpointConfiguration,
    GatewayResponse,
    Method,
    Model,
    RequestValidator,
    Resource,
    RestApi,
)

if TYPE_CHECKING:
    from typing import TypeVar

    from forestage.errors import Fault
    from forestage.load.intake import Intake
    from forestage.load.openapi.nodes import BodyPart
    from forestage.load.resolved import ResolvedResource, ResolvedStack
    from forestage.load.rest_parts import RestParts

    T = TypeVar("T")

PARAMETERS: Final = ("basepath", "endpointConfigurationTypes", "ignore")
"""What RestApi's Parameters may say; source: CloudFormation template reference, ImportRestApi in the API reference."""

_KINDS: Final[Mapping[str, tuple[str, type[object]]]] = {
    "Resource": ("resources", Resource),
    "Method": ("methods", Method),
    "Model": ("models", Model),
    "RequestValidator": ("request_validators", RequestValidator),
    "Authorizer": ("authorizers", Authorizer),
    "GatewayResponse": ("gateway_responses", GatewayResponse),
    "DocumentationPart": ("documentation_parts", DocumentationPart),
}
_PREFIX = "AWS::ApiGateway::"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """An API with what its body defines; ``settings`` is what the body says of the API itself, None where nothing."""

    parts: RestParts
    settings: RestApi | None = None


def import_of(stack: ResolvedStack, resource: ResolvedResource, root_resource_id: str) -> OpenApiImport | None:
    """Import the body of an API; None where it is not on this machine."""
    found = find_body(stack, resource)
    if found.node is None:
        return OpenApiImport(faults=found.faults, file=found.file) if found.faults else None
    parameters = _parameters(resource)
    mode = str(parameters.get("basepath", "ignore")).lower()
    target = Target(
        stack=resource.stack, logical_id=resource.logical_id, id=resource.id, root_resource_id=root_resource_id
    )
    imported = load_openapi(
        found.node,
        target=target,
        base_path=mode if mode in BASE_PATH_MODES else "ignore",
        with_documentation=parameters.get("ignore") != "documentation",
    )
    return replace(imported, file=found.file)


def _parameters(resource: ResolvedResource) -> Mapping[str, object]:
    parameters = property_of(resource, "Parameters")
    return parameters if isinstance(parameters, Mapping) else {}


def attach(intake: Intake, parts: RestParts) -> Imported:
    """Add to an API what its body defines, with the faults and warnings of the import."""
    resource = parts.api
    _check_parameters(intake, resource)
    found = import_of(intake.stack(resource), resource, parts.root_resource_id)
    intake.bodies[resource.stack, resource.logical_id] = found
    if found is None:
        intake.warn("the body is not on this machine: nothing of it is served", resource.origin(LOCATION))
        return Imported(parts=parts)
    if found.file is not None:
        intake.files.append(found.file)
    intake.faults.extend(found.faults)
    is_strict = str(property_of(resource, "FailOnWarnings")).lower() == "true"
    (intake.faults if is_strict else intake.warnings).extend(found.warnings)
    intake.warnings.extend(found.advice)
    if found.settings is None:
        return Imported(parts=parts)
    settings = _load(intake, RestApi, found.settings)
    return Imported(parts=_with_parts(intake, parts, found), settings=settings)


def _check_parameters(intake: Intake, resource: ResolvedResource) -> None:
    parameters = _parameters(resource)
    mode = str(parameters.get("basepath", "ignore"))
    if mode.lower() not in BASE_PATH_MODES:
        intake.fault(
            f"basepath must be one of {', '.join(BASE_PATH_MODES)}, got {shown(mode)}",
            resource.origin("Parameters", "basepath"),
        )
    for name in parameters:
        if name not in PARAMETERS:
            intake.warn(
                f"the import has no parameter {name!r}: there are {', '.join(PARAMETERS)}",
                resource.origin("Parameters", name),
            )


def _load(intake: Intake, cls: type[T], part: BodyPart) -> T | None:
    """Read a part as one of a template is read; its faults are told in the body's words."""
    faults: list[Fault] = []
    given: dict[str, object] = {"logical_id": part.logical_id, "id": part.id}
    value = load_shape(cls, part.properties, origin_of=part.origin, faults=faults, given=given)
    intake.faults.extend(faults)
    return value


def _with_parts(intake: Intake, parts: RestParts, found: OpenApiImport) -> RestParts:
    """Put what the body defines before what the template adds to it.

    CloudFormation makes the API with its body first. A gateway response of the template then replaces the body's.
    """
    made: dict[str, list[Item[object]]] = {name: [] for name, _ in _KINDS.values()}
    for part in found.parts:
        name, cls = _KINDS[part.type.removeprefix(_PREFIX)]
        value = _load(intake, cls, part)
        if value is not None:
            made[name].append(Item(resource=part, value=value))
    replaced = {item.value.response_type for item in parts.gateway_responses}
    made["gateway_responses"] = [
        item for item in made["gateway_responses"] if cast("GatewayResponse", item.value).response_type not in replaced
    ]
    _check_names(intake, parts, made)
    joined = {name: (*items, *getattr(parts, name)) for name, items in made.items()}
    # The table of kinds says of which class the items of each field are.
    return dataclasses.replace(parts, **joined)  # type: ignore[arg-type]


def _check_names(intake: Intake, parts: RestParts, made: Mapping[str, list[Item[object]]]) -> None:
    """Refuse models and authorizers of the template whose name the body has already."""
    models = {cast("Model", item.value).name for item in made["models"]} - {None}
    authorizers = {cast("Authorizer", item.value).name for item in made["authorizers"]}
    message = "the body of the API has the {} {!r} already"
    for model in parts.models:
        if model.value.name in models:
            intake.fault(message.format("model", model.value.name), model.origin("Name"))
    for authorizer in parts.authorizers:
        if authorizer.value.name in authorizers:
            intake.fault(message.format("authorizer", authorizer.value.name), authorizer.origin("Name"))


def with_settings(api: RestApi, settings: RestApi | None) -> RestApi:
    """Add to an API what its body says of it.

    The body goes first, but for names and descriptions, which change nothing of an answer. Binary media types of both
    hold, unless Mode is overwrite.

    Source: CloudFormation template reference, Mode of AWS::ApiGateway::RestApi.
    """
    if settings is None:
        return dataclasses.replace(api, endpoint_configuration=_endpoint(api, None))
    kinds = settings.binary_media_types
    return dataclasses.replace(
        api,
        name=api.name if api.name is not None else settings.name,
        description=api.description if api.description is not None else settings.description,
        version=settings.version,
        api_key_source_type=settings.api_key_source_type or api.api_key_source_type,
        binary_media_types=kinds
        if api.mode == "overwrite"
        else tuple(dict.fromkeys((*api.binary_media_types, *kinds))),
        disable_execute_api_endpoint=_first(settings.disable_execute_api_endpoint, api.disable_execute_api_endpoint),
        endpoint_access_mode=settings.endpoint_access_mode or api.endpoint_access_mode,
        endpoint_configuration=_endpoint(api, settings.endpoint_configuration),
        minimum_compression_size=_first(settings.minimum_compression_size, api.minimum_compression_size),
        policy=_first(settings.policy, api.policy),
        security_policy=settings.security_policy or api.security_policy,
    )


def _first(body: T, template: T) -> T:
    return template if body is None else body


def _endpoint(api: RestApi, body: EndpointConfiguration | None) -> EndpointConfiguration | None:
    """Join what template, import parameter and body say of the endpoint.

    Source: developer guide, "Create a private API using OpenAPI": VPC endpoints are in the body, the type is a
    parameter of the import.
    """
    named = api.parameters.get("endpointConfigurationTypes")
    types = (named,) if isinstance(named, str) and named in {"EDGE", "REGIONAL", "PRIVATE"} else ()
    written = api.endpoint_configuration
    if written is None and body is None and not types:
        return None
    written = written or EndpointConfiguration()
    body = body or EndpointConfiguration()
    return dataclasses.replace(
        written,
        types=body.types or written.types or types or (("PRIVATE",) if body.vpc_endpoint_ids else ()),
        ip_address_type=body.ip_address_type or written.ip_address_type,
        vpc_endpoint_ids=tuple(dict.fromkeys((*written.vpc_endpoint_ids, *body.vpc_endpoint_ids))),
    )
