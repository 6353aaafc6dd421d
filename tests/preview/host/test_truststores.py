from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from forestage.preview.compile.domains import DomainRuntime, RoutingMode
from forestage.preview.compile.tls import TlsTerms
from forestage.preview.host.truststores import MAX_TOLD, MAX_TRUSTSTORE_BYTES, Truststores, chain_fault
from tests.preview.host.certificates import NOW, Authority, edwards, weak_rsa

if TYPE_CHECKING:
    from pathlib import Path

ROOT = Authority()
MIDDLE = Authority("Middle", by=ROOT)
LOWER = Authority("Lower", by=MIDDLE)
LOWEST = Authority("Lowest", by=LOWER)
TOO_LOW = Authority("Too low", by=LOWEST)
IMPOSTOR = Authority("Root")


def fault(pem: str, *trusted: Authority, days: int = 0) -> str:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return chain_fault(certificate, [each.certificate for each in trusted], now=NOW + timedelta(days=days))


def domain(file: str | None = None) -> DomainRuntime:
    return DomainRuntime(
        name="shop.example.com",
        logical_id="Shop",
        endpoint_type="REGIONAL",
        mode=RoutingMode.MAPPINGS,
        mappings=(),
        rules=(),
        tls=TlsTerms(),
        truststore_uri="s3://bucket/trust.pem",
        truststore_file=file,
    )


@pytest.mark.parametrize(
    ("issuer", "trusted"),
    [(ROOT, (ROOT,)), (MIDDLE, (ROOT, MIDDLE)), (LOWEST, (LOWER, IMPOSTOR, MIDDLE, LOWEST, ROOT))],
    ids=["root", "one-between", "four"],
)
def test_chain_of_trusted_certificates_up_to_a_root_holds(issuer: Authority, trusted: tuple[Authority, ...]) -> None:
    assert not fault(issuer.client("ada"), *trusted)


def test_strong_rsa_keys_do() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert not fault(ROOT.client("ada", key), ROOT)


@pytest.mark.parametrize(
    ("issuer", "trusted", "told"),
    [
        (ROOT, (), "could not find issuer for certificate CN=ada"),
        (ROOT, (IMPOSTOR,), "could not find issuer for certificate CN=ada"),
        (MIDDLE, (ROOT,), "could not find issuer for certificate CN=ada"),
        (MIDDLE, (MIDDLE,), "could not find issuer for certificate CN=Middle"),
        (TOO_LOW, (TOO_LOW, LOWEST, LOWER, MIDDLE, ROOT), "there are more than 4 certificates above it"),
        (Authority("Plain", by=ROOT, is_authority=False), (ROOT,), "could not find issuer for certificate CN=ada"),
    ],
    ids=["nothing", "same-name", "intermediate-missing", "root-missing", "too-long", "no-authority"],
)
def test_chain_that_does_not_hold_is_told(issuer: Authority, trusted: tuple[Authority, ...], told: str) -> None:
    assert fault(issuer.client("ada"), *trusted) == told


def test_issuer_that_is_no_authority_vouches_for_nobody() -> None:
    plain = Authority("Plain", by=ROOT, is_authority=False)

    assert fault(plain.client("ada"), plain, ROOT) == "could not find issuer for certificate CN=ada"


@pytest.mark.parametrize("days", [-61, 31])
def test_certificate_counts_in_its_time_alone(days: int) -> None:
    assert fault(ROOT.client("ada"), ROOT, days=days) == "certificate CN=ada is not valid at this time"


def test_expired_issuer_vouches_for_nobody() -> None:
    old = Authority("Old", days=-1)

    assert fault(old.client("ada"), old) == "certificate CN=Old is not valid at this time"


def test_hash_that_is_too_weak_is_refused() -> None:
    pem = ROOT.client("ada", algorithm=hashes.SHA224())

    assert fault(pem, ROOT) == "client cert using an insecure signature algorithm: CN=ada"


@pytest.mark.parametrize(
    "key", [weak_rsa(), ec.generate_private_key(ec.SECP192R1()), edwards()], ids=["rsa", "ec", "ed"]
)
def test_key_that_is_too_weak_or_of_another_kind_is_refused(key: object) -> None:
    # All three are keys that sign certificates.
    pem = ROOT.client("ada", key)  # type: ignore[arg-type]  # as above

    assert fault(pem, ROOT) == "the key of certificate CN=ada is neither RSA of 2048 bits nor ECDSA of 256 bits"


def test_self_signed_certificate_has_to_be_trusted_itself() -> None:
    assert fault(IMPOSTOR.pem, ROOT) == "self signed certificate"
    assert not fault(ROOT.pem, ROOT)


def test_certificate_is_described_as_events_have_it(tmp_path: Path) -> None:
    (tmp_path / "trust.pem").write_text(MIDDLE.pem + ROOT.pem)
    pem = MIDDLE.client("ada")

    found = Truststores({"Shop.example.com": tmp_path / "trust.pem"}).check(domain(), pem)

    assert not isinstance(found, str)
    assert (found.pem, found.subject_dn, found.issuer_dn) == (pem, "CN=ada", "CN=Middle")


@pytest.mark.parametrize("pem", ["", "no certificate", ROOT.pem.replace("M", "N"), ROOT.pem + MIDDLE.pem])
def test_what_cannot_be_read_is_refused(tmp_path: Path, pem: str) -> None:
    (tmp_path / "trust.pem").write_text(ROOT.pem)

    assert Truststores().check(domain(str(tmp_path / "trust.pem")), pem) == "and it was refused: it cannot be read"


def test_long_names_are_cut_where_they_are_told(tmp_path: Path) -> None:
    (tmp_path / "trust.pem").write_text(ROOT.pem)
    own = Authority("x" * 64, by=Authority("y" * 64))

    told = Truststores().check(domain(str(tmp_path / "trust.pem")), own.client("z" * 64))

    assert isinstance(told, str)
    assert len(told) < MAX_TOLD + 50


def test_file_of_the_source_is_used_unless_another_is_given(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text(ROOT.pem)
    (tmp_path / "given.pem").write_text(IMPOSTOR.pem)
    at = domain(str(tmp_path / "own.pem"))

    assert Truststores().pem_of(at) == ROOT.pem
    assert Truststores({"shop.example.com": tmp_path / "given.pem"}).pem_of(at) == IMPOSTOR.pem


@pytest.mark.parametrize(
    "content",
    [b"", b"no certificate", b"\xff\xfe", b"x" * (MAX_TRUSTSTORE_BYTES + 1)],
    ids=["empty", "other", "bytes", "long"],
)
def test_file_that_holds_no_certificates_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trust.pem").write_bytes(content)

    assert Truststores().pem_of(domain(str(tmp_path / "trust.pem"))) is None
    assert Truststores().pem_of(domain(str(tmp_path / "missing.pem"))) is None
    assert Truststores().pem_of(domain()) is None


def test_domain_without_a_truststore_at_hand_takes_no_certificate() -> None:
    assert Truststores().check(domain(), ROOT.client("ada")) == (
        "and its truststore s3://bucket/trust.pem is not on this machine: give it with --truststore"
    )


def test_files_for_domains_that_are_none_are_told(tmp_path: Path) -> None:
    assert Truststores({"a.example": tmp_path, "b.example": tmp_path}).unknown_domains(frozenset({"b.example"})) == (
        "a.example",
    )
