"""Answers: facts that are only added, each under the id its client chose and beside what was asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, func, null, select

from casecourse.store import counters
from casecourse.store.dialects import insert
from casecourse.store.drafts import forget
from casecourse.store.engine import Store
from casecourse.store.errors import Conflict, Spent
from casecourse.store.rows import AnswerRow, AskedRow, NewAnswer, NewBallot
from casecourse.store.tables import answers, as_json, asked, people, reveals


def add_answer(store: Store, new: NewAnswer, *, limit: int | None = None) -> AnswerRow:
    """Store an answer, number the attempt and drop the exercise's draft, all at once; the row is durable on return.

    The same id with the same content returns the stored row again, whatever has happened since. `limit` is the
    number of attempts allowed. Raises Conflict for a known id with other content, Spent where no attempt is left,
    LookupError for an unknown person, StoreDown.
    """
    return store.write(lambda connection: _add(connection, new, limit, store.clock()))


def _add(connection: Connection, new: NewAnswer, limit: int | None, now: datetime) -> AnswerRow:
    # the row lock keeps attempts of one person apart where several connections write
    class_id = connection.scalar(select(people.c.class_id).where(people.c.id == new.person_id).with_for_update())
    if class_id is None:
        raise LookupError(new.person_id)
    if (stored := _by_id(connection, new.id)) is not None:
        return _same(stored, new)
    before = _made(connection, new.person_id, new.case_id, new.exercise)
    _refuse_if_spent(connection, new, before, limit)
    remember(connection, new, now)
    made = insert(connection, answers).values(_values(new, class_id, before + 1, now)).returning(*answers.c)
    found = connection.execute(made.on_conflict_do_nothing(index_elements=["id"])).one_or_none()
    if found is None:  # somebody else has used the id since we looked, which only PostgreSQL lets happen
        raise Conflict(new.id)
    row = _answer(found)
    counters.replace(connection, new, class_id)
    forget(connection, new.person_id, new.case_id, new.exercise)
    return row


def _values(new: NewAnswer, class_id: int, attempt: int, now: datetime) -> dict[str, object]:
    same = (
        *("id", "person_id", "case_id", "exercise", "kind", "fingerprint"),
        *("raw", "share", "score", "points"),
    )
    return {
        **{name: getattr(new, name) for name in same},
        "class_id": class_id,
        "attempt": attempt,
        "matched": list(new.matched),
        "cites": list(new.cites) if new.cites else null(),
        "at": now,
    }


def _by_id(connection: Connection, answer_id: str) -> AnswerRow | None:
    row = connection.execute(select(answers).where(answers.c.id == answer_id)).one_or_none()
    return None if row is None else _answer(row)


def _same(stored: AnswerRow, new: NewAnswer) -> AnswerRow:
    # fingerprint and score are left out: a retry may come after the content was corrected
    old = (stored.person_id, stored.case_id, stored.exercise, as_json(stored.raw), stored.cites)
    if old != (new.person_id, new.case_id, new.exercise, as_json(new.raw), new.cites):
        raise Conflict(new.id)
    return stored


def _refuse_if_spent(connection: Connection, new: NewAnswer, before: int, limit: int | None) -> None:
    seen = select(reveals.c.at).where(
        reveals.c.person_id == new.person_id, reveals.c.case_id == new.case_id, reveals.c.exercise == new.exercise
    )
    revealed = connection.scalar(seen) is not None
    if revealed or (limit is not None and before >= limit):
        raise Spent(before, revealed=revealed)


def remember(connection: Connection, new: NewAnswer | NewBallot, now: datetime) -> None:
    """Keep an exercise as it is asked now, once per fingerprint; part of a transaction."""
    key = {"fingerprint": new.fingerprint, "case_id": new.case_id, "exercise": new.exercise}
    known = select(asked.c.kind).where(*(asked.c[name] == value for name, value in key.items()))
    if connection.scalar(known) is None:
        values = {**key, "kind": new.kind, "snapshot": new.snapshot, "first_seen": now}
        connection.execute(insert(connection, asked).values(values).on_conflict_do_nothing())


def _made(connection: Connection, person_id: str, case_id: str, exercise: str) -> int:
    query = select(func.count()).select_from(answers).where(_of(person_id, case_id, exercise))
    return connection.scalar(query) or 0


def _of(person_id: str, case_id: str, exercise: str) -> ColumnElement[bool]:
    return (answers.c.person_id == person_id) & (answers.c.case_id == case_id) & (answers.c.exercise == exercise)


def _answer(row: Row[tuple[object, ...]]) -> AnswerRow:
    """An answer as it is given out."""
    fields = row._mapping
    return AnswerRow(**{**fields, "matched": tuple(fields["matched"]), "cites": tuple(fields["cites"] or ())})


def _rows(store: Store, *where: ColumnElement[bool]) -> list[AnswerRow]:
    with store.read() as connection:
        return [_answer(row) for row in connection.execute(select(answers).where(*where).order_by(answers.c.seq))]


def answer(store: Store, answer_id: str) -> AnswerRow | None:
    """The answer with this id."""
    return next(iter(_rows(store, answers.c.id == answer_id)), None)


def answers_of(store: Store, person_id: str, case_id: str | None = None) -> list[AnswerRow]:
    """Every answer of a person, in one case or in all."""
    return _rows(store, answers.c.person_id == person_id, *([answers.c.case_id == case_id] if case_id else []))


def answers_to(store: Store, class_id: int, case_id: str, exercise: str) -> list[AnswerRow]:
    """Every answer of a class to one exercise."""
    return _rows(store, answers.c.class_id == class_id, answers.c.case_id == case_id, answers.c.exercise == exercise)


def class_answers(store: Store, class_id: int, case_id: str | None = None) -> list[AnswerRow]:
    """Every answer of a class, in one case or in all."""
    return _rows(store, answers.c.class_id == class_id, *([answers.c.case_id == case_id] if case_id else []))


def latest(store: Store, person_id: str, case_id: str, exercise: str) -> AnswerRow | None:
    """The last answer of a person to an exercise."""
    query = select(answers).where(_of(person_id, case_id, exercise)).order_by(answers.c.seq.desc()).limit(1)
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _answer(row)


def attempts(store: Store, person_id: str, case_id: str, exercise: str) -> int:
    """How many answers a person gave to an exercise."""
    with store.read() as connection:
        return _made(connection, person_id, case_id, exercise)


def count(store: Store, class_id: int | None = None) -> int:
    """How many answers a class gave, or all classes."""
    query = select(func.count()).select_from(answers)
    with store.read() as connection:
        return connection.scalar(query if class_id is None else query.where(answers.c.class_id == class_id)) or 0


def asked_as(store: Store, case_id: str, exercise: str) -> list[AskedRow]:
    """Every form in which an exercise was answered, in the order of their first answers."""
    first = select(func.min(answers.c.seq)).where(
        answers.c.fingerprint == asked.c.fingerprint, answers.c.case_id == case_id, answers.c.exercise == exercise
    )
    query = select(asked).where(asked.c.case_id == case_id, asked.c.exercise == exercise)
    with store.read() as connection:
        found = connection.execute(query.order_by(first.scalar_subquery()))
        return [AskedRow(**row._mapping) for row in found]


def asked_kinds(store: Store) -> dict[tuple[str, str], frozenset[str]]:
    """(case, exercise) → the kinds under which it has answers, for every exercise that has any."""
    kinds: dict[tuple[str, str], frozenset[str]] = {}
    with store.read() as connection:
        for case_id, exercise, kind in connection.execute(select(asked.c.case_id, asked.c.exercise, asked.c.kind)):
            kinds[case_id, exercise] = kinds.get((case_id, exercise), frozenset()) | {kind}
    return kinds
