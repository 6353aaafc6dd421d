"""What Ref and GetAtt yield for each type of resource.

The table in kinds.py holds formats. In a format, names in lower case are facts (``{region}``, ``{name}``,
``{id10}``: an id of 10 characters), capitalised ones are properties of the resource (``{StageName}``).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from forestage.load.identity import (
    physical_name,
    stable_digits,
    stable_hex,
    stable_id,
    stable_uuid,
    stack_id,
)
from forestage.load.kinds import KINDS, Kind
from forestage.model.records import dataclass
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from forestage.load.resolved import Resolved
    from forestage.model.deployment import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A resource that is referred to; ``read`` resolves one of its properties, None where it is not given."""

    stack: str
    logical_id: str
    type: str
    environment: Environment
    read: Callable[[str], Resolved]


_MADE_UP = re.compile(r"\{((?:id|root|hex|digits)\d+|uuid)\}")


class _NotKnownError(Exception):
    """A format needs a property that has no text yet."""


def ref_of(subject: Subject) -> str:
    """Return what Ref yields."""
    kind = _kind(subject) or _unknown_kind(subject)
    return _write(subject, kind, kind.ref) or _name(subject, kind)


def name_of(subject: Subject) -> str:
    """Return the physical name: the one given, or one as CloudFormation would make it."""
    return _name(subject, _kind(subject) or _unknown_kind(subject))


def attribute_of(subject: Subject, attribute: str) -> Resolved:
    """Return what GetAtt yields.

    Raises:
        KeyError: the type has no such attribute.
    """
    unknown = Unknown(f"Fn::GetAtt {subject.logical_id}.{attribute}")
    kind = _kind(subject)
    if kind is None:
        return unknown
    if attribute in kind.attributes:
        written = kind.attributes[attribute]
        return unknown if written is None else _write(subject, kind, written) or unknown
    given = _property(subject, attribute)
    if given is not None and (kind.is_open or attribute in kind.properties):
        return given
    if kind.is_open or attribute in kind.properties:
        return unknown
    raise KeyError(attribute)


def attributes_of(resource_type: str) -> tuple[str, ...]:
    """List the attributes of a type, for messages; empty where they are not known."""
    kind = KINDS.get(resource_type)
    return (*kind.attributes, *kind.properties) if kind else ()


def made_up_texts(stack: str, logical_id: str, resource_type: str) -> tuple[str, ...]:
    """List the texts that stand for a resource of a type where AWS would make up an id."""
    kind = KINDS.get(resource_type)
    formats = () if kind is None else (kind.ref, *(written for written in kind.attributes.values() if written))
    forms = dict.fromkeys(form for written in formats for form in _MADE_UP.findall(written))
    return tuple(_made_up_text(stack, logical_id, form) for form in forms)


def _kind(subject: Subject) -> Kind | None:
    return KINDS.get(subject.type)


def _unknown_kind(subject: Subject) -> Kind:
    """Guess the name of a type that is not in the table: its Name, or RepositoryName of a Repository."""
    last = subject.type.rpartition("::")[2]
    named = next((name for name in (f"{last}Name", "Name") if isinstance(subject.read(name), str)), None)
    return Kind(name=named)


def _property(subject: Subject, path: str) -> Resolved:
    first, *rest = path.split(".")
    value = subject.read(first)
    for part in rest:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _name(subject: Subject, kind: Kind) -> str:
    given = subject.read(kind.name) if kind.name else None
    if isinstance(given, str) and given:
        return given
    is_fifo = kind.fifo is not None and str(subject.read(kind.fifo)).lower() == "true"
    suffix = ".fifo" if is_fifo else ""
    name = physical_name(subject.stack, subject.logical_id, longest=kind.longest_name - len(suffix)) + suffix
    return name.lower() if kind.is_lower else name


def _write(subject: Subject, kind: Kind, written: str) -> str | None:
    """Fill in a format; None where it needs a property that has no text."""
    try:
        return written.format_map(_Facts(subject, kind))
    except _NotKnownError:
        return None


