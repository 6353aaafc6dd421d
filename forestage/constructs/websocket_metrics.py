"""Metrics that WebSocket APIs and their stages have alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aws_cdk import aws_apigatewayv2 as apigatewayv2
    from aws_cdk import aws_cloudwatch as cloudwatch

_SUM: Final = {"statistic": "Sum"}


class WebSocketMetrics:
    """Metrics in CloudWatch; options are those of the L2, ``period=Duration.minutes(1)`` for instance.

    Source: API Gateway developer guide, "Monitor WebSocket API execution with CloudWatch metrics".
    """

    resource: apigatewayv2.WebSocketApi | apigatewayv2.WebSocketStage

    def metric(self, metric_name: str, **options: Any) -> cloudwatch.Metric:  # those of cloudwatch.MetricOptions
        """Return a metric by its name."""
        return self.resource.metric(metric_name, **options)

    def metric_connect_count(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the messages to the route ``$connect``."""
        return self.metric("ConnectCount", **{**_SUM, **options})

    def metric_message_count(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the messages, from clients and to them."""
        return self.metric("MessageCount", **{**_SUM, **options})

    def metric_client_error(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count what was answered with 400 to 499 before an integration was called."""
        return self.metric("ClientError", **{**_SUM, **options})

    def metric_execution_error(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count the calls of integrations that failed."""
        return self.metric("ExecutionError", **{**_SUM, **options})

    def metric_integration_error(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Count what integrations answered with 400 to 599."""
        return self.metric("IntegrationError", **{**_SUM, **options})

    def metric_integration_latency(self, **options: Any) -> cloudwatch.Metric:  # as above
        """Measure the time that integrations take."""
        return self.metric("IntegrationLatency", **options)
