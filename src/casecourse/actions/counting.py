"""Live results without reading every answer: counters that keep step with the answers, read, and counted anew."""

from __future__ import annotations

import hashlib

from casecourse.access import OPERATE, SEE_CLASS, Who, require
from casecourse.formula import FormulaError
from casecourse.grading import JSON, ExerciseBase, Tally, Unreadable
from casecourse.model import Course, full_id
from casecourse.store import Store, counters
from casecourse.store.rows import Counts


def live_counts(who: Who, store: Store, course: Course, class_id: int, case: str, ref: str) -> Tally | None:
    """What a class answered so far, each person once; the labels the author wrote come first and in order.

    It has no `extra`, and what was typed counts under each wording apart: the figures on a screen while people answer.
    `answering.tallied` says the rest. None where there is no such exercise. Raises Forbidden, StoreDown.
    """
    require(who, SEE_CLASS)
    owner, name = full_id(case, ref)
    exercise = course.exercise(owner, name)
    if exercise is None:
        return None
    found = counters.live(store, class_id, owner, name)
    slots = {slot: dict(labels) for slot, labels in exercise.tally([]).slots.items()}
    for slot, labels in found.slots.items():
        slots.setdefault(slot, {}).update(labels)
    return Tally(found.n, slots)


def counts_of(exercise: ExerciseBase | None, raw: JSON) -> Counts:
    """What an answer puts into the counters; nothing where the exercise is gone or cannot read it any more."""
    if exercise is None:
        return {}
    try:
        return exercise.tally([exercise.read(raw)]).slots
    except (Unreadable, FormulaError):
        return {}


def recount(who: Who, store: Store, course: Course) -> int:
    """Count anew where the content has changed since the last time; returns how many answers were counted.

    Raises Forbidden, StoreDown.
    """
    require(who, OPERATE)
    mark = _mark(course)
    if counters.counted_by(store) == mark:
        return 0

    def counts(case: str, name: str, raw: JSON) -> Counts:
        return counts_of(course.exercise(case, name), raw)

    return counters.recount(store, counts, mark)


def _mark(course: Course) -> str:
    asked = (f"{c.id}:{name}:{_form(e)}" for c in course.cases for name, e in sorted(c.exercises.items()))
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16]


def _form(exercise: ExerciseBase) -> str:
    try:
        return exercise.fingerprint()
    except FormulaError:  # a key that cannot be computed; the check of the content names it
        return ""
