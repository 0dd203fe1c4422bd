"""The schema's history: brings a store up to the newest version inside a transaction that holds the lock."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from casecourse.store.dialects import place
from casecourse.store.errors import Damaged, Newer

Before = Callable[[str], None]


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config, ScriptDirectory.from_config(config)


@cache
def known() -> frozenset[str]:
    """Every version of the schema that this program knows."""
    return frozenset(script.revision for script in _scripts()[1].walk_revisions())


def head() -> str:
    """The newest version of the schema."""
    return str(_scripts()[1].get_current_head())


def version(connection: Connection) -> str | None:
    """The version of a store's schema; None where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, before: Before | None = None) -> bool:
    """Run what is missing on `connection`, whose transaction stays open; True where anything was.

    `before` is called with the version to come before a store that has one is changed. Raises Newer for a version
    unknown here and Damaged for a database that is not a store of ours.
    """
    found = version(connection)
    if found == head():
        return False
    if found is None and inspect(connection).get_table_names():
        raise Damaged(place(connection.engine), ("no schema version",))
    if found is not None and found not in known():
        raise Newer(place(connection.engine), found)
    if before is not None and found is not None:
        before(head())
    config, _ = _scripts()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True
