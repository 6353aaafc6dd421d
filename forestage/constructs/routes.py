"""Routes of a REST API, and groups of routes that share a prefix and defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypedDict, cast

from forestage.constructs.source_lines import NotedConstruct
from forestage.constructs.verbs import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Unpack

    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_iam as iam
    from constructs import Construct

    from forestage.constructs.authorizers import AnyAuthorizer
    from forestage.constructs.integration import Integration
    from forestage.constructs.models import BodyType
    from forestage.constructs.route_table import RouteTable
    from forestage.constructs.stages import Stage

AnyIntegration: TypeAlias = "Integration | apigateway.Integration"
"""An integration of ours, or one of ``aws_cdk``."""

_GREEDY = "{proxy+}"
_MAPPINGS = ("responses", "query", "headers")


class RouteOptions(TypedDict, total=False):
    """What a route may declare; a group's are the defaults of its routes.

    ``responses``, ``query`` and ``headers`` of a route are laid over those of its group, all else takes their place.
    """

    body: BodyType
    """The type of the request's body, which API Gateway then validates if it comes as JSON, or without Content-Type."""
    responses: Mapping[int, BodyType | None]
    """The type of the body by status, None where there is none to tell of."""
    query: Mapping[str, bool]
    """Names of query parameters, and whether a request must have them."""
    headers: Mapping[str, bool]
    """Names of headers, and whether a request must have them."""
    authorizer: AnyAuthorizer | None
    """Who may call; None takes away that of the group."""
    scopes: Sequence[str]
    """OAuth scopes of which the caller's access token must have one."""
    api_key_required: bool
    """Whether a key of a usage plan is needed."""
    operation_name: str
    """What generated clients call the route."""


class Route(NotedConstruct):
    """A method of a REST API; ``RestApi.get`` and its like make them.

    ``resource`` is the L2 ``Method``, ``verb`` its method of HTTP or ``ANY``, ``path`` that of its resource.
    Its metrics are those of the L2, for a stage whose ``metrics`` are on: ``route.metric("Latency", stage=dev)``.
    """

    resource: apigateway.Method

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        verb: str,
        path: str,
        api_key_required: bool,
    ) -> None:
        super().__init__(scope, id)
        self.verb = verb
        self.path = path
        self.api_key_required = api_key_required

    def __str__(self) -> str:
        return f"{self.verb} {self.path}"

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody call this route on every stage; for routes that authorize by IAM."""
        return self.resource.grant_execute(grantee)

    def metric(
        self,
        metric_name: str,
        *,
        stage: Stage,
        **options: Any,  # those of cloudwatch.MetricOptions
    ) -> cloudwatch.Metric:
        """Return a metric of the route on a stage by its name, ``5XXError`` for instance."""
        return self.resource.metric(metric_name, stage.resource, **options)


class Routes:
    """Declares routes below a prefix, with defaults: an API, or a group of it.

    Paths are as API Gateway has them, ``/pets/{id}`` and ``/files/{proxy+}``; resources are made as paths need them.
    Every method returns the ``Route`` that it declares.
    """

    _table: RouteTable
    _prefix: str
    _defaults: RouteOptions

    def add_route(self, verb: str, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer requests of a method, or of ``ANY``, to a path.

        Raises:
            ConstructError: API Gateway would refuse the route, or ignore part of it.
        """
        whole = self._path(path)
        self._table.check_options(f"{verb} {whole}", options)
        return self._table.declare(verb, whole, integration, _over(options, self._defaults))

    def get(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer ``GET`` requests to a path."""
        return self.add_route("GET", path, integration, **options)

    def post(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer ``POST`` requests to a path."""
        return self.add_route("POST", path, integration, **options)

    def put(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer ``PUT`` requests to a path."""
        return self.add_route("PUT", path, integration, **options)

    def patch(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer ``PATCH`` requests to a path."""
        return self.add_route("PATCH", path, integration, **options)

    def delete(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer ``DELETE`` requests to a path."""
        return self.add_route("DELETE", path, integration, **options)

    def head(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer ``HEAD`` requests to a path."""
        return self.add_route("HEAD", path, integration, **options)

    def options(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer ``OPTIONS`` requests to a path, in place of ``Cors``."""
        return self.add_route("OPTIONS", path, integration, **options)

    def any(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer requests to a path of every method that has no route of its own."""
        return self.add_route(ANY, path, integration, **options)

    def proxy(self, path: str, integration: AnyIntegration, **options: Unpack[RouteOptions]) -> Route:
        """Answer all requests below a path, ``ANY /files/{proxy+}``, but not those to the path itself."""
        return self.any(f"{path.removesuffix('/')}/{_GREEDY}", integration, **options)

    def group(self, prefix: str, **options: Unpack[RouteOptions]) -> Group:
        """Return a group of routes below a prefix, or below none: ``""``; ``options`` are what they share."""
        whole = self._path(prefix)
        self._table.check_options(f"group {whole!r}", options)
        return Group(self._table, prefix=whole.removesuffix("/"), defaults=_over(options, self._defaults))

    def _path(self, path: str) -> str:
        return self._prefix if self._prefix and path in {"", "/"} else self._prefix + path


class Group(Routes):
    """Routes below one prefix that share defaults; ``RestApi.group`` makes them, and groups nest."""

    def __init__(self, table: RouteTable, *, prefix: str, defaults: RouteOptions) -> None:
        self._table = table
        self._prefix = prefix
        self._defaults = defaults


def _over(options: RouteOptions, defaults: RouteOptions) -> RouteOptions:
    """Lay the options of a route over the defaults of its group."""
    laid: dict[str, Any] = {**defaults, **options}  # the types of RouteOptions
    for name in _MAPPINGS:
        if name in defaults and name in options:
            laid[name] = {**cast("Any", defaults)[name], **cast("Any", options)[name]}
    if "authorizer" in options and "scopes" not in options:
        # Scopes are those of the authorizer that was there.
        laid.pop("scopes", None)
    return cast("RouteOptions", laid)
