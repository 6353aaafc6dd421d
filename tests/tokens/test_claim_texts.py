import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.model.values import Json
from forestage.tokens import claims_as_strings
from tests.tokens.test_bounded_json import VALUES


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("sub", "a83ef395", "a83ef395"),
        ("email_verified", True, "true"),
        ("phone_number_verified", False, "false"),
        ("auth_time", 1574911451, "1574911451"),
        ("ratio", 0.5, "0.5"),
        ("cognito:groups", ["anotherGroup", "admin"], "anotherGroup,admin"),
        ("cognito:groups", ["team_manager"], "team_manager"),
        ("cognito:groups", [], ""),
        ("aud", ["a", "b"], "a,b"),
        (
            "identities",
            [{"userId": "31867", "providerName": "Facebook", "issuer": None, "primary": "true"}],
            '{"userId":"31867","providerName":"Facebook","issuer":null,"primary":"true"}',
        ),
        ("address", {"formatted": "Straße 1"}, '{"formatted":"Straße 1"}'),
        ("mixed", [1, [True, None]], "1,true,null"),
        ("exp", 1574915051, "Thu Nov 28 04:24:11 UTC 2019"),
        ("iat", 1680629979, "Tue Apr 04 17:39:39 UTC 2023"),
        ("iat", 1680629979.9, "Tue Apr 04 17:39:39 UTC 2023"),
        ("nbf", 0, "Thu Jan 01 00:00:00 UTC 1970"),
        ("exp", 253402300799, "Fri Dec 31 23:59:59 UTC 9999"),
        ("exp", 253402300800, "253402300800"),
        ("exp", -1, "-1"),
        ("exp", True, "true"),
        ("exp", "soon", "soon"),
    ],
)
def test_claim_is_a_text(name: str, value: Json, expected: str) -> None:
    assert claims_as_strings({name: value}) == {name: expected}


def test_null_claim_is_left_out() -> None:
    assert claims_as_strings({"a": None, "b": "c"}) == {"b": "c"}


@given(st.dictionaries(st.text() | st.sampled_from(["exp", "iat"]), VALUES))
def test_any_claims_are_texts_in_their_order(claims: dict[str, Json]) -> None:
    strings = claims_as_strings(claims)

    assert list(strings) == [name for name, value in claims.items() if value is not None]
    assert all(isinstance(value, str) for value in strings.values())
