"""TLS of the preview's ports: what a host name demands, and what a connection came to."""

from __future__ import annotations

import ssl
from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.preview.engine.wire import TlsSession
from forestage.preview.host.addressing import api_of_host

if TYPE_CHECKING:
    import trustme

    from forestage.preview.compile import Runtime
    from forestage.preview.host.truststores import Truststores


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsDemands:
    """What is demanded of clients that ask for a name.

    ``suites`` are the cipher suites of TLS 1.2 that they may use, None for those of this machine. ``truststore`` is in
    PEM, and there where they are asked for a certificate.
    """

    only_1_3: bool = False
    suites: tuple[str, ...] | None = None
    truststore: str | None = None


NOTHING: Final = TlsDemands()

ALPN_PROTOCOLS: Final = ("http/1.1",)


class NamedContext(ssl.SSLContext):
    """A context for one name, which is None where the client asked for none."""

    server_name: str | None = None


class JudgedObject(ssl.SSLObject):
    """A connection that takes every certificate of a client."""

    @property
    @abstractmethod
    def certificate_fault(self) -> str | None:
        """What is wrong with the certificate; None where nothing is, or there is none."""


def demands_of(name: str, runtime: Runtime, truststores: Truststores) -> TlsDemands:
    """Return what the API or domain of a name demands of the TLS of its clients."""
    domains = runtime.domains.find(name) if runtime.domains is not None else ()
    if domains:
        texts = [truststores.pem_of(domain) for domain in domains if domain.truststore_uri is not None]
        return TlsDemands(
            only_1_3=any(domain.tls.only_1_3 for domain in domains),
            suites=domains[0].tls.suites,
            # Which of the domains of one name is meant is known with the request: it is judged by its own again.
            truststore="\n".join(dict.fromkeys(text for text in texts if text is not None)) or None,
        )
    named = api_of_host(name, ())
    api = runtime.apis.get(named.api_id or "") if named is not None else None
    if api is None or api.entrance is None:
        return NOTHING
    return TlsDemands(only_1_3=api.entrance.tls.only_1_3, suites=api.entrance.tls.suites)


def usual_context(certificate: trustme.LeafCert, demands: TlsDemands) -> NamedContext:
    """Make a context that shows a certificate of ours, and asks clients for none."""
    context = NamedContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3 if demands.only_1_3 else ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols([*ALPN_PROTOCOLS])
    if demands.suites is not None:
        context.set_ciphers(":".join(demands.suites))
    certificate.configure_cert(context)
    return context


def handshake_refusal(name: str | None, error: OSError) -> str | None:
    """Say why a client was refused in its handshake; None where it was not: it went away, or does not trust us."""
    asked = name or "a name that the client did not tell"
    reason = error.reason if isinstance(error, ssl.SSLError) else None
    if reason in {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"}:
        return f"TLS handshake for {asked}: the client speaks no version of TLS that its security policy allows"
    if reason == "NO_SHARED_CIPHER":
        return f"TLS handshake for {asked}: the client has no cipher suite that its security policy allows"
    return None


def tls_session(connection: ssl.SSLObject) -> TlsSession:
    """Tell what a finished handshake came to."""
    context, cipher = connection.context, connection.cipher()
    judged = connection if isinstance(connection, JudgedObject) else None
    certificate = None if judged is None else judged.getpeercert(binary_form=True)
    return TlsSession(
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        server_name=context.server_name if isinstance(context, NamedContext) else None,
        client_certificate=ssl.DER_cert_to_PEM_cert(certificate) if certificate else None,
        certificate_fault=None if judged is None else judged.certificate_fault,
    )
