"""Instructors, and how often somebody may guess: five free tries, then a growing wait per source and per account."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from casecourse.store.dialects import insert, lock_schema
from casecourse.store.engine import Store
from casecourse.store.rows import InstructorRow
from casecourse.store.tables import instructors, tries

FREE: Final = 5  # tries without a wait
LONGEST: Final = 300  # seconds between tries, at most: somebody else's guessing must not lock a person out for a lesson
FORGET: Final = timedelta(hours=1)  # without a try, counting begins anew


def add_instructor(store: Store, name: str, passcode_hash: str) -> InstructorRow:
    """Add an instructor; the passcode was hashed by the caller."""
    row = InstructorRow(secrets.token_hex(8), name, passcode_hash, store.clock())
    values = {"id": row.id, "name": row.name, "passcode_hash": row.passcode_hash, "created": row.created}
    store.write(lambda connection: connection.execute(instructors.insert().values(values)))
    return row


def first_instructor(store: Store, name: str, passcode_hash: str) -> bool:
    """Add the first instructor; False, and nothing changed, where there is one: of processes starting at once one wins."""
    row = InstructorRow(secrets.token_hex(8), name, passcode_hash, store.clock())
    values = {"id": row.id, "name": row.name, "passcode_hash": row.passcode_hash, "created": row.created}

    def work(connection: Connection) -> bool:
        lock_schema(connection)
        if connection.scalar(select(instructors.c.id).limit(1)) is not None:
            return False
        connection.execute(instructors.insert().values(values))
        return True

    return store.write(work)


def list_instructors(store: Store) -> list[InstructorRow]:
    """Every instructor, by name."""
    with store.read() as connection:
        found = connection.execute(select(instructors).order_by(instructors.c.name, instructors.c.id))
        return [InstructorRow(**row._mapping) for row in found]


def instructor(store: Store, instructor_id: str) -> InstructorRow | None:
    """The instructor with this id."""
    with store.read() as connection:
        row = connection.execute(select(instructors).where(instructors.c.id == instructor_id)).one_or_none()
    return None if row is None else InstructorRow(**row._mapping)


def set_passcode(store: Store, instructor_id: str, passcode_hash: str) -> None:
    """Replace an instructor's passcode by another hash. Raises LookupError for an unknown instructor."""
    changed = instructors.update().where(instructors.c.id == instructor_id).values(passcode_hash=passcode_hash)
    if store.write(lambda connection: connection.execute(changed).rowcount) != 1:
        raise LookupError(instructor_id)


def may_try(store: Store, source: str, account: str) -> float:
    """Count a guess and return 0, or return the seconds to wait and count nothing.

    Ask before looking at what was guessed: guesses made at the same moment are counted one by one. `source` says
    where it came from (an address or a device), `account` what was guessed at (`instructor`, or a class and a name).
    """

    def work(connection: Connection) -> float:
        now = store.clock()
        counted = [(key, _tries(connection, key, now)) for key in _keys(source, account)]
        wait = max(_wait(n, last, now) for _, (n, last) in counted)
        if wait == 0:
            for key, (n, _) in counted:
                _put(connection, key, n + 1, now)
        return wait

    return store.write(work)


def was_right(store: Store, source: str, account: str) -> None:
    """A guess was right: the account is free again, and the source gets this one try back.

    The source keeps the others, or somebody with a code of her own could clear it between guesses at other people's.
    """

    def work(connection: Connection) -> None:
        now = store.clock()
        of_source, of_account = _keys(source, account)
        n, last = _tries(connection, of_source, now)
        _put(connection, of_source, max(0, n - 1), last)
        connection.execute(tries.delete().where(tries.c.source == of_account[0], tries.c.account == of_account[1]))

    store.write(work)


def _keys(source: str, account: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (source, ""), ("", account)


def _tries(connection: Connection, key: tuple[str, str], now: datetime) -> tuple[int, datetime]:
    # a row that is not there cannot be locked; always the source first, so that two guesses cannot block each other
    fresh = insert(connection, tries).values(source=key[0], account=key[1], n=0, last=now)
    connection.execute(fresh.on_conflict_do_nothing())
    query = select(tries.c.n, tries.c.last).where(tries.c.source == key[0], tries.c.account == key[1])
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None or now - row.last > FORGET:
        return 0, now
    if row.last > now:  # the clock stepped back: the wait counts from here, not from an hour that is still to come
        _put(connection, key, row.n, now)
        return row.n, now
    return row.n, row.last


def _wait(n: int, last: datetime, now: datetime) -> float:
    if n < FREE:
        return 0.0
    delay = min(2.0 ** (n - FREE + 1), LONGEST)
    return max(0.0, delay - (now - last).total_seconds())


def _put(connection: Connection, key: tuple[str, str], n: int, last: datetime) -> None:
    changed = {"n": n, "last": last}
    connection.execute(
        insert(connection, tries)
        .values(source=key[0], account=key[1], **changed)
        .on_conflict_do_update(index_elements=["source", "account"], set_=changed)
    )
