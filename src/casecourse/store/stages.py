"""Stages: what each class's projector shows, with a revision that its screens follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.rows import Pulse, StageRow
from casecourse.store.tables import ballots, rounds, stages

EMPTY: dict[str, Any] = {
    "rev": 0,
    "case_id": "",
    "unit": "",
    "step": 0,
    "part": 0,
    "parts": 1,
    "round_id": None,
    "cover": "",
    "revealed": 0,
    "timer": None,
}


def stage(store: Store, class_id: int) -> StageRow:
    """What a class's projector shows; an empty stage where nothing was ever put on it."""
    with store.read() as connection:
        row = connection.execute(select(stages).where(stages.c.class_id == class_id)).one_or_none()
    if row is None:
        return StageRow(**{**EMPTY, "revealed": False}, class_id=class_id, at=store.clock())
    return StageRow(**{**row._mapping, "revealed": bool(row.revealed)})


def put(store: Store, class_id: int, *, seen: int | None = None, **changed: Any) -> StageRow:
    """Change what a class's projector shows; `changed` are fields of StageRow. Every change has a revision of its own.

    `seen` is the revision that was in front of whoever changes it: where another has come since, nothing is changed, so
    that one tap too many does not turn two pages. Returns what stands there now. Raises LookupError for an unknown class.
    """

    def work(connection: Connection) -> None:
        rev = bump(connection, class_id, store.clock())
        if seen is not None and rev != seen + 1:
            connection.execute(stages.update().where(stages.c.class_id == class_id).values(rev=rev - 1))
            return
        fields = {k: int(v) if isinstance(v, bool) else v for k, v in changed.items()}
        if fields:
            connection.execute(stages.update().where(stages.c.class_id == class_id).values(fields))

    store.write(work)
    return stage(store, class_id)


def note_parts(store: Store, class_id: int, rev: int, parts: int) -> None:
    """The projector says in how many parts it shows a step; nobody is told, and a stage that moved on keeps its own."""
    here = (stages.c.class_id == class_id) & (stages.c.rev == rev)
    store.write(lambda connection: connection.execute(stages.update().where(here).values(parts=parts)))


def bump(connection: Connection, class_id: int, now: datetime) -> int:
    """Give a class's stage its next revision, and hold its row until the transaction ends; returns it."""
    made = (
        insert(connection, stages)
        .values(**{**EMPTY, "rev": 1}, class_id=class_id, at=now)
        .on_conflict_do_update(index_elements=["class_id"], set_={"rev": stages.c.rev + 1, "at": now})
        .returning(stages.c.rev)
    )
    return int(connection.execute(made).scalar_one())


def take_up(connection: Connection, class_id: int, round_id: int | None) -> None:
    """Put a round on a class's stage as it stands now, or take it off; part of a transaction. It begins at its top."""
    here = stages.update().where(stages.c.class_id == class_id)
    connection.execute(here.values(round_id=round_id, part=0, parts=1))


def pulses(store: Store, class_ids: Iterable[int]) -> dict[int, Pulse]:
    """Class → as much as its screens are told at once, of those that have a stage."""
    n = (
        select(func.count(ballots.c.voter.distinct()))
        .where(ballots.c.round_id == rounds.c.id, ballots.c.vote == rounds.c.vote)
        .scalar_subquery()
    )
    query = (
        select(stages.c.class_id, stages.c.rev, rounds.c.phase, n.label("n"))
        .select_from(stages.outerjoin(rounds, stages.c.round_id == rounds.c.id))
        .where(stages.c.class_id.in_(list(class_ids)))
    )
    with store.read() as connection:
        return {row.class_id: Pulse(row.rev, row.phase or "", row.n or 0) for row in connection.execute(query)}
