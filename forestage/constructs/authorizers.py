"""Who decides whether a caller may call a route."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias, get_args, runtime_checkable
from urllib.parse import urlsplit

import jsii
from aws_cdk import Acknowledgment, Aspects, Duration, IAspect, IStableStringProducer, Lazy, Names, Stack, Validations
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as apigatewayv2_authorizers
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from forestage.constructs.checks import (
    check_allowed,
    check_function,
    check_kind,
    check_several,
    is_known,
    refuse,
    warn,
)
from forestage.constructs.source_lines import NotedConstruct
from forestage.model import limits
from forestage.model.vocabulary import JwtAlgorithm, OneOf
from forestage.vtl.regex import RegexError, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_cognito as cognito
    from constructs import Construct, IConstruct

Kind = Literal["AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "JWT"]
"""An ``AuthorizationType`` of methods."""

AUTHORIZATION: Final = "method.request.header.Authorization"
ALGORITHM: Final = next(part for part in get_args(JwtAlgorithm) if isinstance(part, OneOf))
CLAIMS_OF_ITS_OWN: Final = frozenset({"iss", "aud", "exp", "nbf", "iat", "scope", "scp"})
"""Claims that a JWT authorizer checks anyway. Source: whats-new.md, JWT authorizers for REST (documented)."""

_HEADER = re.compile(r"method\.request\.header\.[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_REQUEST_SOURCE = re.compile(r"(method\.request\.(header|querystring)|stageVariables|context)\.[^,\s]+")
_CONNECT_SOURCE = re.compile(r"(route\.request\.(header|querystring)|stageVariables|context)\.[^,\s]+")
_GATEWAY: Final = "apigateway.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundAuthorizer:
    """What a method has to say of its authorization.

    ``authorizer`` is the L2 for those kinds that the L2 knows.
    A JWT authorizer is none of them: ``authorizer_id`` is then what ``dress`` writes into the method, and
    ``properties`` what is laid over the authorizer by CloudFormation's names, which a deployment has to know.
    """

    kind: Kind
    authorization_type: apigateway.AuthorizationType
    authorizer: apigateway.IAuthorizer | None = None
    authorizer_id: str | None = None
    properties: Mapping[str, object] = field(default_factory=dict)

    @property
    def takes_scopes(self) -> bool:
        """Whether routes may ask for OAuth scopes, which other kinds ignore without a word."""
        return self.kind in {"COGNITO_USER_POOLS", "JWT"}

    def dress(self, method: apigateway.Method, *, scopes: Sequence[str] = ()) -> None:
        """Write into a method what the L2 has no word for; to be called once it is made.

        The L2 writes ``scopes`` itself where the authorizer is one that it knows.
        """
        if self.authorizer_id is None:
            return
        resource = method.node.default_child
        assert isinstance(resource, apigateway.CfnMethod)
        resource.authorization_type = self.kind
        resource.authorizer_id = self.authorizer_id
        resource.authorization_scopes = list(scopes) or None


@runtime_checkable
class Authorizer(Protocol):
    """Decides who may call routes of a REST API."""

    def bind(self, rest_api: apigateway.IRestApi) -> BoundAuthorizer:
        """Become the authorizer of a method of an API; asked once for each."""
        ...


@runtime_checkable
class WebSocketAuthorizer(Protocol):
    """Decides who may connect to a WebSocket API."""

    def bind_websocket(self, api: apigatewayv2.IWebSocketApi) -> apigatewayv2.IWebSocketRouteAuthorizer:
        """Become the authorizer of the route ``$connect``."""
        ...


AnyAuthorizer: TypeAlias = Authorizer | apigateway.IAuthorizer
"""What a route takes: one of ours, or of ``aws_cdk``."""


class IamAuthorizer:
    """Lets those call whose IAM policies, or the resource policy, allow it, and who sign their requests.

    For REST APIs, and for ``$connect`` of WebSocket APIs.
    What a caller needs is ``execute-api:Invoke`` on the route, which ``Route.grant_invoke`` gives.

    Source: authorizers.md, AWS_IAM (documented).
    """

    def bind(self, rest_api: apigateway.IRestApi) -> BoundAuthorizer:  # ruff: ignore[unused-method-argument]  (the protocol's)
        """Become the authorizer of a method."""
        return BoundAuthorizer(kind="AWS_IAM", authorization_type=apigateway.AuthorizationType.IAM)

    def bind_websocket(
        self,
        api: apigatewayv2.IWebSocketApi,  # ruff: ignore[unused-method-argument]  (the protocol's)
    ) -> apigatewayv2.IWebSocketRouteAuthorizer:
        """Become the authorizer of ``$connect``."""
        return apigatewayv2_authorizers.WebSocketIamAuthorizer()


class RestAuthorizer(NotedConstruct):
    """An authorizer of one REST API, that of the first route which uses it; ``resource`` is the L2."""

    resource: apigateway.Authorizer
    _kind: Kind
    _rest_api: apigateway.IRestApi | None = None

    def __init__(self, scope: Construct, id: str) -> None:  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        super().__init__(scope, id)
        Aspects.of(self).add(_IsUsed(self))

    @property
    def rest_api(self) -> apigateway.IRestApi | None:
        """The API whose routes use it, None before one does."""
        return self._rest_api

    def bind(self, rest_api: apigateway.IRestApi) -> BoundAuthorizer:
        """Become the authorizer of a method.

        Raises:
            ConstructError: it is the authorizer of another API already, or stands in another stack than the API.
        """
        _attach(self, self._rest_api, rest_api)
        self._rest_api = rest_api
        return BoundAuthorizer(
            kind=self._kind,
            authorization_type=(
                apigateway.AuthorizationType.CUSTOM if self._kind == "CUSTOM" else apigateway.AuthorizationType.COGNITO
            ),
            authorizer=self.resource,
        )


class TokenAuthorizer(RestAuthorizer):
    """A Lambda function that judges the token of one header.

    API Gateway may invoke the function as this authorizer and no other: by the function's policy, or by ``role``
    where one is given, which an imported function of another account needs.
    What the function answers is kept for the token for ``results_cache_ttl``, and then holds for every route of the
    authorizer: let its policy allow all that the caller may do.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        handler: The function, or an alias or version of it.
        identity_source: The header that has the token, ``method.request.header.Authorization``.
        validation_regex: A Java regular expression that the whole token has to match; for all else the function is
            not even called.
        results_cache_ttl: How long an answer is kept, up to an hour; 5 minutes where none is given, zero for never.
        role: What API Gateway takes on to invoke the function; it gets the right to.
        authorizer_name: Its name in the console.

    Raises:
        ConstructError: API Gateway would refuse the identity source, the expression or the time.

    Source: authorizers.md, TOKEN (documented).
    """

    _kind: Kind = "CUSTOM"

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        handler: lambda_.IFunction,
        identity_source: str = AUTHORIZATION,
        validation_regex: str | None = None,
        results_cache_ttl: Duration | None = None,
        role: iam.IRole | None = None,
        authorizer_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        _check_header(self, identity_source)
        _check_regex(self, validation_regex)
        _check_ttl(self, results_cache_ttl)
        self.resource = apigateway.TokenAuthorizer(
            self,
            "Resource",
            handler=_named(self, handler, role),
            identity_source=identity_source,
            validation_regex=validation_regex,
            results_cache_ttl=results_cache_ttl,
            assume_role=role,
            authorizer_name=authorizer_name,
        )
        if role is None:
            _permit(self, handler, self.resource.authorizer_arn)


class RequestAuthorizer(RestAuthorizer):
    """A Lambda function that judges a request by its headers, query, stage variables and context.

    The values of ``identity_sources`` together are what an answer is kept for; a request that lacks one of them is
    refused with 401 without a call.
    See ``TokenAuthorizer`` for who may invoke the function, and for what an answer is good.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        handler: The function, or an alias or version of it.
        identity_sources: ``method.request.header.X``, ``method.request.querystring.X``, ``stageVariables.X`` and
            ``context.X``; ``aws_apigateway.IdentitySource`` writes them. Only without cache there may be none.
        results_cache_ttl: How long an answer is kept, up to an hour; 5 minutes where none is given, zero for never.
        role: What API Gateway takes on to invoke the function; it gets the right to.
        authorizer_name: Its name in the console.

    Raises:
        ConstructError: API Gateway would refuse the identity sources or the time.

    Source: authorizers.md, REQUEST (documented).
    """

    _kind: Kind = "CUSTOM"

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        handler: lambda_.IFunction,
        identity_sources: Sequence[str] = (AUTHORIZATION,),
        results_cache_ttl: Duration | None = None,
        role: iam.IRole | None = None,
        authorizer_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        seconds = _check_ttl(self, results_cache_ttl)
        if not identity_sources and seconds != 0:
            refuse(self, "answers are kept by identity sources, and there are none: name one, or set the cache to 0")
        _check_sources(self, identity_sources, _REQUEST_SOURCE, "method.request")
        self.resource = apigateway.RequestAuthorizer(
            self,
            "Resource",
            handler=_named(self, handler, role),
            identity_sources=list(identity_sources),
            results_cache_ttl=results_cache_ttl,
            assume_role=role,
            authorizer_name=authorizer_name,
        )
        if role is None:
            _permit(self, handler, self.resource.authorizer_arn)


class CognitoAuthorizer(RestAuthorizer):
    """Users of Cognito user pools.

    A route without ``scopes`` wants an identity token, one with them an access token that has one of the scopes.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        user_pools: The pools, of which the token's issuer has to be one.
        identity_source: The header that has the token.
        validation_regex: A Java regular expression that the audience of an identity token has to match: the ids of
            the pools' clients.
        results_cache_ttl: How long an answer is kept, up to an hour; 5 minutes where none is given.
        authorizer_name: Its name in the console.

    Raises:
        ConstructError: no pool is given, or API Gateway would refuse something else.

    Source: authorizers.md, COGNITO_USER_POOLS (documented).
    """

    _kind: Kind = "COGNITO_USER_POOLS"

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        user_pools: Sequence[cognito.IUserPool],
        identity_source: str = AUTHORIZATION,
        validation_regex: str | None = None,
        results_cache_ttl: Duration | None = None,
        authorizer_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        check_several(self, "user_pools", user_pools)
        if not user_pools:
            refuse(self, "a Cognito authorizer without user pools lets nobody in: name one")
        _check_header(self, identity_source)
        _check_regex(self, validation_regex)
        _check_ttl(self, results_cache_ttl)
        self.resource = apigateway.CognitoUserPoolsAuthorizer(
            self,
            "Resource",
            cognito_user_pools=list(user_pools),
            identity_source=identity_source,
            results_cache_ttl=results_cache_ttl,
            authorizer_name=authorizer_name,
        )
        if validation_regex is not None:
            resource = self.resource.node.default_child
            assert isinstance(resource, apigateway.CfnAuthorizer)
            resource.identity_validation_expression = validation_regex


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtIssuer:
    """An issuer of tokens: ``issuer`` is the URL in the claim ``iss``, spelled as there, and ``audiences`` are for us.

    ``claims`` are those that a token must have beside, with the values of which it must have one; no values mean that
    it suffices to have the claim.

    Source: whats-new.md, JWT authorizers for REST (documented).
    """

    issuer: str
    audiences: Sequence[str]
    claims: Mapping[str, Sequence[str]] = field(default_factory=dict)


class JwtAuthorizer(NotedConstruct):
    """Tokens of OpenID Connect issuers, which API Gateway itself verifies, without a function.

    A route with ``scopes`` wants one of them in the claim ``scope`` or ``scp``, and refuses with 403 otherwise.
    API Gateway reads each issuer's discovery document when the authorizer is made, so that it has to be on the public
    internet, whatever the endpoint of the API is.
    ``resource`` is the ``CfnAuthorizer``: ``aws_cdk`` has no L2 for it yet, and CloudFormation's published schema no
    ``JwtConfiguration``, for which it has an exception from the rules of ``cfn-lint`` and ``cdk synth``.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        issuers: Whose tokens are good.
        identity_source: The header that has the token.
        algorithms: How tokens may be signed: ``RS256``, ``RS384``, ``RS512``, ``ES256``, ``ES384``, ``ES512``.
        authorizer_name: Its name in the console.

    Raises:
        ConstructError: API Gateway would refuse an issuer, an audience, a claim or an algorithm.

    Source: whats-new.md, JWT authorizers for REST (documented).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        issuers: Sequence[JwtIssuer],
        identity_source: str = AUTHORIZATION,
        algorithms: Sequence[str] = ("RS256",),
        authorizer_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        _check_header(self, identity_source)
        check_several(self, "issuers", issuers)
        check_several(self, "algorithms", algorithms)
        if not issuers or not algorithms:
            refuse(self, "a JWT authorizer needs an issuer and an algorithm: name one of each")
        for algorithm in algorithms:
            check_allowed(self, "an algorithm", algorithm, ALGORITHM)
        for issuer in issuers:
            _check_issuer(self, issuer)
        self._rest_api: apigateway.IRestApi | None = None
        self.resource = apigateway.CfnAuthorizer(
            self,
            "Resource",
            name=authorizer_name or Names.unique_id(self),
            rest_api_id=Lazy.string(_RestApiId(self)),
            type="JWT",
            identity_source=identity_source,
        )
        self._configuration = {
            "Issuers": [_written(issuer) for issuer in issuers],
            "DefaultAlgorithms": list(algorithms),
        }
        self.resource.add_property_override("JwtConfiguration", self._configuration)
        _excuse(self.resource)

    @property
    def rest_api(self) -> apigateway.IRestApi | None:
        """The API whose routes use it, None before one does."""
        return self._rest_api

    def bind(self, rest_api: apigateway.IRestApi) -> BoundAuthorizer:
        """Become the authorizer of a method.

        Raises:
            ConstructError: it is the authorizer of another API already.
        """
        _attach(self, self._rest_api, rest_api)
        self._rest_api = rest_api
        return BoundAuthorizer(
            kind="JWT",
            # What the L2 is told; ``dress`` then says it right.
            authorization_type=apigateway.AuthorizationType.NONE,
            authorizer_id=self.resource.ref,
            properties={"JwtConfiguration": self._configuration},
        )


