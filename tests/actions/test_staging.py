"""Staging: who moves what a class's projector shows, how it turns, and what each screen is told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from casecourse.access import ANONYMOUS, HOST, Forbidden, Who
from casecourse.actions import joining, rounds, staging
from casecourse.model import Course
from casecourse.store import Store, people, stages
from casecourse.store.rows import Pulse, StageRow
from tests.actions.conftest import CASE, TEACHER, Clock, People, everybody

UNIT = "first"


@pytest.fixture
def last(store: Store, course: Course, room: int) -> int:
    """The unit is on the stage; returns the number of its last step."""
    staging.show(TEACHER, store, course, room, CASE, UNIT)
    return len(staging.scene(TEACHER, store, course, room).steps) - 1


@pytest.fixture
def turn(store: Store, course: Course, room: int) -> Callable[..., StageRow]:
    def turned(way: staging.Way, seen: int | None = None) -> StageRow:
        return staging.turn(TEACHER, store, course, room, way, seen=seen)

    return turned


def test_only_who_teaches_moves_the_stage(store: Store, course: Course, room: int, person: People) -> None:
    """Showing, turning, covering, revealing, timing and measuring are refused to all others, and change nothing."""
    deeds: list[Callable[[Who], object]] = [
        lambda who: staging.show(who, store, course, room, CASE, UNIT),
        lambda who: staging.turn(who, store, course, room, "next"),
        lambda who: staging.cover(who, store, room, "blank"),
        lambda who: staging.reveal(who, store, room),
        lambda who: staging.time(who, store, room, 3),
        lambda who: staging.fitted(who, store, room, 1, 3),
        lambda who: staging.size(who, store, room),
        lambda who: staging.room(who, store, room),
    ]
    for role, who in everybody(person()).items():
        before = stages.stage(store, room).rev
        for deed in deeds:
            if role in ("instructor", "host"):
                deed(who)
            else:
                with pytest.raises(Forbidden):
                    deed(who)
        assert (stages.stage(store, room).rev > before) is (role in ("instructor", "host"))


def test_the_stage_is_seen_by_its_class_and_by_who_teaches(
    store: Store, course: Course, room: int, person: People, foreign: int
) -> None:
    """Another class's student and a reader without a name are refused."""
    for role, who in everybody(person()).items():
        if role == "anonymous":
            with pytest.raises(Forbidden):
                staging.scene(who, store, course, room)
        else:
            assert staging.scene(who, store, course, room).unit is None
    with pytest.raises(Forbidden):
        staging.scene(person("外班", foreign), store, course, room)


def test_a_unit_that_is_not_there_is_not_shown(store: Store, course: Course, room: int, last: int) -> None:
    """The stage keeps what it has."""
    before = stages.stage(store, room)
    for case, unit in ((CASE, "nowhere"), ("nowhere", UNIT)):
        with pytest.raises(KeyError):
            staging.show(TEACHER, store, course, room, case, unit)
    assert stages.stage(store, room) == before


