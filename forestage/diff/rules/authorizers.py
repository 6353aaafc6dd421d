"""Rules about authorizers, gateway responses and CORS: diff.md, section 2.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.model.values import OpenJson


@rule("authorizer-type-changed", Concern.AUTHORIZER_TYPE, BREAKING)
def authorizer_type_changed(change: Change[str]) -> Iterator[Verdict]:
    """The authorizer reads callers otherwise: credentials that were enough may count no longer.

    Instead: make a second authorizer, and move methods to it one by one.
    """
    yield Verdict(message=f"the authorizer is {change.after}, it was {change.before}")


@rule("authorizer-identity-source-changed", Concern.IDENTITY_SOURCE, BREAKING, SAFE)
def authorizer_identity_source_changed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Requests that lack an identity source get 401 without that the authorizer is asked.

    A source less is safe, and weaker.

    Instead: let callers send the new source first.
    """
    added, removed = change.after - change.before, change.before - change.after
    if added:
        yield Verdict(message=f"callers have to send {', '.join(sorted(added))}")
    else:
        yield Verdict(
            message=f"callers need not send {', '.join(sorted(removed))} any more", severity=SAFE, security=WEAKER
        )


@rule("authorizer-validation-added", Concern.AUTHORIZER_VALIDATION, DANGEROUS)
def authorizer_validation_added(change: Change[str | None]) -> Iterator[Verdict]:
    """Tokens that do not fit the expression get 401 without that the authorizer is asked.

    Instead: check recent tokens against the expression first.
    """
    if change.after is not None:
        security = STRONGER if change.before is None else None
        yield Verdict(message=f"tokens have to fit {change.after}", security=security)


@rule("authorizer-validation-removed", Concern.AUTHORIZER_VALIDATION, SAFE, security=WEAKER)
def authorizer_validation_removed(change: Change[str | None]) -> Iterator[Verdict]:
    """Every token reaches the authorizer.

    Instead: keep the expression, which spares calls of the authorizer.
    """
    if change.after is None:
        yield Verdict(message=f"tokens need not fit {change.before} any more")


@rule("authorizer-provider-removed", Concern.AUTHORIZER_PROVIDER_REMOVED, BREAKING, security=STRONGER)
def authorizer_provider_removed(change: Change[str]) -> Iterator[Verdict]:
    """Tokens of the user pool are refused with 401.

    Instead: move its users to a pool that stays.
    """
    yield Verdict(message=f"tokens of {change.before} are accepted no longer")


@rule("authorizer-provider-added", Concern.AUTHORIZER_PROVIDER_ADDED, SAFE, security=WEAKER)
def authorizer_provider_added(change: Change[str]) -> Iterator[Verdict]:
    """Tokens of one more user pool are accepted.

    Instead: check that all users of the pool are meant.
    """
    yield Verdict(message=f"tokens of {change.after} are accepted too")


@rule("authorizer-target-changed", Concern.AUTHORIZER_TARGET, DANGEROUS)
def authorizer_target_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Another function decides.

    Instead: check that it decides alike, also about what is cached.
    """
    yield Verdict(message="another function decides about callers")


@rule("authorizer-cache-raised", Concern.AUTHORIZER_CACHE, DANGEROUS, security=WEAKER)
def authorizer_cache_raised(change: Change[int]) -> Iterator[Verdict]:
    """A decision holds longer, also after the right was taken away; it holds for other methods with the same token.

    Instead: keep the time as short as the load allows.
    """
    if change.after > change.before:
        yield Verdict(message=f"decisions are kept for {change.after} s, it was {change.before} s")


@rule("authorizer-cache-lowered", Concern.AUTHORIZER_CACHE, SAFE, security=STRONGER)
def authorizer_cache_lowered(change: Change[int]) -> Iterator[Verdict]:
    """The authorizer is asked more often.

    Instead: check the concurrency of its function.
    """
    if change.after < change.before:
        yield Verdict(message=f"decisions are kept for {change.after} s, it was {change.before} s")


@rule("gateway-response-status-changed", Concern.GATEWAY_RESPONSE_STATUS, DANGEROUS)
def gateway_response_status_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """Callers get another status for an error of the gateway.

    Instead: keep the status that callers know, such as 401 to log in again.
    """
    yield Verdict(message=f"{change.detail} answers {change.after}, it was {change.before}")


@rule("gateway-response-removed", Concern.GATEWAY_RESPONSE_REMOVED, DANGEROUS)
def gateway_response_removed(change: Change[str]) -> Iterator[Verdict]:
    """An error of the gateway looks as API Gateway has it by default.

    Instead: keep the response, also for its CORS headers.
    """
    yield Verdict(message=f"{change.before} answers as by default")


@rule("gateway-response-added", Concern.GATEWAY_RESPONSE_ADDED, SAFE)
def gateway_response_added(change: Change[str]) -> Iterator[Verdict]:
    """An error of the gateway has a response of its own.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"{change.after} has a response of its own")


