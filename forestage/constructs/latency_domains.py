"""One domain name for the same API in several regions: each client is led to the one that answers it soonest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53

from forestage.constructs.checks import check_kind, is_known, refuse
from forestage.constructs.domain_records import AliasRecords
from forestage.constructs.domain_targets import WebSocketTarget, target_of
from forestage.constructs.domains import CustomDomain
from forestage.constructs.endpoints import Endpoint
from forestage.constructs.source_lines import NotedConstruct
from forestage.model.vocabulary import Between

if TYPE_CHECKING:
    from constructs import Construct

    from forestage.constructs.domain_targets import AnyStage
    from forestage.constructs.domains import MutualTls

HEALTH_CHECK_SECONDS: Final = (10, 30)
HEALTH_CHECK_FAILURES: Final = Between(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """How Route 53 finds out whether a region answers: by HTTPS requests from all over the world.

    ``path`` is that of a route of the API which anybody may call and which answers 2xx or 3xx: ``/status``.
    A region is left out after ``failures`` failed requests, 1 to 10.
    ``interval`` is the time from one to the next, 10 or 30 seconds; None is 30.

    Source: Route 53 developer guide, "Values that you specify when you create or update health checks".
    """

    path: str
    interval: Duration | None = None
    failures: int = 3


class LatencyRoutedDomain(NotedConstruct):
    """A custom domain of one region, that shares its name with the same API in other regions.

    Make it in the stack of each region, with the same name and zone; Route 53 then leads a client to the region that
    is nearest to it by latency, and past those whose health check fails:

        for region in ("eu-west-1", "us-east-1"):
            stack = Stack(app, f"Shop-{region}", env=Environment(account=account, region=region))
            api = shop_api(stack)
            LatencyRoutedDomain(
                stack,
                "Domain",
                domain_name="api.example.com",
                zone=HostedZone.from_hosted_zone_attributes(stack, "Zone", hosted_zone_id=..., zone_name="example.com"),
                stage=api.add_stage("prod"),
                health_check=HealthCheck(path="/status"),
            )

    ``domain`` is the ``CustomDomain``, ``resource`` its L2 ``DomainName``, ``records`` what leads there.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        domain_name: The same in each region.
        zone: The hosted zone that has the name; it is global.
        stage: What the domain leads to in this region.
        certificate: Of ACM in this region; None makes one, which ACM validates by a record in ``zone``.
        base_path: Below which the stage is; ``""`` is the root.
        endpoint: A regional one, for its security policy and IP address type.
        mtls: Whose client certificates are admitted.
        health_check: How Route 53 finds out whether the region answers, or a health check that is there; None leads
            clients here whether it does or not.
        set_identifier: What tells the records of the regions apart; the region where none is given.

    Raises:
        ConstructError: API Gateway or Route 53 would refuse what is described.

    Source: Route 53 developer guide, "Latency-based routing"; endpoints.md section 3 (documented).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        domain_name: str,
        zone: route53.IHostedZone,
        stage: AnyStage,
        certificate: acm.ICertificate | None = None,
        base_path: str = "",
        endpoint: Endpoint | None = None,
        mtls: MutualTls | None = None,
        health_check: HealthCheck | route53.IHealthCheck | None = None,
        set_identifier: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        endpoint = endpoint or Endpoint.regional()
        if endpoint.type is not apigateway.EndpointType.REGIONAL:
            refuse(
                self,
                f"an {endpoint.type.value} domain has no region for records to tell apart: give it an "
                "Endpoint.regional(), or make a CustomDomain",
            )
        self.domain = CustomDomain(
            self,
            "Domain",
            domain_name=domain_name,
            certificate=certificate or self._certificate(domain_name, zone),
            endpoint=endpoint,
            mtls=mtls,
        )
        self.resource = self.domain.resource
        self.mapping = self.domain.add_mapping(base_path, stage)
        region = Stack.of(self).region
        self.records = AliasRecords(
            self,
            "Records",
            domain=self.domain,
            zone=zone,
            region=region,
            set_identifier=set_identifier or region,
            health_check=self._checked(stage, health_check) if isinstance(health_check, HealthCheck) else health_check,
        )

    def _certificate(self, domain_name: str, zone: route53.IHostedZone) -> acm.Certificate:
        return acm.Certificate(
            self, "Certificate", domain_name=domain_name, validation=acm.CertificateValidation.from_dns(zone)
        )

    def _checked(self, stage: AnyStage, wanted: HealthCheck) -> route53.HealthCheck:
        """Ask the default endpoint of this region: the domain itself would lead to any of them."""
        target = target_of(self, stage)
        if isinstance(target, WebSocketTarget):
            refuse(
                self,
                "a health check sends HTTP requests, which a WebSocket API answers with 426: give a health check of "
                "your own, or none",
            )
        if target.default_endpoint is False:
            refuse(
                self,
                "a health check asks the default endpoint of the API, which is disabled: leave it enabled, or give a "
                "health check of your own",
            )
        if is_known(wanted.path) and not wanted.path.startswith("/"):
            refuse(self, f"the path of a health check begins with /, got {wanted.path!r}: write '/{wanted.path}'")
        check_kind(self, "the interval of a health check", wanted.interval, Duration, "Duration.seconds(30)")
        seconds = HEALTH_CHECK_SECONDS[-1] if wanted.interval is None else wanted.interval.to_seconds()
        if is_known(seconds) and seconds not in HEALTH_CHECK_SECONDS:
            refuse(
                self,
                f"a health check asks every {' or '.join(map(str, HEALTH_CHECK_SECONDS))} seconds, got {seconds}: "
                "choose one of them",
            )
        if is_known(wanted.failures) and not HEALTH_CHECK_FAILURES.admits(wanted.failures):
            refuse(
                self,
                f"a health check fails after {HEALTH_CHECK_FAILURES} requests, got {wanted.failures}: choose from them",
            )
        own = Stack.of(self)
        return route53.HealthCheck(
            self,
            "HealthCheck",
            type=route53.HealthCheckType.HTTPS,
            fqdn=f"{target.api_id}.execute-api.{own.region}.{own.url_suffix}",
            port=443,
            resource_path=f"/{target.stage.stage_name}{wanted.path}",
            request_interval=Duration.seconds(seconds),
            failure_threshold=wanted.failures,
        )
