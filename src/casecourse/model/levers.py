"""Levers at work: the ends and steps of each, what the outputs come to for what is set, and lines over one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from casecourse.formula import FormulaError, plain, rounded, scale
from casecourse.model.blocks import Explore, Lever
from casecourse.reckoning import Number, among, in_unit

STEPS = 200  # of a lever whose author did not say how fine it is
POINTS = 60  # of a line
ENDS = 4096  # settings that are tried at the ends


@dataclass(frozen=True, slots=True)
class Range:
    """A lever's ends, start and step in its unit; `decimals` are those of its values."""

    low: Decimal
    high: Decimal
    start: Decimal
    step: Decimal
    decimals: int


def range_of(lever: Lever, number: Number) -> Range:
    """The ends of a lever that has them. Raises FormulaError, KeyError."""
    low, high, start = (in_unit(text, lever.unit, number) for text in (lever.min, lever.max, lever.start))
    whole = all(x == x.to_integral_value() for x in (low, high, start))
    step = lever.step or _step(high - low, whole=whole)
    places = max(0, *(-int(x.normalize().as_tuple().exponent) for x in (step, rounded(low, 4), rounded(start, 4))))
    low, high, start = (rounded(x, places) for x in (low, high, start))
    return Range(low, high, start, step, places)


def _step(extent: Decimal, *, whole: bool) -> Decimal:
    """1, 2 or 5 times a power of ten, so that a lever has at most STEPS steps; between whole ends that lie apart, whole."""
    if extent <= 0:
        return Decimal(1)
    least = extent / STEPS
    ten = Decimal(10) ** least.adjusted()
    fine = next(ten * n for n in (1, 2, 5, 10) if ten * n >= least)
    return max(fine, Decimal(1)) if extent >= (5 if whole else 20) else fine


def first(lever: Lever) -> str:
    """The option with which a lever begins."""
    return lever.start or next(iter(lever.options))


def values(block: Explore, chosen: Mapping[str, Decimal | str], number: Number) -> dict[str, Decimal]:
    """What is set, in plain numbers: a figure of a lever times the scale of its unit, an option's formula.

    Raises FormulaError, KeyError.
    """
    found = {}
    for name, lever in block.inputs.items():
        at = chosen[name]
        amount = in_unit(lever.options[at], lever.unit, number) if isinstance(at, str) else at
        found[name] = amount * scale(lever.unit)
    return found


def outcomes(block: Explore, chosen: Mapping[str, Decimal | str], number: Number) -> list[Decimal | None]:
    """What each output comes to; None where it cannot be computed for these values."""
    own = among(values(block, chosen, number), number)
    found: list[Decimal | None] = []
    for output in block.outputs:
        try:
            found.append(output.value(own))
        except FormulaError:
            found.append(None)
    return found


def line(
    block: Explore, chosen: Mapping[str, Decimal | str], number: Number, ends: Range
) -> tuple[list[Decimal], list[list[Decimal | None]]]:
    """Points between the ends of `along`, and for each what the outputs come to while all else stays as set."""
    steps = min(POINTS, max(1, int((ends.high - ends.low) / ends.step)))
    xs = [ends.low + (ends.high - ends.low) * n / steps for n in range(steps + 1)]
    return xs, [outcomes(block, {**chosen, block.along: x}, number) for x in xs]


def beside(
    block: Explore, chosen: Mapping[str, Decimal | str], number: Number, ends: Mapping[str, Range]
) -> list[tuple[str, list[Decimal | None]]]:
    """What to compare with what is set: the options of the first lever that has them, or both ends of the line.

    A column is the option's name or the point with its unit, and what the outputs come to there. Raises FormulaError, KeyError.
    """
    if block.along in ends:
        over, unit = ends[block.along], block.inputs[block.along].unit
        points = sorted({over.low, Decimal(str(chosen[block.along])), over.high})
        columns: list[tuple[str, Decimal | str]] = [(f"{plain(x)} {unit}".strip(), x) for x in points]
        name = block.along
    else:
        name = next((n for n, lever in block.inputs.items() if lever.options), "")
        columns = [(option, option) for option in block.inputs[name].options] if name else []
    return [(head, outcomes(block, {**chosen, name: at}, number)) for head, at in columns]


def settings(block: Explore, number: Number) -> Iterator[dict[str, Decimal | str]]:
    """Every combination of ends and options, as far as ENDS. Raises FormulaError, KeyError."""
    choices: list[Sequence[Decimal | str]] = []
    for lever in block.inputs.values():
        if lever.options:
            choices.append(tuple(lever.options))
        else:
            ends = range_of(lever, number)
            choices.append((ends.low, ends.high))
    for n, one in enumerate(product(*choices)):
        if n == ENDS:
            return
        yield dict(zip(block.inputs, one, strict=True))
