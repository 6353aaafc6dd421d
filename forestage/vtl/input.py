"""``$input``: the body, parsed once, and the parameters of the request.

What a template changes in the body that ``$input.path`` gave it shows in every later use, since it is the same object.
Source: API Gateway developer guide, "Mapping template and access logging variable reference"; spec/vtl.md section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.vtl.errors import Thrown, ThrownInput
from forestage.vtl.json_reader import JsonError, read_json
from forestage.vtl.jsonpath import MISSING, PathError, compile_path
from forestage.vtl.methods.table import Methods, text
from forestage.vtl.printing import json_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.vtl.budget import Budget

_UNREAD: Final = object()


class Input:
    """``$input`` itself; what a template can do with it is in ``INPUT_METHODS``.

    An empty body acts as ``{}``. Of a header's name the case matters, and headers are listed in the order of their
    names.
    """

    __slots__ = ("_document", "_header", "_params", "_path", "_querystring", "body")

    def __init__(
        self, *, body: str, path: Mapping[str, str], querystring: Mapping[str, str], header: Mapping[str, str]
    ) -> None:
        self.body = body or "{}"
        self._path = path
        self._querystring = querystring
        self._header = header
        self._document: object = _UNREAD
        self._params: dict[object, object] | None = None

    def document(self, budget: Budget) -> object:
        """Return the parsed body.

        Raises:
            ThrownInput: it begins like JSON and is none.
        """
        if self._document is _UNREAD:
            budget.spend_characters(len(self.body))
            try:
                self._document = read_json(self.body)
            except JsonError as error:
                raise ThrownInput(f"could not process the payload: {error}") from None
        return self._document

    def params(self) -> dict[object, object]:
        """Return all parameters, as a map that the template may change for itself."""
        if self._params is None:
            header: dict[object, object] = dict(sorted(self._header.items()))
            self._params = {"path": dict(self._path), "querystring": dict(self._querystring), "header": header}
        return self._params

    def param(self, name: str) -> object:
        """Return one parameter, of the path, the query string or the headers, in this order; empty if none has it."""
        if self._params is None:
            for group in (self._path, self._querystring, self._header):
                if name in group:
                    return group[name]
            return ""
        for changed in self._params.values():
            if isinstance(changed, dict) and name in changed:
                return changed[name]
        return ""


def _path(budget: Budget, given: Input, path: str) -> object:
    document = given.document(budget)
    try:
        found = compile_path(path).find(document, budget) if document is not None else None
    except PathError as error:
        raise Thrown(f"{error} (InvalidPathException)") from None
    return None if found is MISSING else found


def _json(budget: Budget, given: Input, path: str) -> str:
    found = _path(budget, given, path)
    return '""' if found is None else json_of(found, budget)


INPUT_METHODS: Final = Methods()
INPUT_METHODS.add_all(
    (
        ("path", (text,), _path),
        ("json", (text,), _json),
        ("params", (), lambda _, given: given.params()),
        ("params", (text,), lambda _, given, name: given.param(name)),
        ("getBody", (), lambda _, given: given.body),
    )
)
