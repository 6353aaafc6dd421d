from __future__ import annotations

from typing import Any

import pytest

from forestage.preview.compile.parameters import SourceKind, ValueSource
from forestage.preview.compile.response_cache import LARGEST_CACHE_BYTES, CachedMethod, StageCache
from tests.cases.short_api import api_runtime

PROXY: dict[str, Any] = {"type": "HTTP_PROXY", "uri": "http://b/", "integration_http_method": "GET"}
CACHED: dict[str, Any] = {"cache_cluster_enabled": True, "method_settings": [{"caching_enabled": True}]}


# Fields are those of the model, as short data has them.
def cache_of(*, stage: dict[str, Any] = CACHED, **integration: Any) -> StageCache | None:
    return api_runtime({"GET /a": {**PROXY, **integration}}, stages={"dev": stage}).stages["dev"].cache


def cached(**integration: Any) -> CachedMethod:
    cache = cache_of(**integration)
    assert cache is not None
    return cache.methods["GET", "/a"]


def test_stage_without_cluster_has_no_cache() -> None:
    assert cache_of(stage={"method_settings": [{"caching_enabled": True}]}) is None


def test_cache_of_a_stage_has_a_space_of_its_own() -> None:
    stages = {"dev": CACHED, "prod": CACHED}

    compiled = api_runtime({"GET /a": PROXY}, stages=stages).stages

    assert {name: stage.cache and stage.cache.space for name, stage in compiled.items()} == {
        "dev": "cache/a1b2c3d4e5/dev",
        "prod": "cache/a1b2c3d4e5/prod",
    }


@pytest.mark.parametrize(
    ("size", "expected"),
    [(None, 512 * 1024**2), ("0.5", 512 * 1024**2), ("1.6", LARGEST_CACHE_BYTES), ("237", LARGEST_CACHE_BYTES)],
)
def test_cache_holds_as_much_as_its_cluster_and_no_more_than_fits_here(size: str | None, expected: int) -> None:
    cache = cache_of(stage={**CACHED, "cache_cluster_size": size})

    assert cache is not None
    assert cache.capacity_bytes == expected


def test_namespace_is_the_resource_where_none_is_given() -> None:
    assert cached() == CachedMethod(namespace="res0", parameters=(), ttl_seconds=300)
    assert cached(cache_namespace="shared").namespace == "shared"


@pytest.mark.parametrize(
    ("stage", "integration"),
    [
        pytest.param({"cache_cluster_enabled": True}, {}, id="not-enabled"),
        pytest.param(
            {**CACHED, "method_settings": [{"caching_enabled": True, "cache_ttl_in_seconds": 0}]}, {}, id="no-time"
        ),
        pytest.param(CACHED, {"response_transfer_mode": "STREAM"}, id="streamed"),
    ],
)
def test_method_does_not_use_the_cache(stage: dict[str, Any], integration: dict[str, Any]) -> None:
    cache = cache_of(stage=stage, **integration)

    assert cache is not None
    assert cache.methods == {}


def test_method_without_integration_does_not_use_the_cache() -> None:
    cache = api_runtime({"GET /a": {}}, stages={"dev": CACHED}).stages["dev"].cache

    assert cache is not None
    assert cache.methods == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("method.request.header.x", SourceKind.MULTI_HEADER),
        ("method.request.multivalueheader.x", SourceKind.MULTI_HEADER),
        ("method.request.querystring.x", SourceKind.MULTI_QUERY),
        ("method.request.multivaluequerystring.x", SourceKind.MULTI_QUERY),
        ("method.request.path.x", SourceKind.PATH),
    ],
)
def test_all_values_of_a_parameter_tell_answers_apart(text: str, kind: SourceKind) -> None:
    (parameter,) = cached(cache_key_parameters=[text]).parameters

    assert (parameter.text, parameter.source) == (text, ValueSource(kind, "x", text))


def test_parameter_of_the_integration_is_what_is_mapped_to_it() -> None:
    mapped = {"integration.request.header.Y": "'fixed'", "integration.request.querystring.y": "stageVariables.colour"}

    parameters = cached(request_parameters=mapped, cache_key_parameters=list(mapped)).parameters

    assert [parameter.source.kind for parameter in parameters] == [SourceKind.STATIC, SourceKind.STAGE_VARIABLE]


@pytest.mark.parametrize(
    "text", ["method.request.body", "context.stage", "integration.request.header.Y", "nothing", "integration.response"]
)
def test_parameter_that_is_none_tells_nothing_apart(text: str) -> None:
    assert cached(cache_key_parameters=[text]).parameters == ()


def test_parameter_of_an_integration_that_is_not_executed_tells_nothing_apart() -> None:
    uri = "arn:aws:apigateway:us-east-1:dynamodb:action/Query"
    integration = {"type": "AWS", "uri": uri, "integration_http_method": "POST"}

    assert cached(**integration, cache_key_parameters=["integration.request.header.Y"]).parameters == ()
