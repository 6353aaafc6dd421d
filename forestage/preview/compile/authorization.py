"""Who may call a method: authorizers, IAM and resource policies, compiled."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.model.records import dataclass
from forestage.model.values import known, known_json
from forestage.preview.compile.identity_sources import IdentityKind, IdentitySourceError, read_identity_sources
from forestage.preview.compile.patterns import BoundedPattern
from forestage.preview.compile.uri import UriTemplate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.rest import Authorizer, JwtAdditionalClaim, JwtIssuer, Method, RestApi
    from forestage.model.values import OpenJson
    from forestage.policy import NamedPolicy
    from forestage.preview.compile.identity_sources import IdentitySource
    from forestage.tokens import ClaimRule, IssuerRules, TokenRules

DEFAULT_TTL_SECONDS: Final = 300
"""How long an authorizer's answer is kept. Source: authorizers.md, TOKEN (documented)."""

_NETWORK_KEYS: Final = {
    "aws:SourceVpce": re.compile(r"aws:sourcevpce", re.IGNORECASE),
    "aws:SourceVpc": re.compile(r"aws:sourcevpc(?!e)", re.IGNORECASE),
}
"""Condition keys that tell which way a request took into a private API."""

_LAMBDA_PATH = re.compile(r"arn:[^:]+:apigateway:[^:]+:lambda:path/2015-03-31/functions/(.+)/invocations")


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaAuthorizer:
    """A function decides: about a token, or (``is_token`` false) about the request.

    Without ``ttl_seconds`` no answer is kept. ``by_role`` is true where a role invokes the function, whose own
    permissions are not asked.
    """

    id: str
    name: str
    is_token: bool
    function: UriTemplate
    identity_sources: tuple[IdentitySource, ...]
    validation: BoundedPattern | None
    ttl_seconds: int
    by_role: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAuthorizer:
    """A signed token decides: Cognito's, or (``is_cognito`` false) a JWT of another issuer."""

    id: str
    name: str
    is_cognito: bool
    identity_source: IdentitySource
    validation: BoundedPattern | None
    rules: TokenRules


