from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forestage.preview.host.mutual_tls import RECORD_BYTES
from forestage.preview.host.tls import handshake_refusal, tls_session
from forestage.preview.host.truststores import Truststores
from tests.preview.host.certificates import Authority, weak_rsa
from tests.preview.host.handshakes import NAME, Handshake, client_context, server_context, show
from tests.preview.host.ways import Ways, api, domain, mapping, serve

if TYPE_CHECKING:
    from pathlib import Path

ROOT = Authority()
MIDDLE = Authority("Middle", by=ROOT)
ELSEWHERE = Authority("Elsewhere")
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def chain(pair: tuple[str, str], *above: str) -> tuple[str, ...]:
    certificate, key = pair
    return (certificate, *above, key)


GOOD = {
    "any-usage": chain(ROOT.client_with_key("ada")),
    "for-clients": chain(ROOT.client_with_key("ada", usage=ExtendedKeyUsageOID.CLIENT_AUTH)),
    "p-384": chain(ROOT.client_with_key("ada", ec.generate_private_key(ec.SECP384R1()))),
}
NOT_NOW = "the certificate is not valid at this time"
NO_ISSUER = "the certificate has an issuer that could not be found"
BAD = {
    "none": ((), None),
    "unvouched": (chain(ELSEWHERE.client_with_key("eve")), NO_ISSUER),
    "of-the-same-name": (
        chain(Authority("Root").client_with_key("eve")),
        "the certificate has a signature that is not its issuer's",
    ),
    "with-its-own-authority": (
        chain(ELSEWHERE.client_with_key("eve"), ELSEWHERE.pem),
        "a certificate above it is self signed, and not in the truststore",
    ),
    "self-signed": (chain(ELSEWHERE.self_with_key()), "the certificate is self signed"),
    "expired": (chain(ROOT.client_with_key("ada", days=-1)), NOT_NOW),
    "not-yet-valid": (chain(ROOT.client_with_key("ada", since_days=-1)), NOT_NOW),
    "for-servers": (
        chain(ROOT.client_with_key("ada", usage=ExtendedKeyUsageOID.SERVER_AUTH)),
        "the certificate is not for the clients of TLS (extended key usage)",
    ),
    "by-a-client": (
        chain(Authority("Plain", by=ROOT, is_authority=False).client_with_key("eve")),
        NO_ISSUER,
    ),
    # OpenSSL takes these: what a truststore says of them is ours.
    "through-what-it-shows": (chain(MIDDLE.client_with_key("ada"), MIDDLE.pem), None),
    "weak-key": (chain(ROOT.client_with_key("ada", weak_rsa())), None),
    "weak-hash": (chain(ROOT.client_with_key("ada", algorithm=hashes.SHA224())), None),
}


def shaken(folder: Path, pems: tuple[str, ...], newest: ssl.TLSVersion) -> Handshake:
    client = client_context(newest)
    if pems:
        show(client, folder, *pems)
    return Handshake(client, server_context(ROOT.pem)).shake()


@pytest.fixture
def open_connection(tmp_path: Path) -> Handshake:
    return shaken(tmp_path, GOOD["any-usage"], ssl.TLSVersion.TLSv1_3)


# -- who gets in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newest", VERSIONS)
@pytest.mark.parametrize(("pems", "fault"), BAD.values(), ids=[*BAD])
def test_handshake_with_any_certificate_ends_well_and_what_is_wrong_is_told(
    tmp_path: Path, newest: ssl.TLSVersion, pems: tuple[str, ...], fault: str | None
) -> None:
    session = tls_session(shaken(tmp_path, pems, newest).server)

    assert session.certificate_fault == fault
    assert (session.client_certificate or "").strip() == (pems[0].strip() if pems else "")


