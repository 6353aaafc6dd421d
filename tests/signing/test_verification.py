from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from hypothesis import given
from hypothesis import strategies as st

from forestage.model.principals import AccessKey
from forestage.model.values import Secret
from forestage.signing import Refusal, Refused, SignedRequest, Verified, verify
from tests.signing.signers import (
    HOST,
    KEY,
    KEYS,
    TEMPORARY_KEY,
    Signed,
    SigV4AsymmetricAuth,
    authorization,
    signed,
    with_header,
    without_header,
)
from tests.signing.vectors import SECRET, VECTORS, Vector

INVALID_TOKEN = "The security token included in the request is invalid."
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
SIGNERS = pytest.mark.parametrize("signer", [SigV4Auth, SigV4QueryAuth, SigV4AsymmetricAuth])

# What a client may put into a path: botocore signs what it sends, so what is escaped is escaped before it signs.
SEGMENTS = st.sampled_from(
    ["", ".", "..", "a", "%2F", "%2e%2e", "%25", "caf%C3%A9", "@x", "a:b", "r=1", "~_-.", "!*'()"]
)
PATHS = st.lists(SEGMENTS, max_size=6).map(lambda segments: "/" + "/".join(segments))
TEXTS = st.text(alphabet="ab+/=&%~*' \u00e9\u6f22", max_size=6)
QUERIES = st.lists(st.tuples(TEXTS, TEXTS), max_size=5)
# Blanks beyond ASCII are left out: botocore folds them, and a server that reads bytes cannot.
VALUES = st.text(alphabet="ab \t\"',;=\u00e9\u6f22", max_size=8)
HEADERS = st.lists(st.tuples(st.sampled_from(["X-A", "x-a", "X-Amz-B", "Content-Type"]), VALUES), max_size=4)


def refused(outcome: Verified | Refused) -> Refused:
    assert isinstance(outcome, Refused)
    return outcome


def query_of(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)


def replaced(old: str, new: str) -> Callable[[SignedRequest], SignedRequest]:
    return lambda request: with_header(request, "Authorization", authorization(request).replace(old, new))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_published_signature_is_verified(vector: Vector) -> None:
    path, _, query = vector.target.encode().decode("latin-1").partition("?")
    request = SignedRequest(method=vector.method, path=path, raw_query=query, headers=vector.headers, body=vector.body)
    key = AccessKey(
        id="AKIDEXAMPLE",
        secret_access_key=Secret(SECRET),
        session_token=None if vector.token is None else Secret(vector.token),
    )
    now = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()

    outcome = verify(request, {key.id: key}.get, now=now, region="us-east-1", service="service")

    assert isinstance(outcome, Verified)


@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=PATHS,
    query=QUERIES,
    headers=HEADERS,
    body=st.binary(max_size=20),
    key=st.sampled_from([KEY, TEMPORARY_KEY]),
    signer=st.sampled_from([SigV4Auth, SigV4AsymmetricAuth]),
)
def test_what_botocore_signs_is_verified(
    method: str,
    path: str,
    query: list[tuple[str, str]],
    headers: list[tuple[str, str]],
    body: bytes,
    key: AccessKey,
    signer: type[SigV4Auth],
) -> None:
    sent = signed(f"{path}?{query_of(query)}", method=method, headers=tuple(headers), body=body, key=key, signer=signer)

    outcome = sent.verify()

    assert isinstance(outcome, Verified), outcome
    assert outcome.access_key_id == key.id
    assert outcome.signed_at == sent.now


@given(path=PATHS, query=st.dictionaries(TEXTS.filter(bool), TEXTS), key=st.sampled_from([KEY, TEMPORARY_KEY]))
def test_what_botocore_presigns_is_verified(path: str, query: dict[str, str], key: AccessKey) -> None:
    sent = signed(f"{path}?{query_of(list(query.items()))}", key=key, signer=SigV4QueryAuth)

    outcome = sent.verify()

    assert isinstance(outcome, Verified), outcome
    assert outcome.in_query


def test_date_header_of_http_will_do() -> None:
    sent = signed(headers=(("Date", "any"),))

    assert sent.request.header("x-amz-date") is None
    assert isinstance(sent.verify(), Verified)


def test_verified_request_tells_what_was_signed() -> None:
    sent = signed(headers=(("X-Tenant", "a"),))

    assert sent.verify() == Verified(
        access_key_id="AKIDEXAMPLE",
        algorithm="AWS4-HMAC-SHA256",
        signed_at=sent.now,
        signed_headers=("host", "x-amz-date", "x-tenant"),
        in_query=False,
    )


