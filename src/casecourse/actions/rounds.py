"""Rounds: an exercise put to the vote in a class: who may vote when, and what may be seen of it by whom."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casecourse.access import TEACH, VOTE, VOTED_WHAT, Who, require
from casecourse.actions import drafting
from casecourse.analytics import shift
from casecourse.analytics.shift import Ballot, Hint, Shift
from casecourse.grading import JSON, ExerciseBase, Tally, Unreadable, Verdict, grade, typed
from casecourse.model import Course, full_id
from casecourse.store import Store, rounds
from casecourse.store.errors import Stale
from casecourse.store.rounds import Deed
from casecourse.store.rows import BallotRow, DraftRow, NewBallot, RoundRow, VoteRow

__all__ = [
    "WHY",
    "Booth",
    "Deed",
    "Result",
    "begin",
    "booth",
    "by_person",
    "cast",
    "current",
    "do",
    "result",
    "voted",
    "voter",
]

WHY = 200  # characters of the sentence why a vote was changed


@dataclass(frozen=True, slots=True)
class Booth:
    """What one voter has in front of her.

    `exercise` has no key before the reveal. `mine` holds her last ballot of each vote that counts, by its number, as
    answers; `late` is what she had only typed when the vote was locked. `voted` says that her ballot of this vote is in,
    with the reason `why`.
    """

    round: RoundRow
    exercise: ExerciseBase
    mine: dict[int, Any]
    raw: dict[int, JSON]
    verdict: Verdict | None
    voted: bool
    late: DraftRow | None
    why: str = ""

    def differs(self, raw: JSON, vote: int) -> bool:
        """True where `raw` is a whole answer, and says something else than her ballot of that vote."""
        answer = _read(self.exercise, raw)
        return answer is not None and shift.changed(self.exercise, answer, self.mine[vote])


@dataclass(frozen=True, slots=True)
class Result:
    """A round after its reveal, or as its instructor alone sees it before: the votes that count, in order.

    `tallies` and `shares` are per vote: what was answered, and the mean share of the points where there is a key.
    `shift` compares the first with the last where there are two. `reasons` are what people wrote on changing, unnamed.
    """

    round: RoundRow
    exercise: ExerciseBase
    votes: tuple[VoteRow, ...]
    tallies: tuple[Tally, ...]
    shares: tuple[float | None, ...]
    shift: Shift | None
    reasons: tuple[str, ...]
    hint: Hint | None


def begin(who: Who, store: Store, course: Course, class_id: int, case: str, ref: str, *, named: bool) -> RoundRow:
    """Put an exercise to the vote: announced, not yet open. Raises Forbidden, KeyError, Stale where one is under way."""
    require(who, TEACH)
    owner, name = full_id(case, ref)
    if course.exercise(owner, name) is None:
        raise KeyError(ref)
    return rounds.add_round(store, class_id, owner, name, named=named)


def do(who: Who, store: Store, round_id: int, deed: Deed, *, vote: int | None = None) -> RoundRow:
    """Open, lock, reopen, reset, reveal or end. Raises Forbidden, Stale where that does not fit any more."""
    require(who, TEACH)
    return rounds.do(store, round_id, deed, vote=vote)


def current(who: Who, store: Store, class_id: int | None) -> RoundRow | None:
    """The round under way in a class, for its people and for instructors. Raises Forbidden."""
    require(who, VOTE if who.person is not None else TEACH)
    if class_id is None or (who.person is not None and class_id != who.class_id):
        return None
    return rounds.current(store, class_id)


# ---- voting ------------------------------------------------------------------------------------------------------------


def voter(here: RoundRow, person: str) -> str:
    """Under what a person's ballots stand: her id in a named round, else a mark that nobody can make once it is over."""
    return person if here.named else hmac.new(here.secret.encode(), person.encode(), hashlib.sha256).hexdigest()


def cast(
    who: Who,
    store: Store,
    course: Course,
    round_id: int,
    vote: int,
    raw: JSON,
    client_id: str,
    why: str = "",
) -> BallotRow:
    """Cast a ballot in the vote that is open; it is durable on return, and the last one before the lock counts.

    Raises Unreadable, Forbidden, Stale (not open, or another vote than `vote`), Conflict, StoreDown, KeyError.
    """
    require(who, VOTE)
    here = rounds.a_round(store, round_id)
    if here is None or who.person is None or here.class_id != who.class_id:
        raise KeyError(round_id)
    if here.phase == "ended":
        raise Stale(here.phase, here.vote)
    exercise = _exercise(course, here)
    _, verdict = grade(exercise, raw)
    new = NewBallot(
        client_id,
        here.id,
        vote,
        voter(here, who.person),
        here.case_id,
        here.exercise,
        exercise.kind,
        exercise.fingerprint(),
        raw,
        exercise.snapshot(),
        verdict.share,
        typed(why)[:WHY] if why else "",
    )
    stored = rounds.add_ballot(store, new)
    drafting.drop(who, store, here.case_id, here.exercise)
    return stored


