from datetime import UTC, datetime

import pytest

from forestage.signing.dates import basic, check_skew, signed_at
from forestage.signing.refusal import Refusal, RefusedError

NOON = datetime(2017, 5, 17, 6, 33, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("20170517T063340Z", id="basic"),
        pytest.param("Wed, 17 May 2017 06:33:40 GMT", id="http"),
        pytest.param("Wed, 17 May 2017 06:33:40 -0000", id="mail"),
    ],
)
def test_date_is_read(text: str) -> None:
    assert signed_at(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "201",
        "2017-05-17T06:33:40Z",
        "20171317T063340Z",
        "00000517T063340Z",
        "20170517T063340Z,20170517T063340Z",
        "\u0662\u0660170517T063340Z",
        "Wed, 17 Mai 2017 06:33:40 GMT",
        "Wed, 32 May 2017 06:33:40 GMT",
        "Wed, 17 May 2017 06:33:40 +0200",
        pytest.param("9" * 1_000, id="long"),
    ],
)
def test_other_date_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as error:
        signed_at(text)

    assert error.value.refused.kind is Refusal.INCOMPLETE
    assert error.value.refused.message == (
        f"Date must be in ISO-8601 'basic format'. Got '{text[:64]}'. See http://en.wikipedia.org/wiki/ISO_8601"
    )


def test_old_signature_is_refused_in_the_words_of_api_gateway() -> None:
    with pytest.raises(RefusedError) as error:
        check_skew(datetime(2017, 5, 17, 6, 24, 14, tzinfo=UTC), NOON.timestamp())

    assert error.value.refused.message == (
        "Signature expired: 20170517T062414Z is now earlier than 20170517T062840Z (20170517T063340Z - 5 min.)"
    )


def test_signature_of_the_future_is_refused_in_the_words_of_aws() -> None:
    with pytest.raises(RefusedError) as error:
        check_skew(datetime(2017, 5, 17, 6, 38, 41, tzinfo=UTC), NOON.timestamp())

    assert error.value.refused.message == (
        "Signature not yet current: 20170517T063841Z is still later than 20170517T063840Z (20170517T063340Z + 5 min.)"
    )


def test_early_year_has_four_digits() -> None:
    assert basic(datetime(1, 2, 3, 4, 5, 6, tzinfo=UTC)) == "00010203T040506Z"
