"""Progress: how much of each unit somebody has done, and where a class stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from casecourse.grading import Level
from casecourse.model import Case, Course, Unit, full_id
from casecourse.store.rows import AnswerRow, PersonRow


@dataclass(frozen=True, slots=True)
class Done:
    """Of one unit: core exercises answered, core exercises there are, points earned at best and points there are."""

    answered: int
    total: int
    earned: Decimal
    points: Decimal

    @property
    def whole(self) -> bool:
        """True when every core exercise was answered."""
        return 0 < self.total <= self.answered


def core(course: Course, case: Case, unit: Unit) -> list[tuple[str, str]]:
    """(case, exercise) of the unit's core exercises."""
    refs = [b.exercise for b in unit.blocks if not b.extra and hasattr(b, "exercise")]
    found = [(full_id(case.id, r), course.exercise(case.id, r)) for r in refs]
    return [key for key, exercise in found if exercise and not exercise.extra]


def best(rows: Iterable[AnswerRow]) -> dict[tuple[str, str], Decimal | None]:
    """(case, exercise) → the best score of its attempts; None where nothing is scored."""
    found: dict[tuple[str, str], Decimal | None] = {}
    for row in rows:
        key = (row.case_id, row.exercise)
        before = found.get(key)
        found[key] = row.score if before is None else max(before, row.score or Decimal(0))
    return found


def of_unit(course: Course, case: Case, unit: Unit, scores: Mapping[tuple[str, str], Decimal | None]) -> Done:
    """How much of a unit is done; progress counts the best attempt."""
    keys = core(course, case, unit)
    exercises = [course.exercise(*key) for key in keys]
    points = sum((e.points for e in exercises if e and e.keyed), Decimal(0))
    return Done(
        sum(k in scores for k in keys), len(keys), sum((scores.get(k) or Decimal(0) for k in keys), Decimal(0)), points
    )


def of_objectives(
    case: Case, unit: Unit, scores: Mapping[tuple[str, str], Decimal | None]
) -> list[tuple[Level, str, int, int]]:
    """(level, text, answered, total) for each objective of the unit that an exercise serves."""
    rows = []
    for name, written in unit.objectives.items():
        serving = [k for k, e in case.exercises.items() if name in e.serves]
        level, text = next(iter(written.items()))
        rows.append((level, text, sum((case.id, k) in scores for k in serving), len(serving)))
    return rows


def class_table(course: Course, people: Iterable[PersonRow], rows: Iterable[AnswerRow]) -> pd.DataFrame:
    """One line per person, one column per case: core exercises answered of how many; index: the names shown."""
    people = list(people)
    by_person: dict[str, list[AnswerRow]] = {}
    for row in rows:
        by_person.setdefault(row.person_id, []).append(row)
    table = []
    for person in people:
        scores = best(by_person.get(person.id, []))
        line = {}
        for case in course.cases:
            done = [of_unit(course, case, u, scores) for u in case.units]
            line[case.short] = f"{sum(d.answered for d in done)} / {sum(d.total for d in done)}"
        table.append(line)
    return pd.DataFrame(table, index=pd.Index([p.shown for p in people], name=""))
