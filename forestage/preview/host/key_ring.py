"""The keys that are known now: those of the template, and those that were created or imported here."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Final

from forestage.model.values import known
from forestage.preview.compile.usage import (
    GENERATED_LENGTH,
    KeyRecord,
    compile_usage,
    generated_value,
    template_keys,
    with_plans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.model import Deployment
    from forestage.preview.compile.usage import KnownKey, Usage
    from forestage.preview.engine.effects import FindApiKey
    from forestage.preview.host.state import State

_ID_LENGTH: Final = 10


class KeyRing:
    """Knows every key, and which plan it has on a stage.

    A key that was made here and has the value of a template's is that key, with other properties: an import
    overwrites. Source: usage-plans.md, Import of keys (documented).
    """

    def __init__(self, deployment: Deployment, *, state: State) -> None:
        self._state = state
        self._made: dict[str, KeyRecord] = {}
        self._own: tuple[KeyRecord, ...] = ()
        self.usage: Usage
        self.serve(deployment)

    def serve(self, deployment: Deployment) -> None:
        """Know the keys and plans of a version from now on."""
        generated = {key.id: generated_value(key) for key in deployment.api_keys if known(key.value) is None}
        values: Mapping[str, str] = self._state.settle_values(generated) if generated else {}
        self._deployment = deployment
        self._own = template_keys(deployment, values)
        self._compile()

    def find(self, effect: FindApiKey) -> KnownKey | None:
        """Return the key that a value is."""
        return self.usage.find(effect.api_id, effect.stage, effect.value)

    def put(self, keys: Iterable[KeyRecord]) -> tuple[KeyRecord, ...]:
        """Keep keys, those with a value that is there already in the place of the one that has it."""
        kept = tuple(self._as_one(key) for key in keys)
        self._state.put_keys(kept)
        self._made.update((key.value, key) for key in kept)
        self._compile()
        return kept

    def know_made(self, keys: Iterable[KeyRecord]) -> None:
        """Know the keys that a state has."""
        self._made = {key.value: key for key in keys}
        self._compile()

    def _as_one(self, key: KeyRecord) -> KeyRecord:
        """Give a key the id of the one that has its value."""
        former = next((known for known in self.usage.keys if known.value == key.value), None)
        if former is None:
            return key
        return KeyRecord(
            id=former.id,
            value=key.value,
            name=key.name,
            description=key.description,
            enabled=key.enabled,
            plan_ids=tuple(dict.fromkeys((*former.plan_ids, *key.plan_ids))),
            logical_id=former.logical_id,
            is_secret=former.is_secret,
        )

    def _compile(self) -> None:
        keys = {key.value: key for key in self._own}
        for made in self._made.values():
            own = keys.get(made.value)
            keys[made.value] = with_plans(made, own.plan_ids) if own else made
        self.usage = compile_usage(self._deployment, keys.values())


def new_key_id() -> str:
    """Make up an id in the form of API Gateway's."""
    letters = string.ascii_lowercase + string.digits
    return secrets.choice(string.ascii_lowercase) + "".join(secrets.choice(letters) for _ in range(_ID_LENGTH - 1))


def new_key_value() -> str:
    """Make up a value in the form of API Gateway's."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(GENERATED_LENGTH))
