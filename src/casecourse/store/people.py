"""Classes and the people in them: joining makes a new person, a name with its personal code finds one again."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from casecourse.store.engine import Store
from casecourse.store.rows import ClassRow, PersonRow, full_name
from casecourse.store.tables import classes, people

LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # read aloud and off a projector: no 0 O 1 I L
JOIN_CODE: Final = 6  # characters
PERSONAL_CODE: Final = 5
FIRST_CLASS: Final = "默认班级"


def add_class(store: Store, name: str) -> ClassRow:
    """Make a class with a new join code. Raises ValueError for a name without a visible character."""
    return store.write(lambda connection: _add_class(connection, tidy(name), store.clock()))


def first_class(connection: Connection, now: datetime) -> None:
    """Make the class that a new store begins with."""
    if connection.scalar(select(classes.c.id).limit(1)) is None:
        _add_class(connection, FIRST_CLASS, now)


def _add_class(connection: Connection, name: str, now: datetime) -> ClassRow:
    code = _fresh(JOIN_CODE, set(connection.scalars(select(classes.c.code))).__contains__)
    made = classes.insert().values(name=name, code=code, created=now).returning(*classes.c)
    return ClassRow(**connection.execute(made).one()._mapping)


def list_classes(store: Store) -> list[ClassRow]:
    """Every class, the oldest first."""
    with store.read() as connection:
        return [ClassRow(**row._mapping) for row in connection.execute(select(classes).order_by(classes.c.id))]


def class_by_code(store: Store, code: str) -> ClassRow | None:
    """The class with this join code, however it was typed."""
    with store.read() as connection:
        row = connection.execute(select(classes).where(classes.c.code == as_code(code))).one_or_none()
    return None if row is None else ClassRow(**row._mapping)


def join(store: Store, class_id: int, name: str) -> PersonRow:
    """Make a new person in a class, with a personal code and, among equal names, a visible number.

    Raises ValueError for a name without a visible character, LookupError for an unknown class.
    """
    return store.write(lambda connection: _join(connection, class_id, tidy(name), store.clock()))


def _join(connection: Connection, class_id: int, name: str, now: datetime) -> PersonRow:
    if connection.scalar(select(classes.c.id).where(classes.c.id == class_id).with_for_update()) is None:
        raise LookupError(class_id)
    others = _people(connection, class_id)
    taken = {person.shown for person in others}
    suffix = next(n for n in range(1, len(taken) + 2) if full_name(name, n) not in taken)
    code = _fresh(PERSONAL_CODE, {person.code for person in others}.__contains__)
    row = PersonRow(secrets.token_hex(8), class_id, name, suffix, code, now)
    connection.execute(
        people.insert().values(id=row.id, class_id=class_id, name=name, suffix=suffix, code=code, created=now)
    )
    return row


def new_code(store: Store, person_id: str) -> PersonRow:
    """Give a person another personal code. Raises LookupError for an unknown person."""

    def work(connection: Connection) -> PersonRow:
        row = connection.execute(select(people).where(people.c.id == person_id).with_for_update()).one_or_none()
        if row is None:
            raise LookupError(person_id)
        taken = set(connection.scalars(select(people.c.code).where(people.c.class_id == row.class_id)))
        changed = people.update().where(people.c.id == person_id).values(code=_fresh(PERSONAL_CODE, taken.__contains__))
        return PersonRow(**connection.execute(changed.returning(*people.c)).one()._mapping)

    return store.write(work)


def person(store: Store, person_id: str) -> PersonRow | None:
    """The person with this id."""
    with store.read() as connection:
        row = connection.execute(select(people).where(people.c.id == person_id)).one_or_none()
    return None if row is None else PersonRow(**row._mapping)


def person_by_code(store: Store, class_id: int, name: str, code: str) -> PersonRow | None:
    """The person of a class whose name, with or without its number, and personal code these are."""
    try:
        wanted = tidy(name)
    except ValueError:
        return None
    typed = as_code(code).encode()
    named = [p for p in people_of(store, class_id) if wanted in (p.name, p.shown)]
    return next((p for p in named if secrets.compare_digest(p.code.encode(), typed)), None)


def people_of(store: Store, class_id: int) -> list[PersonRow]:
    """Everybody in a class, by name."""
    with store.read() as connection:
        return _people(connection, class_id)


def _people(connection: Connection, class_id: int) -> list[PersonRow]:
    query = select(people).where(people.c.class_id == class_id).order_by(people.c.name, people.c.suffix)
    return [PersonRow(**row._mapping) for row in connection.execute(query)]


def tidy(name: str) -> str:
    """Return a name as it is kept: composed, without control characters, single spaces. Raises ValueError if empty."""
    composed = unicodedata.normalize("NFC", " ".join(name.split()))
    kept = "".join(c for c in composed if c.isprintable()).strip()
    if not kept:
        raise ValueError(name)
    return kept


def as_code(typed: str) -> str:
    """Return a typed code as codes are kept: half width, upper case, without spaces and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())


def _fresh(length: int, taken: Callable[[str], bool]) -> str:
    while taken(code := "".join(secrets.choice(LETTERS) for _ in range(length))):
        continue
    return code
