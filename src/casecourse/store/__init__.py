"""The only SQL: opening a store. What is in it is asked of answers, drafts, people, devices, instructors, progress, settings."""

from __future__ import annotations

import time

from sqlalchemy import Engine

from casecourse.store import dialects
from casecourse.store.engine import Clock, Store, plainly, utc
from casecourse.store.errors import Conflict, Damaged, Newer, Spent, StoreDown
from casecourse.store.migrations import upgrade
from casecourse.store.people import first_class
from casecourse.store.writer import Writer

__all__ = ["Clock", "Conflict", "Damaged", "Newer", "Spent", "Store", "StoreDown", "open", "utc"]


def open(url: str, *, clock: Clock = utc) -> Store:  # noqa: A001  what it does
    """Open the store at `sqlite:///…` or `postgresql+psycopg://…`, making or upgrading it where needed.

    A new store has one class. Processes may open the same new store at once. Raises ValueError for another kind of
    address, StoreDown, Damaged (nothing is replaced or repaired) and Newer.
    """
    engine = dialects.engine(dialects.address(url))
    try:
        _prepare(engine, clock)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, clock, Writer(engine) if dialects.one_writer(engine) else None)


def _prepare(engine: Engine, clock: Clock) -> None:
    deadline = time.monotonic() + dialects.BUSY
    while True:
        try:
            with plainly(engine):
                return _check_and_upgrade(engine, clock)
        except StoreDown as down:
            # several processes turning a new file to WAL do not wait for each other by themselves
            if down.reason != "busy" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _check_and_upgrade(engine: Engine, clock: Clock) -> None:
    with engine.connect() as connection, connection.begin():
        dialects.assert_pragmas(connection)
        dialects.assert_sound(connection)
    with engine.connect().execution_options(**{dialects.WRITES: True}) as connection, connection.begin():
        dialects.lock_schema(connection)
        upgrade(connection)
        first_class(connection, clock())
