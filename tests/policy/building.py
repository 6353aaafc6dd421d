"""Makes policies and accesses for the tests with what matters in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.policy import Access, NamedPolicy, PolicyKind, evaluate, parse_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.policy import Policy, Principal, Verdict

ACCOUNT = "123456789012"
API = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:a1b2c3"
PETS = f"{API}/dev/GET/pets"


def statement(effect: str = "Allow", /, **elements: Json) -> dict[str, Json]:
    """Make a statement about every action and resource, with elements besides or instead; None leaves one out."""
    whole = {"Effect": effect, "Action": "*", "Resource": "*"} | elements
    return {name: value for name, value in whole.items() if value is not None}


def document(*statements: Mapping[str, Json], version: str = "2012-10-17") -> dict[str, Json]:
    return {"Version": version, "Statement": list(statements)}


def policy(*statements: Mapping[str, Json], version: str = "2012-10-17") -> Policy:
    return parse_policy(document(*statements, version=version), kind=PolicyKind.AUTHORIZER)


def access(
    resource: str = PETS,
    *,
    action: str = "execute-api:Invoke",
    principal: Principal | None = None,
    keys: Mapping[str, tuple[str, ...]] | None = None,
) -> Access:
    return Access(action=action, resource=resource, principal=principal, keys=keys or {})


def verdict(*statements: Mapping[str, Json], of: Access | None = None, version: str = "2012-10-17") -> Verdict:
    named = NamedPolicy(name="the policy", policy=policy(*statements, version=version))
    return evaluate([named], of or access())
