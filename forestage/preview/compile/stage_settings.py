"""Method settings of a stage: what holds for each of its methods, the nearest setting first.

Source: usage-plans.md, Throttling; endpoints.md section 8 (documented; that a setting leaves to farther ones what it
does not say is inferred).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forestage.model.stages import MethodSetting
    from forestage.preview.compile.runtime import CompiledMethod, StageRuntime

DEFAULT_CACHE_TTL_SECONDS: Final = 300

_ALL_PATHS: Final = "/*"
_ALL_VERBS: Final = "*"
_CACHED_BY_DEFAULT: Final = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodSettings:
    """What a stage says of one method.

    ``is_cached`` holds only where the stage has a cache. ``rate`` is in requests per second and ``burst`` in requests,
    None where the account's limit holds. ``logging_level`` is OFF, ERROR or INFO. ``authorizes_invalidation`` is false
    where any client may have answers forgotten.
    """

    is_cached: bool = False
    cache_ttl_seconds: int = DEFAULT_CACHE_TTL_SECONDS
    is_cache_encrypted: bool = False
    authorizes_invalidation: bool = True
    logging_level: str = "OFF"
    has_data_trace: bool = False
    has_metrics: bool = False
    rate: float | None = None
    burst: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSettings:
    """The settings of a stage's methods, by verb and resource path; it is empty where the stage sets nothing."""

    methods: Mapping[tuple[str, str], MethodSettings] = field(default_factory=dict)

    def of(self, verb: str, path: str) -> MethodSettings:
        """Return what holds for a method."""
        return self.methods.get((verb, path), _DEFAULTS)


_DEFAULTS: Final = MethodSettings()


def settings_of(stage: StageRuntime, method: CompiledMethod) -> MethodSettings:
    """Return what a stage says of one of its methods."""
    return stage.settings.of(method.verb, method.resource_path)


def compile_stage_settings(settings: Sequence[MethodSetting], methods: Iterable[tuple[str, str]]) -> StageSettings:
    """Find what holds for each method, which is a verb and a resource path; of two alike settings the later holds."""
    by_place = {(_path(setting.resource_path), _verb(setting.http_method)): setting for setting in settings}
    if not by_place:
        return StageSettings()
    return StageSettings(methods={(verb, path): _effective(by_place, verb, path) for verb, path in methods})


def _path(text: str | None) -> str:
    """Read the ResourcePath of a setting: ``/*``, or a path whose slashes are ``~1``, ``/~1pets~1{id}``.

    A path as it is, ``/pets/{id}``, is read as well. The root is ``/`` or ``/~1``.

    Source: CloudFormation, AWS::ApiGateway::Stage MethodSetting (documented); the CDK writes the root as ``/~1``.
    """
    if text is None or text in {_ALL_PATHS, "*"}:
        return _ALL_PATHS
    return "/" + text.removeprefix("/").replace("~1", "/").removeprefix("/")


def _verb(text: str | None) -> str:
    return (text or _ALL_VERBS).upper()


# The fields of a setting have the types of those here, which a mapping of them cannot say.
def _effective(by_place: Mapping[tuple[str, str], MethodSetting], verb: str, path: str) -> MethodSettings:
    found: dict[str, Any] = {}
    for place in ((path, verb), (path, _ALL_VERBS), (_ALL_PATHS, verb), (_ALL_PATHS, _ALL_VERBS)):
        setting = by_place.get(place)
        if setting is None:
            continue
        for written, name in _FIELDS.items():
            value = getattr(setting, written)
            if value is not None and (name != "is_cached" or verb in {_CACHED_BY_DEFAULT, place[1]}):
                found.setdefault(name, value)
    return MethodSettings(**found)


_FIELDS: Final = {
    "caching_enabled": "is_cached",
    "cache_ttl_in_seconds": "cache_ttl_seconds",
    "cache_data_encrypted": "is_cache_encrypted",
    "require_authorization_for_cache_control": "authorizes_invalidation",
    "logging_level": "logging_level",
    "data_trace_enabled": "has_data_trace",
    "metrics_enabled": "has_metrics",
    "throttling_rate_limit": "rate",
    "throttling_burst_limit": "burst",
}
"""The fields of a setting in the model, and their names here.

Caching of other verbs than GET has to be set for the verb itself. Source: endpoints.md section 8 (documented).
"""
