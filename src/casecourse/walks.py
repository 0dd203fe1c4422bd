"""Walks: every place that a story can come to, how it is first reached, and from where an aim is within reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)  # a place
M = TypeVar("M")  # a move from one place to another

MOST = 20_000  # places; a story with more is not walked to the end
MOVES = 2  # looked at for each of these places: it is the moves that take the time


@dataclass(frozen=True)
class Walk(Generic[N, M]):
    """What a walk came to: `came` says from where and by which move, `moves` what leads on. `whole` is False where it gave up."""

    came: dict[N, tuple[N, M] | None] = field(default_factory=dict)
    moves: dict[N, list[tuple[M, N]]] = field(default_factory=dict)
    whole: bool = True

    def path(self, place: N) -> list[M]:
        """The moves of a shortest way from the start."""
        found: list[M] = []
        while (step := self.came[place]) is not None:
            place, move = step
            found.append(move)
        return found[::-1]

    def reaching(self, aims: Collection[N]) -> set[N]:
        """All places from which one of the aims is within reach."""
        before: dict[N, list[N]] = {}
        for place, moves in self.moves.items():
            for _, then in moves:
                before.setdefault(then, []).append(place)
        found = set(aims)
        todo = list(aims)
        while todo:
            for place in before.get(todo.pop(), ()):
                if place not in found:
                    found.add(place)
                    todo.append(place)
        return found


def walked(
    start: N, moves: Callable[[N], Iterable[tuple[M, N]]], most: int = MOST, effort: Callable[[N], int] | None = None
) -> Walk[N, M]:
    """Walk from `start` along all `moves`, near places first, until nothing is new.

    It gives up when `most` places are known, or when so many times MOVES moves were looked at; `effort` says how many
    are looked at in a place, where that is more than lead on.
    """
    came: dict[N, tuple[N, M] | None] = {start: None}
    led: dict[N, list[tuple[M, N]]] = {}
    todo, looks = deque([start]), 0
    while todo:
        place = todo.popleft()
        led[place] = list(moves(place))
        looks += effort(place) if effort else len(led[place])
        for move, then in led[place]:
            if then not in came:
                if len(came) >= most or looks > most * MOVES:
                    return Walk(came, led, whole=False)
                came[then] = (place, move)
                todo.append(then)
    return Walk(came, led)
