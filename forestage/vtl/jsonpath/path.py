"""A compiled path."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from forestage.vtl.jsonpath.reader import read_path
from forestage.vtl.jsonpath.steps import Call, Names, NothingFound, PathError, Scan, Step, Walk, Wildcard, is_definite

if TYPE_CHECKING:
    from forestage.vtl.budget import Budget

PATH_LENGTH_LIMIT: Final = 10_000
"""Characters of a path."""


class _Missing:
    """What a definite path gives where it leads nowhere."""

    __slots__ = ()


MISSING: Final = _Missing()


class JsonPath:
    """A path, ready to be followed through any document."""

    __slots__ = ("_names", "_steps", "definite")

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._steps = steps
        self.definite: bool = is_definite(steps)
        self._names = _plain_names(steps)

    def find(self, document: object, budget: Budget, root: object = MISSING) -> object:
        """Follow the path; ``root`` is what ``$`` means in its filters, the document itself by default.

        Returns MISSING where a definite path leads nowhere. What it returns are the parts of the document themselves,
        not copies.

        Raises:
            PathError: the path cannot be applied to this document.
            ThrownLimit: that takes more steps than are left.
        """
        if self._names is not None:
            for name in self._names:
                if not isinstance(document, dict) or name not in document:
                    return MISSING
                document = document[name]
            return document
        whole = document if root is MISSING else root
        if self._steps and isinstance(self._steps[0], Scan) and isinstance(self._steps[-1], Call):
            return self._call_on_all(self._steps[-1], document, whole, budget)
        walk = Walk(self._steps, whole, budget)
        try:
            walk.go(0, document, definite=True)
        except NothingFound:
            return MISSING
        if not self.definite:
            return walk.found
        return walk.found[-1] if walk.found else MISSING

    def _call_on_all(self, call: Call, document: object, root: object, budget: Budget) -> object:
        # A function behind a scan is one of everything that the scan finds: $..x.length() counts, it does not measure.
        steps = self._steps[:-1]
        if call.function.counts:
            steps = (*steps, Wildcard())
        if len(steps) == 1:
            # Jayway throws an IllegalStateException: its scan is a leaf that has nothing to look for.
            raise PathError("a scan has nothing to look for before its function")
        walk = Walk(steps, root, budget)
        walk.go(0, document, definite=True)
        return call.function.call_on_all(walk.found, root, budget)


def _plain_names(steps: tuple[Step, ...]) -> tuple[str, ...] | None:
    """Return the names of a path that is nothing but names, as nearly all are."""
    names = [step.names[0] for step in steps if isinstance(step, Names) and len(step.names) == 1]
    return tuple(names) if len(names) == len(steps) else None


@lru_cache(maxsize=1024)
def compile_path(path: str) -> JsonPath:
    """Compile a path.

    Raises:
        PathError: it is malformed.
    """
    if len(path) > PATH_LENGTH_LIMIT:
        raise PathError(f"a path of more than {PATH_LENGTH_LIMIT} characters")
    return JsonPath(read_path(path))
