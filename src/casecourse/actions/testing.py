"""前测 and 后测 as people meet them: a student's paper, and what an instructor reads from a class before and after."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from casecourse.access import RUN_TEST, SEE_CLASS, SIT_TEST, Who, allowed, require
from casecourse.actions.sittings import State, state
from casecourse.analytics.gain import Gain, gains
from casecourse.model import WHEN, Course, When, full_id
from casecourse.store import Store, answers


@dataclass(frozen=True, slots=True)
class Paper:
    """One of the two tests for one student: its questions, those that she answered, and her share once released."""

    when: When
    state: State
    refs: tuple[str, ...]
    answered: frozenset[str]
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One of the two tests for a class: how many questions, how many people began it and how many answered them all."""

    when: When
    state: State
    questions: int
    begun: int
    whole: int


def offered(who: Who, course: Course) -> bool:
    """Say whether this person has a page of tests: the course names some, and she sits or runs them."""
    mine = allowed(who, SIT_TEST, owner=who.person) or allowed(who, RUN_TEST)
    return mine and bool(course.tests.before or course.tests.after)


def papers(who: Who, store: Store, course: Course) -> list[Paper]:
    """The tests of a student's class, and what she has done of each. Raises Forbidden."""
    require(who, SIT_TEST, owner=who.person)
    shares = {f"{r.case_id}:{r.exercise}": r.share for r in answers.answers_of(store, who.person or "")}
    found = []
    for when in WHEN:
        refs = course.tests.of(when)
        if not refs:
            continue
        now = state(store, who.class_id, when)
        done = frozenset(refs) & shares.keys()
        mean = sum((shares[ref] or Decimal(0) for ref in done), Decimal(0)) / len(refs)
        found.append(Paper(when, now, refs, frozenset(done), mean if now == "released" and done else None))
    return found


def sittings(who: Who, store: Store, course: Course, class_id: int) -> list[Sitting]:
    """How far a class is with each test. Raises Forbidden."""
    require(who, SEE_CLASS)
    people: dict[tuple[str, str], set[str]] = {}
    for row in answers.class_answers(store, class_id):
        people.setdefault((row.case_id, row.exercise), set()).add(row.person_id)
    found = []
    for when in WHEN:
        sat = [people.get(full_id("", ref), set()) for ref in course.tests.of(when)]
        if sat:
            begun, whole = set.union(*sat), set.intersection(*sat)
            found.append(Sitting(when, state(store, class_id, when), len(sat), len(begun), len(whole)))
    return found


def read_gains(who: Who, store: Store, course: Course, class_id: int) -> list[Gain]:
    """What a class gained between the tests, in all and by objective. Raises Forbidden."""
    require(who, SEE_CLASS)
    return gains(course, answers.class_answers(store, class_id))
