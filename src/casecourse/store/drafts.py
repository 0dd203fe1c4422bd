"""Drafts: what stands in a person's widgets and fields, overwritten as it changes, never by a page that has not seen it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.rows import JSON, DraftRow
from casecourse.store.tables import as_json, drafts, people, revisions

FIELDS = 400  # typed fields of one prompt; more than any exercise has


def put_draft(
    store: Store, person_id: str, case_id: str, prompt: str, raw: JSON, *, screen: str = "", seen: int | None = None
) -> DraftRow:
    """Keep `raw` as the draft of a prompt (an exercise id, `unit#block`, or one field as `prompt/field`).

    Returns what is stored now. `screen` names the page that writes, `seen` is the person's newest revision when that
    page was opened: a draft that another page has written since stays, and comes back instead; where its `raw`
    differs, both should be shown. Without `seen` the new one is always kept. Raises LookupError for an unknown person
    and for a field too many, StoreDown.
    """
    key = (person_id, case_id, prompt)
    return store.write(lambda connection: _put(connection, key, raw, screen, seen, store.clock()))


def _put(
    connection: Connection, key: tuple[str, str, str], raw: JSON, screen: str, seen: int | None, now: datetime
) -> DraftRow:
    person = connection.scalar(select(people.c.id).where(people.c.id == key[0]).with_for_update())
    if person is None:
        raise LookupError(key[0])
    row = connection.execute(select(drafts).where(_key(*key))).one_or_none()
    stored = None if row is None else DraftRow(**row._mapping)
    if stored is not None and as_json(stored.raw) == as_json(raw):
        return _claimed(connection, stored, screen)
    if stored is not None and seen is not None and stored.screen != screen and stored.rev > seen:
        return stored
    if stored is None and "/" in key[2]:
        _refuse_too_many(connection, key)
    new = DraftRow(*key, raw, _next(connection, key[0]), now, screen)
    changed = {"raw": new.raw, "rev": new.rev, "at": new.at, "screen": screen}
    named = dict(zip(("person_id", "case_id", "prompt"), key, strict=True))
    connection.execute(
        insert(connection, drafts)
        .values(named | changed)
        .on_conflict_do_update(index_elements=list(named), set_=changed)
    )
    return new


def _claimed(connection: Connection, stored: DraftRow, screen: str) -> DraftRow:
    """The same text on another page: that page may go on from it."""
    if screen and stored.screen != screen:
        here = _key(stored.person_id, stored.case_id, stored.prompt)
        connection.execute(drafts.update().where(here).values(screen=screen))
        return replace(stored, screen=screen)
    return stored


def _next(connection: Connection, person_id: str) -> int:
    made = (
        insert(connection, revisions)
        .values(person_id=person_id, n=1)
        .on_conflict_do_update(index_elements=["person_id"], set_={"n": revisions.c.n + 1})
        .returning(revisions.c.n)
    )
    return int(connection.execute(made).scalar_one())


def _refuse_too_many(connection: Connection, key: tuple[str, str, str]) -> None:
    prompt = key[2].partition("/")[0]
    fields = select(func.count()).select_from(drafts).where(_whole(key[0], key[1], prompt))
    if connection.execute(fields).scalar_one() >= FIELDS:
        raise LookupError(key[2])


def newest(store: Store, person_id: str) -> int:
    """The number of a person's last change to any draft; 0 before the first."""
    with store.read() as connection:
        return connection.scalar(select(revisions.c.n).where(revisions.c.person_id == person_id)) or 0


def _key(person_id: str, case_id: str, prompt: str) -> ColumnElement[bool]:
    return (drafts.c.person_id == person_id) & (drafts.c.case_id == case_id) & (drafts.c.prompt == prompt)


def _whole(person_id: str, case_id: str, prompt: str) -> ColumnElement[bool]:
    own = drafts.c.prompt == prompt
    fields = drafts.c.prompt.startswith(prompt + "/", autoescape=True)
    return (drafts.c.person_id == person_id) & (drafts.c.case_id == case_id) & (own | fields)


def draft(store: Store, person_id: str, case_id: str, prompt: str) -> DraftRow | None:
    """The draft of one prompt or one field."""
    with store.read() as connection:
        row = connection.execute(select(drafts).where(_key(person_id, case_id, prompt))).one_or_none()
    return None if row is None else DraftRow(**row._mapping)


def drafts_of(store: Store, person_id: str, case_id: str) -> list[DraftRow]:
    """Every draft of a person in a case, fields among them, by prompt."""
    query = select(drafts).where(drafts.c.person_id == person_id, drafts.c.case_id == case_id)
    with store.read() as connection:
        return [DraftRow(**row._mapping) for row in connection.execute(query.order_by(drafts.c.prompt))]


def drop_draft(store: Store, person_id: str, case_id: str, prompt: str) -> None:
    """Forget the draft of one prompt and of its fields."""
    store.write(lambda connection: forget(connection, person_id, case_id, prompt))


def forget(connection: Connection, person_id: str, case_id: str, prompt: str) -> None:
    """Delete the draft of a prompt and of its fields inside a transaction that is open."""
    connection.execute(drafts.delete().where(_whole(person_id, case_id, prompt)))
