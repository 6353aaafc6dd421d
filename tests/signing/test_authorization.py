import pytest

from forestage.signing import incomplete_signature_message, is_sigv4
from forestage.signing.authorization import MAX_LENGTH, AuthorizationHeader, read_authorization

# The first hash is one that API Gateway answered to this very header.
RECORDED = "x-api-key CTkrL5f5IxvMpX722zXivqnd1KU5VyoNBOFQFUUnf-E"
COMPLETE = "AWS4-HMAC-SHA256 Credential=c/d, SignedHeaders=a;b, Signature=5="
REQUIRED = (
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
    "Authorization header requires 'SignedHeaders' parameter. "
)
DATE = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
HASHED = "(Hashed with SHA-256 and encoded with Base64) Authorization="


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        pytest.param("AWS4-HMAC-SHA256 Credential=a", True, id="sigv4"),
        pytest.param("AWS4-ECDSA-P256-SHA256 Credential=a", True, id="sigv4a"),
        pytest.param("  AWS4-HMAC-SHA256", True, id="blanks-before"),
        pytest.param("Bearer AWS4-HMAC-SHA256", False, id="bearer"),
        pytest.param("aws4-hmac-sha256 Credential=a", False, id="lower-case"),
        pytest.param("", False, id="empty"),
    ],
)
def test_signature_is_told_by_its_beginning(authorization: str, *, expected: bool) -> None:
    assert is_sigv4(authorization) is expected


@pytest.mark.parametrize(
    ("authorization", "dated", "expected"),
    [
        pytest.param(COMPLETE, True, None, id="complete"),
        pytest.param("Other  Credential=,Signature=,,\tSignedHeaders=", True, None, id="whatever-the-first-word"),
        pytest.param(
            RECORDED,
            False,
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded "
            "with Base64): 'MZ1DdfK/poPwXem5nlPM",
            id="no-pair",
        ),
        pytest.param("sometoken", False, f"{REQUIRED}{DATE}{HASHED}", id="bare-token"),
        pytest.param("Basic dXNlcg==", True, f"{REQUIRED}{HASHED}", id="basic"),
        pytest.param(COMPLETE, False, f"{DATE}{HASHED}", id="no-date"),
        pytest.param(
            "AWS4-HMAC-SHA256 Credential=c Signature=s",
            True,
            f"Authorization header requires 'SignedHeaders' parameter. {HASHED}",
            id="no-signed-headers",
        ),
        pytest.param(
            "x-api-key=abc",
            True,
            "Authorization header must begin with the algorithm name, which cannot include an equal-sign.",
            id="no-algorithm",
        ),
        pytest.param(
            "A " + "a=b," * MAX_LENGTH,
            True,
            "Authorization header must have at most 10240 characters.",
            id="oversize",
        ),
    ],
)
def test_incomplete_signature_is_told_as_api_gateway_does(
    authorization: str, expected: str | None, *, dated: bool
) -> None:
    message = incomplete_signature_message(authorization, dated=dated)

    assert message == expected or (message is not None and expected is not None and message.startswith(expected))


def test_header_is_split_at_the_first_equal_sign() -> None:
    assert read_authorization(COMPLETE, dated=True) == AuthorizationHeader(
        algorithm="AWS4-HMAC-SHA256", credential="c/d", signed_headers="a;b", signature="5="
    )
