"""Keys and counters in a file: they survive the preview, and several previews may share them.

Writing is safe against the end of the process at any time, and against the loss of power all but the latest moments:
the write-ahead log is not brought to the disk with each transaction.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from forestage.errors import StateError
from forestage.preview.compile.usage import KeyRecord
from forestage.preview.host.folders import PRIVATE_FILE, make_private
from forestage.preview.host.state import Saved, UsageDay

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

FILE_NAME: Final = "forestage.sqlite3"
VERSION: Final = 1
BUSY_SECONDS: Final = 5.0
"""How long another preview's writing is waited for."""

_APPLICATION_ID: Final = 0x466F7265
"""What marks the file as ours: ``Fore``."""

_SCHEMA: Final = f"""
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY, value TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
  enabled INTEGER NOT NULL, plan_ids TEXT NOT NULL, logical_id TEXT, is_secret INTEGER NOT NULL
) STRICT;
CREATE TABLE generated_values (key_id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE plans (id TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT;
CREATE TABLE usage (
  plan_id TEXT, key_id TEXT, day INTEGER, used INTEGER NOT NULL DEFAULT 0, granted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (plan_id, key_id, day)
) STRICT, WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {VERSION};
"""

_COUNT: Final = """
INSERT INTO usage (plan_id, key_id, day, used, granted) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET used = used + excluded.used, granted = granted + excluded.granted
"""


class SqliteState:
    """A state in a folder. Its calls may come from several threads, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._path = make_private(folder) / FILE_NAME
        self._lock = threading.Lock()
        self._seen = -1
        with self._telling():
            # The file holds keys: it is made for its owner alone, before SQLite would make it for everybody.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
            self._database = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def load(self) -> Saved:
        """Read everything."""
        with self._telling(), self._lock:
            return self._load()

    def put_keys(self, keys: Sequence[KeyRecord]) -> None:
        """Keep keys."""
        with self._transaction():
            for key in keys:
                self._database.execute("DELETE FROM api_keys WHERE id = ? OR value = ?", (key.id, key.value))
                self._database.execute(
                    "INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        key.id,
                        key.value,
                        key.name,
                        key.description,
                        key.enabled,
                        json.dumps(key.plan_ids),
                        key.logical_id,
                        key.is_secret,
                    ),
                )

    def settle_values(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Keep values of generated keys, unless there are others."""
        return {id_: str(value) for id_, value in self._settle("generated_values", "key_id, value", values)}

    def settle_plans(self, since: Mapping[str, int]) -> Mapping[str, int]:
        """Keep the days on which plans were first served, unless there are earlier ones."""
        return {id_: int(str(day)) for id_, day in self._settle("plans", "id, since", since)}

    def _settle(self, table: str, columns: str, values: Mapping[str, str | int]) -> list[tuple[str, object]]:
        with self._transaction():
            # Names of tables and columns are constants of this module.
            self._database.executemany(
                f"INSERT INTO {table} ({columns}) VALUES (?, ?) ON CONFLICT DO NOTHING",  # ruff: ignore[hardcoded-sql-expression]
                list(values.items()),
            )
            rows = self._database.execute(f"SELECT {columns} FROM {table}").fetchall()  # ruff: ignore[hardcoded-sql-expression]
        return [(id_, value) for id_, value in rows if id_ in values]

    def add(self, used: Mapping[UsageDay, int], granted: Mapping[UsageDay, int]) -> Saved | None:
        """Add to the counters; return everything where another preview has changed it."""
        with self._transaction():
            days = {**used, **granted}
            self._database.executemany(_COUNT, [(*at, used.get(at, 0), granted.get(at, 0)) for at in days])
            seen = self._database.execute("PRAGMA data_version").fetchone()[0]
            if seen == self._seen:
                return None
            self._seen = seen
            return self._load()

    def close(self) -> None:
        """Let go of the file."""
        with self._telling(), self._lock:
            self._database.close()

    def _prepare(self) -> None:
        database = self._database
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("BEGIN IMMEDIATE")
        try:
            self._check()
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    def _check(self) -> None:
        """Make the tables of a new file, and refuse one that is not ours, newer or damaged."""
        database = self._database
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                database.execute(statement)
        elif database.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
            raise StateError(f"{self._path} is no state of forestage", hint="name another folder with --state")
        elif version != VERSION:
            raise StateError(
                f"{self._path} was written by another version of forestage (format {version}, this one has {VERSION})",
                hint="name another folder with --state",
            )
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("its pages do not fit together")

    def _load(self) -> Saved:
        database = self._database
        usage = database.execute("SELECT plan_id, key_id, day, used, granted FROM usage").fetchall()
        keys = database.execute("SELECT * FROM api_keys ORDER BY rowid").fetchall()
        return Saved(
            keys=tuple(_key(row) for row in keys),
            used={UsageDay(*row[:3]): row[3] for row in usage if row[3]},
            granted={UsageDay(*row[:3]): row[4] for row in usage if row[4]},
            since=dict(database.execute("SELECT id, since FROM plans").fetchall()),
        )

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with self._telling(), self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Tell what goes wrong with the file as an error of the person's."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StateError(f"cannot read or write {self._path}: {error}") from error
        except (sqlite3.DatabaseError, ValueError) as error:
            raise StateError(
                f"{self._path} is damaged: {error}",
                hint="move the file away to begin anew, or name another folder with --state",
            ) from error
        except OSError as error:
            raise StateError(f"cannot write {self._path}: {error.strerror or error}") from error


# Columns have the types of the schema, which SQLite's rows do not say.
def _key(row: Sequence[object]) -> KeyRecord:
    id_, value, name, description, enabled, plan_ids, logical_id, is_secret = row
    return KeyRecord(
        id=str(id_),
        value=str(value),
        name=str(name),
        description=str(description),
        enabled=bool(enabled),
        plan_ids=tuple(json.loads(str(plan_ids))),
        logical_id=None if logical_id is None else str(logical_id),
        is_secret=bool(is_secret),
    )
