"""TLS that takes every certificate of a client, and tells what is wrong with it: who gets in is decided later.

Python's ``ssl`` ends the handshake with a client whose certificate is not vouched for, and API Gateway answers it. So
the TLS of domains that ask for certificates is spoken by the OpenSSL of pyOpenSSL. It takes the place of Python's below
the transports of the event loop, which have buffers, timeouts and the end of connections in hand as for all others.

It takes 20 ms to import beside cryptography, and is imported when a client calls such a domain.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL, crypto

from forestage.preview.host.tls import ALPN_PROTOCOLS, JudgedObject, NamedContext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import trustme

    from forestage.preview.host.tls import TlsDemands

RECORD_BYTES: Final = 16_384
"""What OpenSSL reads at once at most. Source: RFC 8446 section 5.1."""

_PIECE_BYTES: Final = 65_536
_OPTIONS: Final = SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE
_USUAL: Final = ("ECDHE+AESGCM", "ECDHE+CHACHA20")
_WEAKEST: Final = "@SECLEVEL=0"
"""A weak key of a client is a reason to refuse it, which OpenSSL would not let be told."""

_CODES: Final = SSL.X509VerificationCodes
_NOT_NOW: Final = "is not valid at this time"
_NO_ISSUER: Final = "has an issuer that could not be found"
_WORDS: Final = {
    _CODES.ERR_CERT_NOT_YET_VALID: _NOT_NOW,
    _CODES.ERR_CERT_HAS_EXPIRED: _NOT_NOW,
    _CODES.ERR_UNABLE_TO_GET_ISSUER_CERT: _NO_ISSUER,
    _CODES.ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: _NO_ISSUER,
    _CODES.ERR_CERT_SIGNATURE_FAILURE: "has a signature that is not its issuer's",
    _CODES.ERR_DEPTH_ZERO_SELF_SIGNED_CERT: "is self signed",
    _CODES.ERR_SELF_SIGNED_CERT_IN_CHAIN: "is self signed, and not in the truststore",
    _CODES.ERR_INVALID_PURPOSE: "is not for the clients of TLS (extended key usage)",
    _CODES.ERR_INVALID_CA: "may not issue certificates",
    _CODES.ERR_PATH_LENGTH_EXCEEDED: "has more certificates below it than it allows",
}
_NAMES: Final = {
    code: name.removeprefix("ERR_").replace("_", " ").lower()
    for name, code in vars(_CODES).items()
    if name.startswith("ERR_")
}


class MutualContext(NamedContext):
    """A context whose connections take every certificate; make one with ``mutual_context``."""

    spoken: SSL.Context

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,  # ruff: ignore[boolean-type-hint-positional-argument, boolean-default-value-positional-argument]  (as the parent has it)
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Begin the server's side of a connection, as the event loop asks for it."""
        del server_side, server_hostname, session  # A server has no name to check, and nothing is resumed.
        return MutualObject(self, incoming, outgoing)


def mutual_context(certificate: trustme.LeafCert, demands: TlsDemands) -> MutualContext:
    """Make a context that shows a certificate of ours and asks for the client's.

    Sessions are not resumed: a certificate is judged in the handshake that it is shown in.
    """
    spoken = SSL.Context(SSL.TLS_SERVER_METHOD)
    spoken.set_options(_OPTIONS)
    spoken.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    spoken.set_min_proto_version(SSL.TLS1_3_VERSION if demands.only_1_3 else SSL.TLS1_2_VERSION)
    spoken.set_cipher_list(":".join([*(demands.suites or _USUAL), _WEAKEST]).encode())
    spoken.set_alpn_select_callback(_choose_protocol)
    _show(spoken, certificate)
    _ask(spoken, demands.truststore or "")
    context = MutualContext(ssl.PROTOCOL_TLS_SERVER)
    context.spoken = spoken
    return context


def _show(spoken: SSL.Context, certificate: trustme.LeafCert) -> None:
    # Above it is the authority's alone, which clients have.
    spoken.use_certificate(x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()))
    # trustme makes keys of kinds that servers use.
    key: Any = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    spoken.use_privatekey(key)


def _ask(spoken: SSL.Context, truststore: str) -> None:
    store = spoken.get_cert_store()
    assert store is not None  # Every context has one.
    for trusted in x509.load_pem_x509_certificates(truststore.encode()):
        store.add_cert(crypto.X509.from_cryptography(trusted))
    spoken.set_verify(SSL.VERIFY_PEER, _note)


def _choose_protocol(_: SSL.Connection, offered: list[bytes]) -> bytes | Any:
    """Choose the protocol that we speak; a client that offers others alone is taken to speak it all the same."""
    own = (name.encode() for name in ALPN_PROTOCOLS)
    return next((name for name in own if name in offered), SSL.NO_OVERLAPPING_PROTOCOLS)


def _note(connection: SSL.Connection, _: crypto.X509, code: int, depth: int, ok: int) -> bool:
    """Take a certificate, and note the first thing that is wrong with it or with those above it."""
    faults: list[tuple[int, int]] = connection.get_app_data()
    if not ok and not faults:
        faults.append((code, depth))
    return True


def _told(code: int, depth: int) -> str:
    which = "the certificate" if depth == 0 else "a certificate above it"
    words = _WORDS.get(code) or f"does not do, {_NAMES.get(code, f'error {code} of OpenSSL')}"
    return f"{which} {words}"


