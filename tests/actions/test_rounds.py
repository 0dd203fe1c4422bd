"""Rounds: who may call a vote, who may cast in it, and what each of them may know of it at which moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from casecourse.access import HOST, Forbidden, Who
from casecourse.actions import answering, drafting, rounds
from casecourse.actions.rounds import WHY
from casecourse.grading import Unreadable
from casecourse.model import Course
from casecourse.store import Store
from casecourse.store import rounds as kept
from casecourse.store.errors import Conflict, Stale
from casecourse.store.rows import RoundRow
from tests.actions.conftest import CASE, TEACHER, People, everybody
from tests.writing import CONTENT
from tests.writing import course as written

RIGHT, BIG, GRID = ["小循环"], ["big"], ["微循环"]  # of `one`: 1, 0.5 and 0 of the points
Vote = Callable[..., None]


@pytest.fixture
def begin(store: Store, course: Course, room: int) -> Callable[..., RoundRow]:
    """Announce a round, and open its first vote."""

    def make(exercise: str = "one", *, named: bool = False, open_: bool = True) -> RoundRow:
        here = rounds.begin(TEACHER, store, course, room, CASE, exercise, named=named)
        return rounds.do(TEACHER, store, here.id, "open") if open_ else here

    return make


@pytest.fixture
def vote(store: Store, course: Course) -> Vote:
    """Cast a ballot in the vote that is open."""

    def cast(who: Who, here: RoundRow, raw: object, why: str = "") -> None:
        now = kept.a_round(store, here.id)
        assert now is not None
        n = len(kept.ballots_of(store, here.id))
        rounds.cast(who, store, course, here.id, now.vote, raw, f"ballot-{here.id}-{n}", why)

    return cast


def on(store: Store, here: RoundRow, *deeds: rounds.Deed) -> RoundRow:
    """Move a round on."""
    for deed in deeds:
        here = rounds.do(TEACHER, store, here.id, deed)
    return here


# ---- who may -----------------------------------------------------------------------------------------------------------


def test_instructor_and_host_conduct_and_nobody_else(store: Store, course: Course, room: int, person: People) -> None:
    """Beginning, moving on, counting and looking ahead belong to those who teach."""
    for role, who in everybody(person()).items():
        here = kept.add_round(store, room, CASE, "one", named=False)
        deeds: list[Callable[[], object]] = [
            lambda who=who: rounds.begin(who, store, course, room, CASE, "one", named=False),  # type: ignore[misc]
            lambda who=who, here=here: rounds.do(who, store, here.id, "open"),  # type: ignore[misc]
            lambda who=who, here=here: rounds.voted(who, store, here),  # type: ignore[misc]
            lambda who=who, here=here: rounds.result(who, store, course, here, ahead=True),  # type: ignore[misc]
        ]
        for deed in deeds:
            if role in ("instructor", "host"):
                try:
                    deed()
                except Stale:  # one round at a time; whoever may not is not even told that
                    assert deed is deeds[0]
            else:
                with pytest.raises(Forbidden):
                    deed()
        now = kept.a_round(store, here.id)
        assert now is not None
        assert now.phase == ("vote" if role in ("instructor", "host") else "closed")
        on(store, here, "end")


def test_only_a_student_of_the_class_votes(
    store: Store, course: Course, person: People, foreign: int, begin: Callable[..., RoundRow]
) -> None:
    """Nobody without a name, no instructor, nobody from another class; what they send is not stored."""
    here = begin()
    for role, who in everybody(person()).items():
        if role != "student":
            with pytest.raises(Forbidden):
                rounds.cast(who, store, course, here.id, 1, RIGHT, f"x-{role}")
            with pytest.raises(Forbidden):
                rounds.booth(who, store, course, here)
    with pytest.raises(KeyError):
        rounds.cast(person("外班", foreign), store, course, here.id, 1, RIGHT, "x-foreign")
    with pytest.raises(KeyError):
        rounds.cast(person("李强"), store, course, here.id + 99, 1, RIGHT, "x-nowhere")
    assert kept.ballots_of(store, here.id) == []
    rounds.cast(person("赵敏"), store, course, here.id, 1, RIGHT, "x")
    assert len(kept.ballots_of(store, here.id)) == 1


def test_another_class_has_no_booth_and_no_result(
    store: Store, course: Course, room: int, person: People, foreign: int, begin: Callable[..., RoundRow]
) -> None:
    """Whoever is of another class sees neither the question with its key nor what was voted, also after the reveal."""
    here = begin()
    stranger = person("外班", foreign)
    for now in (here, on(store, here, "lock", "reveal")):
        with pytest.raises(KeyError):
            rounds.booth(stranger, store, course, now)
        assert rounds.result(stranger, store, course, now) is None
        assert rounds.current(stranger, store, room) is None


def test_which_round_is_under_way_is_told_to_its_class_and_its_instructor(
    store: Store, room: int, person: People, begin: Callable[..., RoundRow]
) -> None:
    """Its people and whoever teaches; an anonymous reader is refused, and a class without a number has none."""
    here = begin()
    for role, who in everybody(person()).items():
        if role == "anonymous":
            with pytest.raises(Forbidden):
                rounds.current(who, store, room)
        else:
            assert rounds.current(who, store, room) == here
            assert rounds.current(who, store, None) is None


def test_a_question_that_is_not_there_cannot_be_put_to_the_vote(store: Store, course: Course, room: int) -> None:
    """And the class is left without a round."""
    with pytest.raises(KeyError):
        rounds.begin(TEACHER, store, course, room, CASE, "nowhere", named=False)
    assert rounds.current(TEACHER, store, room) is None


# ---- anonymous and named -----------------------------------------------------------------------------------------------


def test_an_anonymous_voter_has_one_mark_a_round(
    store: Store, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """The same mark in both votes of a round, another in the next, never her id, and none can be made once it has ended."""
    wang, li = person("王芳"), person("李强")
    marks: list[set[str]] = []
    for _ in range(2):
        here = begin()
        vote(wang, here, RIGHT)
        vote(li, here, BIG)
        on(store, here, "lock", "open")
        vote(wang, here, BIG)
        rows = kept.ballots_of(store, here.id)
        assert rows[0].voter == rows[2].voter != rows[1].voter
        assert {r.voter for r in rows} & {wang.person, li.person, wang.name} == set()
        marks.append({r.voter for r in rows})
        ended = on(store, here, "end")
        assert ended.secret == ""
        assert rounds.voter(ended, wang.person or "") not in marks[-1]
        with pytest.raises(Stale):
            vote(wang, here, RIGHT)
    assert marks[0] & marks[1] == set()


def test_who_voted_what_is_known_of_a_named_round_to_its_instructor_alone(
    store: Store, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """Of an anonymous round nobody may ask, whatever her role; of a named one the instructor, by person."""
    wang = person("王芳")
    for named in (False, True):
        here = begin(named=named)
        vote(wang, here, RIGHT)
        for role, who in everybody(wang).items():
            if named and role == "instructor":
                assert {p: [b.raw for b in rows] for p, rows in rounds.by_person(who, store, here).items()} == {
                    wang.person: [RIGHT]
                }
            else:
                with pytest.raises(Forbidden):
                    rounds.by_person(who, store, here)
        on(store, here, "end")


# ---- casting -----------------------------------------------------------------------------------------------------------


def test_a_ballot_after_the_lock_is_refused_and_one_before_may_be_sent_again(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow]
) -> None:
    """The lock decides; the same ballot on its way twice is one, and its id with another content is a conflict."""
    here, wang = begin(), person()
    first = rounds.cast(wang, store, course, here.id, 1, RIGHT, "b")
    on(store, here, "lock")
    with pytest.raises(Stale):
        rounds.cast(wang, store, course, here.id, 1, BIG, "late")
    assert rounds.cast(wang, store, course, here.id, 1, RIGHT, "b") == first
    with pytest.raises(Conflict):
        rounds.cast(wang, store, course, here.id, 1, BIG, "b")
    assert kept.ballots_of(store, here.id) == [first]


def test_what_is_no_answer_is_no_ballot(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow]
) -> None:
    """It is refused with a reason, before anything is stored."""
    here, wang = begin(), person()
    for raw in ([], ["没有这一项"], None, ["小循环", "big"]):
        with pytest.raises(Unreadable):
            rounds.cast(wang, store, course, here.id, 1, raw, "b")
    assert kept.ballots_of(store, here.id) == []


def test_the_last_ballot_before_the_lock_counts(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """She may change her mind until then; she is one voter, and every ballot of hers is kept."""
    here, wang = begin(), person()
    for raw in (RIGHT, BIG, GRID):
        vote(wang, here, raw)
    assert rounds.voted(TEACHER, store, here) == 1
    found = rounds.result(TEACHER, store, course, on(store, here, "lock", "reveal"))
    assert found is not None
    assert found.tallies[0].slots == {"": {"小循环": 0, "big": 0, "微循环": 1}}
    assert [b.raw for b in kept.ballots_of(store, here.id)] == [RIGHT, BIG, GRID]


def test_a_reason_is_cut_and_shown_without_a_name(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """What she wrote on changing her mind is stored up to its length, and told in an order that says nothing of who."""
    here, wang, li = begin(), person("王芳"), person("李强")
    for who in (wang, li):
        vote(who, here, BIG)
    on(store, here, "lock", "open")
    vote(wang, here, RIGHT, "乙" * (WHY + 50))
    vote(li, here, RIGHT, "甲说得对")
    found = rounds.result(wang, store, course, on(store, here, "lock", "reveal"))
    assert found is not None
    assert found.reasons == tuple(sorted(["乙" * WHY, "甲说得对"]))


# ---- before the reveal -------------------------------------------------------------------------------------------------


def test_a_booth_holds_no_key_before_the_reveal(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """Through every phase the question is its public form and nothing is judged; then key and verdict are there."""
    wang = person()
    here = begin(open_=False)
    whole = course.exercise(CASE, "one")
    assert whole is not None
    for deed in ("", "open", "lock", "discuss", "open", "lock"):
        if deed:
            here = on(store, here, deed)  # type: ignore[arg-type]
        if here.phase == "vote":
            vote(wang, here, BIG)
        booth = rounds.booth(wang, store, course, here)
        assert booth.exercise == whole.public() != whole
        assert booth.verdict is None
        assert whole.explain not in booth.exercise.model_dump_json()
    booth = rounds.booth(wang, store, course, on(store, here, "reveal"))
    assert booth.exercise == whole
    assert booth.verdict is not None
    assert str(booth.verdict.share) == "0.5"
    assert booth.mine == {1: BIG, 2: BIG}


def test_a_result_waits_for_the_reveal(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """Before it there is none for students and for the projector; whoever teaches may ask ahead of it, nobody else."""
    here, wang = begin(), person()
    vote(wang, here, BIG)
    for deed in ("", "lock", "discuss"):
        now = on(store, here, deed) if deed else here  # type: ignore[arg-type]
        for who in (wang, TEACHER, HOST):
            assert rounds.result(who, store, course, now) is None
        with pytest.raises(Forbidden):
            rounds.result(wang, store, course, now, ahead=True)
        ahead = rounds.result(TEACHER, store, course, now, ahead=True)
        assert ahead is not None
        assert ahead.tallies[0].n == 1
    found = rounds.result(wang, store, course, on(store, here, "reveal"))
    assert found is not None
    assert (found.tallies[0].n, found.shares) == (1, (0.5,))
    assert rounds.result(wang, store, course, on(store, here, "end")) is None
    for role, who in everybody(wang).items():
        if role == "anonymous":
            with pytest.raises(Forbidden):
                rounds.result(who, store, course, here)


def test_a_late_draft_is_its_authors_and_counts_for_nobody(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """What stood in her widgets when the vote was locked is shown to her alone, and is in no count."""
    here, wang, li = begin(), person("王芳"), person("李强")
    for who in (wang, li):
        drafting.keep(who, store, CASE, "one", BIG, drafting.opened(who, store))
    vote(li, here, RIGHT)
    assert rounds.booth(wang, store, course, here).late is None
    locked = on(store, here, "lock")
    late = rounds.booth(wang, store, course, locked).late
    assert late is not None
    assert late.raw == BIG
    assert rounds.booth(li, store, course, locked).late is None, "what was sent is no draft any more"
    found = rounds.result(TEACHER, store, course, on(store, here, "reveal"))
    assert found is not None
    assert found.tallies[0].slots[""] == {"小循环": 1, "big": 0, "微循环": 0}


# ---- two votes ---------------------------------------------------------------------------------------------------------


def test_two_votes_give_flows_and_the_gain_of_those_in_both(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """Four voted twice: 0, 0, 0.5, 1 before and 1, 0.5, 1, 1 after; gain (0.875 − 0.375) ÷ (1 − 0.375) = 0.8.

    One voted only the first time, one only the second: they are in the counts of their vote and in nothing else.
    """
    here = begin()
    four = [person(f"学生{n}") for n in range(4)]
    first, last = person("只投首次"), person("只投再次")
    for who, raw in zip([*four, first], [GRID, GRID, BIG, RIGHT, RIGHT], strict=True):
        vote(who, here, raw)
    on(store, here, "lock", "discuss", "open")
    for who, raw in zip([*four, last], [RIGHT, BIG, RIGHT, RIGHT, GRID], strict=True):
        vote(who, here, raw)
    found = rounds.result(TEACHER, store, course, on(store, here, "lock", "reveal"))
    assert found is not None
    assert found.shift is not None
    assert [t.n for t in found.tallies] == [5, 5]
    assert (found.shift.n, found.shift.changed) == (4, 3)
    assert found.shift.flows == {
        "": {("微循环", "小循环"): 1, ("微循环", "big"): 1, ("big", "小循环"): 1, ("小循环", "小循环"): 1}
    }
    assert (found.shift.before, found.shift.after) == (0.375, 0.875)
    assert found.shift.gain == pytest.approx(0.8)
    assert found.shares == (0.5, 0.7)
    assert found.hint is None


def test_a_vote_started_anew_counts_no_more(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote
) -> None:
    """Its ballots are kept but in no tally, no flow and no booth; only the vote after it is."""
    here, wang = begin(), person()
    vote(wang, here, GRID)
    anew = on(store, here, "reset")
    booth = rounds.booth(wang, store, course, anew)
    assert (booth.mine, booth.voted) == ({}, False)
    vote(wang, here, RIGHT)
    found = rounds.result(TEACHER, store, course, on(store, here, "lock", "reveal"))
    assert found is not None
    assert [v.n for v in found.votes] == [2]
    assert (found.shares, found.shift) == ((1.0,), None)
    assert len(kept.ballots_of(store, here.id)) == 2


def test_a_ballot_that_cannot_be_read_any_more_is_left_out(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow], vote: Vote, tmp_path: Path
) -> None:
    """An option that was corrected away takes no part in the counts, and breaks nothing."""
    here, wang, li = begin(), person("王芳"), person("李强")
    vote(wang, here, BIG)
    vote(li, here, RIGHT)
    bank = (CONTENT / "good" / "choice.yaml").read_text("utf-8")
    later = written(tmp_path / "later", bank_yaml=bank.replace("id: big", "id: large", 1)).course
    now = on(store, here, "lock", "reveal")
    found = rounds.result(TEACHER, store, later, now)
    assert found is not None
    assert found.tallies[0].n == 1
    booth = rounds.booth(wang, store, later, now)
    assert (booth.mine, booth.verdict, booth.voted) == ({}, None, True)


# ---- while a class votes on it -----------------------------------------------------------------------------------------


def test_a_question_under_a_vote_is_neither_answered_nor_seen_apart(
    store: Store, course: Course, person: People, foreign: int, begin: Callable[..., RoundRow]
) -> None:
    """No answer, no key, no class result, no verdict until the reveal, from the announcement on; another class goes on."""
    wang, far = person("王芳"), person("外班", foreign)
    answering.submit(wang, store, course, CASE, "one", GRID, "before")
    answering.submit(wang, store, course, CASE, "poll", ["微循环"], "before-poll")
    for exercise in ("one", "poll"):
        here = begin(exercise, open_=False)
        for deed in ("", "open", "lock", "discuss"):
            if deed:
                on(store, here, deed)  # type: ignore[arg-type]
            with pytest.raises(Forbidden):
                answering.submit(wang, store, course, CASE, exercise, GRID, f"{exercise}-{deed}")
            with pytest.raises(Forbidden):
                answering.show_key(wang, store, course, CASE, exercise)
            assert answering.class_tally(wang, store, course, CASE, exercise) is None
            standing = answering.standing(course, CASE, exercise, answering.mine(wang, store, CASE))
            assert standing.veiled
            assert (standing.verdict, standing.answer, standing.released) == (None, None, False)
            whole = course.exercise(CASE, exercise)
            assert whole is not None
            assert standing.exercise == whole.public()
        answering.submit(far, store, course, CASE, exercise, GRID, f"far-{exercise}")
        on(store, here, "reveal")
        assert not answering.standing(course, CASE, exercise, answering.mine(wang, store, CASE)).veiled
        on(store, here, "end")
    answering.submit(wang, store, course, CASE, "one", BIG, "after")
    tally = answering.class_tally(wang, store, course, CASE, "poll")
    assert tally is not None
    assert tally[1].n == 1


def test_the_neighbour_of_a_question_under_a_vote_is_answered_as_ever(
    store: Store, course: Course, person: People, begin: Callable[..., RoundRow]
) -> None:
    """The veil lies on one question alone."""
    begin("one")
    wang = person()
    answering.submit(wang, store, course, CASE, "unsaid", ["源文未载"], "a")
    standing = answering.standing(course, CASE, "unsaid", answering.mine(wang, store, CASE))
    assert standing.verdict is not None
    assert standing.verdict.right
