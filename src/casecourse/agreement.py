"""Agreement: how a class's figures spread, and how far people who judge the same things are of one mind."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import log


def five(values: Sequence[Decimal]) -> dict[str, Decimal]:
    """Least, quartiles and most of at least one value; quartiles by linear interpolation between the sorted values."""
    ordered = sorted(values)
    cuts = statistics.quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else [ordered[0]] * 3
    return dict(zip(("least", "q1", "median", "q3", "most"), (ordered[0], *cuts, ordered[-1]), strict=True))


def evenness(counts: Mapping[str, int]) -> float:
    """How evenly a class spreads over labels: entropy over its greatest, 0 for one voice, 1 for an even split.

    Source: Shannon 1948, A Mathematical Theory of Communication, BSTJ 27; as evenness: Pielou 1966, J. Theoret. Biol. 13.
    """
    total = sum(counts.values())
    parts = [n / total for n in counts.values() if n]
    return -sum(p * log(p) for p in parts) / log(len(counts)) if len(parts) > 1 else 0.0


def settled(counts: Mapping[str, int]) -> bool:
    """Say whether a class agrees on a label: at least two thirds of those who answered, and at least two people, say it."""
    most = max(counts.values(), default=0)
    return most > 1 and 3 * most >= 2 * sum(counts.values())


def ranks(scores: Sequence[Decimal]) -> list[float]:
    """The rank of each score, the highest 1; equal scores share the mean of their ranks."""
    above = [sum(other > score for other in scores) for score in scores]
    equal = [sum(other == score for other in scores) for score in scores]
    return [a + (e + 1) / 2 for a, e in zip(above, equal, strict=True)]


def kendall_w(judges: Sequence[Sequence[float]]) -> float | None:
    """The coefficient of concordance of rankings of the same things: 1 for one order, 0 for none; corrected for ties.

    None for fewer than two judges or things, or where everybody ties everything.
    Source: Kendall and Babington Smith 1939, The Problem of m Rankings, Annals of Mathematical Statistics 10(3);
    the correction for ties: Kendall 1948, Rank Correlation Methods, chapter 6.
    """
    m, n = len(judges), len(judges[0]) if judges else 0
    if m < 2 or n < 2:
        return None
    sums = [sum(judge[k] for judge in judges) for k in range(n)]
    mean = m * (n + 1) / 2
    spread = sum((s - mean) ** 2 for s in sums)
    most = m * m * (n**3 - n) - m * sum(_ties(judge) for judge in judges)
    return 12 * spread / most if most > 0 else None


def _ties(judge: Sequence[float]) -> int:
    return sum(g**3 - g for g in Counter(judge).values())
