"""Paths as requests see them: names of parameters do not count."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"\{([^{}+]*)(\+?)\}")
VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
ANY = "ANY"


def shape_of(path: str) -> str:
    """Write a path without the names of its parameters: ``/pets/{}``, ``/{+}``."""
    return _PARAMETER.sub(r"{\2}", path)


def parameters_of(path: str) -> tuple[str, ...]:
    """List the names of a path's parameters in order."""
    return tuple(found[1] for found in _PARAMETER.finditer(path))


def is_greedy(path: str) -> bool:
    """Tell whether a path ends in a greedy parameter."""
    return path.endswith("+}")


def serves(shape: str, wanted: str) -> bool:
    """Tell whether requests for one shape reach another, where nothing more specific is."""
    own, other = shape.split("/"), wanted.split("/")
    if own[-1] == "{+}":
        own.pop()
        if len(other) <= len(own):
            return False
        other = other[: len(own)]
    return len(own) == len(other) and all(part in {"{}", given} for part, given in zip(own, other, strict=True))


def specificity(shape: str) -> tuple[int, ...]:
    """Rank shapes that serve the same path, the most specific lowest: plain, parameter, greedy, part by part.

    Source: rest-facts.md, routing: the path is chosen first, then the verb.
    """
    return tuple({"{}": 1, "{+}": 2}.get(part, 0) for part in shape.split("/"))
