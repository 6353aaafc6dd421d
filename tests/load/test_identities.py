from pathlib import Path

import pytest

from forestage.load.credentials import read_credentials
from forestage.load.identities import read_identities
from forestage.model.principals import Identity, PresentedCertificate
from tests.load.identity_files import ENVIRONMENT, faults, written
from tests.load.test_certificates import certificate

DATES = "not_before: 2019-05-28T12:30:02Z, not_after: 2021-08-05T09:36:04Z"


def identity(folder: Path, *lines: str) -> Identity:
    (found,) = read_identities(file_of(folder, *lines), ENVIRONMENT)
    return found


def file_of(folder: Path, *lines: str) -> Path:
    entries = "".join(f"\n    {line}" for line in lines)
    return written(folder, f"identities:\n  who:{entries}\n")


def test_all_that_an_identity_can_have_is_read(tmp_path: Path) -> None:
    found = identity(
        tmp_path,
        "claims: {sub: '42', 'cognito:groups': [a, b], admin: true}",
        "source_ip: 2001:DB8::1",
        "vpc_id: vpc-0a1b",
        "vpc_endpoint_id: vpce-0a1b",
        f"client_certificate: {{subject_dn: CN=a, issuer_dn: CN=b, serial_number: 7, {DATES}}}",
        "headers: {X-Tenant: acme, Cookie: [a=1, b=2]}",
        "principal: {name: alice}",
    )

    assert found.name == "who"
    assert found.claims == {"sub": "42", "cognito:groups": ["a", "b"], "admin": True}
    assert (found.source_ip, found.vpc_id, found.vpc_endpoint_id) == ("2001:db8::1", "vpc-0a1b", "vpce-0a1b")
    assert found.client_certificate == PresentedCertificate(
        pem="",
        subject_dn="CN=a",
        issuer_dn="CN=b",
        serial_number="7",
        not_before="May 28 12:30:02 2019 GMT",
        not_after="Aug  5 09:36:04 2021 GMT",
    )
    assert found.headers == (("X-Tenant", "acme"), ("Cookie", "a=1"), ("Cookie", "b=2"))
    assert found.principal is not None
    assert found.principal.arn == "arn:aws:iam::111122223333:user/alice"
    assert found.origin is not None
    assert found.origin.line == 2


def test_identity_may_leave_everything_as_it_is(tmp_path: Path) -> None:
    assert identity(tmp_path, "{}") == Identity(name="who")


def test_principal_of_the_credentials_is_named(tmp_path: Path) -> None:
    text = "principals: [{name: alice, access_key_id: a, secret_access_key: b}]"
    principals = read_credentials(written(tmp_path, text, "c.yaml"), ENVIRONMENT)

    (found,) = read_identities(file_of(tmp_path, "principal: alice"), ENVIRONMENT, principals)

    assert found.principal is principals[0].principal


def test_certificate_is_read_from_its_file(tmp_path: Path) -> None:
    written(tmp_path, certificate(1), "client.pem")

    found = identity(tmp_path, "client_certificate: client.pem")

    assert found.client_certificate is not None
    assert found.client_certificate.subject_dn == "C=US,emailAddress=a@b.c,CN=My\\, Client"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(("claims: [a]",), "claims must be a map, got a list", id="claims"),
        pytest.param(("principal: bob",), 'a map, got "bob" (known: none)', id="unknown-principal"),
        pytest.param(("principal: [bob]",), "principal must be a map, got a list", id="no-principal"),
        pytest.param(("principal: {name: a, access_key_id: b}",), "access_key_id is not known here", id="key"),
        pytest.param(("source_ip: 999.1.1.1",), 'must be an IPv4 or IPv6 address, got "999.1.1.1"', id="address"),
        pytest.param(("vpc_id: subnet-1",), "vpc_id must be the id of a VPC, vpc-..., ", id="vpc"),
        pytest.param(("vpc_endpoint_id: vpc-1",), "must be the id of an endpoint, vpce-..., ", id="endpoint"),
        pytest.param(("client_certificate: none.pem",), "cannot be read: no such file or directory", id="no-file"),
        pytest.param(("client_certificate: text.pem",), "cannot be read: it is no certificate in PEM", id="no-pem"),
        pytest.param(("client_certificate: [a]",), "client_certificate must be a map, got a list", id="certificate"),
        pytest.param(
            (f"client_certificate: {{subject_dn: a, issuer_dn: b, {DATES}}}",), "serial_number is missing", id="serial"
        ),
        pytest.param(("headers: {'X Y': a}",), "X Y is no header", id="header-name"),
        pytest.param(('headers: {X-Y: "a\\nb"}',), "X-Y is no header", id="header-value"),
        pytest.param(("headers: {X-Y: 1.5}",), "X-Y must be a text or a list of texts, got 1.5", id="header-number"),
        pytest.param(("ip: 10.0.0.1",), "ip is not known here", id="unknown"),
        pytest.param(("~",), "who must be a map, got null", id="null"),
        pytest.param(("a",), 'who must be a map, got "a"', id="text"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, lines: tuple[str, ...], expected: str) -> None:
    written(tmp_path, "text", "text.pem")

    found = faults(read_identities, file_of(tmp_path, *lines))

    assert len(found) == 1
    assert expected in found[0]
    assert "(identities.who" in found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{}", "people.yaml:1: identities is missing", id="empty"),
        pytest.param("identities: a", 'people.yaml:1 (identities): identities must be a map, got "a"', id="no-map"),
        pytest.param(
            "identities: {'a b': {}}",
            "people.yaml:1 (identities.a b): a b is no name of 1 to 64 letters, digits and ._-",
            id="name",
        ),
        pytest.param("- a", "people.yaml:1: the file must hold a map, got a list", id="list"),
        pytest.param(
            "identities: {}\nx: 1", "people.yaml:2 (x): x is not known here (known: identities)", id="unknown"
        ),
    ],
)
def test_what_is_wrong_with_the_file_is_told(tmp_path: Path, text: str, expected: str) -> None:
    assert faults(read_identities, written(tmp_path, text)) == [expected]
