"""Counters: what the last answers of a class come to, kept in step with every answer, so that nobody counts them again.

The store knows no kinds: what an answer puts into the counters comes with it, as slot → label → n.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Connection, func, select

from casecourse.store.dialects import hold_still, insert
from casecourse.store.engine import Store
from casecourse.store.rows import JSON, Counts, NewAnswer
from casecourse.store.settings import put, setting
from casecourse.store.tables import answers, counted, counters, people

Count: TypeAlias = Callable[[str, str, JSON], Counts]  # case, exercise, raw answer → what it puts into the counters
AS_COUNTED: Final = "counted"  # setting: the mark of the content by which the counters were last counted

OF: Final = ("person_id", "case_id", "exercise", "class_id")


@dataclass(frozen=True, slots=True)
class Live:
    """What a class answered to one exercise, each person once: how many people, and slot → label → n."""

    n: int
    slots: dict[str, dict[str, int]]


def live(store: Store, class_id: int, case_id: str, exercise: str) -> Live:
    """What the last answers of a class to an exercise come to, without reading them."""
    where = {"class_id": class_id, "case_id": case_id, "exercise": exercise}
    persons = select(func.count()).select_from(counted).where(*(counted.c[k] == v for k, v in where.items()))
    query = select(counters.c.slot, counters.c.label, counters.c.n).where(
        *(counters.c[k] == v for k, v in where.items())
    )
    slots: dict[str, dict[str, int]] = {}
    with store.read() as connection:
        n = connection.scalar(persons) or 0
        for slot, label, how_many in connection.execute(query.order_by(counters.c.slot, counters.c.label)):
            slots.setdefault(slot, {})[label] = how_many
    return Live(n, slots)


def replace(connection: Connection, answer: NewAnswer, class_id: int) -> None:
    """Take out what the person's previous answer put in and put in what this one does; part of its transaction."""
    key = {"person_id": answer.person_id, "case_id": answer.case_id, "exercise": answer.exercise}
    before = connection.scalar(select(counted.c.counts).where(*(counted.c[k] == v for k, v in key.items())))
    changed = {"class_id": class_id, "counts": _flat(answer.counts)}
    connection.execute(
        insert(connection, counted).values(key | changed).on_conflict_do_update(index_elements=list(key), set_=changed)
    )
    change = Counter(_pairs(answer.counts))
    change.subtract(_pairs(before or {}))
    _add(connection, (class_id, answer.case_id, answer.exercise), change)


def _flat(counts: Counts) -> dict[str, dict[str, int]]:
    return {slot: {label: n for label, n in labels.items() if n} for slot, labels in counts.items()}


def _pairs(counts: Counts) -> dict[tuple[str, str], int]:
    return {(slot, label): n for slot, labels in counts.items() for label, n in labels.items()}


def _add(connection: Connection, of: tuple[int, str, str], change: Counter[tuple[str, str]]) -> None:
    named = dict(zip(("class_id", "case_id", "exercise"), of, strict=True))
    gone = False
    for (slot, label), n in sorted(change.items()):  # one order for all, so that two people cannot block each other
        if n == 0:
            continue
        fresh = insert(connection, counters).values(**named, slot=slot, label=label, n=n)
        keys = [*named, "slot", "label"]
        connection.execute(
            fresh.on_conflict_do_update(index_elements=keys, set_={"n": counters.c.n + fresh.excluded.n})
        )
        gone = gone or n < 0
    if gone:
        connection.execute(counters.delete().where(*(counters.c[k] == v for k, v in named.items()), counters.c.n == 0))


def recount(store: Store, counts: Count, mark: str = "") -> int:
    """Count the last answers of everybody anew and return how many there were; `mark` names the content it was done by.

    Where the mark is the one of the last recount nothing is done, and 0 is returned: several processes start at once.
    """
    return store.write(lambda connection: _recount(connection, counts, mark))


def counted_by(store: Store) -> str:
    """The mark of the last recount; "" where there was none."""
    return str(setting(store, AS_COUNTED, ""))


def _recount(connection: Connection, counts: Count, mark: str) -> int:
    hold_still(connection, people)  # every answer begins by locking its person's row
    if mark and put(connection, AS_COUNTED, mark) == mark:
        return 0
    connection.execute(counters.delete())
    connection.execute(counted.delete())
    last = select(func.max(answers.c.seq)).group_by(answers.c.person_id, answers.c.case_id, answers.c.exercise)
    query = select(*answers.c[*OF, "raw"]).where(answers.c.seq.in_(last))
    sums: Counter[tuple[int, str, str, str, str]] = Counter()
    contributions = []
    for row in connection.execute(query):
        flat = _flat(counts(row.case_id, row.exercise, row.raw))
        for (slot, label), n in _pairs(flat).items():
            sums[row.class_id, row.case_id, row.exercise, slot, label] += n
        contributions.append({**{name: getattr(row, name) for name in OF}, "counts": flat})
    if contributions:
        connection.execute(counted.insert(), contributions)
    if sums:
        names = ("class_id", "case_id", "exercise", "slot", "label")
        connection.execute(counters.insert(), [dict(zip(names, k, strict=True)) | {"n": n} for k, n in sums.items()])
    return len(contributions)
