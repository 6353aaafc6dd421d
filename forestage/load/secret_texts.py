"""The secrets that a source was given, as texts, so that whoever tells of it can leave them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from forestage.model.values import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.resolved import Resolved, ResolvedStack

_OPEN_REFERENCE = "ssm:"


def secrets_of(
    arguments: Iterable[Resolved], references: Mapping[str, str], stacks: Iterable[ResolvedStack]
) -> tuple[str, ...]:
    """Collect secret texts, each once: values of parameters and of dynamic references, and other forms of them.

    ``references`` goes from what stands in the braces of a dynamic reference to its value.
    """
    given = [secret for argument in arguments for secret in _leaves(argument)]
    given += [value for name, value in references.items() if not name.startswith(_OPEN_REFERENCE)]
    if not given:
        return ()
    # Fn::Base64 writes a secret in another way; what holds one as it is needs not be a secret as a whole.
    made = (secret for stack in stacks for resource in stack.resources for secret in _leaves(resource.properties))
    other = (text for text in made if not any(secret in text for secret in given if secret))
    return tuple(dict.fromkeys((*given, *other)))


def _leaves(value: Resolved) -> Iterator[str]:
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _leaves(item)
