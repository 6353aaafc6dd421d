"""Laws that hold for every policy: two other evaluators decide as ours does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from moto.iam.access_control import IAMPolicy, PermissionResult

from forestage.policy import Decision, NamedPolicy, PolicyError, evaluate, parse_policy, parse_policy_text
from forestage.policy.operators import COMPARISONS
from tests.policy import naive
from tests.policy.building import access, document

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn, SearchStrategy

    from forestage.model.values import Json
    from forestage.policy import Access, Policy

VERSIONS: Final = st.sampled_from(["2012-10-17", "2008-10-17"])
EFFECTS: Final = st.sampled_from(["Allow", "Deny"])


def decide(value: Json, of: Access) -> Decision:
    return evaluate([NamedPolicy(name="drawn", policy=parse_policy(value))], of).decision


# moto's evaluator, as far as it does what AWS does.

# moto compares actions with their case, and is given no others: AWS does not ("Action" in the IAM user guide).
MOTO_ACTIONS: Final = [
    "execute-api:Invoke",
    "execute-api:InvalidateCache",
    "execute-api:*",
    "execute-api:In*",
    "*",
    "s3:*",
]
# moto knows no "?" and takes every pattern for a regular expression, in which "." is any character; its "*" ends at a
# line. AWS has two wildcards and no others ("Resource" in the IAM user guide), so patterns have none of these.
MOTO_RESOURCES: Final = st.lists(
    st.sampled_from(["*", "/", ":", "a", "GET", "dev", "arn:aws:execute-api:us-east-1:1:api"]), min_size=1, max_size=6
).map("".join)
MOTO_KEYS: Final = {"aws:username": "ada", "aws:SourceVpce": "vpce-1"}
# moto does not look at NotResource: there is always a Resource. It takes a condition that does not hold for a denial,
# where in AWS the statement does not count ("Condition"), an operator that it does not know for one that holds, and a
# key that is missing for one that fits, where in AWS it does not ("Condition operators"). So every condition is
# StringEquals, on keys that are there, and holds.
MOTO_CONDITIONS: Final = st.sets(st.sampled_from(sorted(MOTO_KEYS))).map(
    lambda keys: {"StringEquals": {key: ["x", MOTO_KEYS[key]] for key in keys}} if keys else None
)


def one_or_more(strategy: SearchStrategy[str]) -> SearchStrategy[str | list[str]]:
    return strategy | st.lists(strategy, min_size=1, max_size=3)


@st.composite
def moto_statements(draw: DrawFn) -> dict[str, Json]:
    # moto takes a principal that does not fit for a denial, and knows "*" alone of the others: none are named.
    drawn: dict[str, Json] = {
        "Effect": draw(EFFECTS),
        draw(st.sampled_from(["Action", "NotAction"])): draw(one_or_more(st.sampled_from(MOTO_ACTIONS))),
        "Resource": draw(one_or_more(MOTO_RESOURCES)),
    }
    condition = draw(MOTO_CONDITIONS)
    return drawn | {"Condition": condition} if condition else drawn


@settings(deadline=None)
@given(
    st.lists(moto_statements(), min_size=1, max_size=4) | moto_statements(),
    st.sampled_from(["execute-api:Invoke", "execute-api:InvalidateCache"]),
    st.sampled_from(["arn:aws:execute-api:us-east-1:1:api/dev/GET/a", "a", "dev/GET/a/a", "GET"]),
)
def test_decision_is_that_of_moto(statements: Json, action: str, resource: str) -> None:
    value: Json = {"Version": "2012-10-17", "Statement": statements}
    theirs = IAMPolicy(json.dumps(value)).is_action_permitted(action, resource, None, MOTO_KEYS)

    ours = decide(value, access(resource, action=action, keys={key: (name,) for key, name in MOTO_KEYS.items()}))

    assert (
        ours
        is {
            PermissionResult.PERMITTED: Decision.ALLOW,
            PermissionResult.DENIED: Decision.EXPLICIT_DENY,
            PermissionResult.NEUTRAL: Decision.IMPLICIT_DENY,
        }[theirs]
    )


# The naive evaluator, for all that moto lacks.

TEXTS: Final = st.lists(
    st.sampled_from(["a", "A", "b", "*", "?", "/", ":", "${aws:k}", "${AWS:m, 'd'}", "${*}", "${", "}", "'"]),
    max_size=5,
).map("".join)
NUMBERS: Final = st.sampled_from(["0", "1", "1.0", "-2.5", "+3", "10", "x", ""])
MOMENTS: Final = st.sampled_from(
    ["0", "1704067200", "2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00", "2023-12-31T23:59:59.5Z"]
)
RANGES: Final = st.sampled_from(
    ["10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "10.1.2.3/31", "2001:db8::/32", "::1", "10.0.0.0/40"]
)
ADDRESSES: Final = st.sampled_from(["10.1.2.3", "10.1.2.2", "192.0.2.1", "2001:db8::7", "::1", "unix"])
TRUTHS: Final = st.sampled_from(["true", "false", "True", "${aws:k}", "yes", ""])
BYTES: Final = st.sampled_from(["QQ==", "Qg==", "QQ", ""])
ARNS: Final = st.sampled_from(
    [
        *(
            "arn:aws:iam::1:user/a",
            "arn:aws:iam::1:user/*",
            "arn:*:iam::?:*",
            "arn:aws:iam::1:user/${aws:k}",
            "arn:aws:*",
        ),
        *("arn:aws:iam::${aws:k}:x", "arn:aws:s3:::a:b:c", "arn:aws:iam::a:x", "arn:*:*:*:*:*", "a"),
    ]
)
FAMILIES: Final = {
    "String": (TEXTS, TEXTS),
    "Numeric": (NUMBERS, NUMBERS),
    "Date": (MOMENTS, MOMENTS | NUMBERS),
    "Bool": (TRUTHS, TRUTHS),
    "Binary": (BYTES, BYTES),
    "Ip": (RANGES, ADDRESSES),
    "NotIp": (RANGES, ADDRESSES),
    "Arn": (ARNS, ARNS),
}
NAMES: Final = sorted(comparison.name for comparison in COMPARISONS.values())


@st.composite
def one_key(draw: DrawFn) -> tuple[str, str | list[str], list[str]]:
    """Draw an operator, values of a policy and values of a request."""
    qualifier = draw(st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]))
    name = draw(st.sampled_from([*NAMES, "Null"]))
    if name == "Null":
        return f"{qualifier}Null", draw(one_or_more(TRUTHS)), draw(st.lists(TEXTS, max_size=2))
    wanted, given_values = next(drawn for family, drawn in FAMILIES.items() if name.startswith(family))
    if_exists = draw(st.sampled_from(["", "IfExists"]))
    values = draw(wanted | st.lists(wanted, max_size=3))
    return f"{qualifier}{name}{if_exists}", values, draw(st.lists(given_values, max_size=3))


@settings(max_examples=500, deadline=None)
@given(
    one_key(),
    st.sampled_from(["aws:q", "AWS:Q", "aws:k"]),
    st.lists(st.sampled_from(["a", "b*", "true", "1"]), max_size=2),
    EFFECTS,
    VERSIONS,
)
def test_condition_decides_as_it_does_naively(
    test: tuple[str, str | list[str], list[str]], key: str, filling: list[str], effect: str, version: str
) -> None:
    operator, wanted, values = test
    statements: list[dict[str, Json]] = [
        {"Effect": effect, "Action": "*", "Resource": "*", "Condition": {operator: {key: wanted}}}
    ]
    of = access(keys={"aws:K": tuple(filling), "aws:q": tuple(values)})

    ours = decide(document(*statements, version=version), of)

    assert ours.value == naive.decide(statements, of, variables=version == "2012-10-17")


@st.composite
def statements(draw: DrawFn) -> dict[str, Json]:
    actions = ["*", "execute-api:*", "EXECUTE-API:invoke", "*:In?oke", "execute-api:Manage*", "s3:*"]
    resources = st.lists(
        st.sampled_from(["arn:aws:execute-api:r:1:api", "/dev", "/*", "/GET", "?", "${aws:k}", "${*}", ":"]),
        min_size=1,
        max_size=4,
    ).map("".join)
    return {
        "Effect": draw(EFFECTS),
        draw(st.sampled_from(["Action", "NotAction"])): draw(one_or_more(st.sampled_from(actions))),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(one_or_more(resources)),
        "Condition": {operator: {"aws:q": wanted} for operator, wanted, _ in draw(st.lists(one_key(), max_size=2))},
    }


@settings(deadline=None)
@given(
    st.lists(statements(), min_size=1, max_size=4),
    st.sampled_from(["arn:aws:execute-api:r:1:api/dev/GET/a", "arn:aws:execute-api:r:1:api/a", "*"]),
    st.lists(st.sampled_from(["a", "GET", "*"]), max_size=1),
    st.lists(st.sampled_from(["a", "10.1.2.3", "1"]), max_size=1),
    VERSIONS,
)
def test_policy_decides_as_it_does_naively(
    drawn: list[dict[str, Json]], resource: str, filling: list[str], values: list[str], version: str
) -> None:
    of = access(resource, keys={"aws:k": tuple(filling), "aws:q": tuple(values)})

    ours = decide(document(*drawn, version=version), of)

    assert ours.value == naive.decide(drawn, of, variables=version == "2012-10-17")


JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Allow", "*", "a:b"]),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Statement", "Effect", "Action", "Resource", "Condition", "Principal", "Bool", "AWS", "x"]
            ),
            children,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def faults_of(read: Callable[[], Policy]) -> int:
    try:
        read()
    except PolicyError as error:
        return len(error.faults)
    return 0


@settings(deadline=None)
@given(JSON)
def test_document_is_a_policy_or_has_faults(value: Json) -> None:
    assert faults_of(lambda: parse_policy(value)) >= (0 if isinstance(value, dict) else 1)


@settings(deadline=None)
@given(st.text(max_size=30) | JSON.map(json.dumps))
def test_text_is_a_policy_or_has_faults(text: str) -> None:
    assert faults_of(lambda: parse_policy_text(text)) >= (0 if "Statement" in text else 1)
