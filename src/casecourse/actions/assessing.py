"""Assessing arguments against a rubric: by an instructor who sees no names, by the student herself, and the release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from casecourse import rubrics
from casecourse.access import GRADE, READ_UNPUBLISHED, SEE_GRADE, SELF_GRADE, Who, require
from casecourse.actions import answering, drafting
from casecourse.actions.answering import Standing
from casecourse.grading import JSON, ExerciseBase, Tally, Unreadable, typed
from casecourse.model import Course, full_id
from casecourse.model.course import Rubric
from casecourse.store import Store, answers, grades, people
from casecourse.store.rows import SELF, AnswerRow, GradeRow, NewGrade


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer on the desk. `grade` is one's own latest; `name` is "" until that is released: grading is blind.

    `before` is one's own grade of what the same student handed in earlier, where this answer came after it.
    """

    answer: str
    text: str
    grade: GradeRow | None = None
    name: str = ""
    before: GradeRow | None = None

    @property
    def graded(self) -> bool:
        """True where every row of the rubric has its level."""
        return self.grade is not None and self.grade.share is not None

    @property
    def released(self) -> bool:
        """True where the student sees the grade as it stands."""
        return self.grade is not None and self.grade.released


@dataclass(frozen=True, slots=True)
class Desk:
    """What there is to grade of one exercise: everybody's last answer, in an order that says nothing about who wrote it."""

    exercise: ExerciseBase
    rubric: Rubric
    sheets: tuple[Sheet, ...]
    tally: Tally

    @property
    def waiting(self) -> int:
        """How many have no finished grade."""
        return sum(not s.graded for s in self.sheets)

    @property
    def ready(self) -> tuple[Sheet, ...]:
        """Those with a finished grade that their writer does not see yet."""
        return tuple(s for s in self.sheets if s.graded and not s.released)


@dataclass(frozen=True, slots=True)
class Mark:
    """A released grade as its student sees it; `older` where she has answered again since."""

    grade: GradeRow
    older: bool


@dataclass(frozen=True, slots=True)
class Own:
    """What a student gets to see of how her argument is graded: the rubric, her own grade, the released ones."""

    rubric: Rubric
    mine: GradeRow | None
    marks: tuple[Mark, ...]
    by_herself: bool
    by_instructor: bool


def rubric_of(course: Course, exercise: ExerciseBase | None) -> Rubric | None:
    """The rubric that an exercise is graded by, where anybody is to grade it."""
    found = course.rubrics.get(getattr(exercise, "rubric", "")) if exercise and exercise.graders else None
    return found if isinstance(found, Rubric) else None


def questions(who: Who, course: Course) -> list[tuple[str, str, ExerciseBase]]:
    """(case, name, exercise) of what instructors grade, in the course's order. Raises Forbidden."""
    require(who, GRADE)
    return [
        (case.id, name, exercise)
        for case in course.cases
        for name, exercise in case.exercises.items()
        if "instructor" in exercise.graders and rubric_of(course, exercise)
    ]


def desk(who: Who, store: Store, course: Course, class_id: int, case: str, name: str) -> Desk:
    """What there is to grade of one exercise in a class. Raises Forbidden, KeyError where nothing of it is graded.

    Answers that the exercise cannot read any more are left out: their question was another.
    """
    require(who, GRADE)
    exercise, rubric = _graded(course, case, name)
    attempts = answers.answers_to(store, class_id, case, name)
    last = {row.person_id: row for row in attempts}
    mine = latest(grades.grades_to(store, class_id, case, name))
    before = _before(attempts, last, mine, who.instructor or "")
    shown = {p.id: p.shown for p in people.people_of(store, class_id)}
    sheets = []
    for row in sorted(last.values(), key=lambda row: sha256(row.id.encode()).digest()):
        try:
            text = exercise.written(exercise.read(row.raw))
        except Unreadable:
            continue
        found = mine.get((row.id, who.instructor or ""))
        name_shown = shown.get(row.person_id, "") if found is not None and found.released else ""
        sheets.append(Sheet(row.id, text, found, name_shown, before.get(row.person_id)))
    levels = [s.grade.levels for s in sheets if s.grade is not None and s.graded]
    return Desk(exercise, rubric, tuple(sheets), rubrics.tally(rubric, levels))


def grade(who: Who, store: Store, course: Course, answer: str, levels: JSON, comment: str, client_id: str) -> GradeRow:
    """Store an instructor's grade, also one that is not finished; it is durable on return and not released.

    Raises Forbidden, Unreadable, LookupError for an unknown answer or one that nobody grades, Conflict, StoreDown.
    """
    require(who, GRADE)
    row = _answer(store, answer)
    exercise, rubric = _graded(course, row.case_id, row.exercise)
    if "instructor" not in exercise.graders:
        raise KeyError(row.exercise)
    return grades.add_grade(store, _new(client_id, row, who.instructor or "", exercise, rubric, levels, typed(comment)))


