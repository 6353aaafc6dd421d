"""What the walk over one API needs everywhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from forestage.diff.walk.equality import Sides
from forestage.diff.walk.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.match.pairs import DeploymentPair, RestPair, SocketPair
    from forestage.diff.match.sides import RestView
    from forestage.model.values import OpenJson


class RestContext:
    """A REST API being walked: its pair, values of both sides by meaning, places on both sides."""

    def __init__(self, deployments: DeploymentPair, pair: RestPair) -> None:
        self.deployments = deployments
        self.pair = pair
        self.sides = Sides(deployments.before, deployments.after)
        self.gone = Places(deployments.before, pair.after.api)
        self.here = Places(deployments.after, pair.after.api)

    @cached_property
    def texts_after(self) -> tuple[str, ...]:
        """Every text of the API after the change in which stage variables may be used."""
        return tuple(texts_of(self.pair.after))

    @cached_property
    def same_authorizers(self) -> frozenset[tuple[str, str]]:
        """The ids of authorizers that are the same one, before and after."""
        return frozenset((both[0].id, both[1].id) for pair in self.pair.authorizers if (both := pair.both))


class SocketContext:
    """A WebSocket or HTTP API being walked."""

    def __init__(self, deployments: DeploymentPair, pair: SocketPair) -> None:
        self.deployments = deployments
        self.pair = pair
        self.sides = Sides(deployments.before, deployments.after)
        self.gone = Places(deployments.before, pair.after)
        self.here = Places(deployments.after, pair.after)


def texts_of(view: RestView) -> Iterator[str]:
    """List the texts of an API that are evaluated for each request."""
    for method in view.definition.methods:
        integration = method.integration
        if integration is None:
            continue
        values: list[OpenJson] = [
            integration.uri,
            integration.credentials,
            integration.connection_id,
            integration.integration_target,
        ]
        values += (*integration.request_parameters.values(), *integration.request_templates.values())
        values += integration.cache_key_parameters
        for response in integration.integration_responses:
            values += (*response.response_parameters.values(), *response.response_templates.values())
        yield from (str(value) for value in values if value is not None)
    for authorizer in view.definition.authorizers:
        values = [authorizer.authorizer_uri, authorizer.authorizer_credentials, authorizer.identity_source]
        yield from (str(value) for value in values if value is not None)
    for gateway_response in view.definition.gateway_responses:
        values = [*gateway_response.response_parameters.values(), *gateway_response.response_templates.values()]
        yield from map(str, values)
