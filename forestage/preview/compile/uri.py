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

    ``is_constant`` is true where nothing has to be filled in.
    """

    text: str
    is_constant: bool

    @classmethod
    def of(cls, text: str) -> UriTemplate:
        """Read a URI."""
        return cls(text=text, is_constant=not (_VARIABLE.search(text) or _PARAMETER.search(text)))

    def fill(self, variables: Mapping[str, str], parameters: Mapping[str, str]) -> str:
        """Put in stage variables, an unknown one as nothing, then path parameters; unknown ones stay.

        Source: rest-facts.md sections 5.1 and 5.5 (AWS-validated unit tests).
        """
        if self.is_constant:
            return self.text
        text = _VARIABLE.sub(lambda match: variables.get(match[1], ""), self.text)
        return _PARAMETER.sub(lambda match: parameters.get(match[1].removesuffix("+"), match[0]), text)
