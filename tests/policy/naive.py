"""A second evaluator, written from the manual without regard to speed or bounds, to hold the first one against.

It reads the raw document, takes regular expressions for wildcards, and knows nothing of the package.
"""

from __future__ import annotations

import base64
import ipaddress
import operator
import re
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forestage.policy import Access

# A document as JSON has it.
Raw = Any


class Scope(NamedTuple):
    keys: Mapping[str, tuple[str, ...]]
    variables: bool


VARIABLE = re.compile(r"\$\{([^}]*)\}")


def decide(statements: Sequence[Mapping[str, Raw]], access: Access, *, variables: bool) -> str:
    scope = Scope({name.lower(): values for name, values in access.keys.items()}, variables=variables)
    effects = {one["Effect"] for one in statements if is_about(one, access, scope)}
    return "explicit deny" if "Deny" in effects else "allow" if "Allow" in effects else "implicit deny"


def is_about(statement: Mapping[str, Raw], access: Access, scope: Scope) -> bool:
    return (
        fits_pair(statement, "Action", lambda pattern: wildcard(pattern.lower(), access.action.lower()))
        and fits_pair(statement, "Resource", lambda pattern: resource(pattern, access.resource, scope))
        and all(
            condition(name, key, as_list(values), scope)
            for name, tests in statement.get("Condition", {}).items()
            for key, values in tests.items()
        )
    )


def fits_pair(statement: Mapping[str, Raw], name: str, fits: Callable[[str], bool]) -> bool:
    if name in statement:
        return any(map(fits, as_list(statement[name])))
    return not any(map(fits, as_list(statement[f"Not{name}"])))


def as_list(value: Raw) -> list[Raw]:
    return value if isinstance(value, list) else [value]


def wildcard(pattern: str, text: str) -> bool:
    """Match, where ``pattern`` has what stands for itself behind a NUL."""
    regex = re.sub(
        r"\0(.)|(.)",
        lambda found: re.escape(found[1]) if found[1] else {"*": ".*", "?": "."}.get(found[2], re.escape(found[2])),
        pattern,
        flags=re.DOTALL,
    )
    return re.fullmatch(regex, text, re.DOTALL) is not None


def fill(text: str, scope: Scope) -> str | None:
    """Fill variables, each character of a value behind a NUL."""
    if not scope.variables:
        return text
    lost = False

    def value(found: re.Match[str]) -> str:
        nonlocal lost
        inside = found[1]
        if inside in {"*", "?", "$"}:
            return "\0" + inside
        name, comma, default = inside.partition(",")
        values = scope.keys.get(name.lower(), ())
        quoted = re.fullmatch(r" *'(.*)' *", default) if comma else None
        if len(values) == 1:
            return "".join("\0" + character for character in values[0])
        lost = lost or quoted is None
        return "".join("\0" + character for character in quoted[1]) if quoted else ""

    filled = VARIABLE.sub(value, text)
    return None if lost else filled


def resource(pattern: str, text: str, scope: Scope) -> bool:
    head, tail = pattern, ""
    if pattern.count(":") >= 5:
        head = ":".join(pattern.split(":")[:5])
        tail = pattern[len(head) :]
    filled = fill(tail, scope)
    return filled is not None and wildcard(head + filled, text)


def condition(name: str, key: str, wanted: list[Raw], scope: Scope) -> bool:
    given = scope.keys.get(key.lower(), ())
    qualifier, _, base = name.rpartition(":")
    if base == "Null":
        if qualifier:
            return qualifier == "ForAllValues"
        return any(text(one).lower() == str(not given).lower() for one in wanted)
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    negated = "Not" in base
    compare = COMPARE[base.replace("Not", "")]

    def fits(value: str) -> bool:
        hit = any(compare(text(one), value, scope) for one in wanted)
        return not hit if negated else hit

    filled = [value for value in given if value]
    match qualifier:
        case "ForAllValues":
            return all(map(fits, filled))
        case "ForAnyValue":
            return any(map(fits, filled))
        case _:
            if not given:
                return if_exists or negated
            return len(given) == 1 and fits(given[0])


def text(value: Raw) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def plain(filled: str | None) -> str | None:
    return None if filled is None else filled.replace("\0", "")


def equals(wanted: str, given: str, scope: Scope) -> bool:
    return given == plain(fill(wanted, scope))


def equals_ignoring_case(wanted: str, given: str, scope: Scope) -> bool:
    whole = plain(fill(wanted, scope))
    return whole is not None and given.lower() == whole.lower()


def like(wanted: str, given: str, scope: Scope) -> bool:
    whole = fill(wanted, scope)
    return whole is not None and wildcard(whole, given)


def arn_like(wanted: str, given: str, scope: Scope) -> bool:
    # Colons within a variable part nothing: they are put aside before the ARN is cut.
    aside = VARIABLE.sub(lambda found: found[0].replace(":", "\1"), wanted) if scope.variables else wanted
    parts, own = aside.split(":", 5), given.split(":", 5)
    return len(parts) == len(own) == 6 and all(
        like(part.replace("\1", ":"), value, scope) for part, value in zip(parts, own, strict=True)
    )


def truth(wanted: str, given: str, scope: Scope) -> bool:
    whole = plain(fill(wanted, scope))
    return whole is not None and whole.lower() == given.lower() and whole.lower() in {"true", "false"}


def binary(wanted: str, given: str, *_: object) -> bool:
    try:
        return base64.b64decode(wanted, validate=True) == base64.b64decode(given, validate=True)
    except ValueError:
        return False


def in_range(wanted: str, given: str, *_: object) -> bool:
    try:
        return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def number(value: str) -> Fraction | None:
    return Fraction(value) if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", value) else None


def moment(value: str) -> Fraction | None:
    if re.fullmatch(r"[0-9]+", value):
        return Fraction(value)
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return Fraction((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def ordered(read: Callable[[str], Fraction | None], holds: Callable[[Fraction, Fraction], bool]) -> Callable[..., bool]:
    def compare(wanted: str, given: str, *_: object) -> bool:
        left, right = read(given), read(wanted)
        return left is not None and right is not None and holds(left, right)

    return compare


ORDERS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
COMPARE: Mapping[str, Callable[..., bool]] = {
    "StringEquals": equals,
    "StringEqualsIgnoreCase": equals_ignoring_case,
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": truth,
    "BinaryEquals": binary,
    "IpAddress": in_range,
    **{f"Numeric{name}": ordered(number, holds) for name, holds in ORDERS.items()},
    **{f"Date{name}": ordered(moment, holds) for name, holds in ORDERS.items()},
}