class _Facts:
    """What a format may name, looked up when it does."""

    def __init__(self, subject: Subject, kind: Kind) -> None:
        self._subject = subject
        self._kind = kind

    def __getitem__(self, name: str) -> str:
        subject = self._subject
        if name[0].isupper():
            return self._text(name)
        environment = subject.environment
        if name in {"region", "account_id", "partition", "url_suffix"}:
            return str(getattr(environment, name))
        fact = _FACTS.get(name)
        if fact:
            return fact(subject, self._kind)
        return _made_up(subject, name)

    def _text(self, name: str) -> str:
        value = _property(self._subject, name)
        if isinstance(value, (str, int)):
            return str(value)
        default = self._kind.defaults.get(name)
        if value is None and default is not None:
            return default
        raise _NotKnownError(name)


def _made_up(subject: Subject, name: str) -> str:
    """Make ``id10``, ``hex17``, ``digits9`` or ``uuid``."""
    return _made_up_text(subject.stack, subject.logical_id, name)


def _made_up_text(stack: str, logical_id: str, name: str) -> str:
    parts = (stack, logical_id)
    form = name.rstrip(string.digits)
    length = int(name.removeprefix(form) or 0)
    return {
        "id": lambda: stable_id(*parts, length=length),
        "root": lambda: stable_id(*parts, "root", length=length),
        "hex": lambda: stable_hex(*parts, length=length),
        "digits": lambda: stable_digits(*parts, length=length),
        "uuid": lambda: stable_uuid(*parts),
    }[form]()


def _function_arn(subject: Subject, kind: Kind) -> str:  # ruff: ignore[unused-function-argument]
    """Return the unqualified ARN of the function that FunctionName names: by name, ARN or partial ARN."""
    given = subject.read("FunctionName") or subject.read("TargetFunctionArn")
    if not isinstance(given, str):
        raise _NotKnownError
    if given.startswith("arn:"):
        return ":".join(given.split(":")[:7])
    environment = subject.environment
    name = given.split(":")[2 if given.count(":function:") else 0]
    return f"arn:{environment.partition}:lambda:{environment.region}:{environment.account_id}:function:{name}"


def _scheme(subject: Subject, kind: Kind) -> str:  # ruff: ignore[unused-function-argument]
    return "wss" if subject.read("ProtocolType") == "WEBSOCKET" else "https"


def _bus_prefix(subject: Subject, kind: Kind) -> str:  # ruff: ignore[unused-function-argument]
    """Return what stands before a rule's name where its bus is not the default one; the bus may be named by ARN."""
    bus = subject.read("EventBusName")
    name = bus.rpartition("/")[2] if isinstance(bus, str) else "default"
    return "" if name == "default" else name


def _load_balancer_type(subject: Subject, kind: Kind) -> str:  # ruff: ignore[unused-function-argument]
    return {"network": "net", "gateway": "gwy"}.get(str(subject.read("Type")), "app")


def _web_acl_scope(subject: Subject, kind: Kind) -> str:  # ruff: ignore[unused-function-argument]
    return "global" if subject.read("Scope") == "CLOUDFRONT" else "regional"


_FACTS: dict[str, Callable[[Subject, Kind], str]] = {
    "name": _name,
    "stack": lambda subject, _: subject.stack,
    "logical_id": lambda subject, _: subject.logical_id,
    "function_arn": _function_arn,
    "scheme": _scheme,
    "name_without_slash": lambda subject, kind: _name(subject, kind).removeprefix("/"),
    "nested_stack_id": lambda subject, kind: stack_id(subject.environment, _name(subject, kind)),
    "balancer": _load_balancer_type,
    "waf_scope": _web_acl_scope,
    "bus_slash": lambda subject, kind: f"{prefix}/" if (prefix := _bus_prefix(subject, kind)) else "",
    "bus_bar": lambda subject, kind: f"{prefix}|" if (prefix := _bus_prefix(subject, kind)) else "",
}
