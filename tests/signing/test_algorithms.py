from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from forestage.signing.algorithms import is_signature_of, private_number
from forestage.signing.scope import ECDSA, HMAC, Scope
from tests.signing.vectors import PUBLIC_X, PUBLIC_Y, SECRET

SCOPE = Scope(
    access_key_id="AKIDEXAMPLE",
    date="20150830",
    region="us-east-1",
    region_set="",
    service="iam",
    terminator="aws4_request",
)
# The example of the IAM user guide.
STRING_TO_SIGN = (
    "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
    "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
)
SIGNATURE = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"


def test_documented_signature_is_right() -> None:
    assert is_signature_of(STRING_TO_SIGN, SIGNATURE, algorithm=HMAC, secret=SECRET, scope=SCOPE)
    assert not is_signature_of(STRING_TO_SIGN, SIGNATURE, algorithm=HMAC, secret="other", scope=SCOPE)


def test_signature_longer_than_any_is_not_looked_at() -> None:
    assert not is_signature_of(STRING_TO_SIGN, "30" * 73, algorithm=ECDSA, secret=SECRET, scope=SCOPE)


def test_key_pair_is_the_published_one() -> None:
    key = ec.derive_private_key(private_number("AKIDEXAMPLE", SECRET), ec.SECP256R1()).public_key()

    assert (key.public_numbers().x, key.public_numbers().y) == (PUBLIC_X, PUBLIC_Y)


@given(signature=st.text(alphabet=st.characters(max_codepoint=255), max_size=200))
def test_no_text_is_a_signature_by_chance(signature: str) -> None:
    assert not is_signature_of(STRING_TO_SIGN, signature, algorithm=HMAC, secret=SECRET, scope=SCOPE)
    assert not is_signature_of(STRING_TO_SIGN, signature, algorithm=ECDSA, secret=SECRET, scope=SCOPE)
