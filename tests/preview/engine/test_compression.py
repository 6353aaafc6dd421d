from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.engine.address import decompress
from forestage.preview.engine.compression import choose_coding, compress

if TYPE_CHECKING:
    from forestage.preview.engine.wire import Headers

WANTED = (("Accept-Encoding", "gzip"),)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", "gzip"),
        ("deflate", "deflate"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("deflate, gzip", "deflate"),
        ("br;q=1.0, deflate;q=0.4, gzip;q=0.8, *;q=0.1", "gzip"),
        ("deflate ; q = 0.5 , gzip ;q=0.4", "deflate"),
        ("gzip;q=1.0,identity;q=0.5,*;q=0", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip, identity", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, deflate;q=0.001", "deflate"),
        ("gzip;q=much", None),
        ("gzip;q=2", None),
        ("gzip;q=nan", None),
        ("gzip;level=9", "gzip"),
        ("identity", None),
        ("*", None),
        ("br", None),
        ("", None),
        (",;,", None),
    ],
)
def test_coding_is_chosen_by_weight_then_by_order(accepted: str, expected: str | None) -> None:
    assert choose_coding(accepted) == expected


@given(st.binary(min_size=1), st.sampled_from(["gzip", "deflate"]))
def test_what_is_compressed_is_the_body(body: bytes, coding: str) -> None:
    compressed = compress((("accept-encoding", coding),), (), body, minimum_bytes=0)

    assert compressed.coding == coding
    assert compressed.before_bytes == len(body)
    assert decompress(compressed.body, coding) == body


def test_compression_is_the_same_each_time() -> None:
    first, second = (compress(WANTED, (), b"words" * 100, minimum_bytes=0).body for _ in range(2))

    assert first == second
    assert len(first) < 100
    assert gzip.decompress(first) == b"words" * 100


def test_deflate_is_the_format_of_zlib() -> None:
    compressed = compress((("Accept-Encoding", "deflate"),), (), b"words", minimum_bytes=0)

    assert zlib.decompress(compressed.body) == b"words"


def test_several_lines_are_one() -> None:
    asked = (("Accept-Encoding", "br"), ("X", "y"), ("ACCEPT-ENCODING", "deflate"))

    assert compress(asked, (), b"words", minimum_bytes=0).coding == "deflate"


@pytest.mark.parametrize(
    ("asked", "headers", "body", "minimum", "reason"),
    [
        pytest.param((), (), b"words", 0, "Accept-Encoding does not name gzip or deflate", id="not-asked"),
        pytest.param(
            WANTED,
            (("content-encoding", "br"),),
            b"words",
            0,
            "the integration's answer has a Content-Encoding",
            id="encoded",
        ),
        pytest.param(WANTED, (), b"words", 6, "5 bytes are fewer than 6", id="short"),
        pytest.param(WANTED, (), b"", 0, "0 bytes are fewer than 1", id="empty"),
    ],
)
def test_body_that_stays_as_it_is_says_why(
    asked: Headers, headers: Headers, body: bytes, minimum: int, reason: str
) -> None:
    left = compress(asked, headers, body, minimum_bytes=minimum)

    assert (left.coding, left.body, left.reason) == (None, body, reason)


def test_body_of_just_the_least_size_is_compressed() -> None:
    assert compress(WANTED, (), b"words", minimum_bytes=5).coding == "gzip"
