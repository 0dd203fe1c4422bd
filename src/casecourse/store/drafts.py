"""Drafts: what stands in a person's widgets, overwritten as it changes, never by an older device."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.rows import JSON, DraftRow
from casecourse.store.tables import as_json, drafts, people


def put_draft(store: Store, person_id: str, case_id: str, prompt: str, raw: JSON, rev: int | None = None) -> DraftRow:
    """Keep `raw` as the draft of a prompt (an exercise id, or `unit#block`) and return what is stored now.

    `rev` is the sender's revision: one more than the highest it has seen. It is kept only if higher than the stored
    one; else the stored row comes back, and where its `raw` differs another device was newer: show both. Without
    `rev` it is always kept, as the next revision. Raises LookupError for an unknown person, StoreDown.
    """
    return store.write(lambda connection: _put(connection, (person_id, case_id, prompt), raw, rev, store.clock()))


def _put(connection: Connection, key: tuple[str, str, str], raw: JSON, rev: int | None, now: datetime) -> DraftRow:
    person = connection.scalar(select(people.c.id).where(people.c.id == key[0]).with_for_update())
    if person is None:
        raise LookupError(key[0])
    row = connection.execute(select(drafts).where(_key(*key))).one_or_none()
    stored = None if row is None else DraftRow(**row._mapping)
    if stored is not None and _keeps(stored, raw, rev):
        return stored
    new = DraftRow(*key, raw, rev if rev is not None else (stored.rev if stored else 0) + 1, now)
    changed = {"raw": new.raw, "rev": new.rev, "at": new.at}
    named = dict(zip(("person_id", "case_id", "prompt"), key, strict=True))
    connection.execute(
        insert(connection, drafts)
        .values(named | changed)
        .on_conflict_do_update(index_elements=list(named), set_=changed)
    )
    return new


def _keeps(stored: DraftRow, raw: JSON, rev: int | None) -> bool:
    """True where the stored draft stays: nothing new is said, or by somebody who has not seen it."""
    if rev is None:
        return as_json(stored.raw) == as_json(raw)
    return rev <= stored.rev


def _key(person_id: str, case_id: str, prompt: str) -> ColumnElement[bool]:
    return (drafts.c.person_id == person_id) & (drafts.c.case_id == case_id) & (drafts.c.prompt == prompt)


def draft(store: Store, person_id: str, case_id: str, prompt: str) -> DraftRow | None:
    """The draft of one prompt."""
    with store.read() as connection:
        row = connection.execute(select(drafts).where(_key(person_id, case_id, prompt))).one_or_none()
    return None if row is None else DraftRow(**row._mapping)


def drafts_of(store: Store, person_id: str, case_id: str) -> list[DraftRow]:
    """Every draft of a person in a case, by prompt."""
    query = select(drafts).where(drafts.c.person_id == person_id, drafts.c.case_id == case_id)
    with store.read() as connection:
        return [DraftRow(**row._mapping) for row in connection.execute(query.order_by(drafts.c.prompt))]


def drop_draft(store: Store, person_id: str, case_id: str, prompt: str) -> None:
    """Forget the draft of one prompt."""
    store.write(lambda connection: connection.execute(drafts.delete().where(_key(person_id, case_id, prompt))))
