"""The file of ``--credentials``: principals whose signatures the preview can verify.

::

    principals:
      - name: alice
        access_key_id: AKIAEXAMPLEALICE
        secret_access_key: any-text-will-do
        policies:
          - Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: execute-api:Invoke, Resource: "*"}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.fields import Fields, Root
from forestage.load.positions import MarkedList, MarkedMap
from forestage.load.principals import read_principal
from forestage.load.shape import shown
from forestage.model.principals import AccessKey, KnownPrincipal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from forestage.model.deployment import Environment


def read_credentials(file: Path, environment: Environment) -> tuple[KnownPrincipal, ...]:
    """Read the principals of a file, in JSON or YAML; their account is that of the environment unless they name one.

    Raises:
        IdentityFileError: the file cannot be read or has faults; all of them are told.
    """
    root = Root(file)
    known: list[KnownPrincipal] = []
    fields = root.fields()
    if fields is not None:
        places = list(_entries(fields))
        known = [each for place in places if (each := _known(place, environment)) is not None]
        fields.report_unknown()
        _report_doubles(known, "name", lambda each: each.principal.name, root)
        _report_doubles(known, "access_key_id", lambda each: each.access_key.id, root)
    root.raise_any()
    return tuple(known)


def _entries(fields: Fields) -> Iterator[Fields]:
    value = fields.value("principals")
    if value is None:
        fields.lacking("principals")
    elif not isinstance(value, MarkedList):
        fields.wrong("principals", f"must be a list, got {shown(value)}")
    else:
        for index, entry in enumerate(value):
            if isinstance(entry, MarkedMap):
                yield Fields(fields.root, entry, ("principals", index))
            else:
                fields.wrong("principals", f"must be a map, got {shown(entry)}", index)


def _known(fields: Fields, environment: Environment) -> KnownPrincipal | None:
    principal, access_key = read_principal(fields, environment), _access_key(fields)
    fields.report_unknown()
    if principal is None or access_key is None:
        return None
    return KnownPrincipal(principal=principal, access_key=access_key)


def _access_key(fields: Fields) -> AccessKey | None:
    access_key_id = fields.text("access_key_id", required=True)
    secret = fields.secret("secret_access_key", required=True)
    token, expires_at = fields.secret("session_token"), fields.moment("expires_at")
    if expires_at is not None and not fields.has("session_token"):
        fields.wrong("expires_at", "is only for a temporary key, which has a session_token")
    if access_key_id is None or secret is None:
        return None
    return AccessKey(id=access_key_id, secret_access_key=secret, session_token=token, expires_at=expires_at)


def _report_doubles(
    known: Sequence[KnownPrincipal], key: str, identify: Callable[[KnownPrincipal], str], root: Root
) -> None:
    seen: set[str] = set()
    for each in known:
        value = identify(each)
        if value in seen:
            root.fault(f"{key} {value} is that of another principal too", each.principal.origin)
        seen.add(value)
