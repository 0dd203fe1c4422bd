"""Tests before and after the course, for a class: opened, collected, released; who may answer, and what is held back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from casecourse.access import RUN_TEST, Who, require
from casecourse.model import Course, When, full_id
from casecourse.store import Store, settings

State = Literal["waiting", "open", "shut", "released"]
# what may follow what: a released test stays released, because a further answer would measure copying
NEXT: Final[Mapping[State, tuple[State, ...]]] = {
    "waiting": ("open",),
    "open": ("shut",),
    "shut": ("open", "released"),
    "released": (),
}


def closing(class_id: int | None, case: str) -> str:
    """The setting that names the exercises of a case that are closed for a class."""
    return f"closed:{class_id}:{case}"


def closed(store: Store, class_id: int | None, case: str) -> frozenset[str]:
    """The exercises of a case that are closed for a class: no more answers, keys shown."""
    return frozenset(settings.setting(store, closing(class_id, case), []))


def state(store: Store, class_id: int | None, when: When) -> State:
    """How far a test has come in a class."""
    found: State = settings.setting(store, _sitting(class_id), {}).get(when, "waiting")
    return found


def move(who: Who, store: Store, course: Course, class_id: int, when: When, to: State) -> bool:
    """Open a test for a class, collect it, or release its keys; False where that cannot follow. Raises Forbidden."""
    require(who, RUN_TEST)
    if to not in NEXT[state(store, class_id, when)]:
        return False
    if to == "released":
        keys: dict[str, set[str]] = {}
        for case, name in (full_id("", ref) for ref in course.tests.of(when)):
            keys.setdefault(case, set()).add(name)
        for case, names in keys.items():
            settings.put_setting(store, closing(class_id, case), sorted(closed(store, class_id, case) | names))
    now = {**settings.setting(store, _sitting(class_id), {}), when: to}
    settings.put_setting(store, _sitting(class_id), now)
    return True


def refused(store: Store, course: Course, class_id: int | None, case: str, name: str) -> bool:
    """Say whether a class may not answer an exercise now: it is closed, or stands in a test that is not open."""
    tests = course.test_of(case, name)
    if tests and not any(state(store, class_id, when) == "open" for when in tests):
        return True
    return name in closed(store, class_id, case)


def feedback(course: Course, case: str, name: str, written: str) -> str:
    """When the key is shown: what the author wrote, but for a test question only when the test is released."""
    return "closed" if course.test_of(case, name) else written


def held(store: Store, course: Course, class_id: int | None, case: str, name: str) -> bool:
    """Say whether the judgement of an answer is held back until the instructor closes the exercise."""
    exercise = course.exercise(case, name)
    if exercise is None or feedback(course, case, name, exercise.feedback) != "closed":
        return False
    return name not in closed(store, class_id, case)


def _sitting(class_id: int | None) -> str:
    return f"tests:{class_id}"