class MutualObject(JudgedObject):
    """One connection, between the two buffers of the event loop's transport.

    It has of its parent what event loops use.
    """

    def __init__(self, context: MutualContext, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO) -> None:
        # The parent's has to be made by a context.
        self._context = context
        self._incoming = incoming
        self._outgoing = outgoing
        self._faults: list[tuple[int, int]] = []
        self._may_have_more = False
        self._connection = SSL.Connection(context.spoken, None)
        self._connection.set_app_data(self._faults)
        self._connection.set_accept_state()

    @property
    def context(self) -> ssl.SSLContext:  # type: ignore[override]  # the parent's can be replaced
        """The context that the connection was made by."""
        return self._context

    @property
    def certificate_fault(self) -> str | None:
        """What is wrong with the client's certificate; None where nothing is, or there is none."""
        return _told(*self._faults[0]) if self._faults else None

    def do_handshake(self) -> None:
        """Go on with the handshake, as far as the client's messages are there."""
        while True:
            try:
                self._connection.do_handshake()
            except SSL.Error as error:
                self._send()
                if self._receive_more(error):
                    continue
                raise _as_ssl_error(error) from None
            self._send()
            # The first request may have come together with the last message of the handshake.
            self._may_have_more = True
            return

    def read(self, length: int = RECORD_BYTES, buffer: Any = None) -> Any:  # either of two types, by ``buffer``
        """Read what has come, into a buffer or as bytes; nothing where the client has ended it in good order."""
        wanted = min(length, RECORD_BYTES)
        while True:
            try:
                content = self._connection.recv(wanted)
            except SSL.ZeroReturnError:
                return self._ended(buffer)
            except SSL.Error as error:
                self._send()
                if self._receive_more(error):
                    continue
                self._may_have_more = False
                raise _as_ssl_error(error) from None
            self._may_have_more = True
            self._send()
            if buffer is None:
                return content
            buffer[: len(content)] = content
            return len(content)

    def _ended(self, buffer: Any) -> bytes | int:
        self._may_have_more = False
        if self._connection.get_shutdown() != SSL.RECEIVED_SHUTDOWN:
            raise ssl.SSLZeroReturnError(ssl.SSL_ERROR_ZERO_RETURN, "both sides have ended TLS")
        return b"" if buffer is None else 0

    def write(self, data: Any) -> int:  # whatever has bytes
        """Write all of it."""
        try:
            self._connection.sendall(data)
        except SSL.Error as error:
            raise _as_ssl_error(error) from None
        finally:
            self._send()
        return len(data)

    def unwrap(self) -> None:
        """End TLS in good order: say so, and wait for the client to say so."""
        while not self._shut_down():
            pass

    def _shut_down(self) -> bool:
        """Go on with the end, and say whether it has come; False where more of the client's bytes are to be read."""
        try:
            # The first call tells the client; the second one raises where the client has not told us.
            _ = self._connection.shutdown() or self._connection.shutdown()
        except SSL.Error as error:
            if not self._receive_more(error):
                raise _as_ssl_error(error) from None
            return False
        finally:
            self._send()
        return True

    def pending(self) -> int:
        """Tell how many bytes can be read; one where that is not known.

        What OpenSSL has taken and not deciphered is in neither the event loop's count nor OpenSSL's.
        """
        return self._connection.pending() or int(self._may_have_more)

    def getpeercert(self, binary_form: bool = False) -> Any:  # ruff: ignore[boolean-type-hint-positional-argument, boolean-default-value-positional-argument]  (as the parent has it)
        """Return the client's certificate, None for none; taken apart it is empty, as where nobody has judged it."""
        certificate = self._connection.get_peer_certificate()
        if certificate is None:
            return None
        return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate) if binary_form else {}

    def cipher(self) -> tuple[str, str, int] | None:
        """Return the cipher suite: its name, the version of TLS, and its bits."""
        name = self._connection.get_cipher_name()
        if name is None:
            return None
        return name, self._connection.get_cipher_version() or "", self._connection.get_cipher_bits() or 0

    def version(self) -> str | None:
        """Return the version of TLS, ``TLSv1.3``."""
        return self._connection.get_protocol_version_name()

    def selected_alpn_protocol(self) -> str | None:
        """Return the protocol that was agreed on."""
        return self._connection.get_alpn_proto_negotiated().decode() or None

    def compression(self) -> None:
        """Return nothing: nothing is compressed."""

    # -- buffers ------------------------------------------------------------------------------------------------

    def _receive_more(self, error: SSL.Error) -> bool:
        """Hand on what the client has sent, where that is what OpenSSL waits for; say whether there was any."""
        if not isinstance(error, SSL.WantReadError):
            return False
        received = self._incoming.read(_PIECE_BYTES)
        if not received:
            return False
        self._connection.bio_write(received)
        return True

    def _send(self) -> None:
        """Hand on what OpenSSL has for the client."""
        while True:
            try:
                piece = self._connection.bio_read(_PIECE_BYTES)
            except SSL.Error:
                # There is no more.
                return
            self._outgoing.write(piece)
            if len(piece) < _PIECE_BYTES:
                return


def _as_ssl_error(error: SSL.Error) -> ssl.SSLError:
    """Turn an error into the one that event loops know; its reason is spelled as Python's ``ssl`` does."""
    if isinstance(error, SSL.WantReadError):
        return ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "more of the client's bytes are needed")
    queue: Sequence[tuple[str, ...]] = error.args[0] if error.args and isinstance(error.args[0], list) else ()
    told = queue[-1][-1] if queue else f"{type(error).__name__} {error}".strip()
    found = ssl.SSLError(ssl.SSL_ERROR_SSL, told)
    found.reason = told.upper().replace(" ", "_")
    return found
