"""Putting a backup in the place of a store that nobody uses; what was there is moved aside, never deleted."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casecourse.store import backup, dialects, locks, soundness
from casecourse.store.backup import Checked
from casecourse.store.errors import StoreDown, Unfit
from casecourse.store.presence import lock_of, put_aside, sync_folder


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in force now, and where the store that was there before lies."""

    now: Checked
    aside: Path | None


def restore(source: Path, file: Path, at: datetime) -> Restored:
    """Put the backup `source` in the place of the store `file`. Raises Unfit, StoreDown("busy") while it is in use.

    Whenever it fails or is cut off, either the old store is in its place, or none is, which the next start notices.
    """
    try:
        if file.exists() and source.exists() and source.samefile(file):
            raise Unfit(source, "same")
        backup.verify(source)
        file.parent.mkdir(parents=True, exist_ok=True)
        hold = locks.alone(lock_of(file))
        if hold is None:
            raise StoreDown("busy", f"{file} is in use")
        try:
            return _exchange(source, file, at)
        finally:
            hold.release()
    except OSError as error:
        raise locks.trouble(error) from error


def _exchange(source: Path, file: Path, at: datetime) -> Restored:
    incoming = file.with_name(f".{file.name}.{secrets.token_hex(4)}.incoming")
    try:
        with closing(backup.reading(source)) as connection:
            checked = backup.copy(connection, incoming)
        _settle(file)
        aside = put_aside(file, at)
        incoming.rename(file)
        sync_folder(file.parent)
    except sqlite3.Error as error:
        raise dialects.of_sqlite(error, str(source)) or error from error
    finally:
        incoming.unlink(missing_ok=True)
    return Restored(Checked(file, checked.schema, checked.rows), aside)


def _settle(file: Path) -> None:
    """Let a sound store take up its log, so that it is one file, which moves in one step. A damaged one is left as it is."""
    if file.is_file():
        with suppress(sqlite3.Error, StoreDown):
            soundness.assert_sound(file, dialects.BUSY)
            with closing(dialects.connection(file)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def in_use(file: Path) -> bool:
    """True while some process has the store open. Raises StoreDown where that cannot be known."""
    if not lock_of(file).exists():
        return False
    hold = locks.alone(lock_of(file))
    if hold is None:
        return True
    hold.release()
    return False
