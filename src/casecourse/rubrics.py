"""Grading against a rubric: which levels were chosen, what they are worth, and how a class's grades lie, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from casecourse.formula import plain
from casecourse.grading import JSON, Tally, Unreadable, shape
from casecourse.model.course import Rubric
from casecourse.texts import t

Levels = Mapping[str, str]  # row → the level chosen, as the author wrote its number


def names(rubric: Rubric) -> tuple[str, ...]:
    """The levels as texts, the highest first."""
    return tuple(plain(level) for level in rubric.levels)


def read(rubric: Rubric, raw: JSON) -> dict[str, str]:
    """The levels chosen, in the rubric's order; rows may still be missing. Raises Unreadable for anything else."""
    known = names(rubric)
    chosen = shape(raw, t("一组准则与档"), of=dict)
    for row, level in chosen.items():
        if row not in rubric.rows or not isinstance(level, str) or level not in known:
            raise Unreadable(t("量规里没有这一档。"))
    return {row: chosen[row] for row in rubric.rows if row in chosen}


def share(rubric: Rubric, levels: Levels) -> Decimal | None:
    """What the levels are worth: their sum ÷ (rows × highest level). None while a row is missing.

    Levels are marks, as a teacher adds them up: with 4 3 2 1 the lowest in all rows is a quarter. Whoever wants it to be
    nothing writes 0; the scale is the author's and is not stretched.
    """
    if set(levels) != set(rubric.rows):
        return None
    return sum(map(Decimal, levels.values()), Decimal(0)) / (len(rubric.rows) * rubric.levels[0])


def tally(rubric: Rubric, found: Iterable[Levels]) -> Tally:
    """Row → level → how many, of grades that are finished; what today's rubric does not know is left out."""
    rows = [levels for levels in found if set(levels) >= set(rubric.rows)]
    counts = {row: Counter(levels[row] for levels in rows) for row in rubric.rows}
    return Tally(len(rows), {row: {name: counts[row][name] for name in names(rubric)} for row in rubric.rows})


def ordered(rubric: Rubric | None, levels: Levels) -> dict[str, str]:
    """The levels in the rubric's order, then those of rows that it no longer has; the store keeps no order."""
    known = rubric.rows if rubric else {}
    return {row: levels[row] for row in [*known, *levels] if row in levels}


def said(rubric: Rubric | None, row: str, level: str) -> str:
    """What the author wrote of a level; "" where today's rubric does not have it."""
    if rubric is None or row not in rubric.rows or level not in names(rubric):
        return ""
    return rubric.rows[row][names(rubric).index(level)]
