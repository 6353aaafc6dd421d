"""The routes of one API: resources by path, methods on them, and what the methods need."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.authorizers import bind_authorizer
from forestage.constructs.checks import refuse, warn
from forestage.constructs.integration import BoundIntegration, Integration
from forestage.constructs.models import CONTENT_TYPE, Models
from forestage.constructs.route_checks import (
    check_mapped_headers,
    check_mapped_parameters,
    check_path,
    check_route_options,
    check_templates,
    check_verb,
    responses_of,
    stage_variables_of,
    variables_of,
)
from forestage.constructs.routes import Route
from forestage.constructs.verbs import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructs import Construct

    from forestage.constructs.authorizers import AnyAuthorizer, BoundAuthorizer
    from forestage.constructs.cors import Cors
    from forestage.constructs.models import BodyType
    from forestage.constructs.routes import AnyIntegration, RouteOptions

_AWS = frozenset({"AWS", "AWS_PROXY"})
_PROXIES = frozenset({"AWS_PROXY", "HTTP_PROXY"})
_OPTIONS = "OPTIONS"
_CHILDREN = frozenset({*VERBS, "Resource"})


class RouteTable:
    """Makes what routes need of an API, each thing once: resources, models, the validator, answers to preflights.

    ``overlays`` is what has been laid over resources by CloudFormation's names, which a deployment has to know.
    ``stage_variables`` are those that integrations read, each with the first route that does.
    ``unpermitted`` are routes that call AWS as nobody, each with the address that it calls: integrations of the L2
    which ask neither for a role nor, as ``LambdaIntegration`` does, for a permission.
    """

    def __init__(self, scope: Construct, api: apigateway.RestApi, *, cors: Cors | None) -> None:
        self._scope = scope
        self._api = api
        self._cors = cors
        self.models = Models(scope, api)
        self._resources: dict[str, apigateway.IResource] = {"/": api.root}
        self._variable_parts: dict[str, str] = {}
        self._authorizers: dict[int, tuple[AnyAuthorizer, BoundAuthorizer]] = {}
        self._verbs: dict[str, list[str]] = defaultdict(list)
        self._validator: apigateway.RequestValidator | None = None
        self.routes: list[Route] = []
        # JSON with tokens in it.
        self.overlays: list[Any] = [] if cors is None else [cors.response_parameters(), cors.template()]
        self.stage_variables: dict[str, Route] = {}
        self.unpermitted: dict[Route, str] = {}

    def check_options(self, of: str, options: RouteOptions) -> None:
        """Refuse options that a route or a group, ``of``, cannot have; before those of a group are laid below."""
        check_route_options(self._scope, of, options)

    def declare(self, verb: str, path: str, integration: AnyIntegration, options: RouteOptions) -> Route:
        """Make a route."""
        check_verb(self._scope, verb)
        check_path(self._scope, path)
        self._check_new(verb, path)
        resource = self._resource_at(path)
        if not self._verbs[path] and self._cors is not None and verb != _OPTIONS:
            self._add_preflight(self._cors, resource, path)
        self._verbs[path].append(verb)
        route = Route(
            cast("Construct", resource),
            verb,
            verb=verb,
            path=path,
            api_key_required=options.get("api_key_required", False),
        )
        self._add_method(route, resource, integration, options)
        self.routes.append(route)
        return route

    def _check_new(self, verb: str, path: str) -> None:
        if verb not in self._verbs.get(path, ()):
            return
        if verb == _OPTIONS and not any(route.verb == verb and route.path == path for route in self.routes):
            refuse(
                self._scope,
                f"Cors answers OPTIONS {path} already: declare it before the other routes of the path, "
                "or leave cors out",
            )
        refuse(self._scope, f"the API has a route {verb} {path} already: leave out one of the two")

    def _resource_at(self, path: str) -> apigateway.IResource:
        found = self._resources.get(path)
        if found is not None:
            return found
        parent_path, _, part = path.rpartition("/")
        parent = self._resource_at(parent_path or "/")
        if part.startswith("{"):
            other = self._variable_parts.setdefault(parent_path, part)
            if other != part:
                refuse(
                    self._scope,
                    f"{path} has a sibling that is a variable as well, {other}, and API Gateway allows one: "
                    "use the same name for both, or another path",
                )
        resource = parent.get_resource(part) or _added(parent, part)
        self._resources[path] = resource
        return resource

    def _add_preflight(self, cors: Cors, resource: apigateway.IResource, path: str) -> None:
        verbs = self._verbs[path]
        cors.add_preflight(resource, verbs=lambda: verbs)
        verbs.append(_OPTIONS)

    def _add_method(
        self, route: Route, resource: apigateway.IResource, integration: AnyIntegration, options: RouteOptions
    ) -> None:
        bound = _bound(route, integration)
        authorizer = self._bound_authorizer(options.get("authorizer"))
        scopes = _checked_scopes(route, authorizer, options)
        parameters = {**bound.request_parameters, **_parameters(route, options)}
        body = options.get("body")
        by_l2 = authorizer is not None and authorizer.authorizer is not None
        route.resource = apigateway.Method(
            route,
            "Resource",
            http_method=route.verb,
            resource=resource,
            integration=bound.integration,
            options=apigateway.MethodOptions(
                api_key_required=route.api_key_required or None,
                authorization_type=(
                    apigateway.AuthorizationType.NONE if authorizer is None else authorizer.authorization_type
                ),
                authorizer=None if authorizer is None else authorizer.authorizer,
                authorization_scopes=list(scopes) if scopes and by_l2 else None,
                operation_name=options.get("operation_name"),
                request_models=None if body is None else {CONTENT_TYPE: self.models.add(body)},
                request_parameters=parameters or None,
                request_validator=self._one_validator() if _needs_validator(options) else None,
            ),
        )
        if authorizer is not None:
            authorizer.dress(route.resource, scopes=scopes)
        self._complete(route, bound, parameters, options)

    def _complete(
        self, route: Route, bound: BoundIntegration, parameters: Mapping[str, bool], options: RouteOptions
    ) -> None:
        """Check what the L2 has made of the integration, and declare the responses that it gives."""
        method = route.resource.node.default_child
        assert isinstance(method, apigateway.CfnMethod)
        self._lay_over(method, bound.properties)
        integration = method.integration
        assert isinstance(integration, apigateway.CfnMethod.IntegrationProperty)
        check_mapped_parameters(route, integration, parameters)
        check_mapped_headers(route, integration)
        check_templates(route, integration)
        for name in stage_variables_of(integration):
            self.stage_variables.setdefault(name, route)
        if (
            integration.type in _AWS
            and integration.credentials is None
            and not isinstance(bound.integration, apigateway.LambdaIntegration)
        ):
            self.unpermitted[route] = integration.uri or ""
        self._add_responses(route, integration, bound.method_responses, options.get("responses") or {})

    def _bound_authorizer(self, authorizer: AnyAuthorizer | None) -> BoundAuthorizer | None:
        if authorizer is None:
            return None
        # Kept with the authorizer, so that no other gets its id.
        kept = self._authorizers.get(id(authorizer))
        if kept is None:
            kept = self._authorizers[id(authorizer)] = (authorizer, bind_authorizer(authorizer, self._api))
            if kept[1].properties:
                self.overlays.append(dict(kept[1].properties))
        return kept[1]

    def _one_validator(self) -> apigateway.RequestValidator:
        """Return the validator of all routes that need one: it looks at what they declare, and at nothing else."""
        if self._validator is None:
            self._validator = apigateway.RequestValidator(
                self._scope,
                "Validator",
                rest_api=self._api,
                validate_request_body=True,
                validate_request_parameters=True,
            )
        return self._validator

    def _lay_over(self, method: apigateway.CfnMethod, properties: Mapping[str, object]) -> None:
        for name, value in properties.items():
            method.add_property_override(f"Integration.{name}", value)
        if properties:
            self.overlays.append(dict(properties))

    def _add_responses(
        self,
        route: Route,
        integration: apigateway.CfnMethod.IntegrationProperty,
        from_integration: Iterable[apigateway.MethodResponse],
        declared: Mapping[int, BodyType | None],
    ) -> None:
        responses = _Responses()
        for given in from_integration:
            responses.add(given.status_code, given.response_parameters or {}, given.response_models or {})
        for each in responses_of(integration):
            set_here = each.response_parameters
            responses.add(each.status_code, dict.fromkeys(set_here if isinstance(set_here, dict) else (), True))
        is_proxy = integration.type in _PROXIES
        for number, body in declared.items():
            if not is_proxy and str(number) not in responses.statuses:
                warn(
                    route,
                    "response-never-given",
                    f"{route} declares a response {number} that its integration never gives: "
                    "add an integration response for it, or leave it out",
                )
            responses.add(str(number), {}, {} if body is None else {CONTENT_TYPE: self.models.add(body)})
        if self._cors is not None and not is_proxy:
            for status in responses.statuses:
                responses.add(status, self._cors.method_response_parameters())
            self._cors.dress(route.resource)
        for response in responses.all():
            route.resource.add_method_response(
                status_code=response.status_code,
                response_models=response.response_models,
                response_parameters=response.response_parameters,
            )


class _Responses:
    """The method responses of a route, put together by status."""

    def __init__(self) -> None:
        self._parameters: dict[str, dict[str, bool]] = {}
        self.models: dict[str, dict[str, apigateway.IModel]] = {}

    @property
    def statuses(self) -> tuple[str, ...]:
        return tuple(sorted(self._parameters))

    def add(
        self, status: str, parameters: Mapping[str, bool], models: Mapping[str, apigateway.IModel] | None = None
    ) -> None:
        known = self._parameters.setdefault(status, {})
        self._parameters[status] = {**known, **{name: True for name in parameters if name not in known}}
        self.models.setdefault(status, {}).update(models or {})

    def all(self) -> tuple[apigateway.MethodResponse, ...]:
        return tuple(
            apigateway.MethodResponse(
                status_code=status,
                response_parameters=self._parameters[status] or None,
                response_models=self.models[status] or None,
            )
            for status in self.statuses
        )


def _added(parent: apigateway.IResource, part: str) -> apigateway.IResource:
    """Add a resource; its id is its part, unless a child of its parent is called so already, as a route may be."""
    if part in _CHILDREN:
        return apigateway.Resource(cast("Construct", parent), f"{part} part", parent=parent, path_part=part)
    return parent.add_resource(part)


def _bound(route: Route, integration: AnyIntegration) -> BoundIntegration:
    if isinstance(integration, apigateway.Integration):
        return BoundIntegration(integration=integration)
    if not isinstance(integration, Integration):
        refuse(route, f"a route is answered by an integration, got {integration!r}: see forestage.constructs")
    return integration.bind(route, verb=route.verb, path=route.path)


def _checked_scopes(route: Route, authorizer: BoundAuthorizer | None, options: RouteOptions) -> tuple[str, ...]:
    scopes = tuple(options.get("scopes", ()))
    if scopes and (authorizer is None or not authorizer.takes_scopes):
        refuse(
            route,
            "scopes are for Cognito and JWT authorizers, others ignore them: "
            "leave them out, or choose such an authorizer",
        )
    return scopes


def _needs_validator(options: RouteOptions) -> bool:
    """Tell whether a body or a required parameter is declared."""
    return (
        "body" in options or any((options.get("query") or {}).values()) or any((options.get("headers") or {}).values())
    )


def _parameters(route: Route, options: RouteOptions) -> dict[str, bool]:
    """Return the request parameters of a method: those of the path, and what is declared of query and headers."""
    return {
        **{f"method.request.path.{name}": True for name in variables_of(route.path)},
        **{f"method.request.querystring.{name}": required for name, required in (options.get("query") or {}).items()},
        **{f"method.request.header.{name}": required for name, required in (options.get("headers") or {}).items()},
    }
