from dataclasses import replace
from datetime import UTC, datetime

import pytest

from forestage.signing.presented import Presented
from forestage.signing.refusal import Refusal, RefusedError
from forestage.signing.scope import Scope, check_algorithm, check_scope, check_signed_headers, scope_of

V4 = Presented(
    algorithm="AWS4-HMAC-SHA256",
    credential="AKID/20260501/eu-west-1/execute-api/aws4_request",
    signed_headers=("host",),
    signature="5",
    date="20260501T120000Z",
    token=None,
    region_set=None,
    in_query=False,
)
V4A = replace(
    V4, algorithm="AWS4-ECDSA-P256-SHA256", credential="AKID/20260501/execute-api/aws4_request", region_set="eu-*,us-1"
)
MOMENT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_credential_of_sigv4_has_a_region() -> None:
    assert scope_of(replace(V4, credential=f"{V4.credential}//")) == Scope(
        access_key_id="AKID",
        date="20260501",
        region="eu-west-1",
        region_set="",
        service="execute-api",
        terminator="aws4_request",
    )


def test_credential_of_sigv4a_has_none() -> None:
    scope = scope_of(V4A)

    assert (scope.region, scope.region_set, scope.service) == (None, "eu-*,us-1", "execute-api")


@pytest.mark.parametrize(
    ("presented", "message"),
    [
        pytest.param(
            replace(V4, credential=V4A.credential),
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{V4A.credential}'",
            id="sigv4",
        ),
        pytest.param(
            replace(V4A, credential="a/b/c/d/e"),
            "Credential must have exactly 4 slash-delimited elements, e.g. keyid/date/service/term, got 'a/b/c/d/e'",
            id="sigv4a",
        ),
    ],
)
def test_credential_of_another_form_is_refused(presented: Presented, message: str) -> None:
    with pytest.raises(RefusedError) as error:
        scope_of(presented)

    assert (error.value.refused.kind, error.value.refused.message) == (Refusal.INCOMPLETE, message)


def test_other_algorithm_is_refused() -> None:
    check_algorithm(V4)
    with pytest.raises(RefusedError) as error:
        check_algorithm(replace(V4, algorithm="AWS4-HMAC-SHA1"))

    assert error.value.refused.message == "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'."
    assert error.value.refused.error_type == "IncompleteSignatureException"


@pytest.mark.parametrize(
    ("presented", "message"),
    [
        pytest.param(V4, None, id="sigv4"),
        pytest.param(replace(V4, signed_headers=("x",)), "'Host' or ':authority' must be", id="no-host"),
        pytest.param(V4A, "'X-Amz-Region-Set' must be", id="open-region-set"),
        pytest.param(replace(V4A, signed_headers=("host", "x-amz-region-set")), None, id="sigv4a"),
        pytest.param(replace(V4A, in_query=True), None, id="sigv4a-in-query"),
    ],
)
def test_what_has_to_be_signed(presented: Presented, message: str | None) -> None:
    outcome = None
    try:
        check_signed_headers(presented)
    except RefusedError as error:
        outcome = error.refused.message

    assert outcome == (message and f"{message} a 'SignedHeader' in the AWS Authorization.")


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        pytest.param(scope_of(V4), True, id="sigv4"),
        pytest.param(scope_of(V4A), True, id="wildcard"),
        pytest.param(scope_of(replace(V4A, region_set="us-1 , eu-west-1")), True, id="second"),
        pytest.param(scope_of(replace(V4A, region_set="eu-west-11,*-west-1,eu-*-1,EU-WEST-1")), False, id="others"),
        pytest.param(scope_of(replace(V4A, region_set=None)), False, id="none"),
    ],
)
def test_region_is_covered(scope: Scope, *, covered: bool) -> None:
    assert scope.covers("eu-west-1") is covered


def test_all_that_is_wrong_with_a_scope_is_told() -> None:
    scope = scope_of(replace(V4, credential="k/20260502/us-1/lambda/aws5_request"))

    with pytest.raises(RefusedError) as error:
        check_scope(scope, MOMENT, region="eu-west-1", service="execute-api")

    assert error.value.refused.kind is Refusal.WRONG_SCOPE
    assert error.value.refused.message == (
        "Credential should be scoped to a valid region. "
        "Credential should be scoped to correct service: 'execute-api'. "
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. "
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'20260502' != '20260501', from '20260501T120000Z'."
    )


def test_right_scope_is_accepted() -> None:
    check_scope(scope_of(V4), MOMENT, region="eu-west-1", service="execute-api")
