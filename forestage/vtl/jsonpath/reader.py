"""Reads the text of a path into its steps."""

from __future__ import annotations

import re
from typing import Final

from forestage.vtl.jsonpath.filters import read_filter
from forestage.vtl.jsonpath.functions import make_function
from forestage.vtl.jsonpath.steps import Call, Filter, Indexes, Names, PathError, Scan, Slice, Step, Wildcard
from forestage.vtl.jsonpath.text import closing, unescaped

_INTEGER: Final = re.compile(r"-?[0-9]{1,10}")
_STEPS_LIMIT: Final = 100


def read_path(text: str) -> tuple[Step, ...]:
    """Read a path; ``$`` and the ``$.`` before the first name may be left out.

    Raises:
        PathError: it is malformed.
    """
    path = text.strip()
    if not path:
        raise PathError("the path is empty")
    if path[0] not in "$@":
        path = f"$.{path}"
    if path.endswith("."):
        raise PathError(f"the path {text!r} must not end with '.'")
    return _Reader(path).read()


class _Reader:
    def __init__(self, path: str) -> None:
        self._path = path
        self._at = 1
        self._steps: list[Step] = []

    def read(self) -> tuple[Step, ...]:
        path = self._path
        if len(path) > 1 and path[1] not in ".[":
            raise self._fault("'.' or '[' expected")
        while self._at < len(path):
            if len(self._steps) > _STEPS_LIMIT:
                raise self._fault(f"more than {_STEPS_LIMIT} steps")
            if path[self._at] == ".":
                self._dots()
            if path[self._at] == "[":
                self._bracket()
            elif path[self._at] == "*":
                self._at += 1
                self._steps.append(Wildcard())
            else:
                self._name_or_call()
        return tuple(self._steps)

    def _fault(self, what: str) -> PathError:
        return PathError(f"{what} at position {self._at} of the path {self._path!r}")

    def _dots(self) -> None:
        dots = 2 if self._path.startswith("..", self._at) else 1
        self._at += dots
        if dots > 1:
            self._steps.append(Scan())
        if self._at >= len(self._path) or self._path[self._at] == ".":
            raise self._fault("a name expected")

    def _name_or_call(self) -> None:
        start = self._at
        while self._at < len(self._path) and self._path[self._at] not in ".[(":
            if self._path[self._at] == " ":
                raise self._fault("a name with blanks must be written ['my name'];")
            self._at += 1
        name = self._path[start : self._at]
        if not name:
            raise self._fault("a name expected")
        if not self._path.startswith("(", self._at):
            self._steps.append(Names((name,)))
            return
        end = closing(self._path, self._at)
        if end < 0:
            raise self._fault(f"the arguments of {name} are not closed")
        arguments = self._path[self._at + 1 : end]
        self._at = end + 1
        self._steps.append(Call(make_function(name, arguments, read_path)))

    def _bracket(self) -> None:
        inside = self._path[self._at + 1 :].lstrip()
        if inside[:1] in {"'", '"'}:
            self._quoted_names()
            return
        if inside.startswith("?"):
            self._filter()
            return
        end = self._path.find("]", self._at)
        if end < 0:
            raise self._fault("']' expected")
        content = self._path[self._at + 1 : end].strip()
        if content == "*":
            self._steps.append(Wildcard())
        elif ":" in content:
            self._steps.append(self._slice(content))
        else:
            self._steps.append(Indexes(tuple(self._integer(part.strip()) for part in content.split(","))))
        self._at = end + 1

    def _integer(self, digits: str) -> int:
        if _INTEGER.fullmatch(digits) is None:
            raise self._fault("a quoted name, an index, a slice, '*' or a filter expected")
        return int(digits)

    def _slice(self, content: str) -> Slice:
        bounds = [bound.strip() for bound in content.split(":")]
        first = self._integer(bounds[0]) if bounds[0] else None
        end = self._integer(bounds[1]) if bounds[1] else None
        if first is None and end is None:
            raise self._fault("a slice needs a bound")
        return Slice(first, end)

    def _filter(self) -> None:
        end = closing(self._path, self._at)
        content = self._path[self._at + 1 : end].strip() if end >= 0 else ""
        condition = content[1:].strip()
        if not condition.startswith("(") or not condition.endswith(")"):
            raise self._fault("a filter must be written [?(…)]")
        self._steps.append(Filter(read_filter(condition[1:-1], read_path)))
        self._at = end + 1

    def _quoted_names(self) -> None:
        names: list[str] = []
        at = self._at + 1
        while True:
            at = self._skip_blanks(at)
            quote = self._path[at : at + 1]
            if quote not in {"'", '"'}:
                raise self._fault("a quoted name expected")
            end = at + 1
            while end < len(self._path) and self._path[end] != quote:
                end += 2 if self._path[end] == "\\" else 1
            names.append(unescaped(self._path[at + 1 : end]))
            at = self._skip_blanks(end + 1)
            if self._path[at : at + 1] == "]":
                break
            if self._path[at : at + 1] != ",":
                raise self._fault("',' or ']' expected behind a name")
            at += 1
        self._steps.append(Names(tuple(names)))
        self._at = at + 1

    def _skip_blanks(self, at: int) -> int:
        while self._path[at : at + 1] == " ":
            at += 1
        return at
