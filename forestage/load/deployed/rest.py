"""A deployed REST API: what is defined in it, what a stage of it serves, and who may use that."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from forestage.aws import items
from forestage.errors import AwsError, Fault
from forestage.load.deployed.meaning import says_same
from forestage.load.deployed.parts import REST, keyed, part, properties_of
from forestage.load.deployed.properties import policy_of, to_properties
from forestage.load.openapi.importer import load_openapi
from forestage.load.openapi.models import BUILT_IN
from forestage.load.openapi.nodes import Node
from forestage.load.openapi.target import Target
from forestage.model import domains, rest, stages, usage
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.aws import Answer, Aws
    from forestage.load.findings import Findings
    from forestage.load.resolved import Resolved, ResolvedResource
    from forestage.load.source import StageSource

SERVICE: Final = "apigateway"

_LISTS: Final[tuple[tuple[str, type, str], ...]] = (
    ("get_models", rest.Model, "Model"),
    ("get_request_validators", rest.RequestValidator, "RequestValidator"),
    ("get_authorizers", rest.Authorizer, "Authorizer"),
    ("get_gateway_responses", rest.GatewayResponse, "GatewayResponse"),
    ("get_documentation_parts", rest.DocumentationPart, "DocumentationPart"),
)
"""What an API has lists of: the operation, the class of the model, and the type."""


PAGE_ITEMS: Final = 500
"""As many as a page can have; by default it has 25."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveApi:
    """A deployed API: the API itself, what is defined in it, and what goes with its stage.

    ``owner`` is the property by which parts name the API.
    """

    api: ResolvedResource
    owner: str
    root_id: str = ""
    definition: tuple[ResolvedResource, ...] = ()
    others: tuple[ResolvedResource, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _LiveTarget(Target):
    """The API whose export is read; ``ids`` has the ids of its parts by kind and name, where they are known."""

    ids: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def id_of(self, kind: str, name: str) -> str:
        """Return the id that a part has, or make one."""
        return self.ids.get((kind, name)) or Target.id_of(self, kind, name)


def read_rest(aws: Aws, source: StageSource, api: Answer, findings: Findings) -> LiveApi:
    """Read a REST API as one of its stages serves it.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
    """
    api_id = source.api_id
    stage = aws.ask(SERVICE, "get_stage", restApiId=api_id, stageName=source.stage)
    root_id, defined = _defined(aws, api, api_id)
    own = to_properties(rest.RestApi, api)
    policy = policy_of(api)
    return LiveApi(
        api=part(api_id, f"{REST}RestApi", api_id, own if policy is None else {**own, "Policy": policy}),
        owner="RestApiId",
        root_id=root_id,
        definition=_served(aws, source, root_id, defined, findings),
        others=(*_stage(api_id, stage), *_use(aws, source), *_domains(aws, source)),
    )


# Parameters are whatever an operation takes.
def listed(aws: Aws, operation: str, **parameters: Any) -> Iterator[Answer]:
    """Yield the items of a list of API Gateway.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
    """
    return items(aws, SERVICE, operation, "items", limit=PAGE_ITEMS, **parameters)


# What is defined now.


def _defined(aws: Aws, api: Answer, api_id: str) -> tuple[str, tuple[ResolvedResource, ...]]:
    """Read what is defined in an API at this moment, and the id of its root."""
    found: list[ResolvedResource] = []
    root_id = str(api.get("rootResourceId", ""))
    for resource in listed(aws, "get_resources", restApiId=api_id, embed=["methods"]):
        if resource["path"] == "/":
            root_id = str(resource["id"])
        else:
            found.append(_part(api_id, "Resource", rest.Resource, resource))
        for verb, method in (resource.get("resourceMethods") or {}).items():
            given = {"httpMethod": verb, "resourceId": resource["id"], **method}
            found.append(_part(api_id, "Method", rest.Method, given))
    for operation, cls, kind in _LISTS:
        answers = listed(aws, operation, restApiId=api_id)
        found.extend(_part(api_id, kind, cls, item) for item in answers if not _is_made_up(kind, item))
    return root_id, tuple(found)


def _part(api_id: str, kind: str, cls: type, answer: Answer) -> ResolvedResource:
    properties = {**to_properties(cls, answer), "RestApiId": api_id}
    # A model is known by its name wherever it is used, a method and a gateway response by what they are for.
    known = {
        "Model": answer.get("name"),
        "Method": f"{answer.get('httpMethod')} {answer.get('resourceId')}",
        "GatewayResponse": answer.get("responseType"),
    }
    return part(api_id, f"{REST}{kind}", str(known.get(kind) or answer["id"]), properties)


def _is_made_up(kind: str, answer: Answer) -> bool:
    """Tell whether a gateway response or a model is one that every API has."""
    if kind == "GatewayResponse":
        return bool(answer.get("defaultResponse"))
    name = str(answer.get("name"))
    return kind == "Model" and name in BUILT_IN and f'"{name} Schema"' in str(answer.get("schema"))


# What is served.


def _served(
    aws: Aws, source: StageSource, root_id: str, defined: tuple[ResolvedResource, ...], findings: Findings
) -> tuple[ResolvedResource, ...]:
    """Return what the stage's deployment has of all that is defined.

    A deployment is a snapshot, which only an export tells wholly. What is said there as it is defined now is taken
    from the definition, since OpenAPI says less of it: so is documentation, and what no method refers to.
    """
    exported = _exported(aws, source, root_id, defined, findings)
    if exported is None:
        return defined
    now, then = keyed(defined, root_id), keyed(exported, root_id)
    changed = [
        key
        for key in dict.fromkeys((*now, *then))
        if key[0] != f"{REST}DocumentationPart"
        and not (key in now and key in then and says_same(key[0], properties_of(then[key]), properties_of(now[key])))
        and not (key not in then and _is_unused(now[key], defined))
    ]
    if changed:
        names = ", ".join(f"{kind.removeprefix(REST)} {name}" for kind, name in changed)
        findings.warn(
            Fault(
                message=f"stage {source.stage} serves a deployment from before the API was changed last;"
                f" what it serves is read, not what is defined now. These differ: {names}"
            )
        )
    kept = [item for key, item in now.items() if key not in changed]
    return (*kept, *(then[key] for key in changed if key in then))


def _is_unused(item: ResolvedResource, defined: tuple[ResolvedResource, ...]) -> bool:
    """Tell whether nothing refers to a model, validator or authorizer: an export may pass it over."""
    if item.type not in {f"{REST}Model", f"{REST}RequestValidator", f"{REST}Authorizer"}:
        return False
    # By its id, or at the end of a model's address, which may stand in a schema that is text itself.
    named = re.compile(rf'["/]{re.escape(item.id)}\\?"')
    return not any(named.search(json.dumps(properties_of(other))) for other in defined if other is not item)


def _exported(
    aws: Aws, source: StageSource, root_id: str, defined: tuple[ResolvedResource, ...], findings: Findings
) -> tuple[ResolvedResource, ...] | None:
    """Read the export of the stage; None, and a warning, where that cannot be done."""
    target = _LiveTarget(
        stack=source.api_id,
        logical_id=source.api_id,
        id=source.api_id,
        root_resource_id=root_id,
        ids={(kind.removeprefix(REST), name): item.id for (kind, name), item in keyed(defined, root_id).items()},
    )
    try:
        document = _export(aws, source)
    except AwsError as error:
        findings.warn(_unread(source, error.message))
        return None
    where = f"stage:{source.api_id}/{source.stage}"
    imported = load_openapi(Node(document, file=where, where=""), target=target, with_documentation=False)
    if imported.faults:
        findings.warn(_unread(source, "; ".join(str(fault) for fault in imported.faults)))
        return None
    return tuple(part(source.api_id, item.type, item.id, properties_of(item)) for item in imported.parts)


def _export(aws: Aws, source: StageSource) -> Resolved:
    answer = aws.ask(
        SERVICE,
        "get_export",
        restApiId=source.api_id,
        stageName=source.stage,
        exportType="oas30",
        parameters={"extensions": "apigateway"},
        accepts="application/json",
    )
    body: Any = answer["body"]  # A stream of bytes, as boto3 has it.
    document: Resolved = json.loads(body.read())
    return document


def _unread(source: StageSource, reason: str) -> Fault:
    return Fault(
        message=f"what stage {source.stage} serves cannot be read from its export ({reason});"
        " what is defined in the API now is read in its place",
    )


# What goes with it.


def _stage(api_id: str, stage: Answer) -> Iterator[ResolvedResource]:
    name, deployment_id = str(stage["stageName"]), str(stage["deploymentId"])
    yield part(api_id, f"{REST}Deployment", deployment_id, {"RestApiId": api_id})
    canary = (stage.get("canarySettings") or {}).get("deploymentId")
    if canary and canary != deployment_id:
        yield part(api_id, f"{REST}Deployment", str(canary), {"RestApiId": api_id})
    yield part(api_id, f"{REST}Stage", name, {**to_properties(stages.Stage, stage), "RestApiId": api_id})


def _use(aws: Aws, source: StageSource) -> Iterator[ResolvedResource]:
    """Read the usage plans of the stage, and who is in them; the values of keys are never asked for."""
    keys: set[str] = set()
    for plan in listed(aws, "get_usage_plans"):
        here = [
            entry
            for entry in plan.get("apiStages") or ()
            if (entry.get("apiId"), entry.get("stage")) == (source.api_id, source.stage)
        ]
        if not here:
            continue
        plan_id = str(plan["id"])
        yield part(
            source.api_id, f"{REST}UsagePlan", plan_id, to_properties(usage.UsagePlan, {**plan, "apiStages": here})
        )
        for key in listed(aws, "get_usage_plan_keys", usagePlanId=plan_id):
            keys.add(str(key["id"]))
            member: dict[str, Resolved] = {"KeyId": key["id"], "KeyType": key["type"], "UsagePlanId": plan_id}
            yield part(source.api_id, f"{REST}UsagePlanKey", f"{key['id']}:{plan_id}", member)
    for key in listed(aws, "get_api_keys", includeValues=False) if keys else ():
        if key["id"] in keys:
            properties = to_properties(usage.ApiKey, {**key, "value": None})
            yield part(source.api_id, f"{REST}ApiKey", str(key["id"]), properties)


def _domains(aws: Aws, source: StageSource) -> Iterator[ResolvedResource]:
    """Read the custom domains that lead to the stage; private ones are passed over."""
    for domain in listed(aws, "get_domain_names"):
        name = str(domain["domainName"])
        if domain.get("domainNameId"):
            continue
        mappings = [
            mapping
            for mapping in listed(aws, "get_base_path_mappings", domainName=name)
            if (mapping.get("restApiId"), mapping.get("stage")) == (source.api_id, source.stage)
        ]
        if mappings:
            yield part(source.api_id, f"{REST}DomainName", name, to_properties(domains.DomainName, domain))
        for mapping in mappings:
            path = mapping.get("basePath", "(none)")
            own = to_properties(domains.BasePathMapping, {**mapping, "domainName": name})
            if path == "(none)":  # What API Gateway calls the root.
                own.pop("BasePath", None)
            yield part(source.api_id, f"{REST}BasePathMapping", f"{name}|{path}", own)
