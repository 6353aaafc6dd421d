"""Ids and names that AWS would make up: here a function of stack and logical id, the same on every run."""

from __future__ import annotations

import hashlib
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forestage.model.deployment import Environment

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_ALL_LETTERS = string.ascii_uppercase + _LETTERS
SUFFIX_LENGTH = 12
MAX_NAME_LENGTH = 64


def stable_id(*parts: str, length: int = 10) -> str:
    """Make an id of lower-case letters and digits, as API Gateway does; the first is a letter."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest())
    first = _LETTERS[number % 26]
    number //= 26
    rest: list[str] = []
    for _ in range(length - 1):
        number, at = divmod(number, len(_LETTERS))
        rest.append(_LETTERS[at])
    return first + "".join(rest)


def stable_text(*parts: str, length: int) -> str:
    """Make letters of both cases and digits, as API Gateway does for the values of keys; 42 at most."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest())
    text: list[str] = []
    for _ in range(length):
        number, at = divmod(number, len(_ALL_LETTERS))
        text.append(_ALL_LETTERS[at])
    return "".join(text)


def stable_digits(*parts: str, length: int) -> str:
    """Make a number of a given length."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest())
    return str(number)[:length]


def stable_hex(*parts: str, length: int = 17) -> str:
    """Make hexadecimal digits, as EC2 has them in its ids."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]


def stable_uuid(*parts: str) -> str:
    """Make an id in the form of a random UUID."""
    digits = stable_hex(*parts, length=32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def physical_name(stack: str, logical_id: str, *, longest: int = MAX_NAME_LENGTH) -> str:
    """Make a name as CloudFormation does: ``stack-LogicalId-1A2B3C4D5E6F``, the parts cut where it gets too long.

    Source: CloudFormation user guide, "Name type" of resource properties.
    """
    suffix = stable_id(stack, logical_id, "name", length=SUFFIX_LENGTH).upper()
    room = longest - SUFFIX_LENGTH - 2
    if len(stack) + len(logical_id) > room:
        stack = stack[: max(room // 2, room - len(logical_id))]
        logical_id = logical_id[: room - len(stack)]
    return f"{stack}-{logical_id}-{suffix}"


def stack_id(environment: Environment, name: str) -> str:
    """Make the ARN of a stack."""
    return (
        f"arn:{environment.partition}:cloudformation:{environment.region}:{environment.account_id}"
        f":stack/{name}/{stable_uuid(environment.region, name)}"
    )
