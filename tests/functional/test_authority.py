from __future__ import annotations

import asyncio
import json
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from forestage.errors import StateError
from forestage.preview.engine.wire import WireRequest, WireResponse
from forestage.preview.host.authority import AUTHORITY_DAYS, DAY_SECONDS, Authority, system_bundle
from tests.functional.serving import LOOPS, PATIENCE_SECONDS, Client, Served, serving

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


def connect(served: Served, context: ssl.SSLContext, name: str) -> Client:
    sock = socket.create_connection(("127.0.0.1", served.port), PATIENCE_SECONDS)
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


@pytest.mark.parametrize("loop", list(LOOPS))
def test_bundle_and_context_are_made_once(authority: Authority, loop: str) -> None:
    async def both() -> tuple[bool, bool]:
        bundles = await asyncio.gather(authority.ca_bundle_path(), authority.ca_bundle_path())
        contexts = await asyncio.gather(authority.tls_context(), authority.tls_context())
        return bundles[0] is bundles[1], contexts[0] is contexts[1]

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        assert runner.run(both()) == (True, True)
