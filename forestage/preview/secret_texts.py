"""The secrets of an application in what is told of it: covered, in whichever form they come.

Secrets are the values of NoEcho parameters and of secret dynamic references. They are sent to backends and functions
as they are, and are told to nobody: no trace, no log, no page of the control plane and no line of the terminal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote, quote_plus

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from forestage.model.values import Json

COVER: Final = "***"
"""What stands in the place of a secret; what a ``Secret`` of the model prints, too."""

MIN_CHARACTERS: Final = 4
"""A shorter secret is not looked for: it would cover half of what is told."""

MAX_SECRETS: Final = 1_000
MAX_CHARACTERS: Final = 65_536
"""How many secrets are looked for, the longest first, and how long one may be."""

Cover: TypeAlias = "Callable[[str], str]"
"""Covers the secrets in a text."""


class SecretTexts:
    """Texts that nobody may see."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        fitting = {text for text in texts if MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS}
        # The longest first: a secret may be a part of another one.
        self._texts = tuple(sorted(fitting, key=lambda text: (-len(text), text))[:MAX_SECRETS])
        forms = sorted({form for text in self._texts for form in _forms(text)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, forms))) if forms else None

    def with_more(self, texts: Iterable[str]) -> SecretTexts:
        """Return these secrets and further ones."""
        more = frozenset(texts) - frozenset(self._texts)
        return SecretTexts((*self._texts, *more)) if more else self

    def text(self, text: str) -> str:
        """Cover the secrets in a text."""
        return text if self._pattern is None else self._pattern.sub(COVER, text)

    def json(self, value: Json) -> Json:
        """Cover the secrets in the texts of a value, names included."""
        return value if self._pattern is None else self._json(value)

    def _json(self, value: Json) -> Json:
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(name): self._json(item) for name, item in value.items()}
            case list() | tuple():
                return [self._json(item) for item in value]
            case _:
                return value


def _forms(text: str) -> Iterator[str]:
    """Yield a text as it is, as it stands in JSON, and as it stands in an address."""
    yield text
    yield orjson.dumps(text).decode()[1:-1]
    yield quote(text, safe="")
    yield quote(text)
    yield quote_plus(text)
