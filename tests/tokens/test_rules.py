import pytest

from forestage.tokens import IssuerRules, TokenRules, cognito_issuer, cognito_rules

POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"


@pytest.mark.parametrize(
    ("arn", "issuer"),
    [
        ("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123", POOL),
        (
            "arn:aws-cn:cognito-idp:cn-north-1:123456789012:userpool/cn-north-1_A",
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A",
        ),
        (
            "arn:aws-us-gov:cognito-idp:us-gov-west-1:123456789012:userpool/us-gov-west-1_A",
            "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_A",
        ),
    ],
)
def test_pool_is_the_issuer_of_its_address(arn: str, issuer: str) -> None:
    assert cognito_issuer(arn) == issuer


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "eu-west-1_AbCdEf123",
        "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/",
        "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/a_b/../c",
        "arn:aws:cognito-idp:evil.example.com/:123456789012:userpool/a_b",
        "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/a_b\n",
        "arn:aws:cognito-identity:eu-west-1:123456789012:userpool/a_b",
    ],
)
def test_other_arn_is_no_issuer(arn: str) -> None:
    assert cognito_issuer(arn) is None


@pytest.mark.parametrize(("scopes", "token_use"), [((), "id"), (("pets/read",), "access")])
def test_cognito_wants_an_access_token_where_scopes_are(scopes: tuple[str, ...], token_use: str) -> None:
    assert cognito_rules([POOL], scopes=scopes) == TokenRules(
        issuers=(IssuerRules(issuer=POOL, audiences=None),),
        algorithms=("RS256",),
        scopes=scopes,
        token_use=token_use,
    )


def test_issuer_is_found_by_its_exact_name() -> None:
    rules = TokenRules(issuers=(IssuerRules(issuer=POOL, audiences=("a",)),), algorithms=("RS256",))

    assert rules.of_issuer(POOL) is rules.issuers[0]
    assert rules.of_issuer(f"{POOL}/") is None
