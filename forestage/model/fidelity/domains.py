"""Rows of custom domains and of what leads from them to stages."""

from __future__ import annotations

from forestage.model.fidelity import features as on
from forestage.model.fidelity.rows import HONOURED, ResourceRows, honoured, under

_TAGS = under("Tags", honoured("Key", "Value"), on.INERT)
_MUTUAL_TLS = under("MutualTlsAuthentication", {"TruststoreUri": on.MUTUAL_TLS, "TruststoreVersion": HONOURED})

DOMAINS: dict[str, ResourceRows] = {
    "AWS::ApiGateway::BasePathMapping": ResourceRows(
        whole=on.CUSTOM_DOMAINS, rows=honoured("BasePath", "DomainName", "RestApiId", "Stage")
    ),
    "AWS::ApiGateway::BasePathMappingV2": ResourceRows(
        whole=on.CUSTOM_DOMAINS, rows=honoured("BasePath", "DomainNameArn", "RestApiId", "Stage")
    ),
    "AWS::ApiGateway::DomainName": ResourceRows(
        whole=on.CUSTOM_DOMAINS,
        rows={
            **honoured("CertificateArn", "DomainName", "EndpointAccessMode"),
            **under("EndpointConfiguration", {"IpAddressType": on.NETWORKS, "Types": HONOURED}),
            **_MUTUAL_TLS,
            **honoured("OwnershipVerificationCertificateArn", "RegionalCertificateArn", "RoutingMode"),
            "SecurityPolicy": on.TLS_POLICIES,
            **_TAGS,
        },
    ),
    "AWS::ApiGateway::DomainNameAccessAssociation": ResourceRows(
        whole=on.CUSTOM_DOMAINS,
        rows={**honoured("AccessAssociationSource", "AccessAssociationSourceType", "DomainNameArn"), **_TAGS},
    ),
    "AWS::ApiGateway::DomainNameV2": ResourceRows(
        whole=on.CUSTOM_DOMAINS,
        rows={
            **honoured("CertificateArn", "DomainName", "EndpointAccessMode"),
            **under("EndpointConfiguration", {"IpAddressType": on.NETWORKS, "Types": HONOURED}),
            "Policy": on.RESOURCE_POLICIES,
            "RoutingMode": HONOURED,
            "SecurityPolicy": on.TLS_POLICIES,
            **_TAGS,
        },
    ),
    "AWS::ApiGatewayV2::ApiMapping": ResourceRows(
        whole=on.CUSTOM_DOMAINS, rows=honoured("ApiId", "ApiMappingKey", "DomainName", "Stage")
    ),
    "AWS::ApiGatewayV2::DomainName": ResourceRows(
        whole=on.CUSTOM_DOMAINS,
        rows={
            "DomainName": HONOURED,
            **under(
                "DomainNameConfigurations",
                {
                    **honoured("CertificateArn", "CertificateName", "EndpointType"),
                    "IpAddressType": on.NETWORKS,
                    "OwnershipVerificationCertificateArn": on.INERT,
                    "SecurityPolicy": on.TLS_POLICIES,
                },
            ),
            **_MUTUAL_TLS,
            "RoutingMode": HONOURED,
            "Tags": on.INERT,
        },
    ),
    "AWS::ApiGatewayV2::RoutingRule": ResourceRows(
        whole=on.CUSTOM_DOMAINS,
        rows={
            **under("Actions", under("InvokeApi", honoured("ApiId", "Stage", "StripBasePath"))),
            **under(
                "Conditions",
                {
                    **under("MatchBasePaths", honoured("AnyOf")),
                    **under("MatchHeaders", under("AnyOf", honoured("Header", "ValueGlob"))),
                },
            ),
            **honoured("DomainNameArn", "Priority"),
        },
    ),
}