@rule("gateway-response-body-changed", Concern.GATEWAY_RESPONSE_BODY, DANGEROUS)
def gateway_response_body_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers that read errors find other bodies or headers.

    Instead: keep the fields that callers read, such as message.
    """
    yield Verdict(message=f"{change.detail} answers another body")


@rule("gateway-response-leaks", Concern.GATEWAY_RESPONSE_CONTEXT, SAFE, security=WEAKER)
def gateway_response_leaks(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Callers are told what the authorizer knows of them, or why exactly a request was refused.

    Instead: write such facts to the access log.
    """
    new = ", ".join(sorted(change.after - change.before))
    yield Verdict(message=f"{change.detail} tells callers {new}")


@rule("cors-preflight-removed", Concern.PREFLIGHT_REMOVED, BREAKING, security=STRONGER)
def cors_preflight_removed(change: Change[str]) -> Iterator[Verdict]:
    """Browsers of other origins are refused: nothing answers their preflight.

    Instead: keep OPTIONS as long as pages of other origins call the path.
    """
    yield Verdict(message=f"{change.before} is removed; browsers of other origins are refused")


@rule("cors-origin-narrowed", Concern.CORS_ORIGINS, BREAKING, security=STRONGER)
def cors_origin_narrowed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Browsers refuse pages of the origins that are gone.

    Instead: list every origin that calls, which the Origin header in the access log tells.
    """
    if _is_less(change.before, change.after):
        yield Verdict(message=f"pages of {_listed(change.after)} may call, it was {_listed(change.before)}")


@rule("cors-origin-widened", Concern.CORS_ORIGINS, SAFE, security=WEAKER)
def cors_origin_widened(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Pages of more origins may call and read answers.

    Instead: name the origins that are meant.
    """
    if _is_less(change.after, change.before):
        yield Verdict(message=f"pages of {_listed(change.after)} may call, it was {_listed(change.before)}")


def _is_less(before: frozenset[str], after: frozenset[str]) -> bool:
    """Tell whether something is allowed no longer; ``*`` is everything."""
    return "*" not in after and ("*" in before or bool(before - after))


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or "no origin"


@rule("cors-methods-narrowed", Concern.CORS_METHODS, BREAKING)
def cors_methods_narrowed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Browsers refuse calls of other origins with the verb that is gone.

    Instead: list every verb of the path.
    """
    if _is_less(change.before, change.after):
        yield Verdict(message=f"Allow-Methods has no {', '.join(sorted(change.before - change.after))} any more")


@rule("cors-headers-narrowed", Concern.CORS_HEADERS, BREAKING)
def cors_headers_narrowed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Browsers refuse calls of other origins with the header that is gone.

    Instead: list every header that pages send.
    """
    if _is_less(change.before, change.after):
        yield Verdict(message=f"Allow-Headers has no {', '.join(sorted(change.before - change.after))} any more")


@rule("cors-exposed-header-removed", Concern.CORS_EXPOSED, DANGEROUS)
def cors_exposed_header_removed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Pages of other origins cannot read the header any more.

    Instead: keep exposing the headers that pages read.
    """
    if _is_less(change.before, change.after):
        yield Verdict(message=f"Expose-Headers has no {', '.join(sorted(change.before - change.after))} any more")


@rule("cors-credentials-off", Concern.CORS_CREDENTIALS, BREAKING, security=STRONGER)
def cors_credentials_off(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Browsers refuse answers to calls with cookies or authorization of other origins.

    Instead: let pages call without credentials first.
    """
    if "true" in change.before:
        yield Verdict(message="pages of other origins may send credentials no longer")


@rule("cors-credentials-on", Concern.CORS_CREDENTIALS, SAFE, security=WEAKER)
def cors_credentials_on(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Pages of the allowed origins may send cookies and authorization.

    Instead: allow only origins that are trusted.
    """
    if "true" in change.after:
        yield Verdict(message="pages of other origins may send credentials")


@rule("cors-error-headers-removed", Concern.CORS_ERROR_HEADERS, DANGEROUS)
def cors_error_headers_removed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Pages of other origins cannot read the gateway's errors: they see a failed call without its status.

    Instead: keep the CORS headers of DEFAULT_4XX and DEFAULT_5XX.
    """
    lost = ", ".join(sorted(change.before - change.after))
    yield Verdict(message=f"{change.detail} has no {lost} any more")
