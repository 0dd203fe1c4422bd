"""Steps: a unit cut for the projector, one paragraph, figure, page of a table, prompt or exercise at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from casecourse.model.blocks import Block, Prose, Table
from casecourse.model.unit import Unit

ROWS: Final = 8  # rows of a table that a last row of seats can read at once
# a new paragraph begins after an empty line; the items of a list and the lines of a quotation stay together
_BREAK: Final = re.compile(r"\n\s*\n(?!\s*(?:[-*>]|\d+\.)\s)")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is shown, and the block of the unit that it is cut from. The title's step has no block.

    `page` of `pages` counts where a block needs several.
    """

    place: int
    block: Block | None
    page: int = 1
    pages: int = 1


def steps(unit: Unit) -> tuple[Step, ...]:
    """The unit's title and objectives, then its blocks in order, cut where one would not fit."""
    return (Step(-1, None), *(s for place, block in enumerate(unit.blocks) for s in _cut(place, block)))


def _cut(place: int, block: Block) -> Iterator[Step]:
    pieces = list(_pieces(block))
    for n, piece in enumerate(pieces, 1):
        yield Step(place, piece, n, len(pieces))


def _pieces(block: Block) -> Iterator[Block]:
    if isinstance(block, Prose):
        found = [p.strip() for p in _BREAK.split(block.prose) if p.strip()]
        # what is said of the whole passage is said under its last paragraph
        plain = {"assumed": "", "external": ""}
        for n, paragraph in enumerate(found, 1):
            yield block.model_copy(update={"prose": paragraph} | (plain if n < len(found) else {}))
    elif isinstance(block, Table):
        rows = list(block.rows.items())
        for start in range(0, len(rows), ROWS):
            yield block.model_copy(update={"rows": dict(rows[start : start + ROWS])})
    else:
        yield block
