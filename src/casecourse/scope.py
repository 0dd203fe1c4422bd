"""Scope: what an exercise may know about the case around it, without knowing what a case is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from casecourse.formula import Scalar
from casecourse.intervals import Known


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a unit that can be cited: what an answer calls it, the unit's title, its own title, and its words."""

    ref: str  # `unit#block`, with `case:` before it where it stands in another case
    unit: str
    number: int  # its place among the unit's passages, from 1
    title: str  # of a figure or a table; prose has none
    text: str  # facts filled in; Markdown where it is prose
    prose: bool = True


class Scope(Protocol):
    """What a kind may know about the case around it."""

    def number(self, name: str) -> Scalar: ...  # the fact's value times the scale of its unit; a list of names
    def unit(self, name: str) -> str: ...  # the fact's unit, "" where it has none
    def digits(self, name: str) -> int: ...  # decimals that the fact shows
    def fill(self, text: str) -> str: ...  # `{{fact}}` replaced by value and unit, as plain text
    def interval(self, name: str) -> Known: ...  # what the printed figure may stand for; a list of names
    def quantum(self, name: str) -> Decimal | None: ...  # worth of its last printed digit; None where it is approximate
    def text(self, name: str) -> str: ...  # value with unit, as shown
    def label(self, name: str) -> str: ...  # what it is called
    def note(self, name: str) -> str: ...  # where it stands, how it was computed, or why it was assumed
    def filled(self, text: str) -> str: ...  # a formula with the figures for its names
    def passages(self, units: Iterable[str]) -> tuple[Passage, ...]: ...  # all that can be cited in these units
