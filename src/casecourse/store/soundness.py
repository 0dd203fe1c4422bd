"""Whether a SQLite file and the log beside it are sound, read before anything opens them to write: what is refused stays as it lies."""

from __future__ import annotations

import sqlite3
import struct
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from casecourse.store import locks, presence
from casecourse.store.errors import Damaged
from casecourse.store.migrations import head
from casecourse.store.tables import metadata

VERSION: Final = "alembic_version"
# https://sqlite.org/walformat.html
_HEAD: Final = 32  # bytes before the first page of the log
_FRAME: Final = 24  # bytes before each page: page, commit mark, two salts, two sums
_MAGIC: Final = {0x377F0682: "<", 0x377F0683: ">"}  # the byte order of the sums
_READINGS: Final = 3  # another process may be writing: what is true is true three times
# an SQL error too: the few statements below fail on a schema of ours only where a byte of it has changed
_CORRUPT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})


def assert_sound(file: Path, patience: float, *, ours: int = 0) -> bool:
    """Raise Damaged where a file fails SQLite's own check, or where whole transactions stand behind a fault in its log.

    SQLite takes a fault in the log for the end that a power cut tore, and drops what follows without a word. A cut tears
    one transaction at most, because each is synced before the next begins: two behind a fault were promised. Neither
    file is changed. False where it cannot be told without writing (there is no file yet, or a roll-back is due) or the
    file cannot be read now; the opening itself will say why.

    A process that has the store open does without the log: it was looked at before anything was opened, and closing a
    file that SQLite uses takes SQLite's locks from the whole process (https://sqlite.org/howtocorrupt.html, 2.2). The
    next process to come would then take itself for the first and cut the index of the log short under everybody's feet.
    `ours` holds on the store's lock belong to whoever is only about to open it.
    """
    log_too = locks.shared_here(presence.lock_of(file)) <= ours
    if not file.exists() or file.with_name(f"{file.name}-journal").exists():
        return False
    dropped = 0
    try:
        for _ in range(_READINGS):
            if (dropped := _look(file, patience, log_too=log_too)) == 0:
                return True
    except UnicodeDecodeError as error:  # a name in the schema that is no text any more
        raise Damaged(str(file), (str(error),)) from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _CORRUPT:
            raise Damaged(str(file), (str(error),)) from error
        return False
    except OSError:
        return False
    raise Damaged(str(file), (f"{dropped} transactions behind a fault in the log",))


def _look(file: Path, patience: float, *, log_too: bool) -> int:
    """Check a file; returns how many transactions of its log SQLite will not see."""
    log, index = (file.with_name(file.name + end) for end in ("-wal", "-shm"))
    # a connection that may not write does not fold the log into the file when it closes
    address = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
        # read before its index: whatever another process adds in between is then seen by the index, not the reverse
        content = log.read_bytes() if log_too and log.exists() else b""
        found = tuple(str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)"))
        if found != ("ok",):
            raise Damaged(str(file), found)
        _assert_readable(connection, file)
    if len(content) < _HEAD + _FRAME + size:
        return 0
    try:
        with index.open("rb") as opened:  # no connection of this process is open any more
            head = opened.read(40)
    except FileNotFoundError:
        return 0
    seen, salt = int.from_bytes(head[16:20], sys.byteorder), head[32:40]
    return _dropped(content, _FRAME + size, seen, salt)


def _assert_readable(connection: sqlite3.Connection, file: Path) -> None:
    """Raise Damaged where there are tables without a version, or the newest version without its tables and columns."""
    names = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not names:
        return
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone() if VERSION in names else None
    if version is None:
        raise Damaged(str(file), ("no schema version",))
    for table in metadata.sorted_tables if version[0] == head() else ():
        connection.execute(f"SELECT {', '.join(column.name for column in table.columns)} FROM {table.name} LIMIT 0")  # noqa: S608  our own names


def _dropped(log: bytes, step: int, seen: int, salt: bytes) -> int:
    """How many transactions stand behind the first `seen` pages of a log, where they can only be dropped ones."""
    order = _MAGIC.get(int.from_bytes(log[:4], "big"))
    if order is None or _sums(log[:24], order, b"\0" * 8) != log[24:32]:
        # the head is synced before the first page, so no cut tears it; the byte that is wrong may be the one that names
        # the order
        return max(_marks(log, step, 0, log[_HEAD + 8 : _HEAD + 16], either) for either in _MAGIC.values())
    if salt != log[16:24]:
        return 0  # another process has begun the log anew since it was read
    marks = _marks(log, step, seen, salt, order)
    return marks if marks > 1 else 0


def _marks(log: bytes, step: int, seen: int, salt: bytes, order: str) -> int:
    """How many transactions end behind the first `seen` pages; 0 where no such end is sound, as in pages never synced."""
    marks = sound = 0
    for at in range(_HEAD + seen * step, len(log) - step + 1, step):
        if log[at + 8 : at + 16] == salt and log[at + 4 : at + 8] != b"\0" * 4:
            before = log[24:32] if at == _HEAD else log[at - step + 16 : at - step + 24]
            marks += 1
            sound += _sums(log[at : at + 8] + log[at + _FRAME : at + step], order, before) == log[at + 16 : at + 24]
    return marks if sound else 0


def _sums(data: bytes, order: str, start: bytes) -> bytes:
    first, second = struct.unpack(">2I", start)
    for left, right in struct.iter_unpack(f"{order}2I", data):
        first = (first + left + second) & 0xFFFFFFFF
        second = (second + right + first) & 0xFFFFFFFF
    return struct.pack(">2I", first, second)
