"""Who decides about callers: authorizers that changed as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import RestContext, SocketContext
    from forestage.model.rest import Authorizer
    from forestage.model.values import OpenJson, Text
    from forestage.model.websocket import Authorizer as RouteAuthorizer

    AnyChange = Change[OpenJson]

DEFAULT_CACHE_SECONDS = 300
"""Source: API reference, CreateAuthorizer: authorizerResultTtlInSeconds is 300 by default."""


def walk_authorizers(context: RestContext) -> Iterator[AnyChange]:
    """Tell what is different in the authorizers of a REST API; identity sources are told at methods."""
    for pair in context.pair.authorizers:
        both = pair.both
        if both is not None:
            before, after = both
            place = context.here.named(
                "AUTHORIZER",
                after.logical_id.partition(":")[2] or after.logical_id,
                after.logical_id,
                "AWS::ApiGateway::Authorizer",
                after.origin,
                after.name,
            )
            yield from _rest(context, place, before, after)


def _rest(context: RestContext, place: Place, before: Authorizer, after: Authorizer) -> Iterator[AnyChange]:
    def change(concern: Concern, ours: OpenJson, theirs: OpenJson, path: str, detail: str = "") -> AnyChange:
        return Change(
            concern=concern, place=place, before=ours, after=theirs, path=(path,), detail=detail, is_held=True
        )

    sides = context.sides
    if before.type != after.type:
        yield change(Concern.AUTHORIZER_TYPE, before.type, after.type, "Type")
    ours, theirs = before.identity_validation_expression or None, after.identity_validation_expression or None
    if ours != theirs:
        yield change(Concern.AUTHORIZER_VALIDATION, ours, theirs, "IdentityValidationExpression")
    if before.type == after.type:
        path = "JwtConfiguration" if after.type == "JWT" else "ProviderARNs"
        yield from _providers(place, sides.words(_trusted(before), _trusted(after)), path)
        yield from _claims(place, _asked(before), _asked(after))
    if not sides.are_same(before.authorizer_uri, after.authorizer_uri):
        yield change(
            Concern.AUTHORIZER_TARGET, *sides.text(before.authorizer_uri, after.authorizer_uri), "AuthorizerUri"
        )
    if before.type != "COGNITO_USER_POOLS" and after.type != "COGNITO_USER_POOLS":
        yield from _cache(place, before.authorizer_result_ttl_in_seconds, after.authorizer_result_ttl_in_seconds)
    if not sides.are_same(before.authorizer_credentials, after.authorizer_credentials):
        yield change(Concern.AUTHORIZER_OTHER, None, None, "AuthorizerCredentials")


def _providers(place: Place, trusted: tuple[frozenset[str], frozenset[str]], path: str) -> Iterator[AnyChange]:
    """Tell whose tokens are accepted no longer, and whose are now."""
    for concern, names in (
        (Concern.AUTHORIZER_PROVIDER_REMOVED, trusted[0] - trusted[1]),
        (Concern.AUTHORIZER_PROVIDER_ADDED, trusted[1] - trusted[0]),
    ):
        for name in sorted(names):
            gone = concern is Concern.AUTHORIZER_PROVIDER_REMOVED
            yield Change(
                concern=concern,
                place=place,
                before=name if gone else None,
                after=None if gone else name,
                path=(path,),
                detail=name,
                is_held=True,
            )


def _trusted(authorizer: Authorizer) -> list[Text]:
    """List the user pools, or issuers with their audiences, whose tokens are accepted."""
    issuers = authorizer.jwt_configuration.issuers if authorizer.jwt_configuration else ()
    named = (f"{issuer.issuer} for {audience}" for issuer in issuers for audience in issuer.audiences)
    return [*authorizer.provider_arns, *named]


def _asked(authorizer: Authorizer) -> frozenset[str]:
    """List the claims that tokens must have beside the usual ones."""
    issuers = authorizer.jwt_configuration.issuers if authorizer.jwt_configuration else ()
    return frozenset(
        f"{claim.claim_name} {'or '.join(map(str, claim.expected_values))}".strip()
        for issuer in issuers
        for claim in issuer.additional_claims
    )


def _claims(place: Place, before: frozenset[str], after: frozenset[str]) -> Iterator[AnyChange]:
    for name in sorted(before ^ after):
        yield Change(
            concern=Concern.AUTHORIZER_VALIDATION,
            place=place,
            before=name if name in before else None,
            after=None if name in before else name,
            path=("JwtConfiguration",),
            detail=name,
            is_held=True,
        )


def _cache(place: Place, before: int | None, after: int | None) -> Iterator[AnyChange]:
    seconds = tuple(DEFAULT_CACHE_SECONDS if value is None else value for value in (before, after))
    if seconds[0] != seconds[1]:
        yield Change(
            concern=Concern.AUTHORIZER_CACHE,
            place=place,
            before=seconds[0],
            after=seconds[1],
            path=("AuthorizerResultTtlInSeconds",),
            is_held=True,
        )


def walk_route_authorizers(context: SocketContext) -> Iterator[AnyChange]:
    """Tell what is different in the authorizers of a WebSocket or HTTP API."""
    for pair in context.pair.authorizers:
        both = pair.both
        if both is not None:
            yield from _regional(context, *both)


def _regional(context: SocketContext, before: RouteAuthorizer, after: RouteAuthorizer) -> Iterator[AnyChange]:
    place = context.here.named(
        "AUTHORIZER", after.logical_id, after.logical_id, "AWS::ApiGatewayV2::Authorizer", after.origin, after.name
    )
    if before.authorizer_type != after.authorizer_type:
        yield Change(
            concern=Concern.AUTHORIZER_TYPE,
            place=place,
            before=before.authorizer_type,
            after=after.authorizer_type,
            path=("AuthorizerType",),
            is_held=True,
        )
    else:
        trusted = context.sides.words(_trusted_by_route(before), _trusted_by_route(after))
        yield from _providers(place, trusted, "JwtConfiguration")
    if not context.sides.are_same(before.authorizer_uri, after.authorizer_uri):
        ours, theirs = context.sides.text(before.authorizer_uri, after.authorizer_uri)
        yield Change(
            concern=Concern.AUTHORIZER_TARGET,
            place=place,
            before=ours,
            after=theirs,
            path=("AuthorizerUri",),
            is_held=True,
        )
    if context.pair.after.protocol_type == "HTTP":
        yield from _cache(place, before.authorizer_result_ttl_in_seconds, after.authorizer_result_ttl_in_seconds)


def _trusted_by_route(authorizer: RouteAuthorizer) -> list[Text]:
    configuration = authorizer.jwt_configuration
    if configuration is None:
        return []
    return [f"{configuration.issuer} for {audience}" for audience in configuration.audience]
