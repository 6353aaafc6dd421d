"""Intrinsic functions about networks: Cidr, GetAZs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.functions.strings import to_text
from forestage.load.scope import Scope, Value, arguments, describe
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from forestage.load.positions import MarkedMap, Raw

DEFAULT_HOST_BITS = 8
ZONES = {
    "us-east-1": "abcdef",
    "us-west-1": "ac",
    "us-west-2": "abcd",
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abd",
}
"""Letters of the availability zones where they are not a, b, c.

Source: EC2 user guide, "AWS Availability Zones"; an account may see fewer.
"""


def get_azs(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """List the availability zones of a region; no name is the stack's own region."""
    region = scope.resolve(argument, node) if argument is not None else ""
    if isinstance(region, Unknown):
        return Unknown(f"Fn::GetAZs {region}")
    if not isinstance(region, str):
        return scope.fault(f"Fn::GetAZs takes the name of a region, got {describe(argument)}", node)
    region = region or scope.environment.region
    return [f"{region}{letter}" for letter in ZONES.get(region, "abc")]


def cidr(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Cut an address block into smaller ones.

    ``[block, count, host bits]``: the last is 8 where it is left out.
    Source: CloudFormation template reference, "Fn::Cidr".
    """
    given = arguments(scope, argument, node, range(2, 4), "[block, count, host bits]")
    if given is None:
        return Unknown("Fn::Cidr")
    block, count, bits = (to_text(scope.resolve(value, node)) for value in (*given, DEFAULT_HOST_BITS)[:3])
    for value in (block, count, bits):
        if isinstance(value, Unknown):
            return Unknown(f"Fn::Cidr {block}")
    if not isinstance(block, str) or not str(count).isdecimal() or not str(bits).isdecimal():
        return scope.fault(f"Fn::Cidr takes [block, count, host bits], got {block}, {count} and {bits}", node)
    return _blocks(scope, block, int(str(count)), int(str(bits)), node)


def _blocks(scope: Scope, block: str, count: int, bits: int, node: MarkedMap[Raw]) -> Value:
    from ipaddress import ip_network
    from itertools import islice

    try:
        network = ip_network(block, strict=False)
    except ValueError:
        return scope.fault(f"Fn::Cidr takes an address block like 10.0.0.0/16, got {block!r}", node)
    if not 1 <= count <= 256:  # ruff: ignore[magic-value-comparison]
        return scope.fault(f"the count of Fn::Cidr must be from 1 to 256, got {count}", node)
    prefix = network.max_prefixlen - bits
    if not network.prefixlen <= prefix or count > 1 << (prefix - network.prefixlen):
        return scope.fault(f"{block} has no room for {count} blocks of {bits} host bits", node)
    return [str(part) for part in islice(network.subnets(new_prefix=prefix), count)]
