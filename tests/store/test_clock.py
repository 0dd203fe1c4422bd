"""The clock steps back an hour and forward a year: order, bindings, drafts, waits and nonces do not follow it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from casecourse.store import Store, answers, devices, drafts, instructors, progress
from casecourse.store.rows import NewAnswer, PersonRow

from .conftest import Clock

Make = Callable[..., NewAnswer]
BACK, YEAR = {"hours": -1.0}, {"days": 365.0}
STEPS = pytest.mark.parametrize("step", [BACK, YEAR], ids=["an hour back", "a year forward"])
HALF_DAY = timedelta(hours=12)


@STEPS
def test_answers_keep_their_order(
    store: Store, clock: Clock, wang: PersonRow, class_id: int, new: Make, step: dict[str, float]
) -> None:
    """The last answer is the one given last, in every list, whatever time stands beside it."""
    ids = []
    for n in range(4):
        ids.append(answers.add_answer(store, new(f"a{n}", wang, fingerprint=f"f{n}")).id)
        clock.move(**(step if n % 2 == 0 else {name: -value for name, value in step.items()}))
        clock.move(seconds=1)
    assert [row.id for row in answers.answers_of(store, wang.id)] == ids
    assert [row.id for row in answers.class_answers(store, class_id)] == ids
    assert [row.attempt for row in answers.answers_to(store, class_id, "haidian", "loop")] == [1, 2, 3, 4]
    assert [row.fingerprint for row in answers.asked_as(store, "haidian", "loop")] == ["f0", "f1", "f2", "f3"]
    last = answers.latest(store, wang.id, "haidian", "loop")
    assert last is not None
    assert last.id == "a3"


@STEPS
def test_the_newer_draft_stays(store: Store, clock: Clock, wang: PersonRow, step: dict[str, float]) -> None:
    """A draft written after the step takes the place of the one before; a page that has not seen it does not undo it."""
    first = drafts.put_draft(store, wang.id, "haidian", "loop", "先", screen="手机")
    clock.move(**step)
    second = drafts.put_draft(store, wang.id, "haidian", "loop", "后", screen="电脑", seen=first.rev)
    assert (second.raw, second.rev) == ("后", first.rev + 1)
    clock.move(seconds=1)
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "旧", screen="手机", seen=first.rev) == second


@STEPS
def test_the_last_place_is_the_last(store: Store, clock: Clock, wang: PersonRow, step: dict[str, float]) -> None:
    """A person goes on where she was last."""
    progress.put_place(store, wang.id, "haidian", "u1")
    clock.move(**step)
    progress.put_place(store, wang.id, "jiaxing", "u2")
    assert [place.unit for place in progress.places_of(store, wang.id)] == ["u2", "u1"]


def test_a_step_back_signs_nobody_out(store: Store, clock: Clock, wang: PersonRow) -> None:
    """After an hour back, student and instructor are still who they were, and being idle is counted from then on."""
    teacher = instructors.add_instructor(store, "李老师", "hash")
    devices.bind_device(store, "t1", lasts=timedelta(days=180), person_id=wang.id)
    devices.bind_device(store, "t2", lasts=HALF_DAY, instructor_id=teacher.id)
    clock.move(**BACK)
    here = devices.who(store, "t2")
    assert devices.who(store, "t1") is not None
    assert here is not None
    devices.touch(store, here, HALF_DAY)
    clock.move(hours=11, minutes=59)
    assert devices.who(store, "t2") is not None
    clock.move(minutes=1)
    assert devices.who(store, "t2") is None


def test_a_wrong_year_is_forgotten_when_the_clock_is_right_again(store: Store, clock: Clock) -> None:
    """Whoever was here while the clock was a year ahead does not stay signed in for a year afterwards."""
    teacher = instructors.add_instructor(store, "李老师", "hash")
    clock.move(**YEAR)
    devices.bind_device(store, "t1", lasts=HALF_DAY, instructor_id=teacher.id)
    clock.move(days=-365)
    here = devices.who(store, "t1")
    assert here is not None
    devices.touch(store, here, HALF_DAY)
    clock.move(hours=12)
    assert devices.who(store, "t1") is None


def test_a_binding_outlives_a_wrong_year(store: Store, clock: Clock, wang: PersonRow) -> None:
    """A clock that was a year ahead for a while ends nobody's binding for good."""
    devices.bind_device(store, "t1", lasts=timedelta(days=180), person_id=wang.id)
    clock.move(**YEAR)
    assert devices.who(store, "t1") is None
    assert not devices.rotate(store, "t1", "t2")
    clock.move(days=-365)
    assert devices.who(store, "t1") is not None


def test_a_nonce_works_over_a_step_back_and_only_once(store: Store, clock: Clock, wang: PersonRow) -> None:
    """Somebody coming in while the clock steps back still gets her new cookie; a used nonce stays used."""
    devices.issue_nonce(store, "n1", "old", person_id=wang.id)
    clock.move(**BACK)
    assert devices.claim(store, "n1", "old", "new", lasts=HALF_DAY) is not None
    assert devices.claim(store, "n1", "new", "newer", lasts=HALF_DAY) is None


def test_a_nonce_from_before_a_step_forward_is_too_old(store: Store, clock: Clock, wang: PersonRow) -> None:
    """A year later a nonce means nothing; coming in again gives another, and the old ones are cleared away."""
    devices.issue_nonce(store, "n1", "old", person_id=wang.id)
    clock.move(**YEAR)
    assert devices.claim(store, "n1", "old", "new", lasts=HALF_DAY) is None
    devices.issue_nonce(store, "n2", "old", person_id=wang.id)
    assert devices.claim(store, "n2", "old", "new", lasts=HALF_DAY) is not None


def test_a_step_back_locks_nobody_out(store: Store, clock: Clock) -> None:
    """Who has to wait two seconds waits two seconds, not the hour that the clock stepped back, or the year."""
    for step in (BACK, {"days": -365.0}):
        for _ in range(instructors.FREE):
            assert instructors.may_try(store, "这里", "instructor") == 0
        assert instructors.may_try(store, "这里", "instructor") == 2
        clock.move(**step)
        assert instructors.may_try(store, "这里", "instructor") == 2
        clock.move(seconds=1)
        assert instructors.may_try(store, "这里", "instructor") == 1
        clock.move(seconds=1)
        assert instructors.may_try(store, "这里", "instructor") == 0
        clock.move(hours=2)


def test_a_step_back_gives_no_free_guesses(store: Store, clock: Clock) -> None:
    """A step back does not forget how often somebody has guessed."""
    for _ in range(instructors.FREE):
        instructors.may_try(store, "这里", "instructor")
    clock.move(**BACK)
    assert instructors.may_try(store, "这里", "instructor") > 0
