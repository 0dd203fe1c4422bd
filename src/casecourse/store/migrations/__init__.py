"""The schema's history: brings a store up to the newest version inside a transaction that holds the lock."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from casecourse.store.dialects import place
from casecourse.store.errors import Damaged, Newer


def upgrade(connection: Connection) -> bool:
    """Run what is missing on `connection`, whose transaction stays open; True where anything was.

    Raises Newer for a version unknown here and Damaged for a database that is not a store of ours.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_revision()
    if found == scripts.get_current_head():
        return False
    if found is None and inspect(connection).get_table_names():
        raise Damaged(place(connection.engine), ("no schema version",))
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise Newer(place(connection.engine), found)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True
