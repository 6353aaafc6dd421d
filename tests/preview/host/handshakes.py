"""Clients of TLS whose bytes go to and fro in memory."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import trustme

from forestage.preview.host.mutual_tls import mutual_context
from forestage.preview.host.tls import JudgedObject, TlsDemands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forestage.preview.host.mutual_tls import MutualContext

NAME = "shop.example.com"
SERVER = trustme.CA()


def server_context(truststore: str, *, only_1_3: bool = False, suites: tuple[str, ...] | None = None) -> MutualContext:
    """Make the context of a domain that asks for certificates."""
    demands = TlsDemands(truststore=truststore, only_1_3=only_1_3, suites=suites)
    context = mutual_context(SERVER.issue_cert(NAME), demands)
    context.server_name = NAME
    return context


def client_context(newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """Make the context of a client that trusts the server, and shows whatever it is given."""
    context = ssl.create_default_context()
    SERVER.configure_trust(context)
    context.maximum_version = newest
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def show(context: ssl.SSLContext, folder: Path, *pems: str) -> None:
    """Have a client show a certificate; its key comes last, and between them may be certificates above it."""
    file = folder / "client.pem"
    file.write_text("\n".join(pems))
    context.load_cert_chain(file)


class Handshake:
    """A client and the server's side of it; ``steps`` are taken again as long as they want more bytes."""

    def __init__(self, client: ssl.SSLContext, server: ssl.SSLContext) -> None:
        self.to_server, self.to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = client.wrap_bio(self.to_client, self.to_server, server_hostname=NAME)
        server_side = server.wrap_bio(self.to_server, self.to_client, server_side=True)
        assert isinstance(server_side, JudgedObject)
        self.server: JudgedObject = server_side

    def shake(self) -> Handshake:
        """Come to an agreement."""
        self.together(self.client.do_handshake, self.server.do_handshake)
        return self

    @staticmethod
    def together(*steps: Callable[[], object]) -> None:
        """Take steps in turn until none wants more."""
        waiting = list(steps)
        while waiting:
            waiting = [step for step in waiting if not _is_done(step)]


def _is_done(step: Callable[[], object]) -> bool:
    try:
        step()
    except ssl.SSLWantReadError:
        return False
    return True
