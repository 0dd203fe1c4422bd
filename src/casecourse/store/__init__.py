"""The only SQL: opening a store. What is in it is asked of answers, grades, drafts, people, devices, instructors, progress, settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect

from casecourse.store import backup, dialects, presence, soundness
from casecourse.store.engine import Clock, Store, plainly, utc
from casecourse.store.errors import Conflict, Damaged, Lost, Newer, Spent, StoreDown
from casecourse.store.locks import Hold
from casecourse.store.migrations import Before, upgrade
from casecourse.store.people import first_class
from casecourse.store.presence import Guard
from casecourse.store.writer import Writer

__all__ = [
    "Clock",
    "Conflict",
    "Damaged",
    "Lost",
    "Newer",
    "Spent",
    "Store",
    "StoreDown",
    "file_of",
    "open",
    "traces_of",
    "utc",
]

PATIENCE: Final = 30.0  # seconds; of several processes starting at once one backs up and upgrades, the others wait


def open(url: str, *, clock: Clock = utc, backups: Path | None = None, new: bool = False) -> Store:  # noqa: A001  what it does
    """Open the store at `sqlite:///…` or `postgresql+psycopg://…`, making or upgrading it where needed.

    A new store has one class. Processes may open the same new store at once. Before a file is upgraded it is backed up
    into `backups`, by default a folder beside it. Where a file is missing or empty though a store was there, a new one
    is made only with `new`. Raises ValueError for another kind of address, StoreDown, Damaged and Lost (nothing is
    replaced or repaired), and Newer.
    """
    address = dialects.address(url)
    file = dialects.file_of(address)
    hold: Hold | None = None
    guard: Guard | None = None
    before: Before | None = None
    traces: Callable[[], tuple[str, ...]] = tuple
    if file is not None:
        folder = backups or backup.folder_of(file)
        traces = partial(traces_of, file, folder)
        before = _backing_up(file, folder, clock)
        hold = presence.arrive(file, traces, clock(), dialects.BUSY, new=new)
    engine = dialects.engine(address, there=True)
    try:
        _prepare(engine, clock, before, () if new else traces())
        if file is not None:
            guard = presence.watch(file)
    except BaseException:
        engine.dispose()
        if hold is not None:
            hold.release()
        raise
    return Store(engine, clock, Writer(engine, guard) if dialects.one_writer(engine) else None, guard, hold)


def file_of(url: str) -> Path | None:
    """The file of the store at `url`; None for PostgreSQL. Raises ValueError for another kind of address."""
    return dialects.file_of(dialects.address(url))


def traces_of(file: Path, backups: Path) -> tuple[str, ...]:
    """What shows that there has been a store with something in it: backups, and stores that were moved aside."""
    return (*(kept.file.name for kept in backup.listed(backups, file)), *presence.asides(file))


def _backing_up(file: Path, folder: Path, clock: Clock) -> Before:
    def before(version: str) -> None:
        made = backup.make_numbered(file, folder, f"{backup.BEFORE}{version}", clock())
        backup.forget(folder, file, made.file)

    return before


def _prepare(engine: Engine, clock: Clock, before: Before | None, traces: tuple[str, ...]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with plainly(engine):
                return _check_and_upgrade(engine, clock, before, traces)
        except StoreDown as down:
            # several processes turning a new file to WAL do not wait for each other by themselves
            if down.reason != "busy" or time.monotonic() > deadline:
                raise
            engine.dispose()  # the file is looked at again, with nothing open
            time.sleep(0.02)


def _check_and_upgrade(engine: Engine, clock: Clock, before: Before | None, traces: tuple[str, ...]) -> None:
    file = dialects.file_of(engine.url)
    known = file is not None and soundness.assert_sound(file, dialects.BUSY, ours=1)
    with engine.connect() as connection, connection.begin():
        dialects.assert_pragmas(connection)
        if not known:
            dialects.assert_sound(connection)
    with engine.connect().execution_options(**{dialects.WRITES: True}) as connection, connection.begin():
        dialects.lock_schema(connection)
        if traces and not inspect(connection).get_table_names():
            raise Lost(dialects.place(engine), traces)
        upgrade(connection, before)
        first_class(connection, clock())