@SIGNERS
@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda request: replace(request, method="POST"), id="method"),
        pytest.param(lambda request: replace(request, path="/dev/pets/8"), id="path"),
        pytest.param(lambda request: replace(request, path="/dev%2Fpets/7"), id="encoded-slash"),
        pytest.param(lambda request: replace(request, raw_query=request.raw_query + "&b=2"), id="query"),
        pytest.param(lambda request: replace(request, raw_query=request.raw_query.replace("a=1", "a=2")), id="value"),
        pytest.param(lambda request: replace(request, body=b"other"), id="body"),
        pytest.param(lambda request: with_header(request, "X-Tenant", "b"), id="header"),
        pytest.param(lambda request: without_header(request, "X-Tenant"), id="header-dropped"),
        pytest.param(lambda request: with_header(request, "Host", "elsewhere"), id="host"),
        pytest.param(
            lambda request: replace(request, headers=(*request.headers, ("x-tenant", "b"))), id="header-doubled"
        ),
        pytest.param(
            lambda request: replace(request, headers=(*request.headers, ("Host", "elsewhere"))), id="host-doubled"
        ),
    ],
)
def test_what_was_changed_on_the_way_does_not_match(
    tamper: Callable[[SignedRequest], SignedRequest], signer: type[SigV4Auth]
) -> None:
    sent = signed("/dev/pets/7?a=1", headers=(("X-Tenant", "a"),), signer=signer)

    outcome = refused(Signed(tamper(sent.request), sent.now).verify())

    assert outcome.kind is Refusal.MISMATCH
    assert outcome.message == MISMATCH


@SIGNERS
@given(place=st.integers(0, 1_000), step=st.integers(1, 15))
def test_signature_with_a_changed_digit_does_not_match(signer: type[SigV4Auth], place: int, step: int) -> None:
    sent = signed(signer=signer)
    holder = sent.request.raw_query if signer is SigV4QueryAuth else authorization(sent.request)
    signature = holder.rpartition("Signature=")[2]
    at = place % len(signature)
    digit = f"{(int(signature[at], 16) + step) % 16:x}"
    changed = holder.removesuffix(signature) + signature[:at] + digit + signature[at + 1 :]
    if signer is SigV4QueryAuth:
        request = replace(sent.request, raw_query=changed)
    else:
        request = with_header(sent.request, "Authorization", changed)

    outcome = refused(Signed(request, sent.now).verify())

    assert outcome.kind is Refusal.MISMATCH


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="empty"),
        pytest.param("zz", id="no-digits"),
        pytest.param("0" * 64, id="zeros"),
        pytest.param("ab" * 10_000, id="long"),
        pytest.param("caf\xe9", id="latin-1"),
    ],
)
@pytest.mark.parametrize("signer", [SigV4Auth, SigV4AsymmetricAuth])
def test_signature_of_another_form_admits_nobody(signer: type[SigV4Auth], signature: str) -> None:
    sent = signed(signer=signer)
    old = authorization(sent.request).rpartition("Signature=")[2]

    outcome = refused(Signed(replaced(f"Signature={old}", f"Signature={signature}")(sent.request), sent.now).verify())

    assert outcome.kind in {Refusal.MISMATCH, Refusal.INCOMPLETE}


def test_wrong_secret_is_told_with_the_canonical_request_for_the_trace_alone() -> None:
    sent = signed(key=replace(KEY, secret_access_key=Secret("wrong")), headers=(("X-Api-Key", "k1"),))

    outcome = refused(sent.verify())

    assert (outcome.message, outcome.error_type, outcome.gateway_response) == (
        MISMATCH,
        "InvalidSignatureException",
        "INVALID_SIGNATURE",
    )
    assert f"GET\n/dev/pets\n\nhost:{HOST}\n" in outcome.detail
    assert "x-api-key:***" in outcome.detail
    assert "AWS4-HMAC-SHA256\n" in outcome.detail
    assert SECRET not in outcome.detail


def test_detail_masks_tokens_in_header_and_query() -> None:
    wrong = replace(TEMPORARY_KEY, secret_access_key=Secret("wrong"))

    details = [refused(signed(key=wrong, signer=each).verify()).detail for each in (SigV4Auth, SigV4QueryAuth)]

    assert "x-amz-security-token:***" in details[0]
    assert "X-Amz-Security-Token=***&" in details[1]
    assert not any("a+token" in detail or "a%2Btoken" in detail for detail in details)


@pytest.mark.parametrize(
    ("claimed", "advised"),
    [
        pytest.param("UNSIGNED-PAYLOAD", True, id="unsigned-payload"),
        pytest.param("230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5", False, id="hash"),
    ],
)
def test_body_is_hashed_whatever_its_header_says(claimed: str, *, advised: bool) -> None:
    sent = signed(method="POST", body=b"body", headers=(("X-Amz-Content-SHA256", claimed),))

    outcome = Signed(replace(sent.request, method="PUT"), sent.now).verify()

    assert refused(outcome).kind is Refusal.MISMATCH
    assert ("not the hash of the body" in refused(outcome).detail) is advised
    assert isinstance(sent.verify(), Verified) is not advised


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        pytest.param(300.9, None, id="old"),
        pytest.param(301, Refusal.EXPIRED, id="too-old"),
        pytest.param(-300, None, id="ahead"),
        pytest.param(-301, Refusal.NOT_YET_CURRENT, id="too-far-ahead"),
    ],
)
@SIGNERS
def test_signature_is_good_for_five_minutes(signer: type[SigV4Auth], later: float, kind: Refusal | None) -> None:
    outcome = signed(signer=signer).verify(later=later)

    assert (outcome.kind if isinstance(outcome, Refused) else None) is kind