class WebSocketRequestAuthorizer(NotedConstruct):
    """A Lambda function that judges who may connect to a WebSocket API, at ``$connect`` alone.

    Its answer is asked for at each connection, and holds for as long as that lasts.
    ``resource`` is the L2 ``WebSocketAuthorizer``, None before a route uses it.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        handler: The function, or an alias or version of it.
        identity_sources: ``route.request.header.X``, ``route.request.querystring.X``, ``stageVariables.X`` and
            ``context.X``: a handshake that lacks one of them is refused with 401 without a call.
        authorizer_name: Its name in the console.

    Raises:
        ConstructError: API Gateway would refuse an identity source.

    Source: websocket.md sections 1 and 5 (documented).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        handler: lambda_.IFunction,
        identity_sources: Sequence[str] = ("route.request.header.Authorization",),
        authorizer_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        check_function(self, handler)
        _check_sources(self, identity_sources, _CONNECT_SOURCE, "route.request")
        self.resource: apigatewayv2.WebSocketAuthorizer | None = None
        self._handler = handler
        self._identity_sources = tuple(identity_sources)
        self._name = authorizer_name or id
        self._api: apigatewayv2.IWebSocketApi | None = None
        self._bound: apigatewayv2.IWebSocketRouteAuthorizer | None = None

    def bind_websocket(self, api: apigatewayv2.IWebSocketApi) -> apigatewayv2.IWebSocketRouteAuthorizer:
        """Become the authorizer of ``$connect``.

        Raises:
            ConstructError: it is the authorizer of another API already.
        """
        _attach(self, self._api, api)
        if self._bound is None:
            self._api, self._bound = api, self._made(api)
        return self._bound

    def _made(self, api: apigatewayv2.IWebSocketApi) -> apigatewayv2.IWebSocketRouteAuthorizer:
        stack = Stack.of(self)
        self.resource = apigatewayv2.WebSocketAuthorizer(
            self,
            "Resource",
            web_socket_api=api,
            authorizer_name=self._name,
            type=apigatewayv2.WebSocketAuthorizerType.LAMBDA,
            identity_source=list(self._identity_sources),
            authorizer_uri=(
                f"arn:{stack.partition}:apigateway:{stack.region}:lambda:path/2015-03-31/functions/"
                f"{self._handler.function_arn}/invocations"
            ),
        )
        authorizer_id = self.resource.authorizer_id
        _permit(
            self,
            self._handler,
            stack.format_arn(service="execute-api", resource=api.api_id, resource_name=f"authorizers/{authorizer_id}"),
        )
        return apigatewayv2.WebSocketAuthorizer.from_web_socket_authorizer_attributes(
            self, "Bound", authorizer_id=authorizer_id, authorizer_type="CUSTOM"
        )


def bind_authorizer(authorizer: AnyAuthorizer, rest_api: apigateway.IRestApi) -> BoundAuthorizer:
    """Bind an authorizer of ours, or take one of ``aws_cdk`` as it is."""
    if not _is_authorizer(authorizer):
        refuse(
            rest_api,
            f"{authorizer!r} is no authorizer of a REST API: write IamAuthorizer(), or make a TokenAuthorizer of a "
            "function, a CognitoAuthorizer of a user pool, or another of forestage.constructs",
        )
    if isinstance(authorizer, Authorizer):
        return authorizer.bind(rest_api)
    is_cognito = authorizer.authorization_type is apigateway.AuthorizationType.COGNITO
    return BoundAuthorizer(
        kind="COGNITO_USER_POOLS" if is_cognito else "CUSTOM",
        authorization_type=authorizer.authorization_type or apigateway.AuthorizationType.CUSTOM,
        authorizer=authorizer,
    )


def _is_authorizer(given: object) -> bool:
    """Tell an authorizer from what people take for one: the class itself, a function, a word."""
    return not isinstance(given, type) and (isinstance(given, Authorizer) or hasattr(given, "authorizer_id"))


@jsii.implements(IStableStringProducer)
class _RestApiId:
    """Tells the id of the API that a JWT authorizer belongs to, once a route uses it."""

    def __init__(self, authorizer: JwtAuthorizer) -> None:
        self._authorizer = authorizer

    def produce(self) -> str:
        """Return the id of the API."""
        return _api_of(self._authorizer).rest_api_id


@jsii.implements(IAspect)
class _IsUsed:
    """Looks at an authorizer when the app is complete: without an API it cannot be made."""

    def __init__(self, authorizer: RestAuthorizer) -> None:
        self._authorizer = authorizer

    def visit(self, node: IConstruct) -> None:  # ruff: ignore[unused-method-argument]  (the protocol's)
        """Refuse one that no route uses."""
        _api_of(self._authorizer)


def _api_of(authorizer: RestAuthorizer | JwtAuthorizer) -> apigateway.IRestApi:
    if authorizer.rest_api is None:
        refuse(authorizer, "no route uses this authorizer: give it to one, or leave it out")
    return authorizer.rest_api


def _attach(
    authorizer: Construct,
    before: apigateway.IRestApi | apigatewayv2.IWebSocketApi | None,
    now: apigateway.IRestApi | apigatewayv2.IWebSocketApi,
) -> None:
    if before is not None and before is not now:
        refuse(
            authorizer,
            f"an authorizer belongs to one API, this one to {before.node.path}: make another for {now.node.path}",
        )
    if Stack.of(authorizer) is not Stack.of(now):
        refuse(
            authorizer,
            f"an authorizer and its API, {now.node.path}, refer to each other, and are in two stacks: make it in the "
            "stack of the API",
        )


def _check_header(scope: Construct, source: str) -> None:
    if is_known(source) and not _HEADER.fullmatch(source):
        refuse(
            scope,
            f"the identity source is one header, got {source!r}: write method.request.header.NAME, as "
            "IdentitySource.header('NAME') does",
        )


def _check_sources(scope: Construct, sources: Sequence[str], allowed: re.Pattern[str], root: str) -> None:
    check_several(scope, "identity_sources", sources)
    for source in sources:
        if is_known(source) and not allowed.fullmatch(source):
            refuse(
                scope,
                f"an identity source is {root}.header.X, {root}.querystring.X, stageVariables.X or context.X, got "
                f"{source!r}: the path and the body are none",
            )


def _check_regex(scope: Construct, expression: str | None) -> None:
    if expression is None or not is_known(expression):
        return
    try:
        compile_pattern(expression)
    except RegexError as error:
        refuse(scope, f"validation_regex is no Java regular expression, got {expression!r}: {error}")


def _check_ttl(scope: Construct, ttl: Duration | None) -> int | None:
    """Return the seconds; None where they are not said, or not known."""
    check_kind(scope, "results_cache_ttl", ttl, Duration, "Duration.minutes(5)")
    if ttl is None or ttl.is_unresolved():
        return None
    seconds = int(ttl.to_seconds())
    check_allowed(scope, "results_cache_ttl in seconds", seconds, limits.CACHE_TTL_SECONDS)
    return seconds


def _named(authorizer: Construct, handler: lambda_.IFunction, role: iam.IRole | None) -> lambda_.IFunction:
    """Return the function as the L2 takes it: itself, which the role is then allowed to invoke, or its name alone.

    Left to the L2, the permission would stand in the stack of the function, and that stack could not be another one
    than the API's: each would need the other.
    """
    check_function(authorizer, handler)
    if role is not None:
        return handler
    return lambda_.Function.from_function_attributes(
        authorizer, "Handler", function_arn=handler.function_arn, same_environment=False, skip_permissions=True
    )


def _permit(authorizer: Construct, handler: lambda_.IFunction, authorizer_arn: str) -> None:
    """Let API Gateway invoke the function for an authorizer, in whose stack the permission stands; advise if not."""
    handler.add_permission(
        "Permission", scope=authorizer, principal=iam.ServicePrincipal(_GATEWAY), source_arn=authorizer_arn
    )
    if authorizer.node.try_find_child("Permission") is None:
        warn(
            authorizer,
            "authorizer-permission",
            f"the function is imported, and its policy stays as it is: let {_GATEWAY} invoke it there for this "
            "authorizer, give the authorizer a role where it takes one, or import the function with "
            "same_environment=True",
        )


def _excuse(resource: apigateway.CfnAuthorizer) -> None:
    """Let linters pass ``JwtConfiguration``, which is documented, and lacks in the schema that they go by."""
    reason = "the published schema lacks JwtConfiguration as yet"
    Validations.of(resource).acknowledge(Acknowledgment(id="CloudFormation-Validate::F3002", reason=reason))
    resource.add_metadata("cfn-lint", {"config": {"ignore_checks": ["E3002"]}})


def _check_issuer(scope: Construct, issuer: JwtIssuer) -> None:
    """Refuse what API Gateway does not take of an issuer.

    Source: whats-new.md, JWT authorizers for REST (documented).
    """
    if is_known(issuer.issuer):
        url = urlsplit(issuer.issuer)
        is_plain = url.scheme == "https" and url.hostname and not (url.query or url.fragment or url.username)
        if not is_plain or issuer.issuer.endswith(("?", "#")):
            refuse(
                scope,
                f"an issuer is an absolute https URL without query, fragment and user, got {issuer.issuer!r}: write it "
                "as the claim iss has it",
            )
    check_several(scope, f"audiences of {issuer.issuer}", issuer.audiences)
    if not issuer.audiences:
        refuse(scope, f"issuer {issuer.issuer} has no audiences: name what the claim aud of our tokens has")
    for name, values in issuer.claims.items():
        check_several(scope, f"values of the claim {name}", values)
        if name in CLAIMS_OF_ITS_OWN:
            refuse(scope, f"the claim {name!r} is checked by API Gateway itself: leave it out of claims")


def _written(issuer: JwtIssuer) -> dict[str, object]:
    claims = [
        {
            "ClaimName": name,
            "Format": "SINGLE_STRING",
            "Required": True,
            **({"ExpectedValues": list(values)} if values else {}),
        }
        for name, values in issuer.claims.items()
    ]
    return {
        "Issuer": issuer.issuer,
        "Audiences": list(issuer.audiences),
        **({"AdditionalClaims": claims} if claims else {}),
    }
