from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from forestage.model import Deployment
from forestage.model.stages import ClientCertificate
from forestage.preview.compile import compile_deployment
from forestage.preview.host.backend_certificates import VALID_DAYS, BackendCertificates
from tests.cases.short_api import rest_api

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.preview.compile import Runtime

NOW = 1_795_614_055.0
DAY = 86_400.0


class Talk:
    """Notes what is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.warned: list[str] = []


def certificates(folder: Path, *, now: float = NOW) -> BackendCertificates:
    return BackendCertificates(folder, now=lambda: now)


def runtime(**stages: Any) -> Runtime:
    deployment = Deployment(
        rest_apis=(rest_api({"GET /": "http"}, stages=stages),),
        client_certificates=(ClientCertificate(logical_id="Mine", id="abc123"),),
    )
    return compile_deployment(deployment)


def served(made: BackendCertificates, *runtimes: Runtime) -> Talk:
    talk = Talk()

    async def serve() -> None:
        for each in runtimes:
            made.serve(each, tell=talk.told.append, warn=talk.warned.append)
            await made.close()

    asyncio.run(serve())
    return talk


def test_certificate_is_kept(tmp_path: Path) -> None:
    first = certificates(tmp_path).find("abc123").read_bytes()

    assert certificates(tmp_path, now=NOW + 300 * DAY).find("abc123").read_bytes() == first


def test_key_is_for_its_owner_alone_and_the_certificate_for_all(tmp_path: Path) -> None:
    secret = certificates(tmp_path).find("abc123")

    assert secret.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE KEY" not in (tmp_path / "abc123.pem").read_bytes()


def test_certificate_that_runs_out_is_made_anew(tmp_path: Path) -> None:
    first = certificates(tmp_path).find("abc123").read_bytes()

    assert certificates(tmp_path, now=NOW + (VALID_DAYS - 0.5) * DAY).find("abc123").read_bytes() != first


def make_readable(secret: Path) -> None:
    secret.chmod(0o644)


def spoil(secret: Path) -> None:
    secret.write_bytes(b"no PEM")


def take_away(secret: Path) -> None:
    secret.with_name("abc123.pem").unlink()


@pytest.mark.parametrize("change", [make_readable, spoil, take_away])
def test_certificate_that_may_not_be_used_is_made_anew(tmp_path: Path, change: Any) -> None:
    secret = certificates(tmp_path).find("abc123")
    first = secret.read_bytes()
    change(secret)

    assert certificates(tmp_path).find("abc123").read_bytes() != first


def test_id_that_is_no_file_name_has_one_all_the_same(tmp_path: Path) -> None:
    secret = certificates(tmp_path / "inner").find("../../evil")

    assert secret.parent == tmp_path / "inner"
    assert ".." not in secret.name


def test_certificate_is_signed_by_itself_as_those_of_api_gateway(tmp_path: Path) -> None:
    secret = certificates(tmp_path).find("abc123")

    certificate = x509.load_pem_x509_certificate(secret.read_bytes())
    certificate.verify_directly_issued_by(certificate)
    assert certificate.subject.rfc4514_string() == "CN=ApiGateway"
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(secret)


def test_certificates_of_stages_are_made_and_told_once(tmp_path: Path) -> None:
    made = certificates(tmp_path)
    both = runtime(dev={"client_certificate_id": "abc123"}, old={"client_certificate_id": "abc123"}, bare={})

    talk = served(made, both, both)

    assert talk.told == [f"the client certificate Mine is in {tmp_path / 'abc123.pem'}: let backends trust it"]
    [told] = made.to_json()
    assert isinstance(told, dict)
    assert (told["id"], told["logical_id"], told["stages"]) == ("abc123", "Mine", ["pets/dev", "pets/old"])
    assert told["file"] == str(tmp_path / "abc123.pem")
    assert str(told["certificate"]).startswith("-----BEGIN CERTIFICATE-----")


def test_certificate_that_is_not_made_yet_is_told_without(tmp_path: Path) -> None:
    made = certificates(tmp_path)
    told: list[object] = []

    async def serve() -> None:
        made.serve(runtime(dev={"client_certificate_id": "other"}), tell=lambda _: None, warn=lambda _: None)
        told.extend(made.to_json())
        await made.close()

    asyncio.run(serve())

    assert told == [{"id": "other", "logical_id": "other", "stages": ["pets/dev"], "file": None, "certificate": None}]


def test_certificate_that_cannot_be_kept_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    talk = served(certificates(tmp_path / "file"), runtime(dev={"client_certificate_id": "abc123"}))

    assert talk.told == []
    assert talk.warned[0].startswith("the client certificate Mine cannot be kept: cannot ")
