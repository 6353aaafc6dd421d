"""Key sets of a file, which stand in for those of the issuers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.errors import Fault, KeySetError
from forestage.model.records import dataclass, field
from forestage.tokens.discovery import is_issuer
from forestage.tokens.key_set import KeySet, key_set_of, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalKeySets:
    """Key sets by issuer, and the one of every issuer that has none of its own."""

    by_issuer: Mapping[str, KeySet] = field(default_factory=dict)
    every: KeySet | None = None

    def of(self, issuer: str) -> KeySet | None:
        """Return the key set of an issuer, whose name is compared exactly; None where the file has none for it."""
        return self.by_issuer.get(issuer, self.every)


def read_local_key_sets(text: str, *, name: str = "the file of key sets") -> LocalKeySets:
    """Read one JWKS for every issuer, ``{"keys": [...]}``, or one each, ``{"https://issuer": {"keys": [...]}}``.

    Raises:
        KeySetError: the text is neither; all faults at once.
    """
    document = read_document(text, name=name)
    if "keys" in document:
        return LocalKeySets(every=key_set_of(document, name=name))
    if not document:
        raise KeySetError(f"{name} has no key set", hint='write {"keys": [...]} or {"https://issuer": {"keys": [...]}}')
    sets: dict[str, KeySet] = {}
    faults: list[Fault] = []
    for issuer, entry in document.items():
        try:
            sets[issuer] = _issuer_set(issuer, entry)
        except KeySetError as error:
            faults.append(Fault(message=error.message))
            faults.extend(Fault(message=f"issuer {issuer}: {fault.message}") for fault in error.faults)
    if faults:
        raise KeySetError(f"{name} cannot be used", faults=faults)
    return LocalKeySets(by_issuer=sets)


def _issuer_set(issuer: str, entry: Json) -> KeySet:
    if not is_issuer(issuer):
        raise KeySetError(f"an issuer is an https address without query and fragment, got {issuer!r}")
    return key_set_of(entry if isinstance(entry, dict) else {}, name=f"the key set of issuer {issuer}")
