"""What a method calls behind the gateway, and how requests and responses are changed on the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.diff.match.sides import is_function_uri
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.methods import renamed_parameters
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.match.pairs import MethodPair
    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import RestContext
    from forestage.model.rest import Integration, IntegrationResponse
    from forestage.model.values import OpenJson, Text

    AnyChange = Change[OpenJson | frozenset[str]]

DEFAULT_TIMEOUT_MS: Final = 29_000
_PROXIES = frozenset({"AWS_PROXY", "HTTP_PROXY"})
_SPACE = re.compile(r"\s+")
_HEADER = "method.response.header."


def walk_integration(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    """Tell what is different in the integration of a method that is the same one."""
    before, after = pair.before.method.integration, pair.after.method.integration
    if before is None or after is None:
        if before is not after:
            yield Change(
                concern=Concern.INTEGRATION_TYPE,
                place=place,
                before=None if before is None else before.type,
                after=None if after is None else after.type,
                path=("Integration",),
                is_held=True,
            )
        return
    walk = _Walk(context, pair, place, before, after)
    yield from walk.target()
    yield from walk.request()
    yield from walk.behaviour()
    yield from walk.responses()


class _Walk:
    def __init__(
        self, context: RestContext, pair: MethodPair, place: Place, before: Integration, after: Integration
    ) -> None:
        self.context = context
        self.sides = context.sides
        self.pair = pair
        self.place = place
        self.before = before
        self.after = after
        self.rename = renamed_parameters(pair)

    def change(
        self,
        concern: Concern,
        before: OpenJson | frozenset[str],
        after: OpenJson | frozenset[str],
        *path: str,
        detail: str = "",
        facts: frozenset[Fact] = frozenset(),
    ) -> AnyChange:
        return Change(
            concern=concern,
            place=self.place,
            before=before,
            after=after,
            detail=detail,
            path=("Integration", *path),
            facts=facts,
            is_held=True,
            origin=self.after.origin,
        )

    def target(self) -> Iterator[AnyChange]:
        ours, theirs = self.before, self.after
        if ours.type != theirs.type:
            yield self.change(Concern.INTEGRATION_TYPE, ours.type, theirs.type, "Type")
        elif not self._has_same_target():
            before, after = self.sides.text(ours.uri, theirs.uri)
            yield self.change(Concern.INTEGRATION_TARGET, before, after, "Uri")
        yield from self._verb()
        before, after = self.sides.text(ours.credentials, theirs.credentials)
        if before != after:
            yield self.change(Concern.INTEGRATION_CREDENTIALS, before, after, "Credentials")
        yield from self._connection()

    def _has_same_target(self) -> bool:
        function = self.context.deployments.before.function_of(self.before.uri)
        other = self.context.deployments.after.function_of(self.after.uri)
        if function is not None and other is not None:
            if (function.arn, other.arn) not in self.context.deployments.same_functions:
                return False
            if _qualifier(self.before.uri) == _qualifier(self.after.uri):
                return True
        ours = self.sides.text(self.before.uri, self.after.uri)
        before, after = (self.rename(text) if isinstance(text, str) else text for text in ours)
        return _path_parameters_by_place(before) == _path_parameters_by_place(after)

    def _verb(self) -> Iterator[AnyChange]:
        ours, theirs = self.before, self.after
        if "MOCK" in {ours.type, theirs.type} or ours.integration_http_method == theirs.integration_http_method:
            return
        calls_function = is_function_uri(theirs.uri)
        if ours.type != theirs.type and not (calls_function and theirs.integration_http_method != "POST"):
            return
        yield self.change(
            Concern.INTEGRATION_VERB,
            ours.integration_http_method,
            theirs.integration_http_method,
            "IntegrationHttpMethod",
            facts=frozenset({Fact.FUNCTION}) if calls_function else frozenset(),
        )

    def _connection(self) -> Iterator[AnyChange]:
        def content(item: Integration) -> tuple[OpenJson, ...]:
            return (item.connection_type or "INTERNET", item.connection_id, item.integration_target)

        if not self.sides.are_same(content(self.before), content(self.after)):
            before, after = self.sides.document(list(content(self.before)), list(content(self.after)))
            yield self.change(Concern.CONNECTION, before, after, "ConnectionType")

    def request(self) -> Iterator[AnyChange]:
        ours, theirs = self.before, self.after
        if ours.type == theirs.type and theirs.type not in _PROXIES:
            yield from self._passthrough()
            yield from self._templates()
        before, after = self.sides.texts(ours.request_parameters, theirs.request_parameters)
        before = {key: self.rename(value) if isinstance(value, str) else value for key, value in before.items()}
        if before != after and ours.type == theirs.type:
            yield self.change(Concern.REQUEST_MAPPING, before, after, "RequestParameters")

    def _passthrough(self) -> Iterator[AnyChange]:
        before = self.before.passthrough_behavior or "WHEN_NO_MATCH"
        after = self.after.passthrough_behavior or "WHEN_NO_MATCH"
        if before != after:
            yield self.change(
                Concern.PASSTHROUGH,
                before,
                after,
                "PassthroughBehavior",
                facts=frozenset({Fact.HAS_TEMPLATES}) if self.after.request_templates else frozenset(),
            )

    def _templates(self) -> Iterator[AnyChange]:
        ours, theirs = self.sides.texts(self.before.request_templates, self.after.request_templates)
        strict = (self.after.passthrough_behavior or "WHEN_NO_MATCH") != "WHEN_NO_MATCH"
        for content_type in sorted({*ours} | {*theirs}):
            before, after = ours.get(content_type), theirs.get(content_type)
            if spaceless(before) == spaceless(after):
                continue
            concern = Concern.REQUEST_TEMPLATE_CHANGED
            if before is None:
                concern = Concern.REQUEST_TEMPLATE_ADDED
            elif after is None:
                concern = Concern.REQUEST_TEMPLATE_REMOVED
            yield self.change(
                concern,
                before,
                after,
                "RequestTemplates",
                content_type,
                detail=content_type,
                facts=frozenset({Fact.CHECKED}) if strict else frozenset(),
            )

    def behaviour(self) -> Iterator[AnyChange]:
        ours, theirs = self.before, self.after
        timeouts = (ours.timeout_in_millis or DEFAULT_TIMEOUT_MS, theirs.timeout_in_millis or DEFAULT_TIMEOUT_MS)
        if timeouts[0] != timeouts[1]:
            yield self.change(Concern.INTEGRATION_TIMEOUT, *timeouts, "TimeoutInMillis")
        if ours.content_handling != theirs.content_handling:
            yield self.change(
                Concern.CONTENT_HANDLING, ours.content_handling, theirs.content_handling, "ContentHandling"
            )
        modes = (ours.response_transfer_mode or "BUFFERED", theirs.response_transfer_mode or "BUFFERED")
        if modes[0] != modes[1]:
            yield self.change(Concern.RESPONSE_TRANSFER_MODE, *modes, "ResponseTransferMode")
        unchecked = _skips_verification(ours), _skips_verification(theirs)
        if unchecked[0] != unchecked[1]:
            yield self.change(Concern.INTEGRATION_TLS_CHECK, *unchecked, "TlsConfig", "InsecureSkipVerification")
        yield from self._cache_keys()

    def _cache_keys(self) -> Iterator[AnyChange]:
        before, after = self.sides.words(self.before.cache_key_parameters, self.after.cache_key_parameters)
        before = frozenset(map(self.rename, before))
        if before != after:
            yield self.change(Concern.CACHE_KEYS, before, after, "CacheKeyParameters")
        elif not self.sides.are_same(self.before.cache_namespace, self.after.cache_namespace):
            spaces = self.sides.text(self.before.cache_namespace, self.after.cache_namespace)
            # A namespace that is the resource itself is the default.
            defaults = {self.pair.before.method.resource_id, self.pair.after.method.resource_id, None}
            if not {self.before.cache_namespace, self.after.cache_namespace} <= defaults:
                yield self.change(Concern.CACHE_KEYS, *spaces, "CacheNamespace")

    def responses(self) -> Iterator[AnyChange]:
        if self.before.type in _PROXIES or self.after.type in _PROXIES:
            return
        ours = {_pattern(item): item for item in self.before.integration_responses}
        theirs = {_pattern(item): item for item in self.after.integration_responses}
        for pattern in sorted({*ours} | {*theirs}):
            before, after = ours.get(pattern), theirs.get(pattern)
            facts = frozenset() if pattern else frozenset({Fact.DEFAULT})
            if before is None or after is None:
                yield self.change(
                    Concern.INTEGRATION_RESPONSE_ADDED if before is None else Concern.INTEGRATION_RESPONSE_REMOVED,
                    None if before is None else before.status_code,
                    None if after is None else after.status_code,
                    "IntegrationResponses",
                    detail=pattern,
                    facts=facts,
                )
            else:
                yield from self._response(pattern, before, after)

    def _response(self, pattern: str, before: IntegrationResponse, after: IntegrationResponse) -> Iterator[AnyChange]:
        path = "IntegrationResponses"
        if before.status_code != after.status_code:
            yield self.change(
                Concern.INTEGRATION_RESPONSE_STATUS, before.status_code, after.status_code, path, detail=pattern
            )
        if before.content_handling != after.content_handling:
            yield self.change(
                Concern.CONTENT_HANDLING, before.content_handling, after.content_handling, path, detail=pattern
            )
        ours, theirs = self.sides.texts(before.response_templates, after.response_templates)
        if {key: spaceless(text) for key, text in ours.items()} != {
            key: spaceless(text) for key, text in theirs.items()
        }:
            yield self.change(Concern.INTEGRATION_RESPONSE_TEMPLATE, ours, theirs, path, detail=pattern)
        headers, others = (
            {name: value for name, value in side.items() if not is_cors(name)}
            for side in self.sides.texts(before.response_parameters, after.response_parameters)
        )
        for name in sorted({*headers} | {*others}):
            if headers.get(name) != others.get(name):
                yield self.change(
                    Concern.INTEGRATION_RESPONSE_HEADER,
                    headers.get(name),
                    others.get(name),
                    path,
                    detail=f"{pattern} {name.removeprefix(_HEADER)}".strip(),
                )


def _skips_verification(integration: Integration) -> bool:
    return bool(integration.tls_config and integration.tls_config.insecure_skip_verification)


def _pattern(response: IntegrationResponse) -> str:
    return str(response.selection_pattern or "")


def is_cors(name: str) -> bool:
    """Tell whether a response parameter is a header for browsers, which are compared by their meaning."""
    return name.rpartition(".")[2].lower().startswith("access-control-")


def spaceless(text: OpenJson) -> OpenJson:
    """Write a template so that blanks and line breaks do not count."""
    return _SPACE.sub(" ", text).strip() if isinstance(text, str) else text


def _qualifier(uri: Text | None) -> str:
    """Return the alias or version that a URI asks for."""
    found = re.search(r":function:[^:/]+(:[^/]+)?/", known(uri) or "")
    return (found[1] or "") if found else ""


def _path_parameters_by_place(uri: Text | None) -> OpenJson:
    """Write a URI so that the names of its path parameters do not count; the mapping fills them."""
    return re.sub(r"(?<!\$)\{[^{}]*\}", "{}", uri) if isinstance(uri, str) else uri
