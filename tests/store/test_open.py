"""Opening a store: promises asserted, schema made under a lock, damage never papered over."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from casecourse import store as stores
from casecourse.store import Damaged, Newer, Store, StoreDown, dialects, people
from casecourse.store.migrations import upgrade
from casecourse.store.tables import metadata

OPEN = """
import sys
from casecourse import store
from casecourse.store import people
opened = store.open(sys.argv[1])
print(*(c.code for c in people.list_classes(opened)))
opened.close()
"""


@pytest.fixture
def engine(file_url: str) -> Iterator[Engine]:
    made = dialects.engine(dialects.address(file_url))
    yield made
    made.dispose()


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_the_pragmas_are_in_force(file_url: str) -> None:
    """Every connection of an open store, also one of many at once, keeps the promises."""
    opened = stores.open(file_url)
    with opened.read() as first, opened.read() as second:
        for connection in (first, second):
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in dialects.PRAGMAS} == {
                "journal_mode": "wal",
                "synchronous": 2,
                "busy_timeout": 5000,
                "foreign_keys": 1,
                "recursive_triggers": 1,
            }
    opened.close()


@pytest.mark.parametrize(
    ("pragma", "weaker"),
    [
        ("synchronous", "NORMAL"),
        ("journal_mode", "DELETE"),
        ("busy_timeout", "0"),
        ("foreign_keys", "OFF"),
        ("recursive_triggers", "OFF"),
    ],
)
def test_a_weaker_promise_is_noticed(engine: Engine, pragma: str, weaker: str) -> None:
    """The assertion at start sees each pragma that is not as it should be, and says which."""
    raw = engine.raw_connection()
    raw.cursor().execute(f"PRAGMA {pragma} = {weaker}")
    raw.close()  # back into the pool, weakened
    with engine.connect() as connection, pytest.raises(StoreDown, match=pragma) as down:
        dialects.assert_pragmas(connection)
    assert down.value.reason == "unsafe"


def test_a_store_that_cannot_keep_its_promises_is_not_opened() -> None:
    """Where a pragma does not take, as WAL in memory, opening refuses instead of going on without it."""
    with pytest.raises(StoreDown, match="journal_mode") as down:
        stores.open("sqlite:///file:kept?mode=memory&cache=shared&uri=true")
    assert down.value.reason == "unsafe"


def test_opening_again_keeps_everything(url: str) -> None:
    """A second start finds the same class with the same code."""
    codes = []
    for _ in range(2):
        opened = stores.open(url)
        codes.append([c.code for c in people.list_classes(opened)])
        opened.close()
    assert codes[0] == codes[1]
    assert len(codes[0]) == 1


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    """A store brought up by its migrations has exactly the schema that the code believes in."""
    with store.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert found == []


def test_a_migration_is_all_or_nothing(engine: Engine) -> None:
    """A start that dies in the middle of making the schema leaves an empty database."""
    with engine.connect().execution_options(**{dialects.WRITES: True}) as connection:
        transaction = connection.begin()
        assert upgrade(connection)
        assert "answers" in inspect(connection).get_table_names()
        transaction.rollback()
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


def test_four_processes_may_start_at_once(url: str) -> None:
    """Four processes opening an empty folder all succeed and see the same one class."""
    command = [sys.executable, "-c", OPEN, url]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    finished = [process.communicate(timeout=30) for process in started]
    assert [process.returncode for process in started] == [0] * 4, finished
    assert len({out for out, _ in finished}) == 1
    assert len(finished[0][0].split()) == 1


def test_a_new_file_that_another_process_is_making_is_waited_for(file_url: str) -> None:
    """SQLite refuses at once, whatever its timeout, to turn a file to WAL that is being written: a start tries again."""
    holder = sqlite3.connect(file_of(file_url), isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    holder.execute("SELECT name FROM sqlite_master").fetchall()
    releasing = threading.Timer(0.2, holder.rollback)
    releasing.start()
    opened = stores.open(file_url)
    assert releasing.finished.is_set()
    assert len(people.list_classes(opened)) == 1
    opened.close()
    holder.close()


def test_a_newer_store_is_refused(store: Store, url: str) -> None:
    """A store whose schema is unknown here is not opened and not changed."""
    store.write(lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Newer) as newer:
        stores.open(url)
    assert newer.value.schema == "9999"


@pytest.mark.parametrize("harm", ["all", "one table"])
def test_a_damaged_store_is_refused_and_left_alone(file_url: str, harm: str) -> None:
    """A file that fails the check, also where no start would read, is not opened, not replaced and not written to."""
    file = file_of(file_url)
    opened = stores.open(file_url)
    people.join(opened, 1, "王芳")
    with opened.read() as connection:
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'people'").scalar_one()
    opened.close()
    body = bytearray(file.read_bytes())
    if harm == "all":
        body[:] = "这不是数据库。".encode() * 500
    else:
        body[size * (page - 1) : size * page] = b"\x55" * size
    file.write_bytes(body)
    with pytest.raises(Damaged) as damaged:
        stores.open(file_url)
    assert damaged.value.place == str(file)
    assert damaged.value.found
    assert file.read_bytes() == bytes(body)


def test_another_programs_database_is_refused(file_url: str) -> None:
    """A sound database with tables that are not ours is not turned into a store."""
    connection = sqlite3.connect(file_of(file_url))
    connection.execute("CREATE TABLE recipes (id)")
    connection.close()
    with pytest.raises(Damaged):
        stores.open(file_url)
    connection = sqlite3.connect(file_of(file_url))
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    connection.close()


@pytest.mark.parametrize("bad", ["sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d"])
def test_other_addresses_are_refused(bad: str) -> None:
    """A store is a file or PostgreSQL; the refusal does not repeat a password."""
    with pytest.raises(ValueError, match=r".*") as refusal:
        stores.open(bad)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("given", ["postgresql://h/d", "postgresql+psycopg://h/d"])
def test_postgresql_addresses_are_accepted(given: str) -> None:
    """Either way of naming PostgreSQL means the same driver."""
    assert dialects.address(given).drivername == "postgresql+psycopg"


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    """A store in a folder that does not exist is out of reach, and the folder is not made behind anybody's back."""
    with pytest.raises(StoreDown) as down:
        stores.open(f"sqlite:///{tmp_path}/missing/store.db")
    assert down.value.reason == "unreachable"
    assert not (tmp_path / "missing").exists()


def test_replacing_an_answer_is_refused_even_by_other_programs(file_url: str) -> None:
    """INSERT OR REPLACE, which deletes without a DELETE trigger, is refused on a connection that is not ours."""
    opened = stores.open(file_url)
    person = people.join(opened, 1, "王芳")
    opened.close()
    values = f"('a1', '{person.id}', 1, 'c', 'e', 'choice', 'f', 1, '\"甲\"', '[]', '2026-03-02T08:00:00+00:00')"
    names = "(id, person_id, class_id, case_id, exercise, kind, fingerprint, attempt, raw, matched, at)"
    connection = sqlite3.connect(file_of(file_url))
    connection.execute("INSERT INTO asked VALUES ('f', 'c', 'e', 'choice', '{}', '2026-03-02T08:00:00+00:00')")
    connection.execute(f"INSERT INTO answers {names} VALUES {values}")  # noqa: S608
    connection.commit()
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(f"INSERT OR REPLACE INTO answers {names} VALUES {values.replace('甲', '乙')}")  # noqa: S608
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute("INSERT OR REPLACE INTO asked VALUES ('f', 'c', 'e', 'order', '{}', '')")
    connection.close()
