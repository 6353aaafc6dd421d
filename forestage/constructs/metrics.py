"""Metrics that APIs and their stages have alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_cloudwatch as cloudwatch


class Metrics:
    """Metrics in CloudWatch; options are those of the L2, ``period=Duration.minutes(1)`` for instance."""

    resource: apigateway.RestApi | apigateway.Stage

    def metric(self, metric_name: str, **options: Any) -> cloudwatch.Metric:  # those of cloudwatch.MetricOptions
        """Return a metric by its name."""
        return self.resource.metric(metric_name, **options)

    def metric_count(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the requests."""
        return self.resource.metric_count(**options)

    def metric_client_error(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the responses from 400 to 499."""
        return self.resource.metric_client_error(**options)

    def metric_server_error(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the responses from 500 to 599."""
        return self.resource.metric_server_error(**options)

    def metric_latency(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Measure the time from a request to its response."""
        return self.resource.metric_latency(**options)

    def metric_integration_latency(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Measure the time that integrations take."""
        return self.resource.metric_integration_latency(**options)

    def metric_cache_hit_count(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the requests that a cache answers."""
        return self.resource.metric_cache_hit_count(**options)

    def metric_cache_miss_count(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the requests for which a cache has nothing."""
        return self.resource.metric_cache_miss_count(**options)
