"""Grades are facts like the answers they speak of: added once, never changed, the last of each grader counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from casecourse import store as stores
from casecourse.store import Conflict, Store, answers, backup, grades, people
from casecourse.store.rows import SELF, NewAnswer, NewGrade, PersonRow

from .conftest import Clock

Make = Callable[..., NewAnswer]
FULL = NewGrade("g1", "a1", "i", {"证据": "4", "推理": "2"}, "口径？", Decimal("0.75"), Decimal("3.00"), Decimal(4))


@pytest.fixture
def answered(store: Store, wang: PersonRow, new: Make) -> Store:
    """A store with one answer, a1."""
    answers.add_answer(store, new("a1", wang))
    return store


def test_a_grade_comes_back_as_it_was_given(answered: Store, wang: PersonRow, clock: Clock) -> None:
    """The stored row repeats the grade, with a number and the time, and is not released."""
    row = grades.add_grade(answered, FULL)
    for field in ("id", "answer_id", "grader", "levels", "comment", "share", "score", "points"):
        assert getattr(row, field) == getattr(FULL, field)
    assert (row.released, row.at) == (False, clock.now)
    assert grades.grades_of(answered, wang.id) == [row]


def test_a_retry_is_the_same_grade(answered: Store, wang: PersonRow, clock: Clock) -> None:
    """The same id with the same content adds nothing; with other content it is refused and adds nothing."""
    first = grades.add_grade(answered, FULL)
    clock.move(minutes=1)
    assert grades.add_grade(answered, replace(FULL, share=None)) == first
    for other in ({"levels": {"证据": "4"}}, {"comment": ""}, {"grader": "j"}):
        with pytest.raises(Conflict):
            grades.add_grade(answered, replace(FULL, **other))
    assert grades.grades_of(answered, wang.id) == [first]


def test_an_unknown_answer_is_not_graded(answered: Store, wang: PersonRow) -> None:
    """A grade of nothing is a mistake."""
    with pytest.raises(LookupError):
        grades.add_grade(answered, replace(FULL, answer_id="a9"))
    assert grades.grades_of(answered, wang.id) == []


def test_a_release_is_a_row_of_its_own_and_happens_once(answered: Store, wang: PersonRow, clock: Clock) -> None:
    """It repeats the grade as released; doing it again, or with what is not there, adds nothing."""
    given = grades.add_grade(answered, FULL)
    clock.move(hours=1)
    assert grades.release(answered, ["g1", "g9"]) == 1
    assert grades.release(answered, ["g1"]) == 0
    before, after = grades.grades_of(answered, wang.id)
    assert before == given
    assert after == replace(given, seq=after.seq, id=after.id, released=True, at=clock.now)


def test_a_grade_that_was_changed_meanwhile_is_not_released(answered: Store, wang: PersonRow) -> None:
    """What is released is what the grader wrote last; somebody else's grade does not come in between."""
    grades.add_grade(answered, FULL)
    grades.add_grade(answered, replace(FULL, id="g2", comment="改过"))
    grades.add_grade(answered, replace(FULL, id="g3", grader=SELF))
    assert grades.release(answered, ["g1"]) == 0
    assert grades.release(answered, ["g2"]) == 1
    assert [(g.comment, g.released) for g in grades.grades_of(answered, wang.id)][-1] == ("改过", True)


def test_grades_are_found_by_class_and_person_and_question(
    store: Store, wang: PersonRow, li: PersonRow, new: Make
) -> None:
    """Each question about grades sees its own and nobody else's."""
    answers.add_answer(store, new("a1", wang))
    answers.add_answer(store, new("a2", li, exercise="other"))
    away = people.join(store, people.add_class(store, "二班").id, "赵敏")
    answers.add_answer(store, new("a3", away, case_id="jiaxing"))
    for n in (1, 2, 3):
        grades.add_grade(store, replace(FULL, id=f"g{n}", answer_id=f"a{n}"))
    assert [g.id for g in grades.grades_to(store, wang.class_id, "haidian", "loop")] == ["g1"]
    assert [g.id for g in grades.class_grades(store, wang.class_id)] == ["g1", "g2"]
    assert [g.id for g in grades.class_grades(store, away.class_id, "haidian")] == []
    assert [g.id for g in grades.grades_of(store, li.id)] == ["g2"]


@pytest.mark.parametrize("sql", ["UPDATE grades SET comment = ''", "DELETE FROM grades"])
def test_grades_cannot_be_changed(answered: Store, wang: PersonRow, sql: str) -> None:
    """The database itself refuses to change or remove a grade."""
    row = grades.add_grade(answered, FULL)
    with pytest.raises(IntegrityError, match="only added"):
        answered.write(lambda connection: connection.exec_driver_sql(sql))
    assert grades.grades_of(answered, wang.id) == [row]


def test_replacing_a_grade_is_refused_even_by_other_programs(file_url: str, new: Make) -> None:
    """INSERT OR REPLACE is refused on a connection that is not ours."""
    opened = stores.open(file_url)
    answers.add_answer(opened, new("a1", people.join(opened, 1, "王芳")))
    grades.add_grade(opened, FULL)
    opened.close()
    connection = sqlite3.connect(file_url.removeprefix("sqlite:///"))
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute("INSERT OR REPLACE INTO grades SELECT * FROM grades")
    connection.close()


def test_a_backup_has_the_grades(file_url: str, tmp_path: Path, new: Make) -> None:
    """What is put back holds the grades, with what was released."""
    opened = stores.open(file_url)
    person = people.join(opened, 1, "王芳")
    answers.add_answer(opened, new("a1", person))
    grades.add_grade(opened, FULL)
    grades.release(opened, ["g1"])
    before = grades.grades_of(opened, person.id)
    backup.make(Path(file_url.removeprefix("sqlite:///")), tmp_path / "backup.db")
    opened.close()
    again = stores.open(f"sqlite:///{tmp_path / 'backup.db'}")
    assert grades.grades_of(again, person.id) == before
    again.close()
