"""A deployed API of the second version: a WebSocket API, or an HTTP API.

Differs from REST APIs: no operation tells what an older deployment holds, so what is defined now is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.aws import items
from forestage.load.deployed.parts import V2, part
from forestage.load.deployed.properties import to_properties
from forestage.load.deployed.rest import LiveApi
from forestage.model import domains, websocket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.aws import Answer, Aws
    from forestage.load.resolved import ResolvedResource
    from forestage.load.source import StageSource

SERVICE: Final = "apigatewayv2"


def read_websocket(aws: Aws, source: StageSource, api: Answer) -> LiveApi:
    """Read an API of the second version, with one of its stages.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
    """
    api_id = source.api_id
    stage = aws.ask(SERVICE, "get_stage", ApiId=api_id, StageName=source.stage)
    return LiveApi(
        api=part(api_id, f"{V2}Api", api_id, to_properties(websocket.Api, api)),
        owner="ApiId",
        definition=tuple(_definition(aws, api_id)),
        others=(*_stage(api_id, stage), *_domains(aws, source)),
    )


def _definition(aws: Aws, api_id: str) -> Iterator[ResolvedResource]:
    for model in items(aws, SERVICE, "get_models", "Items", ApiId=api_id):
        yield _part(api_id, "Model", websocket.Model, model)
    for authorizer in items(aws, SERVICE, "get_authorizers", "Items", ApiId=api_id):
        yield _part(api_id, "Authorizer", websocket.Authorizer, authorizer)
    for integration in items(aws, SERVICE, "get_integrations", "Items", ApiId=api_id):
        yield _part(api_id, "Integration", websocket.Integration, integration)
        own = {"ApiId": api_id, "IntegrationId": integration["IntegrationId"]}
        for response in items(aws, SERVICE, "get_integration_responses", "Items", **own):
            yield _part(api_id, "IntegrationResponse", websocket.IntegrationResponse, {**response, **own})
    for route in items(aws, SERVICE, "get_routes", "Items", ApiId=api_id):
        yield _part(api_id, "Route", websocket.Route, route)
        own = {"ApiId": api_id, "RouteId": route["RouteId"]}
        for response in items(aws, SERVICE, "get_route_responses", "Items", **own):
            yield _part(api_id, "RouteResponse", websocket.RouteResponse, {**response, **own})


def _part(api_id: str, kind: str, cls: type, answer: Answer) -> ResolvedResource:
    properties = {**to_properties(cls, answer), "ApiId": api_id}
    return part(api_id, f"{V2}{kind}", str(answer[f"{kind}Id"]), properties)


def _stage(api_id: str, stage: Answer) -> Iterator[ResolvedResource]:
    if stage.get("DeploymentId"):
        yield part(api_id, f"{V2}Deployment", str(stage["DeploymentId"]), {"ApiId": api_id})
    properties = {**to_properties(websocket.Stage, stage), "ApiId": api_id}
    yield part(api_id, f"{V2}Stage", str(stage["StageName"]), properties)


def _domains(aws: Aws, source: StageSource) -> Iterator[ResolvedResource]:
    """Read the custom domains that lead to the stage."""
    for domain in items(aws, SERVICE, "get_domain_names", "Items"):
        name = str(domain["DomainName"])
        mappings = [
            mapping
            for mapping in items(aws, SERVICE, "get_api_mappings", "Items", DomainName=name)
            if (mapping["ApiId"], mapping["Stage"]) == (source.api_id, source.stage)
        ]
        if mappings:
            own = to_properties(domains.RegionalDomainName, domain)
            yield part(source.api_id, f"{V2}DomainName", name, own)
        for mapping in mappings:
            own = to_properties(domains.ApiMapping, {**mapping, "DomainName": name})
            yield part(source.api_id, f"{V2}ApiMapping", str(mapping["ApiMappingId"]), own)
