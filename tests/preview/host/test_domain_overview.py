from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from forestage.preview.host.domain_overview import describe_domains
from tests.preview.host.ways import api, by_header, by_path, domain, mapping, resource, rule, serve

AUTHORITY = Path("/cache/authority.pem")
PORTS = {"api": 3000}
MUTUAL: dict[str, Any] = {"MutualTlsAuthentication": {"TruststoreUri": "s3://bucket/trust.pem"}}


def test_domain_is_told_with_its_ways_in_the_order_in_which_they_are_tried() -> None:
    ways = serve(
        api(),
        Domain=domain(RoutingMode="ROUTING_RULE_THEN_BASE_PATH_MAPPING"),
        Root=mapping(),
        Orders=mapping("orders"),
        Rule=rule(1, by_header(("X-Version", "beta*")), by_path("orders")),
    )

    (described,) = describe_domains(ways.world.runtime, ports=PORTS, authority=AUTHORITY)

    assert described.to_json() == {
        "name": "shop.example.com",
        "logical_id": "Domain",
        "endpoint_type": "REGIONAL",
        "ways": [
            {
                "by": "rule Rule (priority 1)",
                "path": "/orders",
                "api": "Api",
                "stage": "dev",
                "curl": "curl -H 'Host: shop.example.com' -H 'x-version: beta' http://localhost:3000/orders",
            },
            {
                "by": "mapping Orders of /orders",
                "path": "/orders",
                "api": "Api",
                "stage": "dev",
                "curl": "curl -H 'Host: shop.example.com' http://localhost:3000/orders",
            },
            {
                "by": "mapping Root of /",
                "path": "/",
                "api": "Api",
                "stage": "dev",
                "curl": "curl -H 'Host: shop.example.com' http://localhost:3000/",
            },
        ],
    }


def test_domain_with_mutual_tls_is_called_by_tls() -> None:
    ways = serve(api(), Domain=domain("*.example.com", **MUTUAL), Root=mapping(at="*.example.com"))

    (described,) = describe_domains(ways.world.runtime, ports=PORTS, authority=AUTHORITY)

    assert shlex.split(described.ways[0].curl) == [
        "curl",
        *("--cacert", "/cache/authority.pem", "--resolve", "any.example.com:3000:127.0.0.1"),
        *("--cert", "client.pem", "--key", "client.key", "https://any.example.com:3000/"),
    ]


def test_what_is_not_here_is_told_by_its_id_and_what_is_left_open_as_such() -> None:
    nowhere = resource("ApiGateway::BasePathMapping", DomainName="shop.example.com", BasePath="x")
    ways = serve(api(), Domain=domain(), Elsewhere=mapping(RestApiId="abc1234567", Stage="(none)"), Nowhere=nowhere)

    (described,) = describe_domains(ways.world.runtime, ports=PORTS, authority=AUTHORITY)

    assert [(way.api, way.stage) for way in described.ways] == [("nothing", "{stage}"), ("abc1234567", "{stage}")]
    assert describe_domains(serve(api()).world.runtime, ports=PORTS, authority=AUTHORITY) == ()
