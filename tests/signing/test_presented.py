import pytest

from forestage.signing.presented import Presented, presented_by
from forestage.signing.refusal import Refusal, RefusedError
from forestage.signing.request import SignedRequest

PRESIGNED = "X-Amz-Algorithm=A&X-Amz-Credential=k%2Fd&X-Amz-Date=now&X-Amz-SignedHeaders=X-B%3Bhost&X-Amz-Signature=5"
HEADER = "A Credential=k/d, SignedHeaders=X-B;host;host, Signature=5"


def request(raw_query: str = "", *headers: tuple[str, str]) -> SignedRequest:
    return SignedRequest(method="GET", path="/", raw_query=raw_query, headers=headers, body=b"")


def test_header_presents_a_signature() -> None:
    lines = (("authorization", HEADER), ("Date", "then"), ("x-amz-date", "now"), ("X-Amz-Security-Token", "t"))

    presented = presented_by(request("a=1", *lines, ("X-Amz-Region-Set", "*")))

    assert presented == Presented(
        algorithm="A",
        credential="k/d",
        signed_headers=("host", "x-b"),
        signature="5",
        date="now",
        token="t",
        region_set="*",
        in_query=False,
    )


def test_query_presents_a_signature() -> None:
    presented = presented_by(request(f"{PRESIGNED}&X-Amz-Security-Token=t%2B&X-Amz-Region-Set=*&X-Amz-Date=other"))

    assert presented == Presented(
        algorithm="A",
        credential="k/d",
        signed_headers=("host", "x-b"),
        signature="5",
        date="now",
        token="t+",
        region_set="*",
        in_query=True,
    )


def test_token_and_region_set_may_be_absent() -> None:
    presented = presented_by(request("", ("Authorization", HEADER), ("Date", "then")))

    assert (presented.date, presented.token, presented.region_set) == ("then", None, None)


@pytest.mark.parametrize(
    ("request_", "kind", "message"),
    [
        pytest.param(request(), Refusal.UNSIGNED, "Missing Authentication Token", id="unsigned"),
        pytest.param(
            request("", ("Authorization", "")), Refusal.UNSIGNED, "Missing Authentication Token", id="empty-header"
        ),
        pytest.param(
            request("X-Amz-Credential=a&X-Amz-Signature=b"),
            Refusal.UNSIGNED,
            "Missing Authentication Token",
            id="no-algorithm",
        ),
        pytest.param(
            request("X-Amz-Algorithm", ("Authorization", "X")),
            Refusal.AMBIGUOUS,
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
            id="both",
        ),
        pytest.param(
            request("X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date="),
            Refusal.INCOMPLETE,
            "AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include "
            "'X-Amz-Date'. Re-examine the query-string parameters.",
            id="incomplete-query",
        ),
        pytest.param(
            request("", ("Authorization", "Bearer caf\xe9")),
            Refusal.INCOMPLETE,
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
            "Base64): '4+NgsrFyHGgTzo5krxXFuSv+CoDzxAma9qO96lRy+ns='.",
            id="bearer",
        ),
    ],
)
def test_what_is_no_signature_is_refused(request_: SignedRequest, kind: Refusal, message: str) -> None:
    with pytest.raises(RefusedError) as error:
        presented_by(request_)

    assert (error.value.refused.kind, error.value.refused.message) == (kind, message)
