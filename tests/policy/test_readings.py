from __future__ import annotations

import ipaddress
from decimal import Decimal

import pytest

from forestage.policy.readings import (
    read_address,
    read_bytes,
    read_moment,
    read_network,
    read_number,
    read_truth,
)


@pytest.mark.parametrize("text", ["0", "-1", "+10", "1.50", "123456789012345678901234567890"])
def test_number_is_read(text: str) -> None:
    assert read_number(text) == Decimal(text)


@pytest.mark.parametrize("text", ["", "1e5", "nan", "inf", "1_0", ".5", "1.", " 1", "\u0661", "1" * 65])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", "0"),
        ("2024", "2024"),
        ("9223372036854775807", "9223372036854775807"),
        ("1970-01", "0"),
        ("1970-02", "2678400"),
        ("1970-01-02", "86400"),
        ("1970-01-01T01:00", "3600"),
        ("1970-01-01T00:01:01Z", "61"),
        ("1970-01-01t00:01:01z", "61"),
        ("1970-01-01T00:00:01.25Z", "1.25"),
        ("1970-01-01T01:00:00+01:00", "0"),
        ("1970-01-01T00:00:00-0130", "5400"),
        ("1969-12-31T23:59:59Z", "-1"),
    ],
)
def test_moment_is_read(text: str, seconds: str) -> None:
    assert read_moment(text) == Decimal(seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "-1", "1.5", "2024-13-01", "2024-02-30", "2024-01-00", "0000-01-01", "2024-01-01T25:00Z"),
        *("2024-01-01 00:00:00Z", "2024-01-01T00:00:00+1", "2024-1-1", "1" * 20, "2024-01-01T00:00:00." + "0" * 60),
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert read_moment(text) is None


def test_address_is_read() -> None:
    assert read_address("192.0.2.1") == ipaddress.ip_address("192.0.2.1")
    assert read_address("2001:db8::1") == ipaddress.ip_address("2001:db8::1")
    assert read_address("192.0.2") is None


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.77/24", "192.0.2.0/24"),
        ("192.0.2.1", "192.0.2.1/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_network_is_read(text: str, network: str) -> None:
    assert read_network(text) == ipaddress.ip_network(network)


@pytest.mark.parametrize("text", ["", "192.0.2.0/33", "192.0.2.0/255.255.255.0", "192.0.2.0/", "192.0.2.0/\u0668"])
def test_what_is_no_network_is_none(text: str) -> None:
    assert read_network(text) is None


def test_bytes_are_read() -> None:
    assert read_bytes("QmluYXJ5") == b"Binary"
    assert read_bytes("Qml") is None
    assert read_bytes("ä===") is None


def test_truth_is_read_in_any_case() -> None:
    assert read_truth("True") is True
    assert read_truth("false") is False
    assert read_truth("yes") is None
