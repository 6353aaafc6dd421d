"""HTTP servers in a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from forestage.constructs.integrations.http_backends import HttpProxy, VpcConnection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_apigatewayv2 as apigatewayv2
    from aws_cdk import aws_elasticloadbalancingv2 as elasticloadbalancing

    from forestage.constructs.integrations.options import IntegrationOptions


class Private:
    """HTTP servers in a VPC, behind a load balancer; requests and responses pass as they are.

    URLs and mappings are those of ``Http.proxy``; the host of the URL is what the server reads as ``Host``, and, with
    ``https://``, whom its certificate has to name.
    """

    @staticmethod
    def nlb(
        vpc_link: apigateway.IVpcLink,
        url: str,
        *,
        method: str | None = None,
        request_parameters: Mapping[str, str] | None = None,
        streaming: bool = False,
        **options: Unpack[IntegrationOptions],
    ) -> HttpProxy:
        """Pass requests to a network load balancer, by a VPC link of version 1, which knows its load balancer."""
        return HttpProxy(
            url=url,
            method=method,
            request_parameters=request_parameters or {},
            streaming=streaming,
            connection=VpcConnection(link_v1=vpc_link),
            options=options,
        )

    @staticmethod
    def alb(
        vpc_link: apigatewayv2.IVpcLink,
        load_balancer: elasticloadbalancing.IApplicationLoadBalancer,
        url: str,
        *,
        method: str | None = None,
        request_parameters: Mapping[str, str] | None = None,
        streaming: bool = False,
        **options: Unpack[IntegrationOptions],
    ) -> HttpProxy:
        """Pass requests to an application load balancer, by a VPC link of version 2.

        Link, load balancer and API belong to one account.
        Source: whats-new.md, ALB private integration (documented).
        """
        return HttpProxy(
            url=url,
            method=method,
            request_parameters=request_parameters or {},
            streaming=streaming,
            connection=VpcConnection(link_v2=vpc_link, target_arn=load_balancer.load_balancer_arn),
            options=options,
        )
