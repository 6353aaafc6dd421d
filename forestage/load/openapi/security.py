"""Security schemes: authorizers, and what a method demands of its callers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.load.openapi.nodes import Draft
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.openapi.document import Document
    from forestage.load.openapi.findings import ImportFindings
    from forestage.load.openapi.nodes import BodyPart, Node
    from forestage.load.openapi.target import Target
    from forestage.load.resolved import Resolved

AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
AUTH_TYPE: Final = "x-amazon-apigateway-authtype"
SIGV4: Final = "awssigv4"
UNUSED: Final = "Unused"
"""What stands for the header's name where the scheme has none: developer guide, x-amazon-apigateway-authorizer."""

HEADER: Final = "method.request.header."
NAMED_BY_SCHEME: Final = frozenset({"TOKEN", "COGNITO_USER_POOLS"})
"""Authorizers whose identity source is the header that the scheme names (recorded by LocalStack for TOKEN)."""

_OF_LAMBDA = frozenset({"TOKEN", "REQUEST"})
_NAMES: Final[Mapping[str, str]] = {"providerARNs": "ProviderARNs"}
_HTTP_API_ONLY = frozenset({"authorizerPayloadFormatVersion", "enableSimpleResponses"})
_CLAIM = {"claimName": "ClaimName", "format": "Format", "required": "Required", "expectedValues": "ExpectedValues"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a method demands: properties of the method, and where they were written."""

    properties: Mapping[str, Resolved] = field(default_factory=dict)
    node: Node | None = None


class Security:
    """The security schemes of a body."""

    def __init__(self, document: Document, target: Target, findings: ImportFindings) -> None:
        self._target = target
        self._findings = findings
        self._schemes = dict(document.security_schemes.items())
        self._everywhere = document.root.get("security")

    def authorizers(self) -> tuple[BodyPart, ...]:
        """List the authorizers, used or not."""
        return tuple(
            self._authorizer(name, scheme, found)
            for name, scheme in self._schemes.items()
            if (found := scheme.get(AUTHORIZER)) is not None
        )

    def _authorizer(self, name: str, scheme: Node, found: Node) -> BodyPart:
        draft = Draft(found)
        properties = draft.rename(found, _NAMES)
        for key in _HTTP_API_ONLY:
            properties.pop(f"{key[:1].upper()}{key[1:]}", None)
        draft.properties.update(properties)
        kind = (found.text("type") or "").upper()
        draft.put("Name", name, scheme)
        if kind:
            draft.put("Type", kind, found.child("type"))
        header = scheme.text("name")
        if kind in NAMED_BY_SCHEME and header and header != UNUSED:
            draft.put("IdentitySource", f"{HEADER}{header}", scheme.child("name"))
        if scheme.get(AUTH_TYPE) is not None:
            draft.put("AuthType", scheme.child(AUTH_TYPE).value, scheme.child(AUTH_TYPE))
        configuration = found.get("jwtConfiguration")
        if configuration is not None:
            draft.put("JwtConfiguration", _jwt_configuration(draft, configuration), configuration)
        return self._target.part("Authorizer", name, draft)

    def demand(self, operation: Node) -> Demand:
        """Tell what an operation demands; without ``security`` of its own, what the whole body demands.

        Source: LocalStack's AWS-validated test_import_with_global_api_key_authorizer. The developer guide's important
        notes say that security at the root is not used: here nobody is admitted who may not be.
        """
        security = operation.get("security") or self._everywhere
        properties: dict[str, Resolved] = {"AuthorizationType": "NONE"}
        for requirement in security.each() if security is not None else ():
            for name, scopes in requirement.items():
                self._apply(name, scopes, properties)
        extension = operation.get("x-amazon-apigateway-auth")
        kind = extension.text("type") if extension is not None else None
        if kind is not None and properties["AuthorizationType"] == "NONE":
            properties["AuthorizationType"] = kind.upper()
        return Demand(properties=properties, node=security or extension)

    def _apply(self, name: str, scopes: Node, properties: dict[str, Resolved]) -> None:
        scheme = self._schemes.get(name)
        if scheme is None and name == "NONE":
            return  # SAM writes this for a method that is open although the API has a default authorizer.
        if scheme is None:
            self._findings.fault(f"there is no security scheme {name!r}", scopes)
            return
        authorizer = scheme.get(AUTHORIZER)
        if authorizer is not None:
            if properties["AuthorizationType"] == "NONE":
                kind = (authorizer.text("type") or "").upper()
                properties["AuthorizationType"] = "CUSTOM" if kind in _OF_LAMBDA else kind
                properties["AuthorizerId"] = self._target.id_of("Authorizer", name)
                properties["AuthorizationScopes"] = scopes.value or []
        elif (scheme.text(AUTH_TYPE) or "").lower() == SIGV4:
            properties["AuthorizationType"] = "AWS_IAM"
        elif scheme.text("type") == "apiKey" and (scheme.text("name") or "").lower() == "x-api-key":
            properties["ApiKeyRequired"] = True
        else:
            self._findings.advise(
                f"security scheme {name!r} keeps nobody out: it has neither {AUTHORIZER} nor {AUTH_TYPE}: awsSigv4, "
                "and is no API key in the header x-api-key",
                scopes,
            )


def _jwt_configuration(draft: Draft, configuration: Node) -> Resolved:
    at = ("JwtConfiguration",)
    found = draft.rename(configuration, {}, at=at)
    issuers: list[Resolved] = []
    for index, issuer in enumerate(configuration.child("issuers").each()):
        below = (*at, "Issuers", index)
        made = draft.rename(issuer, {}, at=below)
        claims = [
            draft.rename(claim, _CLAIM, at=(*below, "AdditionalClaims", number))
            for number, claim in enumerate(issuer.child("additionalClaims").each())
        ]
        issuers.append({**made, "AdditionalClaims": claims} if claims else made)
    return {**found, "Issuers": issuers} if issuers else found
