"""Watching: whether anybody has changed the store since the last look, at next to no cost while nobody has."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from casecourse.store import dialects
from casecourse.store.engine import Store

Look = Callable[[], bool]


def watch(store: Store) -> Look:
    """Return what says, each time it is asked, whether the store may have changed since it was asked before.

    SQLite keeps a number that every commit of another connection changes (https://sqlite.org/pragma.html#pragma_data_version);
    PostgreSQL has no such number, so there the answer is always yes. A file that cannot be read now counts as changed.
    """
    file = dialects.file_of(store.engine.url)
    if file is None:
        return lambda: True
    last: list[int | None] = [None]
    connections: list[sqlite3.Connection] = []

    def look() -> bool:
        try:
            if not connections:
                connections.append(dialects.connection(file, "mode=ro"))
            version = int(connections[0].execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            while connections:
                with closing(connections.pop()):
                    pass
            last[0] = None
            return True
        changed = version != last[0]
        last[0] = version
        return changed

    return look
