"""A Lambda authorizer, asked: its event, its answer, and how long that is kept.

Source: authorizers.md, TOKEN, REQUEST, Answer of a Lambda authorizer (documented; recorded where marked there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import orjson

from forestage.policy import (
    AUTHORIZER_ANSWER_BYTES,
    AUTHORIZER_RESOURCE_CHARACTERS,
    Limits,
    NamedPolicy,
    PolicyError,
    parse_policy,
)
from forestage.preview.compile.identity_sources import read_identity
from forestage.preview.engine.access import method_arn
from forestage.preview.engine.context import request_context
from forestage.preview.engine.effects import FunctionUnavailable, InvokeFunction, Recall, Remember, Unavailable
from forestage.preview.engine.event import event_headers, multi_values
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.preview.compile.authorization import LambdaAuthorizer
    from forestage.preview.engine.effects import FunctionAnswer
    from forestage.preview.engine.results import Matched

TIMEOUT_MS: Final = 29_000
"""How long the gateway waits for an authorizer: the timeout of integrations."""

_LIMITS: Final = Limits(resource_characters=AUTHORIZER_RESOURCE_CHARACTERS)

CACHE_BYTES: Final = 4 * 1024 * 1024
"""How much of the answers of one authorizer is kept; API Gateway names no limit."""


class AuthorizerAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What an authorizer said; ``context`` is ``$context.authorizer``, ``kept`` whether it had said so before."""

    policy: NamedPolicy
    context: Mapping[str, Json]
    usage_key: str | None
    kept: bool = False


async def ask(authorizer: LambdaAuthorizer, matched: Matched) -> AuthorizerAnswer:
    """Ask an authorizer about a request, or recall what it said of the same identity.

    Raises:
        GatewayFailure: an identity source is missing, or the function says ``Unauthorized`` (401); it fails, or its
            answer is none (500).
    """
    identity = _identity(authorizer, matched)
    if not authorizer.ttl_seconds:
        return await _invoke(authorizer, matched, identity)
    addressed = matched.addressed
    space = f"authorizer/{addressed.stage.api.id}/{addressed.stage.name}/{authorizer.id}"
    key = orjson.dumps(identity).decode()
    kept: AuthorizerAnswer | None = await Recall(space=space, key=key)
    if kept is not None:
        return kept
    answer = await _invoke(authorizer, matched, identity)
    await Remember(
        space=space,
        key=key,
        value=msgspec.structs.replace(answer, kept=True, context={**answer.context, "integrationLatency": 0}),
        ttl_seconds=authorizer.ttl_seconds,
        size_bytes=len(key) + AUTHORIZER_ANSWER_BYTES,
        capacity_bytes=CACHE_BYTES,
    )
    return answer


def _identity(authorizer: LambdaAuthorizer, matched: Matched) -> tuple[tuple[str, ...], ...]:
    """Read the identity sources, all of which have to be there.

    All values of each are what an answer is kept by: the function is given them all, and may go by any of them.
    """
    addressed = matched.addressed
    context, query = request_context(matched), parse_query(addressed.raw_query)
    found = []
    for source in authorizer.identity_sources:
        values = read_identity(
            source,
            headers=addressed.headers,
            query=query,
            stage_variables=addressed.stage.variables,
            context=context,
        )
        if not values:
            where = f"{source.kind.value} {source.name}"
            raise _unauthorized(f"the identity source {where} of authorizer {authorizer.name} is missing or empty")
        found.append(values)
    if authorizer.validation is not None and authorizer.is_token and not authorizer.validation.matches(found[0][-1]):
        raise _unauthorized(
            f"the token does not match {authorizer.validation.text!r}, the IdentityValidationExpression of "
            f"authorizer {authorizer.name}"
        )
    return tuple(found)


def _unauthorized(reason: str) -> GatewayFailure:
    return GatewayFailure(ResponseType.UNAUTHORIZED, reason)


async def _invoke(
    authorizer: LambdaAuthorizer, matched: Matched, identity: tuple[tuple[str, ...], ...]
) -> AuthorizerAnswer:
    addressed = matched.addressed
    api = addressed.stage.api
    event = token_event(matched, identity[0][-1]) if authorizer.is_token else request_event(matched)
    answer = await InvokeFunction(
        arn=authorizer.function.fill(addressed.stage.variables, {}),
        payload=orjson.dumps(event),
        request_id=addressed.request_id,
        trace_id=addressed.trace_id,
        source_arn=""
        if authorizer.by_role
        else f"arn:{api.partition}:execute-api:{api.region}:{api.account_id}:{api.id}/authorizers/{authorizer.id}",
        timeout_ms=TIMEOUT_MS,
    )
    if isinstance(answer, FunctionUnavailable):
        raise _unavailable(authorizer, answer)
    if answer.failed:
        raise _failed(authorizer, answer)
    return read_answer(authorizer.name, answer)