def release(who: Who, store: Store, course: Course, class_id: int, case: str, name: str) -> int:
    """Let a class see every finished grade of one's own to one exercise; returns how many. Raises Forbidden, StoreDown."""
    require(who, GRADE)
    ready = desk(who, store, course, class_id, case, name).ready
    return grades.release(store, [s.grade.id for s in ready if s.grade is not None])


def own_grade(who: Who, store: Store, course: Course, case: str, ref: str, now: Standing) -> Own | None:
    """What a student sees of how her argument is graded; `now` is how she stands with it. Raises Forbidden.

    None before her answer stands and its key is released (a released grade tells the rubric, too), and where nobody
    grades. An instructor's preview has the rubric. A self-grade is her own at once, an instructor's only after its release.
    """
    require(who, SEE_GRADE, owner=who.person)
    owner, name = full_id(case, ref)
    exercise = course.exercise(owner, name)
    rubric = rubric_of(course, exercise)
    if now.preview and rubric is not None and exercise is not None:
        require(who, READ_UNPUBLISHED)
        return Own(rubric, None, (), "self" in exercise.graders, "instructor" in exercise.graders)
    if exercise is None or rubric is None or now.last is None or who.person is None:
        return None
    attempts = {row.id: row for row in answers.answers_of(store, who.person, owner) if row.exercise == name}
    found = [row for row in grades.grades_of(store, who.person, owner) if row.answer_id in attempts]
    marks = _marks(found, attempts, now.last.id)
    if not now.released and not marks:
        return None
    mine = latest(found).get((now.last.id, SELF))
    return Own(rubric, mine, marks, "self" in exercise.graders, "instructor" in exercise.graders)


def self_grade(who: Who, store: Store, course: Course, answer: str, levels: JSON, client_id: str) -> GradeRow:
    """Store a student's grade of her own answer, also one that is not finished; it is durable on return.

    Raises Forbidden, Unreadable, LookupError for an unknown answer or one that she does not grade, Conflict, StoreDown.
    """
    require(who, SELF_GRADE, owner=who.person)
    row = _answer(store, answer)
    require(who, SELF_GRADE, owner=row.person_id)
    exercise, rubric = _graded(course, row.case_id, row.exercise)
    now = answering.standing(course, row.case_id, row.exercise, answering.mine(who, store, row.case_id))
    if "self" not in exercise.graders or own_grade(who, store, course, row.case_id, row.exercise, now) is None:
        raise KeyError(row.exercise)
    return grades.add_grade(store, _new(client_id, row, SELF, exercise, rubric, levels, ""))


def told_at(store: Store, grade: GradeRow | None) -> str:
    """When a grade was stored, as people read it; "" where there is none."""
    return drafting.face(store, grade.at) if grade else ""


def latest(rows: Iterable[GradeRow]) -> dict[tuple[str, str], GradeRow]:
    """(answer, grader) → the grade that counts."""
    return {(row.answer_id, row.grader): row for row in rows}


def released(rows: Iterable[GradeRow]) -> dict[tuple[str, str], GradeRow]:
    """(answer, grader) → the last released grade: what was changed since is not told yet."""
    return latest(row for row in rows if row.released)


def _before(
    attempts: Iterable[AnswerRow], last: dict[str, AnswerRow], mine: dict[tuple[str, str], GradeRow], grader: str
) -> dict[str, GradeRow]:
    """Person → a grader's grade of the newest of her earlier answers that has one."""
    found = {row.person_id: mine[row.id, grader] for row in attempts if (row.id, grader) in mine}
    return {person: grade for person, grade in found.items() if grade.answer_id != last[person].id}


def _marks(found: list[GradeRow], attempts: dict[str, AnswerRow], last: str) -> tuple[Mark, ...]:
    """Every grader's released grade of the newest attempt that has one."""
    told = released(found)
    newest = max((attempts[answer].attempt for answer, _ in told), default=0)
    rows = [row for (answer, _), row in told.items() if attempts[answer].attempt == newest]
    return tuple(Mark(row, row.answer_id != last) for row in rows)


def _answer(store: Store, answer: str) -> AnswerRow:
    found = answers.answer(store, answer)
    if found is None:
        raise LookupError(answer)
    return found


def _graded(course: Course, case: str, name: str) -> tuple[ExerciseBase, Rubric]:
    exercise = course.exercise(case, name)
    rubric = rubric_of(course, exercise)
    if exercise is None or rubric is None:
        raise KeyError(name)
    return exercise, rubric


def _new(
    client_id: str, row: AnswerRow, grader: str, exercise: ExerciseBase, rubric: Rubric, levels: JSON, comment: str
) -> NewGrade:
    chosen = rubrics.read(rubric, levels)
    verdict = exercise.verdict(rubrics.share(rubric, chosen))
    points = None if verdict.share is None else verdict.points
    return NewGrade(client_id, row.id, grader, chosen, comment, verdict.share, verdict.score, points)
