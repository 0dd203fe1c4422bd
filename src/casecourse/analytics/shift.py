"""Shift: what changed between two votes of the same people, and what a first vote suggests to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from casecourse.grading import ExerciseBase

Hint = Literal["few", "explain", "discuss", "on"]
FEW: Final = 5  # below so many ballots a share says nothing
LOW, HIGH = 0.3, 0.7  # between these shares of right answers discussion pays most
AGREED: Final = 0.8  # so large a part in one place is agreement enough, where nothing is right


@dataclass(frozen=True, slots=True)
class Ballot:
    """A voter's last ballot of a vote, as an answer."""

    voter: str
    vote: int
    answer: Any
    share: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """What the people with a ballot in both votes did: `n` of them, `changed` of whom answered otherwise.

    `flows` is slot → (from, to) → how many, empty where the kind has no positions. `before` and `after` are the mean
    shares of these people and `gain` the normalised gain; None where nothing is scored, the gain also where everybody
    was right before. `moved` is half the sum of the differences between the two distributions, 0 to 1, per slot.
    """

    n: int
    changed: int
    flows: dict[str, dict[tuple[str, str], int]]
    before: float | None
    after: float | None
    gain: float | None
    moved: dict[str, float]


def mean(shares: Sequence[Decimal | None]) -> float | None:
    """The mean of the shares that there are."""
    known = [float(s) for s in shares if s is not None]
    return sum(known) / len(known) if known else None


def gain(before: float, after: float) -> float | None:
    """The normalised gain: what was won of what could be won. None where nothing could be.

    Source: Hake 1998, Interactive-engagement versus traditional methods, American Journal of Physics 66(1).
    """
    return (after - before) / (1 - before) if before < 1 else None


def changed(exercise: ExerciseBase, one: Any, two: Any) -> bool:
    """True where two answers say something else: where a kind has places, what is written beside them does not count."""
    here, there = exercise.positions(one), exercise.positions(two)
    return here != there if here or there else bool(one != two)


def between(exercise: ExerciseBase, first: Sequence[Ballot], last: Sequence[Ballot]) -> Shift:
    """Compare two votes, over the people who have a ballot in both."""
    then = {b.voter: b for b in first}
    pairs = [(then[b.voter], b) for b in last if b.voter in then]
    flows: dict[str, Counter[tuple[str, str]]] = {}
    for one, two in pairs:
        here, there = exercise.positions(one.answer), exercise.positions(two.answer)
        for slot in here.keys() & there.keys():
            flows.setdefault(slot, Counter())[here[slot], there[slot]] += 1
    before, after = mean([a.share for a, _ in pairs]), mean([b.share for _, b in pairs])
    return Shift(
        len(pairs),
        sum(changed(exercise, a.answer, b.answer) for a, b in pairs),
        {slot: dict(found) for slot, found in flows.items()},
        before,
        after,
        gain(before, after) if before is not None and after is not None else None,
        {slot: _moved(found) for slot, found in flows.items()},
    )


def _moved(flows: Counter[tuple[str, str]]) -> float:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for (here, there), n in flows.items():
        before[here] += n
        after[there] += n
    return sum(abs(before[k] - after[k]) for k in before | after) / (2 * flows.total())


def hint(exercise: ExerciseBase, first: Sequence[Ballot]) -> Hint:
    """What a first vote suggests: too few to say, explain first, let them discuss, or go on.

    With a key by the part of the class that is wholly right, with the usual bounds of 30 and 70 per cent (Lasry, Mazur
    and Watkins 2008, Peer instruction: From Harvard to the two-year college, American Journal of Physics 76(11)).
    Without one, discussion pays unless the class stands in one place already.
    """
    if len(first) < FEW:
        return "few"
    if exercise.keyed:
        right = sum(b.share is not None and b.share >= 1 for b in first) / len(first)
        return "explain" if right < LOW else "discuss" if right <= HIGH else "on"
    slots: dict[str, Counter[str]] = {}
    for b in first:
        for slot, label in exercise.positions(b.answer).items():
            slots.setdefault(slot, Counter())[label] += 1
    together = [max(c.values()) / len(first) for c in slots.values()]
    return "on" if together and min(together) >= AGREED else "discuss"
