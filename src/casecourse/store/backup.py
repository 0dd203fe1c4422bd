"""Backups of a SQLite store: made beside running classes, verified before they get their name, kept and forgotten by a rule."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from casecourse.store import dialects, locks, soundness
from casecourse.store.errors import StoreDown, Unfit
from casecourse.store.migrations import known
from casecourse.store.presence import PARTS, stamp, sync_folder
from casecourse.store.tables import metadata

DAY: Final = timedelta(hours=24)
DAILY: Final = "daily"
BY_HAND: Final = "by-hand"
BEFORE: Final = "before-"  # and the schema version that a migration was about to make
DAYS, WEEKS, MIGRATIONS = 7, 4, 3  # how many are kept of each
Outcome = Literal["made", "not yet", "elsewhere", "empty"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup by its name. The highest `number` is the newest, whatever the clock says."""

    file: Path
    number: int
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read from end to end and found to be a sound store: its schema and its rows by table."""

    file: Path
    schema: str
    rows: dict[str, int]


def folder_of(file: Path) -> Path:
    """Where the backups of a store are kept unless told otherwise."""
    return file.parent / "backups"


def listed(folder: Path, file: Path) -> list[Kept]:
    """The backups of the store `file` in a folder, the newest first. They have not been opened."""
    name = re.compile(rf"{re.escape(file.stem)}-(\d+)-(\d{{8}}T\d{{6}}Z)-([a-z0-9-]+){re.escape(file.suffix)}")
    found = []
    for entry in folder.iterdir() if folder.is_dir() else ():
        if match := name.fullmatch(entry.name):
            with suppress(ValueError):  # digits that are no date
                at = datetime.strptime(match[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                found.append(Kept(entry, int(match[1]), at, match[3]))
    return sorted(found, key=lambda kept: kept.number, reverse=True)


def good(folder: Path, file: Path) -> Iterator[tuple[Kept, Checked]]:
    """The backups that are sound, the newest first; each is opened when its turn comes."""
    for kept in listed(folder, file):
        with suppress(Unfit):
            yield kept, verify(kept.file)


def newest_good(folder: Path, file: Path) -> tuple[Kept, Checked] | None:
    """The newest sound backup."""
    return next(good(folder, file), None)


def verify(file: Path) -> Checked:
    """Read a file from end to end. Raises Unfit where it is no sound store of a version that is known here."""
    if not file.is_file():
        raise Unfit(file, "missing")
    try:
        with closing(reading(file)) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
            if said != ["ok"]:
                raise Unfit(file, "damaged", "; ".join(said))
            if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
                raise Unfit(file, "damaged", f"foreign keys: {broken[:5]}")
            tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"alembic_version", "answers", "people"} <= tables:
                raise Unfit(file, "foreign")
            schema = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            if schema not in known():
                raise Unfit(file, "newer", schema)
            ours = [name for name in metadata.tables if name in tables]
            rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ours}  # noqa: S608
    except (sqlite3.Error, TypeError) as error:  # TypeError: a schema table without its row
        raise Unfit(file, "damaged", str(error)) from error
    return Checked(file, schema, rows)


def reading(file: Path) -> sqlite3.Connection:
    """A connection that only reads a file which no process writes."""
    # without a log beside it nothing is written beside it either, and a backup on read-only media can be read
    how = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "immutable=1"
    return dialects.connection(file, how)


def copy(source: sqlite3.Connection, target: Path) -> Checked:
    """Write one moment of a store to `target`, which must not be there yet: verified and durable before it has its name.

    Raises StoreDown, FileExistsError; then nothing is left behind.
    """
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        at_least = source.execute("SELECT count(*) FROM answers").fetchone()[0]
        source.execute("VACUUM INTO ?", (str(unfinished),))
        _sync(unfinished)
        checked = verify(unfinished)
        if checked.rows["answers"] < at_least:
            raise StoreDown("io", f"{target}: {checked.rows['answers']} answers of {at_least}")
        _name(unfinished, target)
        sync_folder(target.parent)
    except sqlite3.Error as error:
        raise dialects.of_sqlite(error, str(target)) or error from error
    except Unfit as error:
        raise StoreDown("io", str(error)) from error
    finally:
        for part in (*PARTS, "-journal"):
            unfinished.with_name(unfinished.name + part).unlink(missing_ok=True)
    return Checked(target, checked.schema, checked.rows)


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(unfinished: Path, target: Path) -> None:
    """Give a finished file its name without ever taking another file's place."""
    try:
        os.link(unfinished, target)
    except FileExistsError:
        raise
    except OSError:  # file systems of memory sticks have no links
        if target.exists():
            raise FileExistsError(target) from None
        unfinished.rename(target)


@contextmanager
def live(file: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a store that may be in use. Raises StoreDown, Damaged."""
    try:
        with closing(dialects.connection(file, "mode=ro")) as connection:
            yield connection
    except sqlite3.Error as error:
        raise dialects.of_sqlite(error, str(file)) or error from error


def make(file: Path, target: Path) -> Checked:
    """Back a store up to a file of its own. Raises StoreDown, Damaged, FileExistsError."""
    try:
        soundness.assert_sound(file, dialects.BUSY)  # before a connection that may write folds what is left of a log
        with live(file) as source:
            return copy(source, target)
    except FileExistsError:
        raise
    except OSError as error:
        raise locks.trouble(error) from error


def make_numbered(file: Path, folder: Path, why: str, now: datetime) -> Checked:
    """Back a store up into its folder of backups under the next number. Raises StoreDown, Damaged."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            number = max((kept.number for kept in listed(folder, file)), default=0) + 1
            with suppress(FileExistsError):  # another process took the number
                return make(file, folder / f"{file.stem}-{number:04d}-{stamp(now)}-{why}{file.suffix}")
    except OSError as error:
        raise locks.trouble(error) from error


def daily(file: Path, folder: Path, now: datetime) -> Outcome:
    """Back a store up where the last day has no backup yet, and forget what need not be kept.

    Of several processes one does it. Raises StoreDown, Damaged.
    """
    if _recent(folder, file, now):
        return "not yet"
    with live(file) as source:
        if source.execute("SELECT count(*) FROM people").fetchone()[0] == 0:
            return "empty"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise locks.trouble(error) from error
    hold = locks.alone(folder / ".lock")
    if hold is None:
        return "elsewhere"
    try:
        if _recent(folder, file, now):
            return "not yet"
        made = make_numbered(file, folder, DAILY, now)
        forget(folder, file, made.file)
    finally:
        hold.release()
    return "made"


def _recent(folder: Path, file: Path, now: datetime) -> bool:
    # a backup from a day that has not come yet, made while the clock was wrong, says nothing about today
    return any(kept.why == DAILY and abs(now - kept.at) < DAY for kept in listed(folder, file))


def forget(folder: Path, file: Path, just_made: Path) -> None:
    """Delete backups that the rule does not keep: never one made by hand, and never `just_made`, which is known to be good."""
    days = [kept for kept in listed(folder, file) if kept.why == DAILY]
    weeks: dict[tuple[int, int], Kept] = {}
    for kept in days:
        weeks.setdefault(kept.at.isocalendar()[:2], kept)
    migrations = [kept for kept in listed(folder, file) if kept.why.startswith(BEFORE)]
    stay = {*days[:DAYS], *islice(weeks.values(), WEEKS), *migrations[:MIGRATIONS]}
    for kept in {*days, *migrations} - stay:
        if kept.file != just_made:
            with suppress(OSError):  # it stays until the next time
                kept.file.unlink()
