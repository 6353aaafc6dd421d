from __future__ import annotations

import pytest

from forestage.policy.operands import (
    Nothing,
    Operand,
    read_arn_like,
    read_binary,
    read_bool,
    read_equal,
    read_equal_ignoring_case,
    read_like,
    read_range,
)

KEYS = {"aws:username": ("Ada",), "aws:securetransport": ("true",)}
ROLE = "arn:aws:iam::123456789012:role/Ada"


@pytest.mark.parametrize(
    ("operand", "given"),
    [
        (read_equal("a*", variables=True), "a*"),
        (read_equal("${aws:username}", variables=True), "Ada"),
        (read_equal("", variables=True), ""),
        (read_equal_ignoring_case("ADA", variables=True), "aDa"),
        (read_equal_ignoring_case("x-${aws:username}", variables=True), "X-ADA"),
        (read_like("a*c?", variables=True), "abcd"),
        (read_bool("TRUE", variables=True), "true"),
        (read_bool("${aws:SecureTransport}", variables=True), "true"),
        (read_binary("QQ==", variables=True), "QQ=="),
        (read_range("10.0.0.0/8", variables=True), "10.1.2.3"),
        (read_range("2001:db8::/32", variables=True), "2001:0DB8::7"),
        (read_arn_like("arn:aws:iam::*:role/${aws:username}", variables=True), ROLE),
        (read_arn_like("arn:*:iam::12345678901?:*", variables=True), ROLE),
        (read_arn_like("arn:aws:x:::a*", variables=True), "arn:aws:x:::a:b:c"),
    ],
)
def test_value_fits(operand: Operand, given: str) -> None:
    assert operand(given, KEYS)


@pytest.mark.parametrize(
    ("operand", "given"),
    [
        (read_equal("Ada", variables=True), "ada"),
        (read_equal("a*", variables=True), "ab"),
        (read_equal("${aws:nope}", variables=True), "${aws:nope}"),
        (read_equal_ignoring_case("${aws:nope}", variables=True), ""),
        (read_like("A*", variables=True), "abc"),
        (read_bool("true", variables=True), "false"),
        (read_bool("true", variables=True), "1"),
        (read_bool("false", variables=True), ""),
        (read_bool("${aws:nope}", variables=True), "true"),
        (read_binary("QQ==", variables=True), "Qg=="),
        (read_binary("QQ==", variables=True), "A"),
        (read_range("10.0.0.0/8", variables=True), "11.1.2.3"),
        (read_range("10.0.0.0/8", variables=True), "::ffff:10.1.2.3"),
        (read_range("10.0.0.0/8", variables=True), "localhost"),
        (read_arn_like("arn:aws:iam::*", variables=True), ROLE),
        (read_arn_like("arn:aws:*:role/Ada", variables=True), ROLE),
        (read_arn_like("arn:*:*:*:*:*", variables=True), "no arn"),
        (read_arn_like("arn:aws:iam::*:role/Bob", variables=True), ROLE),
    ],
)
def test_value_does_not_fit(operand: Operand, given: str) -> None:
    assert not operand(given, KEYS)


@pytest.mark.parametrize(
    "operand",
    [
        read_bool("yes", variables=True),
        read_bool("${aws:SecureTransport}", variables=False),
        read_binary("A", variables=True),
        read_range("10.0.0.0/40", variables=True),
        read_arn_like("*", variables=True),
    ],
)
def test_value_of_another_kind_fits_nothing(operand: Operand) -> None:
    assert operand == Nothing()
    assert not operand("true", KEYS)
