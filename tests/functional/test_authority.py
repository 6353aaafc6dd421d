from __future__ import annotations

import asyncio
import json
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from forestage.errors import StateError
from forestage.preview.compile.tls import SUITES
from forestage.preview.engine.wire import WireRequest, WireResponse
from forestage.preview.host.authority import AUTHORITY_DAYS, DAY_SECONDS, Authority, system_bundle
from forestage.preview.host.connection import IDLE_SECONDS
from forestage.preview.host.listener import SWEEP_SECONDS
from forestage.preview.host.tls import NOTHING, TlsDemands, handshake_refusal
from tests.functional.serving import LOOPS, PATIENCE_SECONDS, Client, Served, serving
from tests.preview.host.certificates import Authority as ClientAuthority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HELLO = b"GET /dev/pets HTTP/1.1\r\nHost: localhost\r\n\r\n"


def tell_tls(request: WireRequest) -> WireResponse:
    return WireResponse(status=200, headers=(), body=b"tls" if request.tls else b"plain")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def bundle(authority: Authority) -> Path:
    return authority.prepare()


@pytest.fixture(params=list(LOOPS))
def served(request: pytest.FixtureRequest, authority: Authority) -> Iterator[Served]:
    with serving(tell_tls, factory=LOOPS[request.param], tls=authority.tls_context) as served:
        yield served


def connect(served: Served, context: ssl.SSLContext, name: str, *, at: str = "127.0.0.1") -> Client:
    sock = socket.create_connection((at, served.port), PATIENCE_SECONDS)
    client = Client(context.wrap_socket(sock, server_hostname=name))
    served.clients.append(client)
    return client


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "a1b2c3d4e5.execute-api.localhost",
        "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "pets.example.com",
        "127.0.0.1",
    ],
)
def test_client_that_trusts_the_bundle_reaches_every_name(served: Served, bundle: Path, name: str) -> None:
    client = connect(served, ssl.create_default_context(cafile=bundle), name)

    assert client.ask(HELLO).body == b"tls"


@pytest.mark.parametrize("loop", list(LOOPS))
def test_client_that_calls_another_address_of_the_machine_finds_it_in_the_certificate(
    authority: Authority, bundle: Path, loop: str
) -> None:
    context = ssl.create_default_context(cafile=bundle)

    with serving(tell_tls, factory=LOOPS[loop], host="0.0.0.0", tls=authority.tls_context) as served:
        by_address = connect(served, context, "127.0.0.2", at="127.0.0.2").ask(HELLO).body
        by_name = connect(served, context, "my-machine.lan", at="127.0.0.2").ask(HELLO).body

    assert (by_address, by_name) == (b"tls", b"tls")


def test_plain_and_tls_are_served_on_one_port(served: Served, bundle: Path) -> None:
    context = ssl.create_default_context(cafile=bundle)

    bodies = [
        served.connect().ask(HELLO).body,
        connect(served, context, "localhost").ask(HELLO).body,
        served.connect().ask(HELLO).body,
    ]

    assert bodies == [b"plain", b"tls", b"plain"]


def test_strict_checks_of_the_chain_hold(served: Served, bundle: Path) -> None:
    context = ssl.create_default_context(cafile=bundle)
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    assert connect(served, context, "localhost").ask(HELLO).body == b"tls"


def test_pipelined_requests_over_tls_are_answered(served: Served, bundle: Path) -> None:
    client = connect(served, ssl.create_default_context(cafile=bundle), "localhost")

    client.send(HELLO * 20)

    assert [client.read().body for _ in range(20)] == [b"tls"] * 20


