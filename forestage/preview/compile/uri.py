"""Integration URIs: stage variables and path parameters in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")
_PARAMETER = re.compile(r"(?<!\$)\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class UriTemplate:
    """An integration's URI as written.

    ``pieces`` are what stands between path parameters and the names of these, in turn; there are none where stage
    variables have to be put in first, which may hold parameters themselves.
    """

    text: str
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> UriTemplate:
        """Read a URI."""
        return cls(text=text, pieces=() if _VARIABLE.search(text) else tuple(_PARAMETER.split(text)))

    @property
    def is_constant(self) -> bool:
        """Whether nothing has to be filled in."""
        return len(self.pieces) == 1

    def fill(self, variables: Mapping[str, str], parameters: Mapping[str, str]) -> str:
        """Put in stage variables, an unknown one as nothing, then path parameters; unknown ones stay.

        Source: rest-facts.md sections 5.1 and 5.5 (AWS-validated unit tests).
        """
        pieces = self.pieces or _PARAMETER.split(_VARIABLE.sub(lambda match: variables.get(match[1], ""), self.text))
        text = pieces[0]
        for at in range(1, len(pieces), 2):
            name = pieces[at]
            text += parameters.get(name.removesuffix("+"), f"{{{name}}}") + pieces[at + 1]
        return text
