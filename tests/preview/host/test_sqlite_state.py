from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from forestage.errors import StateError
from forestage.preview.compile.usage import KeyRecord
from forestage.preview.host.sqlite_state import FILE_NAME, SqliteState
from forestage.preview.host.state import Saved, UsageDay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE, TWO = UsageDay("p", "k1", 20_000), UsageDay("p", "k2", 20_001)
KEY = KeyRecord(
    id="k1",
    value="v" * 30,
    name="shop",
    description="for the shop",
    enabled=False,
    plan_ids=("p1", "p2"),
    logical_id="Key",
    is_secret=True,
)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SqliteState]:
    made = SqliteState(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def other(tmp_path: Path, state: SqliteState) -> Iterator[SqliteState]:
    """The same state, in another preview."""
    del state
    made = SqliteState(tmp_path / "state")
    yield made
    made.close()


def test_new_state_is_empty(state: SqliteState) -> None:
    assert state.load() == Saved()


def test_file_is_for_its_owner_alone(state: SqliteState, tmp_path: Path) -> None:
    state.put_keys([KEY])

    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "state").iterdir())


def test_everything_survives(tmp_path: Path) -> None:
    former = SqliteState(tmp_path)
    former.put_keys([KEY])
    former.add({ONE: 3, TWO: 1}, {})
    former.add({ONE: 2}, {ONE: -4})
    former.settle_plans({"p": 19_999})
    former.close()

    later = SqliteState(tmp_path)

    assert later.load() == Saved(keys=(KEY,), used={ONE: 5, TWO: 1}, granted={ONE: -4}, since={"p": 19_999})
    later.close()


def test_key_takes_the_place_of_one_with_its_id_or_value(state: SqliteState) -> None:
    state.put_keys([KEY, KeyRecord(id="k2", value="w" * 30)])
    again = KeyRecord(id="k1", value="w" * 30, name="both")

    state.put_keys([again])

    assert state.load().keys == (again,)


def test_what_holds_is_what_was_kept_first(state: SqliteState) -> None:
    state.settle_values({"k1": "first"})
    state.settle_plans({"p1": 5})

    assert state.settle_values({"k1": "second", "k2": "new"}) == {"k1": "first", "k2": "new"}
    assert state.settle_plans({"p1": 9, "p2": 9}) == {"p1": 5, "p2": 9}
    assert state.settle_plans({}) == {}


def test_counters_of_several_previews_add_up_and_are_told(state: SqliteState, other: SqliteState) -> None:
    state.add({ONE: 1}, {})
    other.add({ONE: 1}, {})
    quiet = other.add({ONE: 5}, {})
    other.put_keys([KEY])

    told = state.add({ONE: 2}, {})

    assert quiet is None
    assert told == Saved(keys=(KEY,), used={ONE: 9})
    assert state.add({ONE: 1}, {}) is None


def test_several_threads_may_add(state: SqliteState) -> None:
    threads = [threading.Thread(target=lambda: [state.add({ONE: 1}, {}) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert state.load().used == {ONE: 80}


def test_change_that_fails_changes_nothing(state: SqliteState) -> None:
    state.put_keys([KEY])
    # A lone surrogate cannot be written.
    broken = KeyRecord(id="k2", value="\ud800")

    with pytest.raises(StateError):
        state.put_keys([KeyRecord(id="k1", value="other"), broken])

    assert state.load().keys == (KEY,)


def test_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("these are words, and no database at all" * 100, encoding="utf-8")

    with pytest.raises(StateError, match=r"forestage\.sqlite3 is damaged: file is not a database") as refused:
        SqliteState(tmp_path)

    assert refused.value.hint == "move the file away to begin anew, or name another folder with --state"


def test_damaged_file_is_refused(tmp_path: Path) -> None:
    state = SqliteState(tmp_path)
    state.add({UsageDay("p", f"key{number}", 1): 1 for number in range(5_000)}, {})
    state.close()
    content = bytearray((tmp_path / FILE_NAME).read_bytes())
    content[8_192 : 8_192 * 6] = b"\xff" * (8_192 * 5)
    (tmp_path / FILE_NAME).write_bytes(content)

    with pytest.raises(StateError, match="is damaged"):
        SqliteState(tmp_path)


def test_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.execute("CREATE TABLE theirs (a)")
    database.close()

    with pytest.raises(StateError, match="is no state of forestage"):
        SqliteState(tmp_path)


def test_state_of_another_version_is_refused(tmp_path: Path) -> None:
    SqliteState(tmp_path).close()
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.execute("PRAGMA user_version = 9")
    database.close()

    with pytest.raises(StateError, match=r"another version of forestage \(format 9, this one has 1\)"):
        SqliteState(tmp_path)


def test_folder_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(StateError, match="cannot make the folder"):
        SqliteState(tmp_path / "file" / "state")
    with pytest.raises(StateError, match="cannot write"):
        SqliteState(tmp_path)


def test_state_that_is_closed_cannot_be_used(state: SqliteState) -> None:
    state.close()

    with pytest.raises(StateError):
        state.load()


def test_state_that_another_program_holds_is_told(
    state: SqliteState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = sqlite3.connect(tmp_path / "state" / FILE_NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("forestage.preview.host.sqlite_state.BUSY_SECONDS", 0.0)

    with pytest.raises(StateError, match=r"cannot read or write .*forestage\.sqlite3: database is locked"):
        SqliteState(tmp_path / "state")

    holder.close()
    assert state.load() == Saved()
