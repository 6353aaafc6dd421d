"""The resources that make up one REST API, read and sorted, before they are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.load.intake import property_of
from forestage.model.records import dataclass
from forestage.model.rest import (
    ApiDeployment,
    Authorizer,
    Definition,
    DocumentationPart,
    DocumentationVersion,
    GatewayResponse,
    Method,
    Model,
    RequestValidator,
    Resource,
)
from forestage.model.stages import Stage
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeVar

    from forestage.load.intake import Intake, Item
    from forestage.load.order import Node
    from forestage.load.resolved import ResolvedResource

    T = TypeVar("T")

REST_API: Final = "AWS::ApiGateway::RestApi"
RESOURCE: Final = "AWS::ApiGateway::Resource"
METHOD: Final = "AWS::ApiGateway::Method"
MODEL: Final = "AWS::ApiGateway::Model"
REQUEST_VALIDATOR: Final = "AWS::ApiGateway::RequestValidator"
AUTHORIZER: Final = "AWS::ApiGateway::Authorizer"
DEPLOYMENT: Final = "AWS::ApiGateway::Deployment"
STAGE: Final = "AWS::ApiGateway::Stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestParts:
    """One API's own resource, and what belongs to it."""

    api: ResolvedResource
    root_resource_id: str
    resources: tuple[Item[Resource], ...]
    methods: tuple[Item[Method], ...]
    models: tuple[Item[Model], ...]
    request_validators: tuple[Item[RequestValidator], ...]
    authorizers: tuple[Item[Authorizer], ...]
    gateway_responses: tuple[Item[GatewayResponse], ...]
    documentation_parts: tuple[Item[DocumentationPart], ...]
    documentation_versions: tuple[Item[DocumentationVersion], ...]
    deployments: tuple[Item[ApiDeployment], ...]
    stages: tuple[Item[Stage], ...]

    @property
    def is_imported(self) -> bool:
        """Whether more is defined than the template's resources: by an OpenAPI body or another API."""
        return any(property_of(self.api, name) is not None for name in ("Body", "BodyS3Location", "CloneFrom"))

    @property
    def stacks(self) -> frozenset[str]:
        """The stacks that define something in the API."""
        defined: tuple[Item[object], ...] = (
            *self.resources,
            *self.methods,
            *self.models,
            *self.request_validators,
            *self.authorizers,
            *self.gateway_responses,
            *self.documentation_parts,
        )
        return frozenset(item.resource.stack for item in defined)

    def definition(self, *, without: frozenset[Node] = frozenset(), later: frozenset[str] = frozenset()) -> Definition:
        """Put together what is defined, leaving out some resources and what is in some stacks."""

        def kept(items: tuple[Item[T], ...]) -> tuple[T, ...]:
            return tuple(
                item.value
                for item in items
                if item.resource.stack not in later and (item.resource.stack, item.resource.logical_id) not in without
            )

        return Definition(
            root_resource_id=self.root_resource_id,
            resources=kept(self.resources),
            methods=kept(self.methods),
            models=kept(self.models),
            request_validators=kept(self.request_validators),
            authorizers=kept(self.authorizers),
            gateway_responses=kept(self.gateway_responses),
            documentation_parts=kept(self.documentation_parts),
        )


def read_rest_parts(intake: Intake) -> tuple[RestParts, ...]:
    """Read everything that belongs to the REST APIs of a source."""
    return tuple(_parts(intake))


def _parts(intake: Intake) -> Iterator[RestParts]:
    def of(cls: type[T], resource_type: str) -> Mapping[str, tuple[Item[T], ...]]:
        return intake.belonging(cls, resource_type, owner="RestApiId", owner_type=REST_API)

    resources, methods = of(Resource, RESOURCE), of(Method, METHOD)
    models, validators = of(Model, MODEL), of(RequestValidator, REQUEST_VALIDATOR)
    authorizers = of(Authorizer, AUTHORIZER)
    gateway_responses = of(GatewayResponse, "AWS::ApiGateway::GatewayResponse")
    documentation_parts = of(DocumentationPart, "AWS::ApiGateway::DocumentationPart")
    documentation_versions = of(DocumentationVersion, "AWS::ApiGateway::DocumentationVersion")
    deployments, stages = of(ApiDeployment, DEPLOYMENT), of(Stage, STAGE)
    for api in intake.resources(REST_API):
        root = intake.attribute(api, "RootResourceId")
        assert not isinstance(root, Unknown), "the id of the root is ours to make up"
        yield RestParts(
            api=api,
            root_resource_id=str(root),
            resources=resources.get(api.id, ()),
            methods=methods.get(api.id, ()),
            models=models.get(api.id, ()),
            request_validators=validators.get(api.id, ()),
            authorizers=authorizers.get(api.id, ()),
            gateway_responses=gateway_responses.get(api.id, ()),
            documentation_parts=documentation_parts.get(api.id, ()),
            documentation_versions=documentation_versions.get(api.id, ()),
            deployments=deployments.get(api.id, ()),
            stages=stages.get(api.id, ()),
        )