@pytest.mark.parametrize("region_set", ["eu-west-1", "*", "eu-*", "us-east-1, eu-west-1"])
def test_region_set_covers_the_region(region_set: str) -> None:
    assert isinstance(signed(signer=SigV4AsymmetricAuth, region=region_set).verify(), Verified)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(signed(region="us-east-1"), id="region"),
        pytest.param(signed(region="*"), id="no-wildcard-in-sigv4"),
        pytest.param(signed(signer=SigV4AsymmetricAuth, region="us-*,*-west-1"), id="region-set"),
        pytest.param(signed(signer=SigV4QueryAuth, region="us-east-1"), id="presigned"),
    ],
)
def test_signature_for_another_region_is_refused(sent: Signed) -> None:
    outcome = refused(sent.verify())

    assert outcome.kind is Refusal.WRONG_SCOPE
    assert outcome.message == "Credential should be scoped to a valid region."


def test_signature_for_another_service_is_refused() -> None:
    outcome = refused(signed(service="lambda").verify())

    assert outcome.message == "Credential should be scoped to correct service: 'execute-api'."


@pytest.mark.parametrize("name", ["host", "x-amz-region-set"])
def test_header_that_has_to_be_signed_is_named(name: str) -> None:
    sent = signed(signer=SigV4AsymmetricAuth)
    request = replaced(f"{name};", "")(replaced(f";{name}", "")(sent.request))

    outcome = refused(Signed(request, sent.now).verify())

    assert outcome.kind is Refusal.UNSIGNED_HEADER
    assert "must be a 'SignedHeader' in the AWS Authorization." in outcome.message


def test_unknown_access_key_is_refused() -> None:
    outcome = refused(signed(key=replace(KEY, id="AKIAUNKNOWN")).verify())

    assert (outcome.kind, outcome.message, outcome.error_type) == (
        Refusal.UNKNOWN_KEY,
        INVALID_TOKEN,
        "UnrecognizedClientException",
    )


def test_unsigned_header_may_be_changed_on_the_way() -> None:
    sent = signed()
    outcome = Signed(with_header(sent.request, "X-Tenant", "b"), sent.now).verify()

    assert isinstance(outcome, Verified)
    assert "x-tenant" not in outcome.signed_headers


@pytest.mark.parametrize(
    ("key", "detail"),
    [
        pytest.param(
            replace(KEY, session_token=Secret("t")), "a lasting one, and the request has a security token", id="lasting"
        ),
        pytest.param(
            replace(TEMPORARY_KEY, session_token=None), "and the request has no security token", id="no-token"
        ),
        pytest.param(
            replace(TEMPORARY_KEY, session_token=Secret("other")), "not that of the access key", id="other-token"
        ),
    ],
)
@SIGNERS
def test_security_token_of_another_key_is_refused(key: AccessKey, detail: str, signer: type[SigV4Auth]) -> None:
    outcome = refused(signed(key=key, signer=signer).verify())

    assert (outcome.kind, outcome.message) == (Refusal.WRONG_SESSION, INVALID_TOKEN)
    assert detail in outcome.detail


@pytest.mark.parametrize(("age", "is_refused"), [(-0.5, False), (0, True), (100, True)])
def test_temporary_key_expires(age: float, *, is_refused: bool) -> None:
    sent = signed(key=TEMPORARY_KEY)
    key = replace(TEMPORARY_KEY, expires_at=sent.now - age)

    outcome = verify(sent.request, {key.id: key}.get, now=sent.now, region="eu-west-1")

    assert isinstance(outcome, Refused) is is_refused


def test_ended_session_is_told_in_the_words_of_api_gateway() -> None:
    sent = signed(key=TEMPORARY_KEY)
    key = replace(TEMPORARY_KEY, expires_at=sent.now - 7)

    outcome = refused(verify(sent.request, {key.id: key}.get, now=sent.now, region="eu-west-1"))

    assert (outcome.kind, outcome.message, outcome.error_type, outcome.gateway_response) == (
        Refusal.ENDED_SESSION,
        "The security token included in the request is expired",
        "ExpiredTokenException",
        "EXPIRED_TOKEN",
    )
    assert outcome.detail == "the access key expired 7 seconds ago"


def test_presigned_url_is_good_for_five_minutes_whatever_it_says() -> None:
    sent = signed(signer=SigV4QueryAuth)

    assert "X-Amz-Expires=3600" in sent.request.raw_query
    assert refused(sent.verify(later=600)).kind is Refusal.EXPIRED


def test_second_authorization_line_is_refused() -> None:
    sent = signed()
    request = replace(sent.request, headers=(*sent.request.headers, ("authorization", authorization(sent.request))))

    assert refused(Signed(request, sent.now).verify()).kind is Refusal.INCOMPLETE


def test_key_is_looked_up_only_for_a_request_that_can_be_right() -> None:
    asked: list[str] = []

    def find(access_key_id: str) -> AccessKey | None:
        asked.append(access_key_id)
        return KEYS.get(access_key_id)

    sent = signed(region="us-east-1")

    verify(sent.request, find, now=sent.now, region="eu-west-1")

    assert asked == []
