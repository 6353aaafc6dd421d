"""The places of changes, in the API's terms and in the template's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.match.paths import shape_of
from forestage.diff.walk.bodies import operation_path
from forestage.diff.walk.changes import Place
from forestage.model.rest import RestApi
from forestage.model.values import known

if TYPE_CHECKING:
    from forestage.diff.match.pairs import AnyApi
    from forestage.diff.match.sides import MethodView, SideView
    from forestage.model.values import Origin, Text

_GATEWAY = "AWS::ApiGateway::"
_REGIONAL = "AWS::ApiGatewayV2::"


def api_type(api: AnyApi) -> str:
    """Tell the CloudFormation type of an API."""
    return f"{_GATEWAY}RestApi" if isinstance(api, RestApi) else f"{_REGIONAL}Api"


class Places:
    """Makes places on one side of a comparison; ``api`` is the API as it is called after the change."""

    def __init__(self, side: SideView, api: AnyApi | None = None) -> None:
        self._side = side
        self._api = None if api is None else api.logical_id
        self._api_name = None if api is None else known(api.name) or api.logical_id
        self._api_type = "" if api is None else api_type(api)

    def api(self, origin: Origin | None = None) -> Place:
        """Return the place of the API itself."""
        assert self._api is not None, "only changes of an API are placed at it"
        return self._place(f"API {self._api}", "API", self._api, self._api_type, origin)

    def method(self, view: MethodView, where: str | None = None) -> Place:
        """Return the place of a method."""
        where = where or view.where
        method = view.method
        owner = method.logical_id.partition(":")[0]
        in_body = operation_path(owner, view.path, view.verb, method.origin)
        return self._place(where, shape_of(where), method.logical_id, f"{_GATEWAY}Method", method.origin, in_body)

    def named(
        self,
        kind: str,
        name: str,
        logical_id: str,
        resource_type: str,
        origin: Origin | None,
        identity: Text | None = None,
    ) -> Place:
        """Return the place of something that is called by its kind and name, ``STAGE prod``."""
        return self._place(f"{kind} {name}", f"{kind} {known(identity) or name}", logical_id, resource_type, origin)

    def part(self, place: Place, logical_id: str, resource_type: str, origin: Origin | None) -> Place:
        """Return a place that is the same for callers and another resource in the template."""
        return self._place(place.where, place.identity, logical_id, resource_type, origin)

    def _place(
        self,
        where: str,
        identity: str,
        logical_id: str,
        resource_type: str,
        origin: Origin | None,
        in_body: tuple[str, ...] = (),
    ) -> Place:
        owner, colon, _ = logical_id.partition(":")
        resource = self._side.template.get(owner)
        body = "/Body" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in in_body)
        return Place(
            api=self._api,
            api_name=self._api_name,
            where=where,
            identity=identity,
            logical_id=owner,
            type=f"{_GATEWAY}RestApi" if colon else resource_type,
            construct=resource.construct_path if resource else None,
            pointer=f"/Resources/{owner}/Properties{body if colon else ''}",
            is_exact=not colon,
            origin=origin,
            written_at=resource.written_at if resource else None,
        )
