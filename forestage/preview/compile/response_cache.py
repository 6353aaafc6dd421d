"""The cache of a stage: which methods use it, what tells their answers apart, and how much it holds.

Source: endpoints.md section 8 (documented unless said otherwise there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass, field
from forestage.model.values import known
from forestage.preview.compile.parameters import SourceKind, ValueSource, compile_source
from forestage.preview.compile.runtime import UnsupportedIntegration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.model.stages import Stage
    from forestage.preview.compile.runtime import CompiledMethod
    from forestage.preview.compile.stage_settings import StageSettings

LARGEST_CACHE_BYTES: Final = 512 * 1024 * 1024
"""Differs from API Gateway: a larger cluster holds no more here, since it lives in this machine's memory."""

_KEY_KINDS: Final = {
    SourceKind.HEADER: SourceKind.MULTI_HEADER,
    SourceKind.MULTI_HEADER: SourceKind.MULTI_HEADER,
    SourceKind.QUERY: SourceKind.MULTI_QUERY,
    SourceKind.MULTI_QUERY: SourceKind.MULTI_QUERY,
    SourceKind.PATH: SourceKind.PATH,
}
"""How a parameter of a request is read for a key: all of its values count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyParameter:
    """A parameter that tells answers apart; ``text`` is how the template names it."""

    text: str
    source: ValueSource


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedMethod:
    """A method whose answers are kept for ``ttl_seconds``; methods of one ``namespace`` share them.

    ``authorizes_invalidation`` is false where any client may have them forgotten.
    """

    namespace: str
    parameters: tuple[KeyParameter, ...]
    ttl_seconds: int
    authorizes_invalidation: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCache:
    """A stage's cache; ``methods`` is by verb and resource path, and ``absence`` says why others do not use it."""

    space: str
    capacity_bytes: int
    methods: Mapping[tuple[str, str], CachedMethod] = field(default_factory=dict)
    absence: str = "caching is not enabled for this method"


def compile_stage_cache(
    stage: Stage, space: str, settings: StageSettings, methods: Iterable[CompiledMethod]
) -> StageCache | None:
    """Compile the cache of a stage; None where it has no cluster."""
    if not stage.cache_cluster_enabled:
        return None
    cached = {}
    for method in methods:
        entry = _cached_method(method, settings)
        if entry is not None:
            cached[method.verb, method.resource_path] = entry
    gigabytes = float(stage.cache_cluster_size or 0.5)
    return StageCache(space=space, capacity_bytes=min(int(gigabytes * 1024**3), LARGEST_CACHE_BYTES), methods=cached)


def without_canary(cache: StageCache) -> StageCache:
    """Return the cache as a canary sees it that does not use it."""
    return StageCache(
        space=cache.space, capacity_bytes=cache.capacity_bytes, absence="the canary does not use the stage's cache"
    )


def key_source(text: str, method: CompiledMethod) -> ValueSource | None:
    """Read a cache key parameter: of the request, or one of the integration's, which is where that comes from.

    None where there is no such parameter.
    """
    source = compile_source(text)
    if source is not None and source.kind in _KEY_KINDS and text.startswith("method.request."):
        return ValueSource(_KEY_KINDS[source.kind], source.name, text)
    if isinstance(method.integration, UnsupportedIntegration):
        return None
    for mapping in method.integration.request.parameters:
        if text == f"integration.request.{mapping.place.value}.{mapping.name}":
            return mapping.source
    return None


def _cached_method(method: CompiledMethod, settings: StageSettings) -> CachedMethod | None:
    applied, integration = settings.of(method.verb, method.resource_path), method.method.integration
    if not applied.is_cached or not applied.cache_ttl_seconds or integration is None:
        return None
    if integration.response_transfer_mode == "STREAM":
        return None
    texts = (known(text) or "" for text in integration.cache_key_parameters)
    return CachedMethod(
        namespace=integration.cache_namespace or method.resource_id,
        parameters=tuple(
            KeyParameter(text=text, source=source) for text in texts if (source := key_source(text, method))
        ),
        ttl_seconds=applied.cache_ttl_seconds,
        authorizes_invalidation=applied.authorizes_invalidation,
    )
