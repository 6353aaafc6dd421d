from __future__ import annotations

import pytest
from aws_cdk import Duration, Stack

from forestage.constructs import RestApi
from forestage.constructs.integrations.mocks import Mock

METRICS = {
    "metric_count": "Count",
    "metric_client_error": "4XXError",
    "metric_server_error": "5XXError",
    "metric_latency": "Latency",
    "metric_integration_latency": "IntegrationLatency",
    "metric_cache_hit_count": "CacheHitCount",
    "metric_cache_miss_count": "CacheMissCount",
}


@pytest.mark.parametrize(("method", "name"), METRICS.items())
def test_metrics_are_those_of_api_gateway(stack: Stack, method: str, name: str) -> None:
    api = RestApi(stack, "Api")

    metric = getattr(api, method)(period=Duration.minutes(1))

    assert (metric.namespace, metric.metric_name) == ("AWS/ApiGateway", name)
    assert metric.period.to_seconds() == 60
    assert metric.dimensions == {"ApiName": "Api"}


def test_metrics_of_a_stage_are_its_own(stack: Stack) -> None:
    stage = RestApi(stack, "Api").add_stage("dev")

    assert stack.resolve(stage.metric("Count").dimensions) == {
        "ApiName": "Api",
        "Stage": stack.resolve(stage.stage_name),
    }


def test_metrics_of_a_route_are_those_on_a_stage(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    route = api.get("/pets/{id}", Mock.json(200, {}))
    stage = api.add_stage("dev", metrics=True)

    metric = route.metric("5XXError", stage=stage, statistic="Sum")

    assert (metric.metric_name, metric.statistic) == ("5XXError", "Sum")
    assert stack.resolve(metric.dimensions) == {
        "ApiName": "Api",
        "Method": "GET",
        "Resource": "/pets/{id}",
        "Stage": stack.resolve(stage.stage_name),
    }
