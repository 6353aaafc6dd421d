from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from forestage.errors import PortError
from forestage.preview.host.ports import bind

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0")])
def test_address_is_listened_on(host: str, address: str) -> None:
    binding = bind(host, 0, exact=True)

    names = [listening.getsockname()[:2] for listening in binding.sockets]
    binding.close()

    assert names == [(address, binding.port)]


def test_localhost_is_one_port_on_both_addresses() -> None:
    binding = bind("localhost", 0, exact=True)

    names = {listening.getsockname()[:2] for listening in binding.sockets}
    binding.close()

    # Not every machine has IPv6.
    assert {("127.0.0.1", binding.port)} <= names <= {("127.0.0.1", binding.port), ("::1", binding.port)}


def test_port_that_is_asked_for_must_be_free(taken: int) -> None:
    with pytest.raises(PortError, match=f"port {taken} of localhost is taken") as error:
        bind("localhost", taken, exact=True)

    assert error.value.hint is not None


def test_port_that_is_taken_on_one_address_is_passed_over(taken: int) -> None:
    binding = bind("localhost", taken, exact=False)
    binding.close()

    assert binding.port > taken


def test_port_is_free_again_once_closed() -> None:
    first = bind("localhost", 0, exact=True)
    first.close()

    second = bind("localhost", first.port, exact=True)
    second.close()

    assert second.port == first.port


@pytest.mark.parametrize("port", [-1, 65_536])
def test_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(PortError, match=f"port {port} is no port, allowed are 0 to 65535"):
        bind("localhost", port, exact=False)


@pytest.mark.parametrize("host", ["a" * 70, "192.0.2.1"])
def test_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(PortError, match="cannot listen on"):
        bind(host, 0, exact=True)
