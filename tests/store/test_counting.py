"""Live results of the shipped course, read from the counters: what the class's last answers come to."""

from __future__ import annotations

import pytest

from casecourse.access import ANONYMOUS, HOST, Forbidden, Who
from casecourse.actions import answering, citing, counting, joining, sittings
from casecourse.loading import Content
from casecourse.model import WHEN
from casecourse.store import Store, answers, counters, people
from casecourse.store.rows import NewAnswer

TEACHER = Who("instructor", instructor="i")


@pytest.fixture
def students(store: Store, class_id: int) -> list[Who]:
    return [joining.as_student(people.join(store, class_id, f"学生{n}")) for n in range(3)]


def test_every_exercise_counts_as_it_tallies(
    store: Store, class_id: int, students: list[Who], content: Content
) -> None:
    """For every exercise of the course, everybody answers twice: the counters agree with the answers read one by one."""
    asked = 0
    for when in WHEN:
        sittings.move(TEACHER, store, content.course, class_id, when, "open")
    for case in content.course.cases:
        for name, exercise in case.exercises.items():
            offered = [p.ref for p in citing.offered(content.course, case.id, name, exercise)][:1]
            readable = [s.raw for s in exercise.samples() if s.expects != "unreadable"]
            for n, who in enumerate([*students, *students]):
                if exercise.attempts is not None and n >= len(students):
                    break
                raw = readable[n * 2 % len(readable)]
                answering.submit(who, store, content.course, case.id, name, raw, f"{case.id}-{name}-{n}", offered)
            rows = answers.answers_to(store, class_id, case.id, name)
            wanted = answering.tallied(exercise, rows)
            live = counting.live_counts(TEACHER, store, content.course, class_id, case.id, name)
            assert live is not None
            assert live.n == wanted.n == len(students)
            totals = {slot: sum(labels.values()) for slot, labels in wanted.slots.items()}
            assert {slot: sum(labels.values()) for slot, labels in live.slots.items()} == totals, name
            if (
                all(map(exercise.positions, (exercise.read(row.raw) for row in rows)))
                and "options" in exercise.snapshot()
            ):
                assert live.slots == wanted.slots  # labels that the author wrote, in the author's order
            asked += 1
    assert asked > 40
    kept = everything(store, class_id, content)
    assert counting.recount(HOST, store, content.course) > 0
    assert everything(store, class_id, content) == kept
    assert counting.recount(HOST, store, content.course) == 0


def everything(store: Store, class_id: int, content: Content) -> list[counters.Live]:
    """The counters of all exercises."""
    return [counters.live(store, class_id, c.id, e) for c in content.course.cases for e in c.exercises]


def test_what_cannot_be_read_any_more_counts_as_nobodys_choice(
    store: Store, class_id: int, students: list[Who], content: Content
) -> None:
    """Answers to an exercise that is gone, or of a form that it no longer reads, disturb no recount."""
    person = students[0].person or ""
    answers.add_answer(store, NewAnswer("a", person, "haidian", "gone", "choice", "f", ["甲"], {}))
    case = content.course.cases[0]
    name = next(iter(case.exercises))
    answers.add_answer(store, NewAnswer("b", person, case.id, name, "choice", "f", {"不是": "答案"}, {}))
    counting.recount(HOST, store, content.course)
    assert counters.live(store, class_id, "haidian", "gone") == counters.Live(1, {})
    assert counters.live(store, class_id, case.id, name) == counters.Live(1, {})


def test_live_results_are_the_instructors(store: Store, class_id: int, students: list[Who], content: Content) -> None:
    """Students and strangers do not read the counters; an exercise that is not there has none."""
    case = content.course.cases[0]
    name = next(iter(case.exercises))
    for who in (ANONYMOUS, students[0]):
        with pytest.raises(Forbidden):
            counting.live_counts(who, store, content.course, class_id, case.id, name)
    with pytest.raises(Forbidden):
        counting.recount(TEACHER, store, content.course)
    assert counting.live_counts(TEACHER, store, content.course, class_id, case.id, "gone") is None