def test_turning_goes_through_every_step_and_stops_at_both_ends(
    store: Store, course: Course, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """One step a turn; at either end nothing moves and no screen is told anything."""
    assert turn("back").step == 0
    assert [turn("next").step for _ in range(last)] == list(range(1, last + 1))
    end = stages.stage(store, room)
    assert turn("next") == end == stages.stage(store, room)
    assert staging.scene(TEACHER, store, course, room).next is None
    assert [turn("back").step for _ in range(last)] == list(range(last - 1, -1, -1))


def test_a_step_in_parts_is_turned_part_by_part(
    store: Store, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """The projector says how many parts there are; on goes through them, the next step begins with its first again."""
    turn("next")
    staging.fitted(TEACHER, store, room, stages.stage(store, room).rev, 3)
    seen = [(turn("next").step, stages.stage(store, room).part) for _ in range(3)]
    assert seen == [(1, 1), (1, 2), (2, 0)]
    assert stages.stage(store, room).parts == 1
    turn("back")
    staging.fitted(TEACHER, store, room, stages.stage(store, room).rev, 2)
    turn("next")
    back = turn("back")
    assert (back.step, back.part) == (1, 0)


def test_the_number_of_parts_is_kept_within_reason_and_of_the_step_it_was_measured_on(
    store: Store, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """A projector that is late, or wrong, cannot make another step longer."""
    rev = stages.stage(store, room).rev
    for said, kept in ((0, 1), (-4, 1), (10**9, 99), (2, 2)):
        staging.fitted(TEACHER, store, room, rev, said)
        assert stages.stage(store, room).parts == kept
    turn("next")
    turn("next")
    staging.fitted(TEACHER, store, room, rev, 5)
    assert stages.stage(store, room).parts == 1


def test_turning_twice_by_accident_turns_once(
    store: Store, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """Two screens that saw the same step and both go on turn one page together."""
    seen = stages.stage(store, room).rev
    first = turn("next", seen)
    assert turn("next", seen) == first
    assert turn("back", seen) == first
    assert turn("next", first.rev).step == 2


def test_a_unit_that_became_shorter_is_shown_at_its_end(
    store: Store, course: Course, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """The content may change while it is on the stage: the last step is shown, and back leads before it."""
    staging.show(TEACHER, store, course, room, CASE, UNIT, last + 7)
    scene = staging.scene(TEACHER, store, course, room)
    assert scene.here == scene.steps[-1]
    assert turn("next").step == last + 7
    assert turn("back").step == last - 1


def test_a_cover_is_put_on_taken_off_and_gone_with_the_next_step(
    store: Store, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """The same key twice, another cover instead, or turning: at the last step turning only uncovers."""
    assert staging.cover(TEACHER, store, room, "blank").cover == "blank"
    assert staging.cover(TEACHER, store, room, "code").cover == "code"
    assert staging.cover(TEACHER, store, room, "code").cover == ""
    staging.cover(TEACHER, store, room, "blank")
    turned = turn("next")
    assert (turned.cover, turned.step) == ("", 1)
    for _ in range(last):
        turn("next")
    staging.cover(TEACHER, store, room, "help")
    end = turn("next")
    assert (end.cover, end.step) == ("", last)


def test_a_key_is_shown_hidden_and_never_carried_to_another_step(
    store: Store, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """Revealing twice hides; the next step begins without."""
    assert staging.reveal(TEACHER, store, room).revealed
    assert not staging.reveal(TEACHER, store, room).revealed
    staging.reveal(TEACHER, store, room)
    assert not turn("next").revealed


def test_the_timer_is_a_moment_that_every_screen_reads(store: Store, room: int, clock: Clock) -> None:
    """It is set in minutes from now, up to three hours, and taken away by 0."""
    assert staging.time(TEACHER, store, room, 3).timer == clock.now + timedelta(minutes=3)
    clock.move(minutes=1)
    assert staging.time(TEACHER, store, room, 0.5).timer == clock.now + timedelta(seconds=30)
    assert staging.time(TEACHER, store, room, 10**6).timer == clock.now + timedelta(minutes=180)
    assert staging.time(TEACHER, store, room, 0).timer is None
    assert staging.time(TEACHER, store, room, -1).timer is None


def test_a_round_keeps_the_stage_until_it_ends(
    store: Store, course: Course, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """While a question is before the class, on and back turn its parts alone: afterwards the unit stands where it was."""
    turn("next")
    staging.fitted(TEACHER, store, room, stages.stage(store, room).rev, 4)
    turn("next")
    here = rounds.begin(TEACHER, store, course, room, CASE, "one", named=False)
    begun = stages.stage(store, room)
    assert (begun.step, begun.part, begun.parts, begun.round_id) == (1, 0, 1, here.id)
    asked = staging.question(course, staging.scene(TEACHER, store, course, room))
    assert asked is not None
    assert asked[:2] == (CASE, "one")
    for way in ("next", "back", "back"):
        assert turn(way) == begun
    rounds.do(TEACHER, store, here.id, "open")
    staging.fitted(TEACHER, store, room, stages.stage(store, room).rev, 2)
    assert [(s.step, s.part) for s in (turn("next"), turn("next"), turn("back"))] == [(1, 1), (1, 1), (1, 0)]
    turn("next")
    rounds.do(TEACHER, store, here.id, "lock")
    rounds.do(TEACHER, store, here.id, "reveal")
    assert stages.stage(store, room).part == 0, "the result begins at its top"
    rounds.do(TEACHER, store, here.id, "end")
    after = stages.stage(store, room)
    assert (after.step, after.part, after.round_id) == (1, 0, None)
    assert turn("next").step == 2


def test_a_question_is_whole_for_the_actions_alone(
    store: Store, course: Course, room: int, last: int, turn: Callable[..., StageRow]
) -> None:
    """Where a step asks nothing and no round is on, there is no question; else it is the step's."""
    assert staging.question(course, staging.scene(TEACHER, store, course, room)) is None
    asked = []
    for _ in range(last):
        turn("next")
        if (found := staging.question(course, staging.scene(TEACHER, store, course, room))) is not None:
            asked.append(found[1])
    (unit,) = (u for c in course.cases for u in c.units if u.id == UNIT)
    assert asked == list(unit.exercise_refs)


def test_who_may_listen(store: Store, room: int, foreign: int) -> None:
    """A browser of the class, or an instructor's; nobody's, another class's and one that has left are told nothing."""
    codes = {c.id: c.code for c in people.list_classes(store)}
    own, other, nobody = "a" * 43, "b" * 43, "c" * 43
    joining.join(ANONYMOUS, store, "王芳", codes[room], own, "test")
    joining.join(ANONYMOUS, store, "外班", codes[foreign], other, "test")
    heard = staging.listener(store, own, room)
    assert heard is not None
    assert heard.name == "王芳"
    for token, class_id in ((own, foreign), (other, room), (nobody, room), (None, room)):
        assert staging.listener(store, token, class_id) is None
    joining.leave(store, own)
    assert staging.listener(store, own, room) is None


def test_counts_are_told_to_instructors_alone(person: People) -> None:
    """Phones learn that something changed, not how many have voted."""
    pulse = Pulse(7, "vote", 31)
    assert staging.told(TEACHER, pulse) == {"rev": 7, "phase": "vote", "n": 31}
    for who in (person(), ANONYMOUS, HOST):
        assert staging.told(who, pulse) == {"rev": 7, "phase": "vote"}
