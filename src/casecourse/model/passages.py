"""Passages: the blocks of a unit that can be cited, in words that fit beside a question."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from casecourse.formula import FormulaError
from casecourse.grading import Passage
from casecourse.model.blocks import (
    Block,
    Chart,
    Diagram,
    Discuss,
    ExerciseBlock,
    Explore,
    Metrics,
    Prose,
    Table,
    Timeline,
)
from casecourse.model.case import Fact
from casecourse.model.unit import Unit


class Reader(Protocol):
    """What is needed of the facts: to fill them in, to name them and to compute with them."""

    def fact(self, ref: str) -> Fact: ...
    def fill(self, text: str) -> str: ...
    def computed(self, text: str, unit: str = "", decimals: int | None = None) -> tuple[Decimal, str]: ...


def passages(unit: Unit, name: str, facts: Reader) -> Iterator[Passage]:
    """The unit's blocks that have an id, in reading order; `name` is how the unit is called where they are cited.

    A question, for the class or for one, and what a reader sets herself say nothing that could be cited.
    """
    cited = [b for b in unit.blocks if b.id and not isinstance(b, Discuss | ExerciseBlock | Explore)]
    for number, block in enumerate(cited, 1):
        ref, prose = f"{name}#{block.id}", isinstance(block, Prose)
        yield Passage(ref, unit.title, number, facts.fill(title_of(block)), words_of(block, facts).strip(), prose)


def title_of(block: Block) -> str:
    """The title of a figure or a table; "" for prose."""
    return str(getattr(block, block.NAME if isinstance(block, Table | Diagram | Timeline) else "title", ""))


def words_of(block: Block, facts: Reader) -> str:
    """What a block says: prose as it is written, a figure or a table in lines of words."""
    if isinstance(block, Prose):
        return facts.fill(block.prose)
    return "\n".join(line for line in (facts.fill(x).strip("：；　 ") for x in _lines(block, facts)) if line)


def _lines(block: Block, facts: Reader) -> Iterator[str]:
    if isinstance(block, Metrics):
        yield "；".join(_shown(facts, ref) for ref in block.metrics)
    elif isinstance(block, Table):
        for row, cells in block.rows.items():
            named = zip(block.columns, cells, strict=False)
            yield f"{row}：" + "；".join(f"{c.text} {_cell(facts, x, c.unit, c.decimals)}" for c, x in named)
    elif isinstance(block, Diagram):
        yield " → ".join(block.steps)
        yield from (f"{e.origin} → {e.to}　{e.label}" for e in block.edges)
    elif isinstance(block, Timeline):
        yield from (_shown(facts, e.fact) if e.fact else f"{e.when}　{e.text}" for e in block.events)
    elif isinstance(block, Chart):
        yield "；".join(_shown(facts, f, block.unit) for f in block.facts)
        for name, formulas in block.series.items():
            points = zip(block.labels, formulas, strict=False)
            yield f"{name}：" + "；".join(f"{label} {_figure(facts, f, block.unit)}" for label, f in points)
        yield from (f"{f.origin} → {f.to} {_figure(facts, f.value, block.unit)}" for f in block.flows)
    yield str(getattr(block, "note", ""))


def _cell(facts: Reader, text: str, unit: str, decimals: int | None) -> str:
    return _figure(facts, text[1:].strip(), unit, decimals) if text.startswith("=") else text


def _figure(facts: Reader, text: str, unit: str = "", decimals: int | None = None) -> str:
    try:
        return facts.computed(text, unit, decimals)[1]
    except (KeyError, FormulaError):
        return text


def _shown(facts: Reader, ref: str, unit: str = "") -> str:
    """A fact as label and value; a formula as its value."""
    try:
        label = facts.fact(ref).label
    except KeyError:
        label = ""
    # a name or a date is no figure: it is shown as it is written
    value = facts.fill("{{" + ref + "}}") if label and not unit else _figure(facts, ref, unit)
    return f"{label} {value}".strip()