@dataclass(frozen=True, slots=True, kw_only=True)
class IamAuthorization:
    """A signature decides, and the policies of who signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecidable:
    """Nobody is admitted, since nothing can decide; the reason is for people."""

    reason: str


Authorization: TypeAlias = LambdaAuthorizer | TokenAuthorizer | IamAuthorization | Undecidable


def compile_authorization(method: Method, authorizers: Mapping[str, Authorizer]) -> Authorization | None:
    """Compile what a method demands of its callers; None where it demands nothing."""
    kind = method.authorization_type or "NONE"
    if kind == "NONE":
        return None
    if kind == "AWS_IAM":
        return IamAuthorization()
    authorizer = authorizers.get(known(method.authorizer_id) or "")
    if authorizer is None:
        return Undecidable(reason=f"the authorizer {method.authorizer_id} is not part of what the stage serves")
    scopes = tuple(known(scope) or "" for scope in method.authorization_scopes)
    try:
        if authorizer.type in {"TOKEN", "REQUEST"}:
            return _lambda_authorizer(authorizer)
        return _token_authorizer(authorizer, scopes)
    except _FaultError as fault:
        return Undecidable(reason=f"the authorizer {_name(authorizer)} cannot be asked: {fault}")


class _FaultError(ValueError):
    """An authorizer that cannot be executed."""


def _name(authorizer: Authorizer) -> str:
    return known(authorizer.name) or authorizer.logical_id


def _sources(authorizer: Authorizer) -> tuple[IdentitySource, ...]:
    try:
        return read_identity_sources(authorizer.identity_source or "")
    except IdentitySourceError as error:
        raise _FaultError(f"IdentitySource: {error}") from None


def _lambda_authorizer(authorizer: Authorizer) -> LambdaAuthorizer:
    found = _LAMBDA_PATH.fullmatch(known(authorizer.authorizer_uri) or "")
    if found is None:
        raise _FaultError(f"its AuthorizerUri names no Lambda function: {authorizer.authorizer_uri}")
    sources = _sources(authorizer)
    is_token = authorizer.type == "TOKEN"
    if is_token and len(sources) != 1:
        raise _FaultError(
            f"a TOKEN authorizer has one header as its IdentitySource, got {authorizer.identity_source!r}"
        )
    ttl = authorizer.authorizer_result_ttl_in_seconds
    ttl_seconds = DEFAULT_TTL_SECONDS if ttl is None else ttl
    return LambdaAuthorizer(
        id=authorizer.id,
        name=_name(authorizer),
        is_token=is_token,
        function=UriTemplate.of(found[1]),
        identity_sources=sources,
        validation=_validation(authorizer),
        # Without a source there is nothing to keep an answer by.
        ttl_seconds=ttl_seconds if sources else 0,
        by_role=authorizer.authorizer_credentials is not None,
    )


def _validation(authorizer: Authorizer) -> BoundedPattern | None:
    text = authorizer.identity_validation_expression
    return BoundedPattern.of(text) if text else None


def _token_authorizer(authorizer: Authorizer, scopes: tuple[str, ...]) -> TokenAuthorizer:
    sources = _sources(authorizer)
    if len(sources) != 1 or sources[0].kind is not IdentityKind.HEADER:
        raise _FaultError(f"its IdentitySource has to be one header, got {authorizer.identity_source!r}")
    is_cognito = authorizer.type == "COGNITO_USER_POOLS"
    return TokenAuthorizer(
        id=authorizer.id,
        name=_name(authorizer),
        is_cognito=is_cognito,
        identity_source=sources[0],
        validation=_validation(authorizer) if is_cognito else None,
        rules=_cognito_rules(authorizer, scopes) if is_cognito else _jwt_rules(authorizer, scopes),
    )


def _cognito_rules(authorizer: Authorizer, scopes: tuple[str, ...]) -> TokenRules:
    from forestage.tokens import cognito_issuer, cognito_rules

    issuers = [cognito_issuer(known(arn) or "") for arn in authorizer.provider_arns]
    if not issuers or None in issuers:
        raise _FaultError(
            f"ProviderARNs have to be ARNs of user pools, got {', '.join(map(str, authorizer.provider_arns))}"
        )
    return cognito_rules([issuer for issuer in issuers if issuer is not None], scopes=scopes)


def _jwt_rules(authorizer: Authorizer, scopes: tuple[str, ...]) -> TokenRules:
    from forestage.tokens import TokenRules

    configuration = authorizer.jwt_configuration
    if configuration is None or not configuration.issuers:
        raise _FaultError("its JwtConfiguration names no issuer")
    return TokenRules(
        issuers=tuple(_issuer_rules(issuer) for issuer in configuration.issuers),
        algorithms=configuration.default_algorithms,
        scopes=scopes,
    )


def _issuer_rules(issuer: JwtIssuer) -> IssuerRules:
    from forestage.tokens import IssuerRules, is_issuer

    address = known(issuer.issuer)
    if address is None or not is_issuer(address):
        raise _FaultError(f"an issuer has to be an https address without query, fragment and user, got {issuer.issuer}")
    return IssuerRules(
        issuer=address,
        audiences=tuple(known(audience) or "" for audience in issuer.audiences),
        additional_claims=tuple(_claim_rule(claim) for claim in issuer.additional_claims),
    )


def _claim_rule(claim: JwtAdditionalClaim) -> ClaimRule:
    from forestage.tokens import RESERVED_CLAIMS, ClaimRule

    name = known(claim.claim_name)
    if not name or name in RESERVED_CLAIMS:
        raise _FaultError(f"an additional claim cannot be {claim.claim_name}")
    return ClaimRule(
        name=name,
        is_required=bool(claim.required),
        expected=tuple(known(value) or "" for value in claim.expected_values),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePolicy:
    """The policy of an API, a private domain or a VPC endpoint.

    ``named`` is None where it cannot be read, and ``fault`` tells why. ``names_identities`` is true where a statement
    is about certain AWS principals. ``network_keys`` are the condition keys about VPCs that it asks for.
    """

    named: NamedPolicy | None = None
    names_identities: bool = False
    network_keys: tuple[str, ...] = ()
    fault: str | None = None


def compile_resource_policy(api: RestApi, *, arn_prefix: str) -> ResourcePolicy | None:
    """Compile the policy of an API, short resources written out; None where it has none.

    ``arn_prefix`` is that of its methods, ``arn:aws:execute-api:us-east-1:123456789012:a1b2c3``.
    """
    return read_policy(api.policy, arn_prefix=arn_prefix, name="the resource policy")


def read_policy(document: OpenJson, *, name: str, arn_prefix: str | None) -> ResourcePolicy | None:
    """Read a policy that belongs to a resource, as JSON or its text; None where there is none.

    ``name`` is what to call it in a trace. Without ``arn_prefix`` there are no short resources.
    """
    if document is None:
        return None
    from forestage import policy

    content = known_json(document)
    if content is None:
        return ResourcePolicy(fault="parts of it are known only after deployment")
    kind = policy.PolicyKind.ENDPOINT if arn_prefix is None else policy.PolicyKind.RESOURCE
    try:
        if isinstance(content, str):
            parsed = policy.parse_policy_text(content, kind=kind)
        else:
            parsed = policy.parse_policy(content, kind=kind)
    except policy.PolicyError as error:
        return ResourcePolicy(fault=f"{error}")
    if arn_prefix is not None:
        parsed = policy.expand_resources(parsed, arn_prefix=arn_prefix)
    # Names of keys stand in conditions, and in variables anywhere else.
    text = content if isinstance(content, str) else json.dumps(content)
    return ResourcePolicy(
        named=policy.NamedPolicy(name=name, policy=parsed),
        names_identities=policy.names_identities(parsed),
        network_keys=tuple(key for key, pattern in _NETWORK_KEYS.items() if pattern.search(text)),
    )
