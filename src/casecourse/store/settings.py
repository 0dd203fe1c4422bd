"""Settings: small values under a name, for the whole store or for one class."""

from __future__ import annotations

from sqlalchemy import Connection, select

from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.rows import JSON
from casecourse.store.tables import settings


def setting(store: Store, key: str, default: JSON = None) -> JSON:
    """The value under `key`, or `default`."""
    with store.read() as connection:
        row = connection.execute(select(settings.c.value).where(settings.c.key == key)).one_or_none()
    return default if row is None else row.value


def put_setting(store: Store, key: str, value: JSON) -> None:
    """Set the value under `key`."""
    store.write(lambda connection: put(connection, key, value))


def put(connection: Connection, key: str, value: JSON) -> JSON:
    """Set the value under `key` and return the one it had, None where it had none; part of a transaction."""
    before = connection.scalar(select(settings.c.value).where(settings.c.key == key))
    connection.execute(
        insert(connection, settings)
        .values(key=key, value=value)
        .on_conflict_do_update(index_elements=["key"], set_={"value": value})
    )
    return before