def test_client_without_trust_hurts_nobody(served: Served, bundle: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(served, ssl.create_default_context(), "localhost")

    client = connect(served, ssl.create_default_context(cafile=bundle), "localhost")

    assert (client.ask(HELLO).status, served.reports) == (200, [])


def test_name_that_no_certificate_can_have_gets_the_usual_one(served: Served, bundle: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"not valid for 'a_b\.localhost'"):
        connect(served, ssl.create_default_context(cafile=bundle), "a_b.localhost")


def test_handshake_that_stops_half_way_hinders_nobody(served: Served, bundle: Path) -> None:
    served.connect().send(b"\x16\x03\x01")

    client = connect(served, ssl.create_default_context(cafile=bundle), "localhost")

    assert client.ask(HELLO).status == 200


@pytest.mark.parametrize("loop", list(LOOPS))
def test_listener_without_authority_closes_on_tls(loop: str) -> None:
    with serving(tell_tls, factory=LOOPS[loop]) as served:
        client = served.connect()
        client.send(b"\x16\x03\x01\x00")

        assert client.is_ended()


@pytest.mark.parametrize("cut", [1, 5, 100])
def test_first_message_may_come_in_pieces(served: Served, bundle: Path, cut: int) -> None:
    context = ssl.create_default_context(cafile=bundle)
    received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = context.wrap_bio(received, sent, server_hostname="pets.example.com")
    with pytest.raises(ssl.SSLWantReadError):
        connection.do_handshake()
    hello = sent.read()
    client = served.connect()

    client.send(hello[:cut])
    # Another client is served meanwhile, so that the first piece has been looked at.
    other = served.connect().ask(HELLO)
    client.send(hello[cut:])
    received.write(client.sock.recv(65_536))

    assert other.body == b"plain"
    assert b"\x16\x03\x03" in received.read()


def test_first_message_that_never_comes_whole_is_not_waited_for_for_ever(served: Served) -> None:
    client = served.connect()
    client.send(b"\x16\x03\x01\x02\x00")
    served.connect().ask(HELLO)

    served.advance(IDLE_SECONDS + SWEEP_SECONDS)

    assert client.is_ended()


# -- what names demand ------------------------------------------------------------------------------------------


def tell_session(request: WireRequest) -> WireResponse:
    tls = request.tls
    assert tls is not None
    told = [tls.version, tls.server_name or "", "certificate" if tls.client_certificate else "none"]
    if tls.certificate_fault is not None:
        told.append(f"({tls.certificate_fault})")
    return WireResponse(status=200, headers=(), body=" ".join(told).encode())


CLIENTS = ClientAuthority()
DEMANDS = {
    "mutual.example.com": TlsDemands(truststore=CLIENTS.pem),
    "new.example.com": TlsDemands(only_1_3=True),
    "few.example.com": TlsDemands(suites=SUITES["TLS_1_2"]),
}


@dataclass
class Demanding:
    """A listener whose names demand something, and the handshakes that failed."""

    served: Served
    bundle: Path
    failures: SimpleQueue[tuple[str | None, str | None]]

    def context(self, *, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.bundle)
        context.maximum_version = newest
        return context


@pytest.fixture(params=list(LOOPS))
def demanding(request: pytest.FixtureRequest, authority: Authority, bundle: Path) -> Iterator[Demanding]:
    authority.demands = lambda name: DEMANDS.get(name, NOTHING)
    failures: SimpleQueue[tuple[str | None, str | None]] = SimpleQueue()

    def note(client: str, name: str | None, error: OSError) -> None:
        del client
        failures.put((name, handshake_refusal(name, error)))

    with serving(
        tell_session, factory=LOOPS[request.param], tls=authority.tls_context, on_handshake_failed=note
    ) as served:
        yield Demanding(served, bundle, failures)


def presenting(context: ssl.SSLContext, authority: ClientAuthority, folder: Path) -> ssl.SSLContext:
    certificate, key = authority.client_with_key("ada")
    (folder / "client.pem").write_text(certificate + key)
    context.load_cert_chain(folder / "client.pem")
    return context


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_certificate_is_asked_of_clients_of_one_name_alone(
    demanding: Demanding, tmp_path: Path, newest: ssl.TLSVersion
) -> None:
    version = "TLSv1.2" if newest is ssl.TLSVersion.TLSv1_2 else "TLSv1.3"

    def told(name: str, *, presents: bool) -> str:
        context = demanding.context(newest=newest)
        if presents:
            presenting(context, CLIENTS, tmp_path)
        return connect(demanding.served, context, name).ask(HELLO).body.decode()

    assert told("mutual.example.com", presents=True) == f"{version} mutual.example.com certificate"
    assert told("mutual.example.com", presents=False) == f"{version} mutual.example.com none"
    assert told("other.example.com", presents=True) == f"{version} other.example.com none"


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_certificate_of_another_authority_is_taken_and_told(
    demanding: Demanding, tmp_path: Path, newest: ssl.TLSVersion
) -> None:
    context = presenting(demanding.context(newest=newest), ClientAuthority("Other"), tmp_path)

    told = connect(demanding.served, context, "mutual.example.com").ask(HELLO).body.decode()

    assert told.partition(" ")[2] == (
        "mutual.example.com certificate (the certificate has an issuer that could not be found)"
    )
    assert (demanding.failures.empty(), demanding.served.reports) == (True, [])


def test_name_that_demands_tls_1_3_is_spoken_to_in_nothing_else(demanding: Demanding) -> None:
    old, new = demanding.context(newest=ssl.TLSVersion.TLSv1_2), demanding.context()

    with pytest.raises(ssl.SSLError):
        connect(demanding.served, old, "new.example.com")

    assert connect(demanding.served, new, "new.example.com").ask(HELLO).body == b"TLSv1.3 new.example.com none"
    assert connect(demanding.served, old, "old.example.com").ask(HELLO).body == b"TLSv1.2 old.example.com none"
    assert demanding.failures.get(timeout=PATIENCE_SECONDS) == (
        "new.example.com",
        "TLS handshake for new.example.com: the client speaks no version of TLS that its security policy allows",
    )


def test_cipher_suites_of_a_policy_are_kept_to(demanding: Demanding) -> None:
    context = demanding.context(newest=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")

    with pytest.raises(ssl.SSLError):
        connect(demanding.served, context, "few.example.com")

    assert connect(demanding.served, context, "any.example.com").ask(HELLO).body == b"TLSv1.2 any.example.com none"
    assert demanding.failures.get(timeout=PATIENCE_SECONDS) == (
        "few.example.com",
        "TLS handshake for few.example.com: the client has no cipher suite that its security policy allows",
    )


def test_changed_demands_count_for_the_next_client(demanding: Demanding, authority: Authority) -> None:
    context = demanding.context(newest=ssl.TLSVersion.TLSv1_2)
    authority.demands = lambda _: NOTHING

    assert connect(demanding.served, context, "new.example.com").ask(HELLO).body == b"TLSv1.2 new.example.com none"


# -- keeping ----------------------------------------------------------------------------------------------------


def test_authority_is_readable_for_its_owner_alone(authority: Authority, bundle: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in bundle.parent.iterdir()}

    assert (modes, bundle.parent.stat().st_mode & 0o777) == (
        {"authority.json": 0o600, "authority.pem": 0o644, "bundle.pem": 0o644, "lock": 0o600},
        0o700,
    )
    assert authority.certificate_path.read_bytes() in bundle.read_bytes()


def test_bundle_holds_the_authorities_of_the_machine(bundle: Path) -> None:
    assert bundle.read_bytes().count(b"BEGIN CERTIFICATE") > 10


def test_authority_is_shared_and_found_again(authority: Authority, bundle: Path) -> None:
    first = bundle.read_bytes()

    Authority(bundle.parent).prepare()

    assert bundle.read_bytes() == first
    assert authority.certificate_path.exists()


def test_authorities_made_at_the_same_time_are_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as executor:
        bundles = list(executor.map(lambda _: Authority(tmp_path).prepare().read_bytes(), range(8)))

    assert len(set(bundles)) == 1


@pytest.mark.parametrize("damage", ["old", "readable", "broken", "incomplete"])
def test_authority_that_may_not_be_used_is_made_anew(tmp_path: Path, damage: str) -> None:
    before = Authority(tmp_path).prepare().read_bytes()
    kept = tmp_path / "authority.json"
    content = json.loads(kept.read_bytes())
    match damage:
        case "old":
            content["renew_at"] -= AUTHORITY_DAYS * DAY_SECONDS + 1
            kept.write_text(json.dumps(content))
        case "readable":
            kept.chmod(0o644)
        case "broken":
            kept.write_text("{")
        case _:
            kept.write_text("{}")

    after = Authority(tmp_path).prepare().read_bytes()

    assert after != before
    assert kept.stat().st_mode & 0o777 == 0o600


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="cannot make the folder"):
        Authority(tmp_path / "file" / "authority").prepare()


def test_file_of_the_company_comes_first(tmp_path: Path) -> None:
    company = tmp_path / "company.pem"
    company.write_bytes(b"company")

    assert system_bundle({"SSL_CERT_FILE": str(company)}, excluded=tmp_path / "bundle.pem") == b"company"


def test_own_bundle_and_missing_files_are_passed_over(tmp_path: Path) -> None:
    own = tmp_path / "bundle.pem"
    own.write_bytes(b"own")

    bundles = [system_bundle({"SSL_CERT_FILE": str(path)}, excluded=own) for path in (own, tmp_path / "missing")]

    assert [bundle.count(b"BEGIN CERTIFICATE") > 10 for bundle in bundles] == [True, True]


@pytest.mark.parametrize("addresses", [("127.0.0.1", "::1", "::ffff:127.0.0.1"), ("192.0.2.1", "::ffff:192.0.2.1")])
@pytest.mark.parametrize("loop", list(LOOPS))
def test_bundle_and_context_are_made_once(authority: Authority, loop: str, addresses: tuple[str, ...]) -> None:
    async def both() -> tuple[bool, bool]:
        bundles = await asyncio.gather(authority.ca_bundle_path(), authority.ca_bundle_path())
        contexts = await asyncio.gather(*(authority.tls_context(address) for address in addresses))
        return bundles[0] is bundles[1], len(set(contexts)) == 1

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        assert runner.run(both()) == (True, True)
