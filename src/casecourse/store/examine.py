"""Looking at a store without changing it: promises in force, schema, soundness, how much is in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select

from casecourse.store import dialects, soundness
from casecourse.store.engine import plainly
from casecourse.store.migrations import head, known, version
from casecourse.store.tables import answers, people


@dataclass(frozen=True, slots=True)
class Examined:
    """What was seen: pragmas that are not in force, schema, dangling rows, people, answers."""

    pragmas: tuple[str, ...]
    schema: str | None
    known: bool
    newest: str
    dangling: int
    people: int
    answers: int


def examine(url: str) -> Examined:
    """Look at the store at `url`, which must be there. Raises ValueError, StoreDown, Damaged."""
    address = dialects.address(url)
    file = dialects.file_of(address)
    # where a roll-back is due, only a connection that may write can tell
    dangling = dialects.look(file) if file and soundness.assert_sound(file, dialects.BUSY) else 0
    engine = dialects.engine(address, there=True)
    try:
        with plainly(engine), engine.connect() as connection, connection.begin():
            return _seen(connection, dangling)
    finally:
        engine.dispose()


def _seen(connection: Connection, dangling: int) -> Examined:
    found = version(connection)
    counted = {"people": 0, "answers": 0}
    there = inspect(connection).get_table_names()
    for table in (people, answers):
        if table.name in there:
            counted[table.name] = connection.scalar(select(func.count()).select_from(table)) or 0
    return Examined(
        dialects.weaker(connection),
        found,
        found in known(),
        head(),
        dangling,
        **counted,
    )
