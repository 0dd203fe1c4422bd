"""The index of mechanisms: what the cases' governance systems are for, what they rest on, and where each can be tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casecourse.access import READ_UNIT, Who, allowed, require
from casecourse.actions.studying import visible
from casecourse.formula import FormulaError
from casecourse.grading import UNKNOWN
from casecourse.model import Case, Course, Mechanism, full_id
from casecourse.model.blocks import HANDS_ON, ExerciseBlock
from casecourse.store import Store


@dataclass(frozen=True)
class Trial:
    """A place in a unit where a mechanism can be tried: an exercise with its kind and number, or a prompt (no number)."""

    case: str
    unit: str
    at: str  # what the unit's address calls the place
    kind: str
    number: int
    prompt: str


@dataclass(frozen=True)
class Indexed:
    """A mechanism of a case, the places of the source it rests on, and where it can be tried."""

    case: Case
    name: str
    mechanism: Mechanism
    places: tuple[str, ...]
    trials: tuple[Trial, ...]


def offered(who: Who) -> bool:
    """Say whether this person may read the index: whoever may read units."""
    return allowed(who, READ_UNIT)


def index(who: Who, store: Store, course: Course) -> list[Indexed]:
    """The mechanisms of the cases that this person may read today, in the course's order. Raises Forbidden."""
    require(who, READ_UNIT)
    cases = visible(who, store, course)
    trials: dict[tuple[str, str], Trial] = {}
    for key, trial in places(cases, course):
        trials.setdefault(key, trial)
    return [
        Indexed(
            case,
            name,
            mechanism,
            tuple(dict.fromkeys(p for ref in mechanism.evidence if (p := _place(course, case, ref)))),
            tuple(trials[key] for ref in mechanism.tries if (key := full_id(case.id, ref)) in trials),
        )
        for case in cases
        for name, mechanism in case.mechanisms.items()
    ]


def _place(course: Course, case: Case, ref: str) -> str:
    """Where in the source a piece of evidence stands; nothing of what it says, which may be an answer."""
    owner, name = full_id(case.id, ref)
    found = course.case(owner)
    if found is None:
        return ""
    if name in found.gaps:
        return UNKNOWN
    unit, hash_, _ = name.partition("#")
    if hash_:
        home = found.unit(unit)
        return home.title if home else ""
    try:
        scope = course.facts.of(case.id)
        return scope.note(ref) if scope.origin(ref) == "at" else ""
    except (KeyError, FormulaError):
        return ""


def places(cases: Iterable[Case], course: Course) -> Iterator[tuple[tuple[str, str], Trial]]:
    """Reference → everything with which a reader can do something; questions are numbered as their unit numbers them."""
    for case in cases:
        fill = course.facts.of(case.id).fill
        for unit in case.units:
            number = 0
            for block in unit.blocks:
                if isinstance(block, ExerciseBlock):
                    number += 1
                    owner, name = full_id(case.id, block.exercise)
                    if exercise := course.exercise(owner, name):
                        words = exercise.scope.fill(exercise.prompt)
                        yield (owner, name), Trial(case.id, unit.id, block.exercise, exercise.kind, number, words)
                elif block.id and block.NAME in HANDS_ON:
                    words = fill(str(getattr(block, block.NAME)))
                    yield (case.id, f"{unit.id}#{block.id}"), Trial(case.id, unit.id, block.id, block.NAME, 0, words)
