"""The differences between SQLite and PostgreSQL: addresses, transactions, locks, upserts and what their errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, QueuePool, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from casecourse.store.errors import Damaged, Reason, StoreDown

BUSY: Final = 5.0  # seconds to wait for another process's transaction
WRITES: Final = "casecourse_writes"  # execution option: this connection's transaction is going to write
PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: NORMAL loses acknowledged commits when the power fails
    "busy_timeout": int(BUSY * 1000),
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else INSERT OR REPLACE deletes without asking the triggers
}
_LOCK: Final = 0x63617365  # key of the advisory lock that guards the schema
_REASONS: Final[dict[int, Reason]] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_NOMEM: "io",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_PROTOCOL: "busy",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_PERM: "readonly",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
}


def address(url: str) -> URL:
    """Return the address of a store with its driver named. Raises ValueError for anything that is not a store of ours."""
    found = make_url(url)
    match found.get_backend_name():
        case "sqlite" if found.database and found.database != ":memory:":
            return found.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return found.set(drivername="postgresql+psycopg")
    raise ValueError(found.render_as_string(hide_password=True))


def engine(url: URL, *, there: bool = False) -> Engine:
    """Return an engine whose connections keep the store's promises. `there`: a file that is missing is not made."""
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True)
    file = file_of(url) if there else None
    how: dict[str, Any] = {"connect_args": {"timeout": BUSY}} if file is None else {"creator": lambda: connection(file)}
    made = create_engine(url, poolclass=QueuePool, pool_size=8, max_overflow=56, **how)
    event.listen(made, "connect", _take_over)
    event.listen(made, "begin", _begin)
    return made


def file_of(url: URL) -> Path | None:
    """The file of a store; None where it has none that we look after: PostgreSQL, and SQLite's own `file:` addresses."""
    name = url.database or ""
    return Path(name) if url.get_backend_name() == "sqlite" and not name.startswith("file:") else None


def connection(file: Path, how: str = "mode=rw") -> sqlite3.Connection:
    """A connection to a file that is there: by itself SQLite would make an empty one where it is missing."""
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?{how}", uri=True, timeout=BUSY, isolation_level=None, check_same_thread=False
    )


def _take_over(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own transaction control begins too late and too weakly
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def one_writer(engine: Engine) -> bool:
    """True where writes of a process should queue for one connection."""
    return engine.dialect.name == "sqlite"


def weaker(connection: Connection) -> tuple[str, ...]:
    """The settings that are not as the store's promises need them, each with what it is."""
    if connection.dialect.name != "sqlite":
        got = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("fsync", "synchronous_commit")}
        return tuple(f"{name}={value}" for name, value in got.items() if value == "off")
    got = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    return tuple(f"{name}={got[name]}" for name in PRAGMAS if got[name] != PRAGMAS[name])


def assert_pragmas(connection: Connection) -> None:
    """Raise StoreDown("unsafe") where a pragma is not in force, as in-memory and some network file systems have it.

    What a PostgreSQL server promises is for whoever runs it to choose.
    """
    if connection.dialect.name == "sqlite" and (wrong := weaker(connection)):
        raise StoreDown("unsafe", ", ".join(wrong))


def assert_sound(connection: Connection) -> None:
    """Raise Damaged where the file fails SQLite's own check. PostgreSQL checks its pages itself."""
    if connection.dialect.name == "sqlite":
        _sound(place(connection.engine), connection.exec_driver_sql("PRAGMA integrity_check(20)"))


def look(file: Path) -> int:
    """Check a file without touching it and return how many of its rows belong to nothing. Raises Damaged, StoreDown.

    A connection that may write would put the log into a damaged file when it closes.
    """
    try:
        with closing(connection(file, "mode=ro")) as reading:
            _sound(str(file), reading.execute("PRAGMA integrity_check(20)"))
            return len(reading.execute("PRAGMA foreign_key_check").fetchall())
    except sqlite3.Error as error:
        raise of_sqlite(error, str(file)) or error from error


def _sound(where: str, rows: Iterable[Sequence[object]]) -> None:
    found = tuple(str(row[0]) for row in rows)
    if found != ("ok",):
        raise Damaged(where, found)


def lock_schema(connection: Connection) -> None:
    """Hold, until this transaction ends, the lock that lets one process at a time change the schema."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    # SQLite: BEGIN IMMEDIATE is that lock


def hold_still(connection: Connection, table: Table) -> None:
    """Let nobody change `table` or lock a row of it until this transaction ends; whoever was doing so has finished."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE")
    # SQLite: BEGIN IMMEDIATE is that lock


def insert(connection: Connection, table: Table) -> Any:
    """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)


def place(engine: Engine) -> str:
    """Say where the store is, without its password."""
    url = engine.url
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def meaning(error: DBAPIError, where: str) -> StoreDown | None:
    """Return what a database error means to people, or None for a mistake of ours, which should be seen as it is."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return of_sqlite(cause, where)
    if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError)):
        state = getattr(cause, "sqlstate", None) or ""
        named: dict[str, Reason] = {
            "53100": "full",
            "58030": "io",
            "25006": "readonly",
            "55P03": "busy",
            "40P01": "busy",
        }
        return StoreDown(named.get(state, "unreachable"), str(cause))
    return None


def of_sqlite(error: sqlite3.Error, where: str) -> StoreDown | None:
    """Return what an error of SQLite means to people, or None for a mistake of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Damaged(where, (str(error),))
    if str(error).startswith("Could not decode to UTF-8"):  # a byte in a text that was not so when it was stored
        return Damaged(where, (str(error),))
    reason = _REASONS.get(code)
    return StoreDown(reason, str(error)) if reason else None