@pytest.mark.parametrize("newest", VERSIONS)
@pytest.mark.parametrize("pems", GOOD.values(), ids=[*GOOD])
def test_certificate_that_is_vouched_for_has_no_fault(
    tmp_path: Path, newest: ssl.TLSVersion, pems: tuple[str, ...]
) -> None:
    session = tls_session(shaken(tmp_path, pems, newest).server)

    assert (session.server_name, session.certificate_fault) == (NAME, None)
    assert (session.version, session.cipher.startswith("TLS_")) in {("TLSv1.2", False), ("TLSv1.3", True)}


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Ways:
    file = tmp_path_factory.mktemp("trust") / "trust.pem"
    file.write_text(ROOT.pem)
    mutual: dict[str, Any] = {"MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem"}}
    return serve(api(), Domain=domain(**mutual), Root=mapping(), truststores=Truststores({NAME: file}))


@given(
    kind=st.sampled_from([*GOOD, *BAD]),
    newest=st.sampled_from(VERSIONS),
    path=st.sampled_from(["/", "/x", "/ping", "/sping", "//", "/_forestage/health", "/dev/x"]),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_comes_to_the_api_but_with_a_good_certificate(
    ways: Ways, tmp_path: Path, kind: str, newest: ssl.TLSVersion, path: str
) -> None:
    pems = GOOD[kind] if kind in GOOD else BAD[kind][0]
    session = tls_session(shaken(tmp_path, pems, newest).server)

    answer = ways.call(path, host=NAME, tls=session)

    if kind in GOOD:
        assert answer.status == 200
    else:
        assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
        assert ways.reason().startswith(f"{NAME} demands a client certificate, and ")


@pytest.mark.parametrize("newest", VERSIONS)
def test_session_is_never_resumed(tmp_path: Path, newest: ssl.TLSVersion) -> None:
    client, server = client_context(newest), server_context(ROOT.pem)
    show(client, tmp_path, *GOOD["any-usage"])
    first = Handshake(client, server).shake()
    first.server.write(b"x")
    first.client.read()

    again = Handshake(client, server)
    if first.client.session is not None:
        again.client.session = first.client.session
    again.shake()

    assert again.client.session_reused is False
    assert again.server.getpeercert(binary_form=True)


# -- what is spoken ---------------------------------------------------------------------------------------------------


def test_version_that_a_policy_excludes_is_refused() -> None:
    handshake = Handshake(client_context(ssl.TLSVersion.TLSv1_2), server_context(ROOT.pem, only_1_3=True))

    with pytest.raises(ssl.SSLError) as raised:
        handshake.shake()

    assert "no version of TLS" in (handshake_refusal(NAME, raised.value) or "")


@pytest.mark.parametrize("suite", ["ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"])
def test_suites_of_a_policy_are_used_and_no_others(suite: str) -> None:
    both = ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384")
    fitting, other = client_context(ssl.TLSVersion.TLSv1_2), client_context(ssl.TLSVersion.TLSv1_2)
    fitting.set_ciphers(suite)
    other.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
    server = server_context(ROOT.pem, suites=both)

    cipher = Handshake(fitting, server).shake().server.cipher()
    with pytest.raises(ssl.SSLError) as raised:
        Handshake(other, server).shake()

    assert cipher is not None
    assert cipher[0] == suite
    assert "no cipher suite" in (handshake_refusal(NAME, raised.value) or "")


@pytest.mark.parametrize(
    ("offered", "agreed"), [(["h2", "http/1.1"], "http/1.1"), (["h2"], None), ([], None)], ids=["both", "other", "none"]
)
def test_protocol_is_ours_or_none(offered: list[str], agreed: str | None) -> None:
    client = client_context()
    if offered:
        client.set_alpn_protocols(offered)

    handshake = Handshake(client, server_context(ROOT.pem)).shake()

    assert handshake.client.selected_alpn_protocol() == handshake.server.selected_alpn_protocol() == agreed


def test_bytes_that_are_no_tls_are_an_error_of_tls() -> None:
    handshake = Handshake(client_context(), server_context(ROOT.pem))
    handshake.to_server.write(b"GET / HTTP/1.1\r\n\r\n")

    with pytest.raises(ssl.SSLError):
        handshake.server.do_handshake()

    assert handshake.server.cipher() is None
    assert handshake.server.getpeercert() is None


def test_certificate_is_told_whole_and_never_taken_apart(open_connection: Handshake) -> None:
    whole = open_connection.server.getpeercert(binary_form=True)

    assert whole is not None
    assert ssl.DER_cert_to_PEM_cert(whole).strip() == GOOD["any-usage"][0].strip()
    assert open_connection.server.getpeercert() == {}
    assert open_connection.server.compression() is None
    assert isinstance(open_connection.server.context, ssl.SSLContext)


# -- what goes to and fro ---------------------------------------------------------------------------------------------


def test_request_that_comes_with_the_end_of_the_handshake_is_not_forgotten(tmp_path: Path) -> None:
    client = client_context()
    show(client, tmp_path, *GOOD["any-usage"])
    handshake = Handshake(client, server_context(ROOT.pem))
    for step in (handshake.client.do_handshake, handshake.server.do_handshake):
        with pytest.raises(ssl.SSLWantReadError):
            step()
    handshake.client.do_handshake()
    handshake.client.write(b"GET")

    handshake.server.do_handshake()

    assert handshake.server.pending() > 0
    assert handshake.server.read() == b"GET"


@given(pieces=st.lists(st.binary(max_size=40_000), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(tmp_path: Path, pieces: list[bytes]) -> None:
    connection = shaken(tmp_path, GOOD["any-usage"], ssl.TLSVersion.TLSv1_3)
    whole = b"".join(pieces)

    for piece in pieces:
        connection.client.write(piece)
    received = b""
    while connection.to_server.pending or len(received) < len(whole):
        received += connection.server.read(262_144)
        # As long as there may be more, the event loop has to be told so.
        assert connection.server.pending()

    assert received == whole


def test_much_is_written_at_once(open_connection: Handshake) -> None:
    content = bytes(range(256)) * 20_000

    assert open_connection.server.write(memoryview(content)) == len(content)

    received = bytearray()
    while len(received) < len(content):
        received += open_connection.client.read(RECORD_BYTES)
    assert received == content


def test_bytes_are_read_into_a_buffer(open_connection: Handshake) -> None:
    open_connection.client.write(b"hello")
    buffer = bytearray(8)

    # The parent's declaration knows of bytes alone.
    count: Any = open_connection.server.read(8, memoryview(buffer))

    assert (count, bytes(buffer)) == (5, b"hello\0\0\0")


def test_nothing_can_be_read_where_nothing_came(open_connection: Handshake) -> None:
    with pytest.raises(ssl.SSLWantReadError):
        open_connection.server.read()

    assert open_connection.server.pending() == 0


def test_end_that_the_client_tells_is_the_end_of_what_is_read(open_connection: Handshake) -> None:
    with pytest.raises(ssl.SSLWantReadError):
        open_connection.client.unwrap()

    count: Any = open_connection.server.read(8, memoryview(bytearray(8)))

    assert (count, open_connection.server.read()) == (0, b"")
    open_connection.together(open_connection.server.unwrap, open_connection.client.unwrap)
    with pytest.raises(ssl.SSLZeroReturnError):
        open_connection.server.read()


def test_end_that_the_server_tells_waits_for_the_client(open_connection: Handshake) -> None:
    with pytest.raises(ssl.SSLWantReadError):
        open_connection.server.unwrap()
    with pytest.raises(ssl.SSLWantReadError):
        open_connection.server.unwrap()

    open_connection.together(open_connection.client.unwrap, open_connection.server.unwrap)

    with pytest.raises(ssl.SSLError):
        open_connection.server.write(b"late")


def test_bytes_that_were_changed_on_their_way_are_an_error(open_connection: Handshake) -> None:
    open_connection.client.write(b"hello")
    sent = bytearray(open_connection.to_server.read())
    sent[-1] ^= 1
    open_connection.to_server.write(sent)

    with pytest.raises(ssl.SSLError):
        open_connection.server.read()
    with pytest.raises(ssl.SSLError):
        open_connection.server.unwrap()
