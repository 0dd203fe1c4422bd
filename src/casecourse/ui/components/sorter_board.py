"""What a sorter sorts: cards, lanes and their rules, and which stored values fit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Lanes = dict[str, list[str]]


@dataclass(frozen=True)
class Board:
    """What is sorted: names → words of the cards and of the lanes, and by which rules cards lie in lanes.

    `by` says what the answer counts: each card's place in a lane, each card's lane, or each lane's card. With `several`
    a card may lie in several lanes, or a lane hold several cards.
    """

    label: str
    cards: Mapping[str, str]
    lanes: Mapping[str, str]
    tray: str
    by: Literal["place", "card", "lane"] = "card"
    several: bool = False
    leaves: bool = True  # may cards be left in the tray
    start: Mapping[str, Sequence[str]] = field(default_factory=dict)  # what lies there before anybody moved a card

    @property
    def reused(self) -> bool:
        """True when a card may lie in several lanes: it is copied from the tray, not taken."""
        return self.by == "lane" or self.several

    @property
    def single(self) -> bool:
        """True when a lane holds one card."""
        return self.by == "lane" and not self.several


def fitting(board: Board, value: object) -> Lanes | None:
    """What of a stored value fits the board: unknown lanes and cards are dropped. None where nothing was sorted yet."""
    if not isinstance(value, dict):
        return None
    lanes: Lanes = {}
    used: set[str] = set()
    for lane in board.lanes:
        given = value.get(lane)
        words = [x for x in given if isinstance(x, str) and x in board.cards] if isinstance(given, list) else []
        found = [x for x in dict.fromkeys(words) if board.reused or x not in used]
        lanes[lane] = found[:1] if board.single else found
        used.update(lanes[lane])
    return lanes
