import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.tokens import base64url
from tests.tokens.signing_keys import part


@given(st.binary(max_size=40))
def test_what_the_encoder_writes_is_read(content: bytes) -> None:
    assert base64url.decode(part(content)) == content


@pytest.mark.parametrize(
    "text",
    ["YQ==", "YQ=", "YR", "Y", "Y+8A", "Y/8A", "YQ\n", " YQ", "Yé", "YWF\u0661"],
    ids=[
        "padded",
        "half-padded",
        "bits-left-over",
        "one-letter",
        "plus",
        "slash",
        "newline",
        "blank",
        "accent",
        "foreign-digit",
    ],
)
def test_second_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no base64url"):
        base64url.decode(text)


@given(st.text(alphabet="ABCDwxyz019-_=+/", max_size=8))
def test_each_value_has_one_spelling(text: str) -> None:
    try:
        decoded = base64url.decode(text)
    except ValueError:
        return

    assert part(decoded) == text
