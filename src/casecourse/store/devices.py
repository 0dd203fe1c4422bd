"""Devices: which browser stands for whom, by the hash of its cookie; and the one-time nonces that change the cookie."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.rows import DeviceRow, InstructorRow, PersonRow
from casecourse.store.tables import devices, instructors, nonces, people

NONCE: Final = timedelta(seconds=30)
GRAIN: Final = timedelta(minutes=1)  # `touch` writes no oftener: every page run would be a write


def bind_device(
    store: Store,
    token_hash: str,
    *,
    lasts: timedelta,
    person_id: str | None = None,
    instructor_id: str | None = None,
    join_class: int | None = None,
) -> None:
    """Let a browser stand for a person, an instructor, or for nobody yet but on its way into a class, for `lasts`.

    What it stood for before is replaced.
    """
    whom = {"person_id": person_id, "instructor_id": instructor_id, "join_class": join_class}
    store.write(lambda connection: _bind(connection, token_hash, whom, lasts, store.clock()))


def _bind(
    connection: Connection, token_hash: str, whom: dict[str, str | int | None], lasts: timedelta, now: datetime
) -> None:
    values = whom | {"created": now, "seen": now, "expires": now + lasts}
    connection.execute(
        insert(connection, devices)
        .values(token_hash=token_hash, **values)
        .on_conflict_do_update(index_elements=["token_hash"], set_=values)
    )


def who(store: Store, token_hash: str) -> DeviceRow | None:
    """Whom a browser stands for; None where it is unknown or its binding has expired."""
    with store.read() as connection:
        return _who(connection, token_hash, store.clock())


def _who(connection: Connection, token_hash: str, now: datetime) -> DeviceRow | None:
    row = connection.execute(select(devices).where(devices.c.token_hash == token_hash)).one_or_none()
    if row is None or row.expires <= now:
        return None
    person = connection.execute(select(people).where(people.c.id == row.person_id)).one_or_none()
    teacher = connection.execute(select(instructors).where(instructors.c.id == row.instructor_id)).one_or_none()
    return DeviceRow(
        token_hash,
        None if person is None else PersonRow(**person._mapping),
        None if teacher is None else InstructorRow(**teacher._mapping),
        row.join_class,
        row.created,
        row.seen,
        row.expires,
    )


def touch(store: Store, device: DeviceRow, lasts: timedelta) -> None:
    """Note that a browser was here, so that its binding lasts `lasts` from now; cheap to call often."""
    now = store.clock()
    if abs(now - device.seen) < GRAIN:
        return
    changed = devices.update().where(devices.c.token_hash == device.token_hash).values(seen=now, expires=now + lasts)
    store.write(lambda connection: connection.execute(changed))


def rotate(store: Store, old_hash: str, new_hash: str) -> bool:
    """Move a binding to another token; the old one means nothing afterwards. False where it meant nothing before."""
    now = store.clock()
    moved = devices.update().where(devices.c.token_hash == old_hash, devices.c.expires > now)
    return store.write(lambda connection: connection.execute(moved.values(token_hash=new_hash, seen=now)).rowcount == 1)


def forget_device(store: Store, token_hash: str) -> None:
    """Sign a browser out."""
    store.write(lambda connection: connection.execute(devices.delete().where(devices.c.token_hash == token_hash)))


def forget_devices_of(store: Store, *, person_id: str | None = None, instructor_id: str | None = None) -> None:
    """Sign every browser of a person or an instructor out."""
    column, value = (devices.c.person_id, person_id) if person_id else (devices.c.instructor_id, instructor_id)
    store.write(lambda connection: connection.execute(devices.delete().where(column == value)))


def issue_nonce(
    store: Store,
    nonce_hash: str,
    token_hash: str,
    *,
    person_id: str | None = None,
    instructor_id: str | None = None,
) -> None:
    """Let whoever brings this nonce within 30 seconds, from this browser, become that person or instructor."""

    def work(connection: Connection) -> None:
        now = store.clock()
        connection.execute(nonces.delete().where(nonces.c.expires <= now))
        connection.execute(
            nonces.insert().values(
                hash=nonce_hash,
                token_hash=token_hash,
                person_id=person_id,
                instructor_id=instructor_id,
                expires=now + NONCE,
            )
        )

    store.write(work)


def claim(store: Store, nonce_hash: str, old_hash: str, new_hash: str, *, lasts: timedelta) -> DeviceRow | None:
    """Use a nonce up: the browser's new token stands for whom the nonce named, its old one for nobody.

    None where the nonce is unknown, used, too old or another browser's; a nonce is gone after any try.
    """

    def work(connection: Connection) -> DeviceRow | None:
        now = store.clock()
        nonce = connection.execute(
            nonces.delete().where(nonces.c.hash == nonce_hash).returning(*nonces.c)
        ).one_or_none()
        if nonce is None or nonce.token_hash != old_hash or nonce.expires <= now:
            return None
        connection.execute(devices.delete().where(devices.c.token_hash == old_hash))
        whom = {"person_id": nonce.person_id, "instructor_id": nonce.instructor_id, "join_class": None}
        _bind(connection, new_hash, whom, lasts, now)
        return _who(connection, new_hash, now)

    return store.write(work)
