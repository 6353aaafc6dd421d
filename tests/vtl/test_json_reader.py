from __future__ import annotations

from decimal import Decimal

import pytest

from forestage.vtl.json_reader import JsonError, read_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("1.1234567890123456789", Decimal("1.1234567890123456789")),
        ("1.50000000000000000000", Decimal("1.50000000000000000000")),
        ("12345678901234567890", 12345678901234567890),
        ('"\x7f"', "\x7f"),
        ('"\x7f\\n"', "\n"),
        ("\u2028", "\u2028"),
        (" \u2028x\u2028 ", "x"),
        ("", ""),
    ],
)
def test_text_is_read(text: str, value: object) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5_000,
        "1." + "9" * 5_000,
        "1.0000000000000000000e9999",
        "1.0000000000000000000e99999999999999999999",
        "[" * 201 + "]" * 201 + "x",
        "[" * 100_000,
        "{a:" * 100_000,
        "[-" + "9" * 5_000 + "x,]",
        "-.",
        "{a:",
        "{'a",
        r'"a\"',
    ],
)
def test_text_is_refused(text: str) -> None:
    with pytest.raises(JsonError):
        read_json(text)


def test_text_of_more_than_ten_megabytes_is_refused() -> None:
    with pytest.raises(JsonError, match="more than 10000000 characters"):
        read_json('"' + "x" * 10_000_000 + '"')


def test_deep_json_is_read_as_deep_as_python_reads_it() -> None:
    assert read_json("[" * 150 + "]" * 150)
