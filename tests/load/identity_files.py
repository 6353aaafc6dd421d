"""Files of credentials and identities, written for one test."""

from pathlib import Path
from typing import Protocol

import pytest

from forestage.errors import IdentityFileError
from forestage.model.deployment import Environment

ENVIRONMENT = Environment(account_id="111122223333")


class Reader(Protocol):
    """What reads such a file."""

    def __call__(self, file: Path, environment: Environment, /) -> object: ...


def written(folder: Path, text: str, name: str = "people.yaml") -> Path:
    """Write a file and return it."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def faults(reader: Reader, file: Path) -> list[str]:
    """Return what is wrong with a file, each with its line, without the folder."""
    with pytest.raises(IdentityFileError) as error:
        reader(file, ENVIRONMENT)
    return [str(fault).replace(f"{file.parent}/", "") for fault in error.value.faults]
