from __future__ import annotations

from typing import Any

import pytest

from forestage.model import Deployment, OtherResource
from forestage.model.rest import EndpointConfiguration
from forestage.model.values import Unknown
from forestage.preview.compile.endpoints import Entrance, compile_vpc_endpoints
from forestage.preview.compile.tls import SUITES, TlsTerms
from tests.cases.short_api import api_runtime

SERVICE = "com.amazonaws.eu-west-1.execute-api"


# Properties are whatever a case needs.
def endpoint(logical_id: str, **properties: Any) -> OtherResource:
    return OtherResource(
        logical_id=logical_id, type="AWS::EC2::VPCEndpoint", id=f"vpce-{logical_id}", properties=properties
    )


def entrance(**fields: Any) -> Entrance | None:
    return api_runtime({"GET /": "mock"}, **fields).entrance


def test_regional_api_is_open_in_all_ways() -> None:
    assert entrance() is None
    assert entrance(endpoint_access_mode="BASIC", security_policy="SecurityPolicy_TLS13_1_2_2021_06") is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"endpoint": "EDGE"}, Entrance(endpoint_type="EDGE", has_default_endpoint=True, tls=TlsTerms())),
        ({"endpoint": None}, Entrance(endpoint_type="EDGE", has_default_endpoint=True, tls=TlsTerms())),
        (
            {"disable_execute_api_endpoint": True},
            Entrance(endpoint_type="REGIONAL", has_default_endpoint=False, tls=TlsTerms()),
        ),
        (
            {"endpoint_access_mode": "STRICT"},
            Entrance(endpoint_type="REGIONAL", has_default_endpoint=True, tls=TlsTerms(is_strict=True)),
        ),
        (
            {"security_policy": "SecurityPolicy_TLS13_1_3_2025_09"},
            Entrance(endpoint_type="REGIONAL", has_default_endpoint=True, tls=TlsTerms(only_1_3=True)),
        ),
        (
            {"security_policy": "TLS_1_2"},
            Entrance(endpoint_type="REGIONAL", has_default_endpoint=True, tls=TlsTerms(suites=SUITES["TLS_1_2"])),
        ),
        ({"endpoint": "PRIVATE"}, Entrance(endpoint_type="PRIVATE", has_default_endpoint=True, tls=TlsTerms())),
    ],
)
def test_entrance_tells_what_is_not_open(fields: dict[str, object], expected: Entrance) -> None:
    assert entrance(**fields) == expected


@pytest.mark.parametrize(
    ("listed", "associated", "usual"),
    [
        (("vpce-1",), ("vpce-1",), "vpce-1"),
        (("vpce-1", "vpce-2"), ("vpce-1", "vpce-2"), None),
        ((Unknown("Ref Endpoint"),), (), None),
        (("vpce-1", Unknown("Ref Endpoint")), ("vpce-1",), None),
    ],
)
def test_one_listed_endpoint_that_is_known_is_the_usual_one(
    listed: tuple[str | Unknown, ...], associated: tuple[str, ...], usual: str | None
) -> None:
    configuration = EndpointConfiguration(types=("PRIVATE",), vpc_endpoint_ids=listed)

    found = entrance(endpoint=None, endpoint_configuration=configuration)

    assert found is not None
    assert (found.vpc_endpoints, found.usual_endpoint) == (associated, usual)


@pytest.mark.parametrize(
    ("kind", "target", "values"), [("EDGE", 8192, None), ("PRIVATE", 8192, 8000), ("REGIONAL", 10_240, None)]
)
def test_kinds_of_endpoints_have_limits(kind: str, target: int, values: int | None) -> None:
    found = Entrance(endpoint_type=kind, has_default_endpoint=True, tls=TlsTerms())

    assert (found.max_target_bytes, found.max_value_bytes) == (target, values)


def test_endpoints_of_api_gateway_are_compiled() -> None:
    deployment = Deployment(
        resources=(
            endpoint("one", ServiceName=SERVICE, VpcId="vpc-1"),
            endpoint("two", ServiceName=SERVICE, VpcId=Unknown("Ref Vpc"), PolicyDocument={"Statement": Unknown("x")}),
            endpoint("three", ServiceName="com.amazonaws.eu-west-1.s3"),
            endpoint("four", ServiceName=Unknown("Ref Service")),
            OtherResource(logical_id="five", type="AWS::EC2::VPCEndpoint", id="five"),
            OtherResource(logical_id="six", type="AWS::EC2::VPC", id="six", properties={"ServiceName": SERVICE}),
        )
    )

    one, two = compile_vpc_endpoints(deployment).values()

    assert (one.id, one.logical_id, one.vpc, one.policy) == ("vpce-one", "one", "vpc-1", None)
    assert (two.vpc, two.policy and two.policy.fault) == (None, "parts of it are known only after deployment")
