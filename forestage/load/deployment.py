"""From resolved stacks to a deployment: the back half of loading."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.errors import Fault, TemplateError
from forestage.load.fidelity import FidelityEntry, FidelityReport, report_fidelity
from forestage.load.intake import Intake
from forestage.load.lambdas import load_functions
from forestage.load.order import Order
from forestage.load.permissions import check_permissions
from forestage.load.rest import load_rest_apis
from forestage.load.shape import plain_json
from forestage.load.stage_index import StageIndex
from forestage.model.deployment import Deployment, Environment, OtherResource, Output, TemplateResource
from forestage.model.fidelity import TABLE
from forestage.model.fidelity.features import REMOTE_CODE, REMOTE_LAYERS
from forestage.model.functions import RemoteCode
from forestage.model.records import dataclass, field
from forestage.model.stages import ClientCertificate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeVar

    from forestage.load.app_watch import WatchRules
    from forestage.load.resolved import ResolvedSource

    T = TypeVar("T")


_APIS = tuple(
    f"AWS::ApiGatewayV2::{name}"
    for name in ("Api", "Authorizer", "Deployment", "Integration", "Model", "Route", "Stage")
)
_USAGE = ("AWS::ApiGateway::ApiKey", "AWS::ApiGateway::UsagePlan")
_DOMAINS = (
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::ApiGatewayV2::RoutingRule",
)
_NETWORK = (
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::VpcLink",
    "AWS::ApiGatewayV2::PortalProduct",
    "AWS::ApiGatewayV2::VpcLink",
)
"""Beginnings of resource types, by the loader that reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A source that was read: the deployment, and what the user should know of it.

    ``watch`` has the absolute paths of files and folders whose change calls for a new load; code is not among them.
    ``watch_rules`` says which files of an app's folder do. ``secrets`` are texts that nobody may see: parameters with
    NoEcho and secret references, and what the template makes from them. ``unused_parameters`` says of values that were
    given which parameters are not there, where that is no fault.
    """

    deployment: Deployment
    fidelity: FidelityReport
    warnings: tuple[Fault, ...] = ()
    watch: tuple[str, ...] = ()
    watch_rules: Mapping[str, WatchRules] = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    unused_parameters: tuple[Fault, ...] = ()


def to_deployment(source: ResolvedSource) -> Loaded:
    """Read the resources of a source into the model.

    Raises:
        TemplateError: something is wrong in the template; it has every fault.
    """
    _raise_any(_same_names(source))
    intake = Intake(source)
    deployment = _deployment(intake)
    _raise_any(intake.faults)
    return Loaded(
        deployment=deployment,
        fidelity=report_fidelity(source, bodies=intake.bodies).plus(_remote_code(deployment)),
        warnings=(*source.warnings, *intake.warnings),
        watch=(*source.watch, *intake.files),
        watch_rules=source.watch_rules,
        secrets=source.secrets,
        unused_parameters=source.unused_parameters,
    )


def _remote_code(deployment: Deployment) -> tuple[FidelityEntry, ...]:
    """Tell of functions and layers whose code the template names, and this machine does not have."""
    return tuple(
        FidelityEntry(
            type="AWS::Lambda::Function",
            property=name,
            status=feature.status,
            note=feature.note,
            logical_id=function.logical_id,
            stack=function.stack,
            origin=function.origin,
        )
        for function in deployment.functions
        for name, code, feature in (
            ("Code", function.code, REMOTE_CODE),
            *(("Layers", layer.code, REMOTE_LAYERS) for layer in function.layers),
        )
        if isinstance(code, RemoteCode) and function.runtime is not None and function.origin is not None
    )


def _raise_any(faults: Sequence[Fault]) -> None:
    if faults:
        raise TemplateError(f"the template has {len(faults)} fault{'s' if len(faults) > 1 else ''}", faults=faults)


def _same_names(source: ResolvedSource) -> tuple[Fault, ...]:
    """Refuse stacks of the same name, for several regions or accounts: ids are made from the name."""
    counts = Counter(stack.name for stack in source.stacks)
    return tuple(
        Fault(message=f"{count} stacks have the name {name!r}", hint="choose one with --stack")
        for name, count in counts.items()
        if count > 1
    )


def _deployment(intake: Intake) -> Deployment:
    order = Order(intake.source)
    environment = intake.source.stacks[0].environment if intake.source.stacks else Environment()
    rest_apis = load_rest_apis(intake, order)
    functions = load_functions(intake)
    check_permissions(intake, rest_apis, functions.functions, environment)
    deployment = Deployment(
        environment=environment,
        rest_apis=rest_apis,
        functions=functions.functions,
        layers=functions.layers,
        client_certificates=_all(intake, ClientCertificate, "AWS::ApiGateway::ClientCertificate"),
        resources=_others(intake),
        template_resources=_template_resources(intake),
        outputs=_outputs(intake),
        parameters=tuple(parameter for stack in intake.source.stacks for parameter in stack.parameters),
    )
    # What follows is rare: the modules for it are only imported where a source has it.
    if intake.has_any(_APIS):
        deployment = _with_apis(intake, order, deployment)
    stages = StageIndex(deployment.rest_apis, deployment.apis)
    if intake.has_any(_USAGE):
        deployment = _with_usage(intake, stages, deployment)
    if intake.has_any(_DOMAINS):
        deployment = _with_domains(intake, stages, deployment)
    if intake.has_any(_NETWORK):
        deployment = _with_network(intake, deployment)
    return deployment


def _with_apis(intake: Intake, order: Order, deployment: Deployment) -> Deployment:
    from forestage.load.websocket import load_apis

    return replace(deployment, apis=load_apis(intake, order))


def _with_usage(intake: Intake, stages: StageIndex, deployment: Deployment) -> Deployment:
    from forestage.load.usage import load_api_keys, load_usage_plan_keys, load_usage_plans

    keys, plans = load_api_keys(intake, stages), load_usage_plans(intake, stages)
    return replace(
        deployment,
        api_keys=keys,
        usage_plans=plans,
        usage_plan_keys=load_usage_plan_keys(intake, plans),
    )


def _with_domains(intake: Intake, stages: StageIndex, deployment: Deployment) -> Deployment:
    from forestage.load.domains import load_domains

    found = load_domains(intake, stages)
    return replace(
        deployment,
        domain_names=found.domain_names,
        domain_names_v2=found.domain_names_v2,
        regional_domain_names=found.regional_domain_names,
        domain_name_access_associations=found.domain_name_access_associations,
        base_path_mappings=found.base_path_mappings,
        base_path_mappings_v2=found.base_path_mappings_v2,
        api_mappings=found.api_mappings,
        routing_rules=found.routing_rules,
    )


def _with_network(intake: Intake, deployment: Deployment) -> Deployment:
    from forestage.model.network import Account, PortalProduct, VpcLink, VpcLinkV2

    return replace(
        deployment,
        vpc_links=_all(intake, VpcLink, "AWS::ApiGateway::VpcLink"),
        vpc_links_v2=_all(intake, VpcLinkV2, "AWS::ApiGatewayV2::VpcLink"),
        accounts=_all(intake, Account, "AWS::ApiGateway::Account"),
        portal_products=_all(intake, PortalProduct, "AWS::ApiGatewayV2::PortalProduct"),
    )


def _all(intake: Intake, cls: type[T], resource_type: str) -> tuple[T, ...]:
    return tuple(item.value for item in intake.load(cls, resource_type))


def _others(intake: Intake) -> tuple[OtherResource, ...]:
    """Keep what is no part of an API or function as a reference with its properties."""
    return tuple(
        OtherResource(
            logical_id=resource.logical_id,
            type=resource.type,
            id=resource.id,
            properties=plain_json(resource.properties),
            stack=resource.stack,
            origin=resource.origin(),
        )
        for stack in intake.source.stacks
        for resource in stack.resources
        if resource.type not in TABLE
    )


def _template_resources(intake: Intake) -> tuple[TemplateResource, ...]:
    return tuple(
        TemplateResource(
            stack=resource.stack,
            logical_id=resource.logical_id,
            type=resource.type,
            id=resource.id,
            construct_path=resource.construct_path,
            depends_on=resource.depends_on,
            deletion_policy=resource.deletion_policy,
            update_replace_policy=resource.update_replace_policy,
            metadata=plain_json(resource.metadata),
            origin=resource.origin(),
            written_at=resource.written_at,
        )
        for stack in intake.source.stacks
        for resource in stack.resources
    )


def _outputs(intake: Intake) -> tuple[Output, ...]:
    return tuple(
        Output(stack=stack.name, name=name, value=plain_json(value), export=stack.export_names.get(name))
        for stack in intake.source.stacks
        for name, value in stack.outputs.items()
    )
