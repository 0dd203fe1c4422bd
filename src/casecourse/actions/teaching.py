"""What an instructor sees of a class: who is in it, how far they are, and what they answered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from casecourse.access import READ_UNPUBLISHED, SEE_CLASS, SETTINGS, Who, allowed, require
from casecourse.actions import citing
from casecourse.actions.answering import tallied
from casecourse.actions.sittings import closed
from casecourse.analytics.progress import class_table
from casecourse.grading import ExerciseBase, Passage, Tally
from casecourse.model import Course, TeachingNote
from casecourse.store import Store, answers, people
from casecourse.store.rows import AnswerRow, ClassRow, PersonRow


@dataclass(frozen=True)
class ItemReading:
    """One exercise as a class answered it: how many, how many fully right at the first attempt, and the tally."""

    exercise: ExerciseBase
    tally: Tally
    people: int
    first_right: int | None
    mean: Decimal | None
    closed: bool
    rows: tuple[AnswerRow, ...]
    passages: tuple[Passage, ...] = ()


def note(who: Who, course: Course, case: str) -> TeachingNote | None:
    """The teaching note of a case, or None where it has none. Raises Forbidden."""
    require(who, READ_UNPUBLISHED)
    return course.notes.get(case)


def has_note(who: Who, course: Course, case: str) -> bool:
    """Say whether a case has a teaching note that this person may read."""
    return allowed(who, READ_UNPUBLISHED) and case in course.notes


def classes(who: Who, store: Store) -> list[ClassRow]:
    """Every class. Raises Forbidden."""
    require(who, SEE_CLASS)
    return people.list_classes(store)


def add_class(who: Who, store: Store, name: str) -> ClassRow:
    """Make a class. Raises Forbidden, ValueError for an empty name."""
    require(who, SETTINGS)
    return people.add_class(store, name)


def roster(who: Who, store: Store, class_id: int) -> list[PersonRow]:
    """Everybody in a class, by name. Raises Forbidden."""
    require(who, SEE_CLASS)
    return people.people_of(store, class_id)


def progress(who: Who, store: Store, course: Course, class_id: int) -> pd.DataFrame:
    """One line per person, one column per case. Raises Forbidden."""
    require(who, SEE_CLASS)
    return class_table(course, people.people_of(store, class_id), answers.class_answers(store, class_id))


def reading(who: Who, store: Store, course: Course, class_id: int, case: str, name: str) -> ItemReading | None:
    """How a class answered one exercise; None where the course has no such exercise. Raises Forbidden.

    The tally counts everybody's last answer, right at the first attempt and the mean share count first attempts.
    """
    require(who, SEE_CLASS)
    exercise = course.exercise(case, name)
    if exercise is None:
        return None
    rows = answers.answers_to(store, class_id, case, name)
    first = [r.share for r in rows if r.attempt == 1 and r.share is not None]
    return ItemReading(
        exercise,
        tallied(exercise, rows),
        len({r.person_id for r in rows}),
        sum(s >= 1 for s in first) if exercise.keyed else None,
        sum(first, Decimal(0)) / len(first) if first else None,
        name in closed(store, class_id, case),
        tuple(rows),
        citing.offered(course, case, name, exercise),
    )


def contributions(who: Who, store: Store, class_id: int, case: str, prompt: str) -> list[AnswerRow]:
    """What a class handed in to a discussion, everybody's last. Raises Forbidden."""
    require(who, SEE_CLASS)
    return list({r.person_id: r for r in answers.answers_to(store, class_id, case, prompt)}.values())
