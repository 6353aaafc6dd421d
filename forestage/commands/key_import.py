"""Importing keys into the folder of a state, without a preview."""

from __future__ import annotations

from pathlib import Path

from forestage.load.api_key_file import read_api_keys
from forestage.preview.compile.usage import KeyRecord
from forestage.preview.host.key_ring import new_key_id
from forestage.preview.host.sqlite_state import SqliteState


def import_into_state(text: str, folder: str, *, file: str) -> int:
    """Import the keys of a CSV file, and return how many there are.

    Which plans there are is known only to a preview: one that does not have a plan of a key leaves it out.

    Raises:
        KeyFileError: the text has faults.
        StateError: the state cannot be read or written.
    """
    listed = read_api_keys(text, file=file)
    state = SqliteState(Path(folder))
    try:
        former = {key.value: key.id for key in state.load().keys}
        state.put_keys(
            [
                KeyRecord(
                    id=former.get(key.value) or new_key_id(),
                    value=key.value,
                    name=key.name,
                    description=key.description,
                    enabled=key.enabled,
                    plan_ids=key.plan_ids,
                )
                for key in listed
            ]
        )
    finally:
        state.close()
    return len(listed)
