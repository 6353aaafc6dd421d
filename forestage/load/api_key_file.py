"""Files of API keys, in the CSV format of API Gateway's import.

::

    Name,key,description,Enabled,usageplanIds
    first,abcdefghij0123456789abcdefghij,for the shop,TRUE,'c7y23b,d8z34c'

Source: usage-plans.md, Import of keys; API Gateway developer guide, "API Gateway API key file format" (documented).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from forestage.errors import Fault, KeyFileError
from forestage.model.records import dataclass, field
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_KEYS: Final = 10_000
"""Source: usage-plans.md, Keys: as many as an account may have."""

MAX_NAME_CHARACTERS: Final = 1_024
VALUE_LENGTHS: Final = range(30, 129)

_COLUMNS: Final = ("Name", "Key", "Description", "Enabled", "UsagePlanIds")
_REQUIRED: Final = ("name", "key")
_WORDS: Final = {"": True, "true": True, "false": False}
_CELL: Final = re.compile(
    r"""[ \t]*(?:
        "(?P<double>(?:[^"]|"")*+)"[ \t]*(?=,|\r?\n|\Z)
      | '(?P<single>[^'\r\n]*)'[ \t]*(?=,|\r?\n|\Z)
      | (?P<plain>[^,\r\n]*)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A key as a file lists it, on a line that counts from 1."""

    name: str
    value: str
    description: str = ""
    enabled: bool = True
    plan_ids: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


class _Row(NamedTuple):
    """Cells of a line; ``is_quoted_well`` is false where a double quote stands by itself."""

    line: int
    cells: tuple[str, ...]
    is_quoted_well: bool


def read_api_keys(text: str, *, file: str) -> tuple[ListedKey, ...]:
    """Read the keys of a file; ``file`` is its name, for people. A value that comes twice is the later key's.

    Raises:
        KeyFileError: the text is none; it holds every fault with its line.
    """
    faults: list[Fault] = []

    def fault(line: int, message: str) -> None:
        faults.append(Fault(message=message, origin=Origin(file=file, line=line)))

    rows = [row for row in _rows(text.removeprefix("\ufeff")) if any(row.cells)]
    keys: dict[str, ListedKey] = {}
    if not rows:
        fault(1, "the file is empty: its first line names the columns, Name and Key at least")
    else:
        columns = [name.strip().lower() for name in rows[0].cells]
        for message in _column_faults(columns):
            fault(rows[0].line, message)
        if not faults:
            for row in rows[1:]:
                key, messages = _read_row(columns, row)
                for message in messages:
                    fault(row.line, message)
                keys[key.value] = key
    if len(rows) > MAX_KEYS + 1:
        fault(rows[MAX_KEYS + 1].line, f"a file has {MAX_KEYS:,} keys at most, got {len(rows) - 1:,}")
    if faults:
        raise KeyFileError(f"{file} is no file of API keys that can be imported", faults=faults)
    return tuple(keys.values())


def write_api_keys(keys: Iterable[ListedKey]) -> str:
    """Write keys so that they can be read again."""
    lines = [",".join(_COLUMNS)]
    for key in keys:
        enabled = "TRUE" if key.enabled else "FALSE"
        cells = (key.name, key.value, key.description, enabled, ",".join(key.plan_ids))
        lines.append(",".join(map(_written, cells)))
    return "".join(f"{line}\n" for line in lines)


def _written(cell: str) -> str:
    is_plain = not re.search(r"""[",\r\n]|^[ \t']|[ \t]$""", cell)
    return cell if is_plain else '"' + cell.replace('"', '""') + '"'


def _rows(text: str) -> Iterator[_Row]:
    """Cut a text into cells; a quoted cell may hold commas, and one in double quotes line breaks."""
    at, line, end = 0, 1, len(text)
    cells: list[str] = []
    began_on, is_quoted_well = line, True
    while at <= end:
        found = _CELL.match(text, at)
        assert found is not None  # A plain cell may be empty.
        cells.append(_content(found))
        is_quoted_well &= '"' not in (found["plain"] or "")
        line += found[0].count("\n")
        at = found.end()
        if text.startswith(",", at):
            at += 1
            continue
        yield _Row(began_on, tuple(cells), is_quoted_well)
        at += 2 if text.startswith("\r\n", at) else 1
        line += 1
        cells, began_on, is_quoted_well = [], line, True


def _content(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return found["double"].replace('""', '"')
    return found["single"] if found["single"] is not None else found["plain"].strip(" \t")


def _column_faults(columns: Sequence[str]) -> Iterator[str]:
    yield from (f"column {name.title()} is missing" for name in _REQUIRED if name not in columns)
    known = [name.lower() for name in _COLUMNS]
    yield from (f"column {name} comes twice" for name in known if columns.count(name) > 1)


def _read_row(columns: Sequence[str], row: _Row) -> tuple[ListedKey, list[str]]:
    """Return the key of a row, and what is wrong with it."""
    cells = dict(zip(columns, row.cells, strict=False))
    name, value, enabled = cells.get("name", ""), cells.get("key", ""), cells.get("enabled", "")
    faults = []
    if not row.is_quoted_well:
        faults.append("a double quote is not closed, or stands inside a cell that does not begin with one")
    if len(row.cells) > len(columns):
        faults.append(f"there are {len(row.cells)} cells for {len(columns)} columns; a list of plans is quoted")
    if not 0 < len(name) <= MAX_NAME_CHARACTERS:
        faults.append(f"Name must have 1 to {MAX_NAME_CHARACTERS} characters, got {len(name)}")
    # The value itself is not told: it may be a good one but for its length.
    if len(value) not in VALUE_LENGTHS:
        faults.append(f"Key must have {VALUE_LENGTHS[0]} to {VALUE_LENGTHS[-1]} characters, got {len(value)}")
    elif not re.fullmatch(r"[!-~]+", value):
        faults.append("Key must be made of visible ASCII characters, since a header carries it")
    if enabled.lower() not in _WORDS:
        faults.append(f"Enabled must be true or false, got {enabled!r}")
    plans = (plan.strip() for plan in cells.get("usageplanids", "").split(","))
    key = ListedKey(
        name=name,
        value=value,
        description=cells.get("description", ""),
        enabled=_WORDS.get(enabled.lower(), True),
        plan_ids=tuple(dict.fromkeys(filter(None, plans))),
        line=row.line,
    )
    return key, faults
