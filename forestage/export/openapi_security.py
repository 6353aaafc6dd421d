"""Authorizers and what methods demand, as security schemes of an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.openapi.security import AUTH_TYPE, AUTHORIZER, HEADER, NAMED_BY_SCHEME, UNUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.export.plain import Gaps
    from forestage.model.rest import Authorizer, JwtConfiguration, Method
    from forestage.model.values import Json

_API_KEY: Json = {"type": "apiKey", "name": "x-api-key", "in": "header"}
_SIGV4: Json = {"type": "apiKey", "name": "Authorization", "in": "header", AUTH_TYPE: "awsSigv4"}


class Schemes:
    """The security schemes of one document: those of authorizers, and what methods needed beside."""

    def __init__(self, authorizers: Sequence[Authorizer], gaps: Gaps) -> None:
        self._gaps = gaps
        self._names: dict[str, str] = {}
        self._schemes: dict[str, Json] = {}
        for authorizer in authorizers:
            name = str(gaps.plain(authorizer.name, "the name of an authorizer"))
            self._names[authorizer.id] = name
            self._schemes[name] = self._scheme(authorizer, name)

    def written(self) -> Json:
        """Return the schemes by name."""
        return dict(self._schemes)

    def security(self, method: Method, where: str) -> list[Json]:
        """Return what a method demands; nothing where anybody may call it."""
        demands: list[Json] = []
        kind = method.authorization_type or "NONE"
        if kind == "AWS_IAM":
            demands.append({self._own("sigv4", _SIGV4): []})
        elif kind != "NONE":
            name = self._names.get(method.authorizer_id or "")
            if name is None:
                self._gaps.add(f"{where} has an authorizer that is not part of the API")
            else:
                demands.append({name: self._gaps.plain(method.authorization_scopes, f"a scope of {where}")})
        if method.api_key_required:
            demands.append({self._own("api_key", _API_KEY): []})
        return demands

    def _own(self, name: str, scheme: Json) -> str:
        """Find a name for a scheme that is no authorizer."""
        while self._schemes.setdefault(name, scheme) != scheme:
            name = f"{name}_"
        return name

    def _scheme(self, authorizer: Authorizer, name: str) -> Json:
        where = f"authorizer {name}"
        source = authorizer.identity_source or ""
        header = source.removeprefix(HEADER)
        is_header = header != source and bool(header) and "," not in header and header != UNUSED
        named_by_scheme = is_header and authorizer.type in NAMED_BY_SCHEME
        scheme: dict[str, Json] = {"type": "apiKey", "name": header if is_header else UNUSED, "in": "header"}
        if authorizer.auth_type is not None:
            scheme[AUTH_TYPE] = self._gaps.plain(authorizer.auth_type, where)
        found: dict[str, Json] = {
            "type": authorizer.type.lower(),
            "authorizerUri": self._gaps.plain(authorizer.authorizer_uri, where),
            "authorizerCredentials": self._gaps.plain(authorizer.authorizer_credentials, where),
            "authorizerResultTtlInSeconds": authorizer.authorizer_result_ttl_in_seconds,
            "identitySource": None if named_by_scheme else authorizer.identity_source,
            "identityValidationExpression": authorizer.identity_validation_expression,
            "providerARNs": self._gaps.plain(authorizer.provider_arns, where) or None,
            "jwtConfiguration": self._jwt(authorizer.jwt_configuration, where),
        }
        scheme[AUTHORIZER] = {key: value for key, value in found.items() if value is not None}
        return scheme

    def _jwt(self, configuration: JwtConfiguration | None, where: str) -> Json:
        if configuration is None:
            return None
        issuers: list[Json] = []
        for issuer in configuration.issuers:
            claims: list[Json] = [
                {
                    "claimName": self._gaps.plain(claim.claim_name, where),
                    "format": claim.format,
                    **({} if claim.required is None else {"required": claim.required}),
                    **({"expectedValues": list(map(str, claim.expected_values))} if claim.expected_values else {}),
                }
                for claim in issuer.additional_claims
            ]
            issuers.append(
                {
                    "issuer": self._gaps.plain(issuer.issuer, where),
                    "audiences": self._gaps.plain(issuer.audiences, where),
                    **({"additionalClaims": claims} if claims else {}),
                }
            )
        return {"issuers": issuers, "defaultAlgorithms": list(configuration.default_algorithms)}
