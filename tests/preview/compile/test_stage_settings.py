from __future__ import annotations

from typing import Any

import pytest

from forestage.model.stages import MethodSetting
from forestage.preview.compile.stage_settings import MethodSettings, StageSettings, compile_stage_settings, settings_of
from tests.cases.short_api import api_runtime

METHODS = [("GET", "/"), ("GET", "/pets/{id}"), ("POST", "/pets/{id}"), ("ANY", "/all"), ("GET", "/a~b")]


def setting(path: str | None, verb: str | None, **more: Any) -> MethodSetting:
    return MethodSetting(resource_path=path, http_method=verb, **more)


def test_stage_without_settings_has_the_defaults() -> None:
    compiled = compile_stage_settings([], METHODS)

    assert compiled == StageSettings()
    assert compiled.of("GET", "/") == MethodSettings(
        is_cached=False,
        cache_ttl_seconds=300,
        is_cache_encrypted=False,
        authorizes_invalidation=True,
        logging_level="OFF",
        has_data_trace=False,
        has_metrics=False,
        rate=None,
        burst=None,
    )


def test_every_field_of_a_setting_is_read() -> None:
    given = setting(
        "/*",
        "*",
        caching_enabled=True,
        cache_ttl_in_seconds=5,
        cache_data_encrypted=True,
        require_authorization_for_cache_control=False,
        logging_level="INFO",
        data_trace_enabled=True,
        metrics_enabled=True,
        throttling_rate_limit=1.5,
        throttling_burst_limit=2,
    )

    assert compile_stage_settings([given], METHODS).of("GET", "/") == MethodSettings(
        is_cached=True,
        cache_ttl_seconds=5,
        is_cache_encrypted=True,
        authorizes_invalidation=False,
        logging_level="INFO",
        has_data_trace=True,
        has_metrics=True,
        rate=1.5,
        burst=2,
    )


@pytest.mark.parametrize(
    ("path", "verb", "method"),
    [
        pytest.param("/~1pets~1{id}", "GET", ("GET", "/pets/{id}"), id="escaped"),
        pytest.param("/pets/{id}", "get", ("GET", "/pets/{id}"), id="plain"),
        pytest.param("~1pets~1{id}", "GET", ("GET", "/pets/{id}"), id="without-first-slash"),
        pytest.param("/", "GET", ("GET", "/"), id="root"),
        pytest.param("/~1", "GET", ("GET", "/"), id="root-of-the-cdk"),
        pytest.param("/~1all", "ANY", ("ANY", "/all"), id="any"),
        pytest.param("/~1a~b", "GET", ("GET", "/a~b"), id="tilde"),
    ],
)
def test_setting_is_about_the_method_that_it_names(path: str, verb: str, method: tuple[str, str]) -> None:
    compiled = compile_stage_settings([setting(path, verb, logging_level="INFO")], METHODS)

    assert [place for place, found in compiled.methods.items() if found.logging_level == "INFO"] == [method]


@pytest.mark.parametrize(("path", "verb"), [("/*", "*"), (None, None), ("*", "*")])
def test_setting_for_all_is_about_all(path: str | None, verb: str | None) -> None:
    compiled = compile_stage_settings([setting(path, verb, logging_level="INFO")], METHODS)

    assert [place for place, found in compiled.methods.items() if found.logging_level == "INFO"] == METHODS


def test_nearest_setting_holds_field_by_field() -> None:
    settings = [
        setting("/~1pets~1{id}", "GET", logging_level="INFO"),
        setting("/~1pets~1{id}", "*", logging_level="ERROR", cache_ttl_in_seconds=1),
        setting("/*", "GET", cache_ttl_in_seconds=2, metrics_enabled=True),
        setting("/*", "*", metrics_enabled=False, data_trace_enabled=True),
    ]

    compiled = compile_stage_settings(settings, METHODS)

    nearest = compiled.of("GET", "/pets/{id}")
    assert (nearest.logging_level, nearest.cache_ttl_seconds) == ("INFO", 1)
    assert (nearest.has_metrics, nearest.has_data_trace) == (True, True)
    assert compiled.of("POST", "/pets/{id}").logging_level == "ERROR"
    assert compiled.of("POST", "/pets/{id}").has_metrics is False


def test_later_of_two_alike_settings_holds() -> None:
    settings = [setting("/*", "*", logging_level="INFO"), setting("/*", "*", logging_level="ERROR")]

    assert compile_stage_settings(settings, METHODS).of("GET", "/").logging_level == "ERROR"


@pytest.mark.parametrize(
    ("path", "verb", "cached"),
    [
        pytest.param("/*", "*", ["GET /", "GET /pets/{id}", "GET /a~b"], id="all-is-get"),
        pytest.param("/~1pets~1{id}", "*", ["GET /pets/{id}"], id="path-is-get"),
        pytest.param("/~1pets~1{id}", "POST", ["POST /pets/{id}"], id="named"),
        pytest.param("/*", "POST", ["POST /pets/{id}"], id="named-everywhere"),
        pytest.param("/~1all", "ANY", ["ANY /all"], id="any"),
    ],
)
def test_other_verbs_than_get_are_cached_where_they_are_named(path: str, verb: str, cached: list[str]) -> None:
    compiled = compile_stage_settings([setting(path, verb, caching_enabled=True)], METHODS)

    assert [" ".join(place) for place, found in compiled.methods.items() if found.is_cached] == cached


def test_settings_are_found_for_a_method_of_a_stage() -> None:
    stages = {"dev": {"method_settings": [{"resource_path": "/~1pets", "http_method": "GET", "logging_level": "INFO"}]}}
    stage = api_runtime({"GET /pets": "mock", "GET /": "mock"}, stages=stages).stages["dev"]

    levels = {method.resource_path: settings_of(stage, method).logging_level for method in stage.router.methods}

    assert levels == {"/pets": "INFO", "/": "OFF"}
