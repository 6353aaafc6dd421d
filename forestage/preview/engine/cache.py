"""Stage 7 of a request: has the stage kept an answer to it? And after the response: keep it.

Keys, throttles and authorizers are asked before, and so is the request validated; only the integration is not called.
A response is kept before it is compressed: what is kept serves clients of every Accept-Encoding.

Source: endpoints.md section 8 (documented unless said otherwise there).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import orjson

from forestage.preview.engine.effects import Forget, Recall, Remember
from forestage.preview.engine.parameters import request_values
from forestage.preview.engine.results import Hit, KeptResponse, Missed, Stored, Uncached

if TYPE_CHECKING:
    from forestage.preview.compile.response_cache import CachedMethod
    from forestage.preview.engine.results import CacheKey, Mapped, Validated
    from forestage.preview.engine.wire import Headers

MAX_RESPONSE_BYTES: Final = 1_048_576
"""Source: endpoints.md section 5 (documented)."""

NOT_ALLOWED: Final = ("Warning", "199 Cache-control headers were ignored because the caller was unauthorized.")
"""What a caller is told that may not have answers forgotten, where the stage leaves the strategy as it is.

Source: endpoints.md section 8 (SUCCEED_WITH_RESPONSE_HEADER recorded as the default, the text inferred).
"""


async def look_up(validated: Validated) -> Hit | Missed | Uncached:
    """Look for a kept answer, or have it forgotten where the client says so and may.

    Raises:
        GatewayFailure: a parameter of the key is read from the body, which begins like JSON and is none (400).
    """
    stage, method = validated.addressed.stage, validated.matched.method
    assert stage.cache is not None  # It is asked of no other.
    cached = stage.cache.methods.get((method.verb, method.resource_path))
    if cached is None:
        return Uncached(reason=stage.cache.absence)
    key: CacheKey = tuple((parameter, request_values(validated, parameter.source)) for parameter in cached.parameters)
    digest = _digest(validated, cached, key)
    may_not = False
    if _wants_a_new_one(validated.addressed.headers):
        if validated.admitted.authorized.may_invalidate_cache or not cached.authorizes_invalidation:
            await Forget(space=stage.cache.space, key=digest)
            return _missed(cached, key, digest, "the client had it forgotten")
        may_not = True
    kept: KeptResponse | None = await Recall(space=stage.cache.space, key=digest)
    if kept is None:
        return _missed(cached, key, digest, "no answer is kept", ignored=may_not)
    return Hit(validated=validated, namespace=cached.namespace, key=key, kept=kept, ignored=may_not)


async def store(missed: Missed, mapped: Mapped) -> Stored:
    """Keep a response of any status for the time of its method."""
    cache, body = mapped.validated.addressed.stage.cache, mapped.body
    assert cache is not None  # Nothing was missed in another.
    assert isinstance(body, bytes)  # What is streamed is not cached.
    if len(body) > MAX_RESPONSE_BYTES:
        return Stored(reason=f"{len(body)} bytes are more than {MAX_RESPONSE_BYTES}, which is not kept")
    kept_at = mapped.validated.addressed.arrival.wire.arrived_at
    await Remember(
        space=cache.space,
        key=missed.digest,
        value=KeptResponse(status=mapped.status, headers=mapped.headers, body=body, kept_at=kept_at),
        ttl_seconds=missed.ttl_seconds,
        size_bytes=len(body) + sum(len(name) + len(value) for name, value in mapped.headers),
        capacity_bytes=cache.capacity_bytes,
    )
    return Stored(ttl_seconds=missed.ttl_seconds)


def _missed(cached: CachedMethod, key: CacheKey, digest: str, reason: str, *, ignored: bool = False) -> Missed:
    return Missed(
        namespace=cached.namespace,
        key=key,
        digest=digest,
        ttl_seconds=cached.ttl_seconds,
        reason=reason,
        ignored=ignored,
    )


def _digest(validated: Validated, cached: CachedMethod, key: CacheKey) -> str:
    """Return what an answer is kept under, of one length whatever a client sends.

    The verb tells the answers of an ANY method apart, and the deployment those of a canary. Source: endpoints.md
    section 7 (documented: one deployment on both sides shares the key).
    """
    addressed = validated.addressed
    parameters = [(parameter.text, values) for parameter, values in key]
    parts = (addressed.stage.deployment_id, cached.namespace, addressed.verb, parameters)
    return blake2b(orjson.dumps(parts), digest_size=32).hexdigest()


def _wants_a_new_one(headers: Headers) -> bool:
    """Tell whether a request says ``Cache-Control: max-age=0``."""
    return any(
        "".join(directive.split()).lower() == "max-age=0"
        for name, value in headers
        if name.lower() == "cache-control"
        for directive in value.split(",")
    )
