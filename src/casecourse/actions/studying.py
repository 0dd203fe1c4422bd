"""Reading: which cases are open, how far a person is in each, and where she was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from casecourse.access import READ_OWN, READ_UNPUBLISHED, Who, allowed, require
from casecourse.actions import exporting
from casecourse.analytics.progress import Done, best, of_objectives, of_unit
from casecourse.grading import Level
from casecourse.model import Case, Course, Unit, full_id
from casecourse.store import Store, answers, progress
from casecourse.store.rows import AnswerRow


@dataclass(frozen=True)
class CaseEntry:
    """A case on the shelf: units wholly done, share of core exercises answered, and the unit to open."""

    case: Case
    done: int
    share: float
    begun: bool
    unit: str


def visible(who: Who, store: Store, course: Course) -> list[Case]:
    """The cases that this person may read today: opened ones, all for an instructor."""
    today = store.clock().astimezone().date().isoformat()
    everything = allowed(who, READ_UNPUBLISHED)
    return [c for c in course.cases if everything or course.opens.get(c.id, "") <= today]


def library(who: Who, store: Store, course: Course) -> list[CaseEntry]:
    """Every visible case with this person's progress."""
    scores = best(answers.answers_of(store, who.person)) if who.person else {}
    last = {p.case_id: p.unit for p in progress.places_of(store, who.person)} if who.person else {}
    entries = []
    for case in visible(who, store, course):
        done = [of_unit(course, case, u, scores) for u in case.units]
        total = sum(d.total for d in done)
        here = last.get(case.id, "")
        unit = here if case.unit(here) else (case.units[0].id if case.units else "")
        share = sum(d.answered for d in done) / total if total else 0.0
        entries.append(CaseEntry(case, sum(d.whole for d in done), share, bool(here) or share > 0, unit))
    return entries


def last_place(who: Who, store: Store, course: Course) -> tuple[Case, Unit] | None:
    """Where this person was last, if it can still be read."""
    if who.person is None:
        return None
    open_cases = {c.id: c for c in visible(who, store, course)}
    for place in progress.places_of(store, who.person):
        case = open_cases.get(place.case_id)
        unit = case.unit(place.unit) if case else None
        if case and unit:
            return case, unit
    return None


def seminars(who: Who, store: Store, course: Course) -> list[tuple[str, list[tuple[Case, Unit]]]]:
    """The suggested meetings, each with those of its units that this person may read today; none without any."""
    units = {f"{c.id}:{u.id}": (c, u) for c in visible(who, store, course) for u in c.units}
    order = [(s.title, [units[ref] for ref in s.units if ref in units]) for s in course.seminars]
    return [(title, found) for title, found in order if found]


def opened(who: Who, store: Store, case: str, unit: str) -> None:
    """A person opened a unit: remember where she is."""
    if who.person:
        progress.put_place(store, who.person, case, unit)


def unit_progress(who: Who, store: Store, course: Course, case: Case) -> dict[str, Done]:
    """How much of each unit of a case a person has done."""
    scores = best(answers.answers_of(store, who.person, case.id)) if who.person else {}
    return {u.id: of_unit(course, case, u, scores) for u in case.units}


@dataclass(frozen=True)
class Entry:
    """One question that a person answered: the question, her last answer as text, her best score, how often, when last."""

    prompt: str
    text: str
    score: Decimal | None
    points: Decimal | None
    attempts: int
    at: datetime
    graded: str = ""  # by the instructor, where that is released, and by herself


@dataclass(frozen=True)
class Section:
    """A unit on one's own page."""

    case: Case
    unit: Unit
    done: Done
    objectives: list[tuple[Level, str, int, int]]
    entries: list[Entry]


def my_page(who: Who, store: Store, course: Course) -> list[Section]:
    """The units in which a person answered something, in the course's order. Raises Forbidden."""
    require(who, READ_OWN, owner=who.person)
    rows = [exporting.without_held(store, course, r) for r in answers.answers_of(store, who.person or "")]
    by_prompt: dict[tuple[str, str], list[AnswerRow]] = {}
    for row in rows:
        by_prompt.setdefault((row.case_id, row.exercise), []).append(row)
    scores, told = best(rows), exporting.own_grades(store, who)
    sections = []
    for case, unit in course.units():
        keys = [*unit.exercise_refs, *(f"{unit.id}#{d.id}" for d in unit.discussions)]
        entries = [
            _entry(course, case, full_id(case.id, k)[1], found, told)
            for k in keys
            if (found := by_prompt.get(full_id(case.id, k)))
        ]
        if entries:
            goals = of_objectives(case, unit, scores)
            sections.append(Section(case, unit, of_unit(course, case, unit, scores), goals, entries))
    return sections


def _entry(course: Course, case: Case, key: str, rows: list[AnswerRow], told: Mapping[str, str]) -> Entry:
    scored = [r.score for r in rows if r.score is not None]
    last = rows[-1]
    prompt = exporting.prompt_of(course, case, key)
    text, graded = exporting.written(course, last), next((told[r.id] for r in reversed(rows) if r.id in told), "")
    return Entry(prompt, text, max(scored, default=None), last.points, len(rows), last.at, graded)
