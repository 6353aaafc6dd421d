"""TLS of the preview's ports: what a host name demands, and what a connection came to."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.preview.engine.wire import TlsSession
from forestage.preview.host.addressing import api_of_host

if TYPE_CHECKING:
    from forestage.preview.compile import Runtime
    from forestage.preview.host.truststores import Truststores


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsDemands:
    """What is demanded of clients that ask for a name.

    ``truststore`` is in PEM, and there where they are asked for a certificate.
    """

    only_1_3: bool = False
    truststore: str | None = None


NOTHING: Final = TlsDemands()


class NamedContext(ssl.SSLContext):
    """A context for one name, which is None where the client asked for none."""

    server_name: str | None = None


def demands_of(name: str, runtime: Runtime, truststores: Truststores) -> TlsDemands:
    """Return what the API or domain of a name demands of the TLS of its clients."""
    domains = runtime.domains.find(name) if runtime.domains is not None else ()
    if domains:
        texts = [truststores.pem_of(domain) for domain in domains if domain.truststore_uri is not None]
        return TlsDemands(
            only_1_3=any(domain.tls.only_1_3 for domain in domains),
            truststore=next((text for text in texts if text is not None), None),
        )
    named = api_of_host(name, ())
    api = runtime.apis.get(named.api_id or "") if named is not None else None
    return TlsDemands(only_1_3=api is not None and api.entrance is not None and api.entrance.tls.only_1_3)


def demand(context: ssl.SSLContext, demands: TlsDemands) -> None:
    """Have a context ask of clients what is demanded.

    A certificate is asked for, and not insisted on: a client without one gets an answer. One that the truststore does
    not vouch for ends the handshake. Differs from API Gateway: that answers 403 then.
    """
    context.minimum_version = ssl.TLSVersion.TLSv1_3 if demands.only_1_3 else ssl.TLSVersion.TLSv1_2
    if demands.truststore is not None:
        context.load_verify_locations(cadata=demands.truststore)
        context.verify_mode = ssl.CERT_OPTIONAL


def handshake_refusal(name: str | None, error: OSError) -> str | None:
    """Say why a client was refused in its handshake; None where it was not: it went away, or does not trust us."""
    asked = name or "a name that the client did not tell"
    if isinstance(error, ssl.SSLError) and error.reason == "CERTIFICATE_VERIFY_FAILED":
        told = getattr(error, "verify_message", "") or str(error)
        return f"TLS handshake for {asked}: the client's certificate was refused, {told}"
    if isinstance(error, ssl.SSLError) and error.reason in {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"}:
        return f"TLS handshake for {asked}: the client speaks no version of TLS that its security policy allows"
    return None


def tls_session(connection: ssl.SSLObject) -> TlsSession:
    """Tell what a finished handshake came to."""
    context, cipher = connection.context, connection.cipher()
    certificate = connection.getpeercert(binary_form=True) if context.verify_mode != ssl.CERT_NONE else None
    return TlsSession(
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        server_name=context.server_name if isinstance(context, NamedContext) else None,
        client_certificate=ssl.DER_cert_to_PEM_cert(certificate) if certificate else None,
    )
