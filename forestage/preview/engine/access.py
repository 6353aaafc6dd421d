"""What policies are asked about a request, and how they answer.

Source: authorizers.md, Resource policies (documented).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from forestage.policy import Access, Decision, evaluate
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find
from forestage.preview.engine.results import Addressed, addressed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forestage.model.values import Json
    from forestage.policy import NamedPolicy, Principal, Verdict
    from forestage.preview.engine.results import Reached

INVOKE: Final = "execute-api:Invoke"

Keys = dict[str, tuple[str, ...]]

_PARAMETERS: Final = re.compile(r";[^/]*")


def method_arn(addressed: Addressed, path: str | None = None) -> str:
    """Return the ARN of a method as it is called, ``arn:aws:execute-api:us-east-1:123456789012:a1b2/dev/GET/pets/17``.

    The path is as sent, undecoded, unless another is given.
    """
    stage, api = addressed.stage, addressed.stage.api
    return (
        f"arn:{api.partition}:execute-api:{api.region}:{api.account_id}:"
        f"{api.id}/{stage.name}/{addressed.verb}{addressed.path if path is None else path}"
    )


def masked_arn(arn: str) -> str:
    """Return an ARN as error messages show it: of the account only its last four digits.

    Source: authorizers.md (seen on the wire in 2025 and 2026).
    """
    parts = arn.split(":", 5)
    parts[4] = f"********{parts[4][-4:]}"
    return ":".join(parts)


def readings(path: str) -> tuple[str, ...]:
    """Return the ways in which routing or a backend may read a path: as sent first, as it is folded last.

    Routing ignores a slash at the end, and backends decode and fold what they are sent, and drop the parameters of
    segments, ``/admin;a=b``: what a policy denies must not be reached by another spelling.
    """
    stripped = path.rstrip("/") or "/"
    decoded = unquote(stripped)
    plain = _PARAMETERS.sub("", decoded)
    return tuple(dict.fromkeys((path, stripped, decoded, _folded(decoded), _folded(plain))))


def has_dot_segments(path: str) -> bool:
    """Tell whether a backend may fold a path to one of another place: ``/pets/../admin``, ``/pets/%2e%2e;a/admin``."""
    return not {".", ".."}.isdisjoint(_PARAMETERS.sub("", unquote(path)).split("/"))


def _folded(path: str) -> str:
    folded: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del folded[-1:]
        elif segment not in {"", "."}:
            folded.append(segment)
    return "/" + "/".join(folded)


def judge(
    policies: Sequence[NamedPolicy],
    reached: Reached,
    *,
    principal: Principal | None = None,
    action: str = INVOKE,
    more: Mapping[str, tuple[str, ...]] | None = None,
    arn_of: Callable[[Addressed, str], str] = method_arn,
) -> Verdict:
    """Ask policies whether a request may be made; ``principal`` None is an anonymous caller.

    ``arn_of`` says what the policies call a method that is reached by a path.

    Allowed is what they allow as it was sent, and a path with dot segments where it leads to as well; denied is what
    they deny in any reading of the path.
    Differs from API Gateway: that reads a path in one way only, which is not documented.
    """
    addressed = addressed_of(reached)
    keys = {**condition_keys(addressed), **(more or {})}
    verdicts = []
    for path in readings(addressed.path):
        access = Access(action=action, resource=arn_of(addressed, path), principal=principal, keys=keys)
        verdicts.append(evaluate(policies, access))
        if verdicts[-1].decision is Decision.EXPLICIT_DENY:
            return verdicts[-1]
    as_sent, led_to = verdicts[0], verdicts[-1]
    is_led_elsewhere = as_sent.decision is Decision.ALLOW and has_dot_segments(addressed.path)
    return led_to if is_led_elsewhere else as_sent


def condition_keys(addressed: Addressed) -> Keys:
    """Return the condition keys that every request has.

    Source: authorizers.md, Condition keys (documented).
    """
    arrival = addressed.arrival
    keys: Keys = {
        # Through a VPC endpoint the address is one of the VPC's, which has a key of its own.
        "aws:VpcSourceIp" if arrival.endpoint_type == "PRIVATE" else "aws:SourceIp": (arrival.caller.source_ip,),
        "aws:SecureTransport": ("true",),
        "aws:CurrentTime": (datetime.fromtimestamp(arrival.wire.arrived_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:EpochTime": (str(int(arrival.wire.arrived_at)),),
    }
    for key, value in (
        ("aws:Referer", find(addressed.headers, "Referer")),
        ("aws:UserAgent", find(addressed.headers, "User-Agent")),
        ("aws:SourceVpce", arrival.caller.vpc_endpoint),
        ("aws:SourceVpc", arrival.caller.vpc),
    ):
        if value is not None:
            keys[key] = (value,)
    return keys


def denied(message: str, reason: str, *, authorizer: Mapping[str, Json] | None = None) -> GatewayFailure:
    """Make the 403 of a policy that denies, or does not allow; ``authorizer`` is what one said of the caller."""
    return GatewayFailure(ResponseType.ACCESS_DENIED, reason, message=message, authorizer=authorizer)


def describe(verdict: Verdict) -> str:
    """Say how policies answered: which statement decided, or why none of them matched."""
    if verdict.by is not None:
        return f"{verdict.decision.value} by {verdict.by}"
    told = "; ".join(f"{entry}" for entry in verdict.considered)
    return f"{verdict.decision.value}, no statement matches" + (f" ({told})" if told else "")
