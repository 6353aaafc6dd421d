"""Cross-origin resource sharing: which pages of other origins may read what an API answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import IStableStringProducer, Lazy, Tokenization
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import is_known, warn
from forestage.constructs.verbs import ANY, VERBS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from aws_cdk import Duration

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
DEFAULT_HEADERS: Final = ("Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key")
"""Headers that a page may send by itself: those that API Gateway's own ways to authorize read, and the type."""
ANY_ORIGIN: Final = "*"
METHODS: Final = tuple(verb for verb in VERBS if verb != ANY)

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(\*\.)?(\[[0-9a-f:]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)(:[0-9]{1,5})?")
_USUAL_PORTS = {"http": ":80", "https": ":443"}
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&*+.^_`|~-]+")
_LABEL = "[a-z0-9-]+"
_PARAMETER = "method.response.header."
_PROXIES = frozenset({"AWS_PROXY", "HTTP_PROXY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """Which pages may call an API from a browser, with what, and what they may read.

    Each resource then answers ``OPTIONS`` by itself, integration responses and gateway responses have the headers, and
    of the integrations only the proxies have to send them themselves: API Gateway passes what those answer as it is.

    ``origins`` are exact, ``https://shop.example``, or all subdomains of one level, ``https://*.shop.example``.
    ``["*"]`` has to be said, and goes without ``credentials``.
    ``methods`` None are those that the resource has.
    ``headers`` are the ones that a page may send, None stands for ``DEFAULT_HEADERS``; ``expose_headers`` are those of
    responses that it may read.
    ``credentials`` lets cookies and client certificates through.
    ``max_age`` is how long a browser keeps the answer to a preflight; None leaves it to the browser.

    With one origin the headers are constants.
    With several, templates compare the ``Origin`` of the request and answer with the one that asked, and ``Vary`` tells
    caches so.
    Gateway responses have no such templates: they name the first origin, and ``errors_for_any_origin`` decides about
    the others.
    True lets pages of any origin read what the gateway itself refuses, False keeps it at the first, and None does so
    with a warning at synthesis.

    Raises:
        ValueError: something is no origin, method or header, or a wildcard meets ``credentials``.

    Source: Fetch standard, "CORS protocol"; API Gateway developer guide, "CORS for REST APIs".
    """

    origins: Sequence[str]
    methods: Sequence[str] | None = None
    headers: Sequence[str] | None = None
    expose_headers: Sequence[str] = ()
    credentials: bool = False
    max_age: Duration | None = None
    errors_for_any_origin: bool | None = None

    def __post_init__(self) -> None:
        for name in ("origins", "methods", "headers", "expose_headers"):
            words = getattr(self, name)
            if isinstance(words, str):
                raise ValueError(f"{name} of Cors is a list, got {words!r}: write [{words!r}]")  # ruff: ignore[type-check-without-type-error]  (every fault of this value is a ValueError)
            object.__setattr__(self, name, None if words is None else tuple(words))
        _check_origins(self.origins)
        _check_words("methods", self.methods or (), {*METHODS, ANY_ORIGIN})
        _check_words("headers", self.headers or ())
        _check_words("expose_headers", self.expose_headers)
        if self.credentials:
            self._check_credentials()

    def _check_credentials(self) -> None:
        for name in ("origins", "methods", "headers", "expose_headers"):
            if ANY_ORIGIN in (getattr(self, name) or ()):
                raise ValueError(f"with credentials a browser takes no '*': name the {name.replace('_', ' ')} of Cors")
        if self.errors_for_any_origin:
            raise ValueError("with credentials a browser takes no '*': leave out errors_for_any_origin of Cors")

    @property
    def is_decided_by_request(self) -> bool:
        """Whether the origin in a response depends on the one that asks."""
        return len(self.origins) > 1 or _is_pattern(self.origins[0])

    @property
    def _fixed_origin(self) -> str | None:
        return next((origin for origin in self.origins if not _is_pattern(origin)), None)

    def response_headers(self) -> dict[str, str]:
        """Return the headers of a response, with the first exact origin where the request decides."""
        headers = {} if self._fixed_origin is None else {ALLOW_ORIGIN: self._fixed_origin}
        if self.is_decided_by_request:
            headers["Vary"] = "Origin"
        if self.credentials:
            headers["Access-Control-Allow-Credentials"] = "true"
        if self.expose_headers:
            headers["Access-Control-Expose-Headers"] = ",".join(self.expose_headers)
        return headers

    def response_parameters(self) -> dict[str, str]:
        """Return the parameters of an integration response: ``{"method.response.header.Vary": "'Origin'"}``."""
        return _parameters(self.response_headers())

    def method_response_parameters(self) -> dict[str, bool]:
        """Return what a method response has to declare, so that integration responses may set it."""
        return {f"{_PARAMETER}{name}": True for name in (*self.response_headers(), ALLOW_ORIGIN)}

    def gateway_response_headers(self) -> dict[str, str]:
        """Return the headers of responses that the gateway itself makes, for which no template decides."""
        headers = self.response_headers()
        # No template decides, so that they are the same for all who ask.
        headers.pop("Vary", None)
        if self.is_decided_by_request and self.errors_for_any_origin:
            headers[ALLOW_ORIGIN] = ANY_ORIGIN
        return headers

    def template(self, rest: str = "") -> str:
        """Return a response template that names the origin which asked, followed by the ``rest``.

        Both spellings are looked at: HTTP/2 clients send ``origin``, and header names are compared as they are sent.

        Source: rest-pipeline.md, Overrides and below (documented).
        """
        if not self.is_decided_by_request:
            return rest
        override = f'$context.responseOverride.header["{ALLOW_ORIGIN}"]'
        return (
            '#set($corsOrigin = $input.params().header.get("Origin"))'
            '#set($corsOriginOfHttp2 = $input.params().header.get("origin"))'
            f"#if({self._condition('$corsOrigin')})#set({override} = $corsOrigin)"
            f"#elseif({self._condition('$corsOriginOfHttp2')})#set({override} = $corsOriginOfHttp2)#{{end}}{rest}"
        )

    def _condition(self, reference: str) -> str:
        return " || ".join(
            f'{reference}.matches("{_pattern(origin)}")' if _is_pattern(origin) else f'{reference} == "{origin}"'
            for origin in self.origins
        )

    def add_preflight(self, resource: apigateway.IResource, *, verbs: Callable[[], Sequence[str]]) -> apigateway.Method:
        """Let a resource answer ``OPTIONS``, without authorizer and key, as browsers ask it.

        ``verbs`` is asked at synthesis for the methods that the resource then has.
        """
        headers = {
            **self.response_headers(),
            "Access-Control-Allow-Methods": Lazy.string(_Methods(self.methods, verbs)),
            "Access-Control-Allow-Headers": ",".join(DEFAULT_HEADERS if self.headers is None else self.headers),
        }
        if self.max_age is not None:
            headers["Access-Control-Max-Age"] = Tokenization.stringify_number(self.max_age.to_seconds())
        declared = {**self.method_response_parameters(), **dict.fromkeys(_parameters(headers), True)}
        return resource.add_method(
            "OPTIONS",
            apigateway.MockIntegration(
                passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
                request_templates={"application/json": '{"statusCode": 204}'},
                integration_responses=[
                    apigateway.IntegrationResponse(
                        status_code="204",
                        response_parameters=_parameters(headers),
                        response_templates=(
                            {"application/json": self.template()} if self.is_decided_by_request else None
                        ),
                    )
                ],
            ),
            method_responses=[apigateway.MethodResponse(status_code="204", response_parameters=declared)],
            api_key_required=False,
            authorization_type=apigateway.AuthorizationType.NONE,
        )

    def dress(self, method: apigateway.Method) -> None:
        """Give the headers to the integration responses of a method; those of a proxy's backend are its own.

        The method responses have to declare ``method_response_parameters()``.
        """
        resource = method.node.default_child
        assert isinstance(resource, apigateway.CfnMethod)
        integration = resource.integration
        assert isinstance(integration, apigateway.CfnMethod.IntegrationProperty)
        responses = integration.integration_responses
        if integration.type in _PROXIES or not isinstance(responses, list):
            return
        for index, response in enumerate(responses):
            assert isinstance(response, apigateway.CfnMethod.IntegrationResponseProperty)
            place = f"Integration.IntegrationResponses.{index}"
            resource.add_property_override(f"{place}.ResponseParameters", self.response_parameters())
            if self.is_decided_by_request:
                templates = self._dressed(method, response.response_templates, is_mock=integration.type == "MOCK")
                if templates:
                    resource.add_property_override(f"{place}.ResponseTemplates", templates)

    def _dressed(self, method: apigateway.Method, templates: object, *, is_mock: bool) -> Mapping[str, str]:
        if isinstance(templates, dict) and templates:
            return {kind: self.template(text) for kind, text in templates.items()}
        if is_mock:
            return {"application/json": self.template()}
        warn(
            method,
            "cors-without-template",
            "an integration response without template passes the body as it is, and then only "
            f"{self._fixed_origin or 'no page'} may read it: give it a response template, or name one origin in Cors",
        )
        return {}

    def check_gateway_responses(self, api: apigateway.IRestApi) -> None:
        """Advise where pages of some origins cannot read what the gateway itself answers."""
        if self.is_decided_by_request and self.errors_for_any_origin is None:
            warn(
                api,
                "cors-gateway-responses",
                "gateway responses cannot choose among several origins, so that only pages of "
                f"{self._fixed_origin or 'none'} can read errors of the gateway itself: let any origin read them by "
                "errors_for_any_origin=True in Cors, or accept it by False",
            )


@jsii.implements(IStableStringProducer)
class _Methods:
    """Writes Access-Control-Allow-Methods when everything is defined."""

    def __init__(self, methods: Sequence[str] | None, verbs: Callable[[], Sequence[str]]) -> None:
        self._methods = methods
        self._verbs = verbs

    def produce(self) -> str:
        """Return the value of the header, in quotes or not as its place wants it."""
        words = self._verbs() if self._methods is None else self._methods
        return ",".join(METHODS if ANY in words else sorted(words))


def _parameters(headers: Mapping[str, str]) -> dict[str, str]:
    return {f"{_PARAMETER}{name}": f"'{value}'" for name, value in headers.items()}


def _is_pattern(origin: str) -> bool:
    return is_known(origin) and "//*." in origin


def _pattern(origin: str) -> str:
    """Return a Java regular expression; a dot stands in brackets, since templates keep backslashes as they are."""
    return origin.replace("+", "[+]").replace(".", "[.]").replace("*", _LABEL)


def _check_origins(origins: Sequence[str]) -> None:
    if not origins:
        raise ValueError("Cors without origins lets no page call: name one, or leave Cors out")
    for origin in origins:
        if not is_known(origin) or (origin == ANY_ORIGIN and len(origins) == 1):
            continue
        if origin == ANY_ORIGIN:
            raise ValueError("the origin '*' stands for all, and goes alone: leave out the others of Cors")
        scheme, _, authority = origin.partition("://")
        if not _ORIGIN.fullmatch(origin) or authority.endswith(_USUAL_PORTS.get(scheme, " ")):
            raise ValueError(
                "an origin of Cors is a scheme, a host in lower case and a port that is not the usual one, as browsers "
                f"send it, https://shop.example, got {origin!r}"
            )


def _check_words(name: str, words: Sequence[str], allowed: Collection[str] = ()) -> None:
    for word in words:
        if not is_known(word):
            continue
        if allowed and word not in allowed:
            raise ValueError(f"{name} of Cors are of {', '.join(sorted(allowed))}, got {word!r}")
        if not _TOKEN.fullmatch(word):
            raise ValueError(f"{name} of Cors are names, got {word!r}")
