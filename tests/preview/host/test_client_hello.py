from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.host.client_hello import HEADER_BYTES, MAX_HELLO_BYTES, hello_bytes, server_name


def hello(name: str | None, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> bytes:
    """Return what OpenSSL sends first."""
    context = ssl.create_default_context()
    context.minimum_version = context.maximum_version = version
    context.check_hostname = False
    sent = ssl.MemoryBIO()
    connection = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        connection.do_handshake()
    return sent.read()


HELLO = hello("shop.example.com")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["shop.example.com", "SHOP.example.com", "a1b2.execute-api.localhost"])
def test_name_is_read_in_lower_case(version: ssl.TLSVersion, name: str) -> None:
    assert server_name(hello(name, version)) == name.lower()


def test_client_that_calls_an_address_names_nobody() -> None:
    assert server_name(hello("127.0.0.1")) is None
    assert server_name(hello(None)) is None


def test_length_is_that_of_the_first_record() -> None:
    assert hello_bytes(HELLO) == len(HELLO)
    assert hello_bytes(HELLO[:HEADER_BYTES]) == len(HELLO)
    assert hello_bytes(HELLO + b"more") == len(HELLO)


@pytest.mark.parametrize("begun", [b"", b"\x16", b"\x16\x03\x01\x02"])
def test_header_is_waited_for_first(begun: bytes) -> None:
    assert hello_bytes(begun) == HEADER_BYTES


def test_length_is_bounded() -> None:
    assert hello_bytes(b"\x16\x03\x01\xff\xff") == MAX_HELLO_BYTES


@given(st.integers(0, len(HELLO) - 1))
def test_message_that_is_cut_off_names_nobody(end: int) -> None:
    assert server_name(HELLO[:end]) is None


@given(st.integers(0, len(HELLO) - 1), st.integers(0, 255))
def test_changed_message_does_no_harm(at: int, byte: int) -> None:
    found = server_name(HELLO[:at] + bytes([byte]) + HELLO[at + 1 :])

    assert found is None or found == found.lower()


@given(st.binary(max_size=200))
def test_other_bytes_do_no_harm(content: bytes) -> None:
    server_name(b"\x16\x03\x01" + len(content).to_bytes(2) + content)


def test_message_of_another_kind_names_nobody() -> None:
    assert server_name(HELLO[:HEADER_BYTES] + b"\x02" + HELLO[HEADER_BYTES + 1 :]) is None


def test_message_without_extensions_names_nobody() -> None:
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\x13\x01" + b"\x01\x00"
    message = b"\x01" + len(body).to_bytes(3) + body

    assert server_name(b"\x16\x03\x01" + len(message).to_bytes(2) + message) is None