def token_event(matched: Matched, token: str) -> Mapping[str, Json]:
    """Make the event of a TOKEN authorizer: three keys, no more."""
    return {"type": "TOKEN", "authorizationToken": token, "methodArn": method_arn(matched.addressed)}


def request_event(matched: Matched) -> Mapping[str, Json]:
    """Make the event of a REQUEST authorizer: that of a proxy function without body; absent maps are empty."""
    addressed = matched.addressed
    headers, query = event_headers(addressed), parse_query(addressed.raw_query)
    return {
        "type": "REQUEST",
        "methodArn": method_arn(addressed),
        "resource": matched.method.resource_path,
        "path": addressed.event_path,
        "httpMethod": addressed.verb,
        "headers": dict(headers),
        "multiValueHeaders": multi_values(headers),
        "queryStringParameters": dict(query),
        "multiValueQueryStringParameters": multi_values(query),
        "pathParameters": dict(matched.route.path_parameters),
        "stageVariables": dict(addressed.stage.variables),
        "requestContext": request_context(matched),
    }


def _unavailable(authorizer: LambdaAuthorizer, answer: FunctionUnavailable) -> GatewayFailure:
    reason = f"authorizer {authorizer.name}: {answer.reason.value}" + (f": {answer.detail}" if answer.detail else "")
    was_tried = answer.reason in {Unavailable.INTEGRATION_TIMEOUT, Unavailable.THROTTLED}
    kind = ResponseType.AUTHORIZER_FAILURE if was_tried else ResponseType.AUTHORIZER_CONFIGURATION_ERROR
    return GatewayFailure(kind, reason)


def _failed(authorizer: LambdaAuthorizer, answer: FunctionAnswer) -> GatewayFailure:
    """Read an error: exactly ``Unauthorized`` is the caller's fault, everything else the authorizer's."""
    try:
        error = orjson.loads(answer.payload)
    except orjson.JSONDecodeError:
        error = None
    message = error.get("errorMessage") if isinstance(error, dict) else None
    if message == "Unauthorized":
        return _unauthorized(f"authorizer {authorizer.name} raised Unauthorized")
    told = answer.payload[:1000].decode("utf-8", "replace")
    return GatewayFailure(
        ResponseType.AUTHORIZER_CONFIGURATION_ERROR, f"the function of authorizer {authorizer.name} failed: {told}"
    )


def read_answer(name: str, answer: FunctionAnswer) -> AuthorizerAnswer:
    """Read what an authorizer returned.

    ``{"principalId": "user", "policyDocument": {...}, "context": {"tier": "gold"}, "usageIdentifierKey": "..."}``

    Raises:
        GatewayFailure: it is no such answer (500).
    """
    fault = _fault_of(answer.payload)
    if fault:
        raise _not_an_answer(name, fault)
    document = orjson.loads(answer.payload)
    try:
        policy = parse_policy(document["policyDocument"], limits=_LIMITS)
    except PolicyError as error:
        raise _not_an_answer(name, f"policyDocument: {error}") from None
    values = {key: _text(value) for key, value in (document.get("context") or {}).items() if value is not None}
    return AuthorizerAnswer(
        policy=NamedPolicy(name=f"the policy of authorizer {name}", policy=policy),
        context={
            "principalId": document["principalId"],
            **values,
            "integrationLatency": round(answer.duration_ms),
        },
        usage_key=document.get("usageIdentifierKey"),
    )


def _fault_of(payload: bytes) -> str | None:
    """Say what is wrong with the shape of an answer; None where nothing is."""
    if len(payload) > AUTHORIZER_ANSWER_BYTES:
        return f"it is larger than {AUTHORIZER_ANSWER_BYTES} bytes"
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return "it is no JSON"
    if not isinstance(document, dict):
        return f"it is no object, got {payload[:100].decode('utf-8', 'replace')}"
    if not isinstance(document.get("policyDocument"), dict):
        return "it has no policyDocument"
    if not isinstance(document.get("principalId"), str):
        return "it has no principalId, which is a text"
    context = document.get("context")
    if not isinstance(context, dict | None):
        return "its context is no object"
    nested = [key for key, value in (context or {}).items() if isinstance(value, dict | list)]
    if nested:
        return f"context.{nested[0]} is a list or an object; values are strings, numbers and booleans"
    if not isinstance(document.get("usageIdentifierKey"), str | None):
        return "its usageIdentifierKey is no text"
    return None


def _not_an_answer(name: str, fault: str) -> GatewayFailure:
    return GatewayFailure(
        ResponseType.AUTHORIZER_CONFIGURATION_ERROR, f"the answer of authorizer {name} cannot be used: {fault}"
    )


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
