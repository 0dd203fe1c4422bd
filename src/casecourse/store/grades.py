"""Grades of arguments: facts that are only added; the last one of each grader counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, select

from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.errors import Conflict
from casecourse.store.rows import GradeRow, NewGrade
from casecourse.store.tables import answers, as_json, grades


def add_grade(store: Store, new: NewGrade) -> GradeRow:
    """Store a grade; it is durable on return. The same id with the same content returns the stored row again.

    Raises Conflict for a known id with other content, LookupError for an unknown answer, StoreDown.
    """
    return store.write(lambda connection: _add(connection, new, store.clock()))


def _add(connection: Connection, new: NewGrade, now: datetime, *, released: bool = False) -> GradeRow:
    if connection.scalar(select(answers.c.seq).where(answers.c.id == new.answer_id)) is None:
        raise LookupError(new.answer_id)
    stored = connection.execute(select(grades).where(grades.c.id == new.id)).one_or_none()
    if stored is not None:
        return _same(_grade(stored), new)
    said = {name: getattr(new, name) for name in ("id", "answer_id", "grader", "comment", "share", "score", "points")}
    values = {**said, "levels": dict(new.levels), "released": int(released), "at": now}
    made = insert(connection, grades).values(values).returning(*grades.c)
    found = connection.execute(made.on_conflict_do_nothing(index_elements=["id"])).one_or_none()
    if found is None:  # somebody else has used the id since we looked, which only PostgreSQL lets happen
        raise Conflict(new.id)
    return _grade(found)


def _same(stored: GradeRow, new: NewGrade) -> GradeRow:
    # the score is left out: a retry may come after the rubric was corrected
    old = (stored.answer_id, stored.grader, as_json(stored.levels), stored.comment)
    if old != (new.answer_id, new.grader, as_json(dict(new.levels)), new.comment):
        raise Conflict(new.id)
    return stored


def release(store: Store, grade_ids: Iterable[str]) -> int:
    """Let the graded see these grades; returns how many were not to be seen before. Raises StoreDown.

    A release repeats its grade in a row of its own, whose id follows from the grade's: doing it twice adds nothing.
    Unknown ids, and grades after which the grader has written another, are left out.
    """
    wanted = tuple(grade_ids)
    return store.write(lambda connection: sum(_release(connection, one, store.clock()) for one in wanted))


def _release(connection: Connection, grade_id: str, now: datetime) -> bool:
    found = connection.execute(select(grades).where(grades.c.id == grade_id)).one_or_none()
    if found is None:
        return False
    row = _grade(found)
    mine = (grades.c.answer_id == row.answer_id) & (grades.c.grader == row.grader)
    newest = connection.scalar(select(grades.c.id).where(mine).order_by(grades.c.seq.desc()).limit(1))
    if row.released or newest != row.id:
        return False
    again = NewGrade(
        f"{row.id}:released", row.answer_id, row.grader, row.levels, row.comment, row.share, row.score, row.points
    )
    return _add(connection, again, now, released=True).released


def _grade(row: Row[tuple[object, ...]]) -> GradeRow:
    fields = row._mapping
    return GradeRow(**{**fields, "released": bool(fields["released"])})


def _rows(store: Store, *where: ColumnElement[bool]) -> list[GradeRow]:
    query = select(grades).join(answers, answers.c.id == grades.c.answer_id).where(*where).order_by(grades.c.seq)
    with store.read() as connection:
        return [_grade(row) for row in connection.execute(query)]


def grades_to(store: Store, class_id: int, case_id: str, exercise: str) -> list[GradeRow]:
    """Every grade of a class's answers to one exercise."""
    return _rows(store, answers.c.class_id == class_id, answers.c.case_id == case_id, answers.c.exercise == exercise)


def grades_of(store: Store, person_id: str, case_id: str | None = None) -> list[GradeRow]:
    """Every grade of a person's answers, in one case or in all."""
    return _rows(store, answers.c.person_id == person_id, *([answers.c.case_id == case_id] if case_id else []))


def class_grades(store: Store, class_id: int, case_id: str | None = None) -> list[GradeRow]:
    """Every grade of a class's answers, in one case or in all."""
    return _rows(store, answers.c.class_id == class_id, *([answers.c.case_id == case_id] if case_id else []))
