"""Rounds: votes open and lock, ballots are only added, and nothing cast is ever lost or counted after the lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy.exc import DBAPIError

from casecourse.store import Conflict, Store, rounds, stages, watching
from casecourse.store.errors import Stale
from casecourse.store.rows import NewBallot, RoundRow
from casecourse.store.tables import ballots

Cast = Callable[..., NewBallot]


@pytest.fixture
def here(store: Store, class_id: int) -> RoundRow:
    return rounds.do(store, rounds.add_round(store, class_id, "haidian", "loop", named=False).id, "open")


@pytest.fixture
def cast(store: Store) -> Cast:
    def make(id_: str, here: RoundRow, voter: str, raw: str = "甲", **changed: object) -> NewBallot:
        new = NewBallot(
            id_,
            here.id,
            here.vote,
            voter,
            "haidian",
            "loop",
            "choice",
            "0123456789abcdef",
            [raw],
            {"prompt": "哪一项？"},
        )
        return replace(new, **changed)  # type: ignore[arg-type]

    return make


def test_a_round_goes_from_closed_over_votes_to_its_reveal(store: Store, class_id: int) -> None:
    """closed, vote, locked, discuss, vote, locked, revealed, ended; every other deed in between is refused."""
    made = rounds.add_round(store, class_id, "haidian", "loop", named=True)
    assert (made.phase, made.vote, made.secret) == ("closed", 0, "")
    allowed = {
        "closed": {"open", "end"},
        "vote": {"lock", "reset", "end"},
        "locked": {"open", "reopen", "discuss", "reset", "reveal", "end"},
        "discuss": {"open", "reset", "reveal", "end"},
        "revealed": {"end"},
        "ended": set(),
    }
    path = ("open", "lock", "discuss", "open", "lock", "reveal", "end")
    phase = made.phase
    for deed in (*path, None):
        for other in rounds.DEEDS:
            if other not in allowed[phase]:
                with pytest.raises(Stale):
                    rounds.do(store, made.id, other)
        if deed:
            phase = rounds.do(store, made.id, deed).phase  # type: ignore[arg-type]
    assert [v.n for v in rounds.votes_of(store, made.id)] == [1, 2]
    assert all(v.locked for v in rounds.votes_of(store, made.id))


def test_a_ballot_after_the_lock_is_refused_and_a_retry_of_one_before_is_not(
    store: Store, here: RoundRow, cast: Cast
) -> None:
    """The lock is looked at with the ballot; the same ballot again returns what is stored, whatever has happened since."""
    first = rounds.add_ballot(store, cast("b1", here, "v1"))
    rounds.do(store, here.id, "lock")
    with pytest.raises(Stale):
        rounds.add_ballot(store, cast("b2", here, "v1", "乙"))
    assert rounds.add_ballot(store, cast("b1", here, "v1")) == first
    with pytest.raises(Conflict):
        rounds.add_ballot(store, cast("b1", here, "v1", "乙"))
    assert rounds.ballots_of(store, here.id) == [first]


def test_a_ballot_for_another_vote_is_refused(store: Store, here: RoundRow, cast: Cast) -> None:
    """What was on its way for the first vote does not become a ballot of the second."""
    rounds.do(store, here.id, "lock")
    rounds.do(store, here.id, "open")
    with pytest.raises(Stale):
        rounds.add_ballot(store, cast("b1", here, "v1"))


def test_reset_and_reopen_keep_every_ballot(store: Store, here: RoundRow, cast: Cast) -> None:
    """A vote started anew gets a number of its own; the old one is void, its ballots are still there."""
    rounds.add_ballot(store, cast("b1", here, "v1"))
    rounds.do(store, here.id, "lock")
    again = rounds.do(store, here.id, "reopen")
    assert (again.phase, again.vote) == ("vote", 1)
    rounds.add_ballot(store, cast("b2", again, "v2"))
    anew = rounds.do(store, here.id, "reset")
    rounds.add_ballot(store, cast("b3", anew, "v1", "乙"))
    assert [(v.n, v.void) for v in rounds.votes_of(store, here.id)] == [(1, True), (2, False)]
    assert [(b.id, b.vote) for b in rounds.ballots_of(store, here.id)] == [("b1", 1), ("b2", 1), ("b3", 2)]


def test_a_class_has_one_round_at_a_time(store: Store, class_id: int, here: RoundRow) -> None:
    """A second one waits until the first is over; then the stage lets go of the first."""
    with pytest.raises(Stale):
        rounds.add_round(store, class_id, "haidian", "other", named=False)
    assert stages.stage(store, class_id).round_id == here.id
    rounds.do(store, here.id, "end")
    assert stages.stage(store, class_id).round_id is None
    assert rounds.add_round(store, class_id, "haidian", "other", named=False).id != here.id


def test_the_secret_goes_when_the_round_ends(store: Store, here: RoundRow) -> None:
    """While it lasts an anonymous round can tell a voter's second ballot from another's; afterwards nobody can."""
    assert len(here.secret) == 64
    assert rounds.do(store, here.id, "end").secret == ""


def test_the_same_tap_twice_acts_once(store: Store, here: RoundRow) -> None:
    """A button speaks of the vote that it was drawn for."""
    rounds.do(store, here.id, "lock", vote=1)
    rounds.do(store, here.id, "open", vote=1)
    with pytest.raises(Stale):
        rounds.do(store, here.id, "reset", vote=1)


def test_ballots_cannot_be_changed_or_deleted(store: Store, here: RoundRow, cast: Cast) -> None:
    """The store itself refuses."""
    rounds.add_ballot(store, cast("b1", here, "v1"))
    for statement in (ballots.update().values(voter="v2"), ballots.delete()):
        with pytest.raises(DBAPIError, match="only added"):
            store.write(lambda connection, s=statement: connection.execute(s))
    assert [b.voter for b in rounds.ballots_of(store, here.id)] == ["v1"]


def test_many_vote_while_the_vote_is_locked(store: Store, here: RoundRow, cast: Cast) -> None:
    """Of ballots that race with the lock, each is stored once and acknowledged, or refused; none is in between."""

    def send(n: int) -> bool:
        try:
            rounds.add_ballot(store, cast(f"b{n}", here, f"v{n}"))
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(partial(send, n)) for n in range(60)]
        rounds.do(store, here.id, "lock")
        told = {f"b{n}" for n, job in enumerate(sent) if job.result()}
    assert {b.id for b in rounds.ballots_of(store, here.id)} == told
    assert rounds.voted(store, here.id, 1) == len(told)


def test_every_change_has_a_revision_and_a_pulse(store: Store, class_id: int, here: RoundRow, cast: Cast) -> None:
    """Screens learn of a change by a number that grows; ballots are counted once per voter, and change no revision."""
    before = stages.pulses(store, [class_id])[class_id]
    rounds.add_ballot(store, cast("b1", here, "v1"))
    rounds.add_ballot(store, cast("b2", here, "v1", "乙"))
    after = stages.pulses(store, [class_id])[class_id]
    assert (after.rev, after.phase, after.n) == (before.rev, "vote", 1)
    rounds.do(store, here.id, "lock")
    assert stages.pulses(store, [class_id])[class_id].rev == before.rev + 1
    assert stages.pulses(store, [class_id + 99]) == {}


def test_turning_twice_by_accident_turns_once(store: Store, class_id: int) -> None:
    """A change that speaks of an older revision changes nothing and tells nobody."""
    first = stages.put(store, class_id, step=1)
    second = stages.put(store, class_id, seen=first.rev, step=2)
    assert stages.put(store, class_id, seen=first.rev, step=3) == second
    stages.note_parts(store, class_id, first.rev, 7)
    assert stages.stage(store, class_id).parts == 1
    stages.note_parts(store, class_id, second.rev, 7)
    assert stages.stage(store, class_id).parts == 7


def test_a_watch_notices_others_and_nothing_else(store: Store, class_id: int) -> None:
    """The first look says yes; then only a commit does."""
    look = watching.watch(store)
    assert look()
    if store.writer is not None:
        assert [look(), look()] == [False, False]
    stages.put(store, class_id, step=1)
    assert look()