def _exercise(course: Course, here: RoundRow) -> ExerciseBase:
    found = course.exercise(here.case_id, here.exercise)
    if found is None:  # taken out of the content while the round was under way
        raise KeyError(here.exercise)
    return found


def booth(who: Who, store: Store, course: Course, here: RoundRow) -> Booth:
    """What a voter has in front of her. Raises Forbidden, KeyError for another class's or where the exercise is gone."""
    require(who, VOTE)
    if here.class_id != who.class_id:
        raise KeyError(here.id)
    exercise = _exercise(course, here)
    person = who.person or ""
    own = [] if here.phase == "ended" else rounds.ballots_of(store, here.id, voter(here, person))
    counting = {v.n for v in rounds.votes_of(store, here.id) if not v.void}
    raw = {b.vote: b.raw for b in own if b.vote in counting}
    mine = {n: answer for n, answer in ((n, _read(exercise, r)) for n, r in raw.items()) if answer is not None}
    told = here.phase == "revealed"
    verdict = None
    if told and raw and (last := max(raw)) in mine:
        verdict = grade(exercise, raw[last])[1]
    open_ = here.phase in ("closed", "vote")
    late = None if open_ else drafting.draft_of(who, store, here.case_id, here.exercise)
    why = next((b.why for b in reversed(own) if b.vote == here.vote), "")
    return Booth(here, exercise if told else exercise.public(), mine, raw, verdict, here.vote in raw, late, why)


def _read(exercise: ExerciseBase, raw: JSON) -> Any:
    try:
        return exercise.read(raw)
    except Unreadable:
        return None


# ---- what is seen of it ------------------------------------------------------------------------------------------------


def voted(who: Who, store: Store, here: RoundRow) -> int:
    """How many have voted in the vote in hand: all that a projector shows before the reveal. Raises Forbidden."""
    require(who, TEACH)
    return rounds.voted(store, here.id, here.vote)


def result(who: Who, store: Store, course: Course, here: RoundRow, *, ahead: bool = False) -> Result | None:
    """A round's votes, flows and gain: after the reveal for everybody in it; `ahead` of it for instructors alone.

    None before the reveal. Raises Forbidden, KeyError where the exercise is gone.
    """
    require(who, VOTE if who.person is not None else TEACH)
    if ahead:
        require(who, TEACH)
    if (who.person is not None and here.class_id != who.class_id) or (here.phase != "revealed" and not ahead):
        return None
    exercise = _exercise(course, here)
    counting = tuple(v for v in rounds.votes_of(store, here.id) if not v.void)
    cast_ = _last(exercise, rounds.ballots_of(store, here.id))
    per_vote = [[b for b in cast_ if b.vote == v.n] for v in counting]
    return Result(
        here,
        exercise,
        counting,
        tuple(exercise.tally([b.answer for b in rows]) for rows in per_vote),
        tuple(shift.mean([b.share for b in rows]) for rows in per_vote),
        shift.between(exercise, per_vote[0], per_vote[-1]) if len(per_vote) > 1 else None,
        tuple(sorted(b.why for b in cast_ if b.why)),
        shift.hint(exercise, per_vote[0]) if len(per_vote) == 1 else None,
    )


def _last(exercise: ExerciseBase, rows: Iterable[BallotRow]) -> list[Ballot]:
    """Everybody's last ballot of every vote; what the exercise cannot read any more is left out."""
    last = {(row.voter, row.vote): row for row in rows}
    read = [(row, _read(exercise, row.raw)) for row in last.values()]
    return [Ballot(r.voter, r.vote, answer, r.share, r.why) for r, answer in read if answer is not None]


def by_person(who: Who, store: Store, here: RoundRow) -> dict[str, list[BallotRow]]:
    """Person → her ballots, of a named round. In an anonymous one nobody may know. Raises Forbidden."""
    require(who, VOTED_WHAT, setting=here.named)
    found: dict[str, list[BallotRow]] = {}
    for row in rounds.ballots_of(store, here.id):
        found.setdefault(row.voter, []).append(row)
    return found
