"""Rounds: votes that open and lock, and ballots that are only added; the lock is looked at in the ballot's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, func, select

from casecourse.store.answers import remember
from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.errors import Conflict, Stale
from casecourse.store.rows import BallotRow, NewBallot, Phase, RoundRow, VoteRow
from casecourse.store.stages import bump, take_up
from casecourse.store.tables import as_json, ballots, rounds, votes

Deed = Literal["open", "lock", "reopen", "discuss", "reset", "reveal", "end"]
# deed → (the phases in which it can be done, the phase after it)
DEEDS: Final[Mapping[Deed, tuple[tuple[Phase, ...], Phase]]] = MappingProxyType(
    {
        "open": (("closed", "locked", "discuss"), "vote"),  # the next vote
        "lock": (("vote",), "locked"),
        "reopen": (("locked",), "vote"),  # the same vote goes on
        "discuss": (("locked",), "discuss"),
        "reset": (("vote", "locked", "discuss"), "vote"),  # the same vote anew; its ballots stay and count no more
        "reveal": (("locked", "discuss"), "revealed"),
        "end": (("closed", "vote", "locked", "discuss", "revealed"), "ended"),
    }
)


def add_round(store: Store, class_id: int, case_id: str, exercise: str, *, named: bool) -> RoundRow:
    """Begin a round in a class and put it on its stage. Raises Stale where another one is not over, LookupError."""
    return store.write(lambda c: _begin(c, class_id, case_id, exercise, named, store.clock()))


def _begin(connection: Connection, class_id: int, case_id: str, exercise: str, named: bool, now: datetime) -> RoundRow:
    bump(connection, class_id, now)  # its row's lock keeps two beginnings of one class apart
    other = _current(connection, class_id)
    if other is not None:
        raise Stale(other.phase, other.vote)
    made = insert(connection, rounds).values(
        class_id=class_id,
        case_id=case_id,
        exercise=exercise,
        named=int(named),
        secret="" if named else secrets.token_hex(32),
        phase="closed",
        vote=0,
        created=now,
    )
    row = _round(connection.execute(made.returning(*rounds.c)).one())
    take_up(connection, class_id, row.id)
    return row


def do(store: Store, round_id: int, deed: Deed, *, vote: int | None = None) -> RoundRow:
    """Move a round on. `vote` is the vote that was meant: a second tap on the same button does nothing twice.

    Raises Stale where the deed does not fit the phase or the vote, LookupError for an unknown round.
    """
    return store.write(lambda c: _do(c, round_id, deed, vote, store.clock()))


def _do(connection: Connection, round_id: int, deed: Deed, vote: int | None, now: datetime) -> RoundRow:
    before = _held(connection, round_id)
    phases, after = DEEDS[deed]
    if before.phase not in phases or (vote is not None and vote != before.vote):
        raise Stale(before.phase, before.vote)
    changed: dict[str, Any] = {"phase": after}
    here = (votes.c.round_id == round_id) & (votes.c.n == before.vote)
    if deed in ("open", "reset"):
        if deed == "reset":
            connection.execute(votes.update().where(here).values(void=1))
        changed["vote"] = before.vote + 1
        connection.execute(votes.insert().values(round_id=round_id, n=before.vote + 1, opened=now, void=0))
    elif deed in ("lock", "reopen"):
        connection.execute(votes.update().where(here).values(locked=now if deed == "lock" else None))
    elif deed == "end":
        changed |= {"secret": "", "ended": now}
        connection.execute(votes.update().where(here, votes.c.locked.is_(None)).values(locked=now))
    made = rounds.update().where(rounds.c.id == round_id).values(changed).returning(*rounds.c)
    row = _round(connection.execute(made).one())
    bump(connection, row.class_id, now)
    take_up(connection, row.class_id, None if deed == "end" else row.id)
    return row


def _held(connection: Connection, round_id: int) -> RoundRow:
    """A round that nobody else changes until this transaction ends."""
    row = connection.execute(select(rounds).where(rounds.c.id == round_id).with_for_update()).one_or_none()
    if row is None:
        raise LookupError(round_id)
    return _round(row)


def add_ballot(store: Store, new: NewBallot) -> BallotRow:
    """Store a ballot; it is durable on return and was cast while the vote was open.

    The same id with the same content returns the stored one, also after the lock. Raises Stale for a vote that is not
    open, Conflict for a known id with other content, LookupError for an unknown round, StoreDown.
    """
    return store.write(lambda connection: _add(connection, new, store.clock()))


def _add(connection: Connection, new: NewBallot, now: datetime) -> BallotRow:
    stored = connection.execute(select(ballots).where(ballots.c.id == new.id)).one_or_none()
    if stored is not None:
        return _same(_ballot(stored), new)
    # ballots share the lock: they wait for a change of phase, not for each other
    query = select(rounds.c.phase, rounds.c.vote).where(rounds.c.id == new.round_id).with_for_update(read=True)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise LookupError(new.round_id)
    if row.phase != "vote" or row.vote != new.vote:
        raise Stale(row.phase, row.vote)
    remember(connection, new, now)
    names = ("id", "round_id", "vote", "voter", "case_id", "exercise", "fingerprint", "raw", "share", "why")
    made = insert(connection, ballots).values({name: getattr(new, name) for name in names}).returning(*ballots.c)
    found = connection.execute(made.on_conflict_do_nothing(index_elements=["id"])).one_or_none()
    if found is None:  # somebody else has used the id since we looked, which only PostgreSQL lets happen
        raise Conflict(new.id)
    return _ballot(found)


def _same(stored: BallotRow, new: NewBallot) -> BallotRow:
    # the fingerprint is left out: a retry may come after the content was corrected
    old = (stored.round_id, stored.vote, stored.voter, as_json(stored.raw), stored.why)
    if old != (new.round_id, new.vote, new.voter, as_json(new.raw), new.why):
        raise Conflict(new.id)
    return stored


def _round(row: Row[Any]) -> RoundRow:
    fields = row._mapping
    return RoundRow(**{**fields, "named": bool(fields["named"])})


def _ballot(row: Row[Any]) -> BallotRow:
    return BallotRow(**row._mapping)


def _current(connection: Connection, class_id: int) -> RoundRow | None:
    query = select(rounds).where(rounds.c.class_id == class_id, rounds.c.phase != "ended")
    row = connection.execute(query).one_or_none()
    return None if row is None else _round(row)


def current(store: Store, class_id: int) -> RoundRow | None:
    """The round of a class that is not over; there is one at most."""
    with store.read() as connection:
        return _current(connection, class_id)


def a_round(store: Store, round_id: int) -> RoundRow | None:
    """The round of that number."""
    with store.read() as connection:
        row = connection.execute(select(rounds).where(rounds.c.id == round_id)).one_or_none()
    return None if row is None else _round(row)


def rounds_of(store: Store, class_id: int) -> list[RoundRow]:
    """Every round of a class, the oldest first."""
    with store.read() as connection:
        found = connection.execute(select(rounds).where(rounds.c.class_id == class_id).order_by(rounds.c.id))
        return [_round(row) for row in found]


def votes_of(store: Store, round_id: int) -> list[VoteRow]:
    """Every vote of a round in order, void ones too."""
    with store.read() as connection:
        found = connection.execute(select(votes).where(votes.c.round_id == round_id).order_by(votes.c.n))
        return [VoteRow(**{**row._mapping, "void": bool(row.void)}) for row in found]


def ballots_of(store: Store, round_id: int, voter: str | None = None) -> list[BallotRow]:
    """Every ballot of a round, or of one voter in it, in the order in which they came."""
    query = select(ballots).where(ballots.c.round_id == round_id).order_by(ballots.c.seq)
    with store.read() as connection:
        return [
            _ballot(r) for r in connection.execute(query if voter is None else query.where(ballots.c.voter == voter))
        ]


def voted(store: Store, round_id: int, vote: int) -> int:
    """How many have cast a ballot in a vote."""
    query = select(func.count(ballots.c.voter.distinct()))
    with store.read() as connection:
        return connection.scalar(query.where(ballots.c.round_id == round_id, ballots.c.vote == vote)) or 0
