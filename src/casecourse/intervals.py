"""Rounding intervals: what a printed figure may stand for, carried through a formula, and how two of them lie.

A printed 8.0 says no more than that the true value rounds to it. Here every operation takes the ends of its operands to
ends that are rounded outward, so that the true result always lies inside: interval arithmetic after R. E. Moore, *Interval
Analysis* (1966), with the directed rounding of U. Kulisch and W. L. Miranker, *Computer Arithmetic in Theory and Practice*
(1981). What cannot be bounded (a divisor that may be zero) becomes ANY. A fact that occurs twice is taken for two, so an
interval may be wider than need be, never narrower.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Literal, TypeAlias

from casecourse.formula import BIGGEST, PLACES, STEEPEST, Formula, FormulaError, Step, plain, settled

Relation: TypeAlias = Literal["equal", "meet", "apart", "missing"]


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `low` to `high`, both included."""

    low: Decimal
    high: Decimal

    @property
    def exact(self) -> bool:
        """True when it is one value."""
        return self.low == self.high

    @property
    def unknown(self) -> bool:
        """True when nothing is known, or next to nothing."""
        return self.high - self.low > BIGGEST

    def holds(self, value: Decimal) -> bool:
        """True when `value` lies inside."""
        return self.low <= value <= self.high

    def meets(self, other: Interval) -> bool:
        """True when the two have a value in common."""
        return self.low <= other.high and other.low <= self.high

    def ends(self, decimals: int) -> tuple[str, str]:
        """Both ends as printed with at most so many decimals, rounded outward."""
        unit = _ONE.scaleb(-decimals)
        with localcontext(_NEAR):
            low = (settled(self.low / unit)).to_integral_value(ROUND_FLOOR) * unit
            high = (settled(self.high / unit)).to_integral_value(ROUND_CEILING) * unit
        return plain(low), plain(high)

    def over(self, scale: Decimal) -> Interval:
        """Both ends divided by a positive scale, outward."""
        return Interval(_down(lambda: self.low / scale), _up(lambda: self.high / scale))


Known: TypeAlias = Interval | tuple[str, ...]  # a list-fact is a tuple of names
ANY = Interval(-BIGGEST, BIGGEST)  # a formula has no value beyond these: that is an error of its own
_ZERO, _ONE = Decimal(0), Decimal(1)


def _context(way: str) -> Context:
    return Context(prec=70, rounding=way, Emin=-999_999, Emax=999_999)


_DOWN, _UP, _NEAR = _context(ROUND_FLOOR), _context(ROUND_CEILING), _context(ROUND_HALF_UP)


def exactly(value: Decimal) -> Interval:
    """The interval of one value."""
    return Interval(value, value)


# ---- a printed figure ------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"(-?\d+)(?:\.(\d+))?")
FRACTION = re.compile(r"(-?\d+)/([1-9]\d*)")


def amount(text: str) -> Decimal | None:
    """The value of a printed figure (1,467; -2.5; 2/3), None for what is no figure."""
    bare = text.replace(",", "")
    if match := FRACTION.fullmatch(bare):
        with localcontext(_NEAR):
            return Decimal(match[1]) / Decimal(match[2])
    return Decimal(bare) if NUMBER.fullmatch(bare) else None


def printed(text: str, scale: Decimal = _ONE, approx: str = "", margin: Decimal | None = None) -> Interval | None:
    """What a printed figure may stand for, times the scale of its unit; None for what is no figure.

    A margin is the half-width. Without one: 多 and 余 reach from the figure up to, and not including, one more in its
    last digit that is not zero (200 多 is [200, 300)), 近 from one less (近 200 is (100, 200]). 约 before a whole number
    means half of that digit either way (约 200 is 200 ± 50, 约 145 is 145 ± 0.5). A figure with decimals or a scaled unit
    is rounded by half of its last printed digit, with or without 约; a plain whole number is exact, and so is a fraction.
    """
    value = amount(text)
    if value is None:
        return None
    with localcontext(_NEAR):
        below, above = _margins(text, value, scale, approx, margin)
        found = Interval(value * scale - below, value * scale + above)
        return _dusted(found) if FRACTION.fullmatch(text) else found


def _margins(text: str, value: Decimal, scale: Decimal, approx: str, margin: Decimal | None) -> tuple[Decimal, Decimal]:
    """How far below and above the figure the true value may lie, in plain numbers."""
    match = NUMBER.fullmatch(text.replace(",", ""))
    if margin is not None or match is None:
        return (margin or _ZERO) * scale, (margin or _ZERO) * scale
    decimals = len(match[2] or "")
    last = _ONE.scaleb(-decimals)
    step = _ONE.scaleb(value.normalize().as_tuple().exponent) * scale if value else last * scale  # type: ignore[arg-type]
    if approx in ("多", "余"):
        return _ZERO, step - PLACES  # up to the greatest value of thirty decimals below the next
    if approx == "近":
        return step - PLACES, _ZERO
    half = step / 2 if approx and not decimals else last * scale / 2 if decimals or scale != 1 else _ZERO
    return half, half


# ---- through a formula -----------------------------------------------------------------------------------------------


def enclosure(parsed: Formula, known: Callable[[str], Known]) -> Interval:
    """Return an interval that holds the formula's value, whatever the facts' true values inside their intervals are.

    Raises KeyError where `known` does, FormulaError where a name is no number. Where the formula has no value for some
    of the true values, it holds the others'.
    """
    with localcontext(_NEAR):
        found = _run(parsed.steps, 0, len(parsed.steps), known)
        return Interval(settled(found.low), settled(found.high))  # as the value itself is settled


def _down(work: Callable[[], Decimal]) -> Decimal:
    with localcontext(_DOWN):
        return work()


def _up(work: Callable[[], Decimal]) -> Decimal:
    with localcontext(_UP):
        return work()


def _run(steps: tuple[Step, ...], at: int, end: int, known: Callable[[str], Known]) -> Interval:
    stack: list[Interval] = []
    while at < end:
        step = steps[at]
        at += 1
        if step.does in ("and", "or"):
            stack.append(_branch(steps, at, step, stack.pop(), known))
            at = step.extent
        else:
            stack.append(_within(_done(step, stack, known)))
    return stack.pop()


def _within(found: Interval) -> Interval:
    """What lies beyond ±BIGGEST has no value and needs no room."""
    low, high = max(found.low, -BIGGEST), min(found.high, BIGGEST)
    return Interval(low, high) if low <= high else ANY


def _branch(steps: tuple[Step, ...], at: int, step: Step, left: Interval, known: Callable[[str], Known]) -> Interval:
    """`and` and `or`: where the left side does not decide for certain, both ways are open."""
    truth = _truth(left)
    decides = _ONE if step.does == "or" else _ZERO
    if truth.exact and truth.low == decides:
        return truth
    right = _run(steps, at, step.extent, known)
    return right if truth.exact else Interval(min(right.low, decides), max(right.high, decides))


def _truth(found: Interval) -> Interval:
    """1 when it cannot be zero, 0 when it can be nothing else, else both."""
    low, high = settled(found.low), settled(found.high)
    return Interval(Decimal(low > 0 or high < 0), Decimal(not low == high == 0))


def _done(step: Step, stack: list[Interval], known: Callable[[str], Known]) -> Interval:
    if step.does == "number":
        return exactly(step.amount)
    if step.does in ("name", "count"):
        return _fact(step, known)
    if step.does == "negate":
        a = stack.pop()
        return Interval(a.high.copy_negate(), a.low.copy_negate())
    if step.does == "truth":
        return _truth(stack.pop())
    if step.does == "call":
        values = stack[-step.extent :]
        del stack[-step.extent :]
        return _call(step.word, values)
    b, a = stack.pop(), stack.pop()
    return _BINARY[step.does](a, b)


def _fact(step: Step, known: Callable[[str], Known]) -> Interval:
    found = known(step.word)
    if step.does == "count":
        if not isinstance(found, tuple):
            raise FormulaError("needs-list", step.column, step.word)
        return exactly(Decimal(len(found)))
    if isinstance(found, tuple):
        raise FormulaError("not-a-number", step.column, step.word)
    return found


_ROUNDINGS = {"round": ROUND_HALF_UP, "floor": ROUND_FLOOR, "ceil": ROUND_CEILING}


def _call(name: str, values: list[Interval]) -> Interval:
    """Sums, extremes and roundings never fall where their argument rises: the ends go to the ends."""
    lows, highs = [v.low for v in values], [v.high for v in values]
    if name == "sum":
        return Interval(_down(lambda: sum(lows, _ZERO)), _up(lambda: sum(highs, _ZERO)))
    if name in _ROUNDINGS:
        way = _ROUNDINGS[name]
        return Interval(settled(lows[0]).to_integral_value(way), settled(highs[0]).to_integral_value(way))
    return Interval(min(lows), min(highs)) if name == "min" else Interval(max(lows), max(highs))


def _ends(work: Callable[[Decimal, Decimal], Decimal], a: Interval, b: Interval) -> Interval:
    """The least and the greatest of what becomes of the four pairs of ends, outward."""
    pairs = [(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return Interval(_down(lambda: min(work(*p) for p in pairs)), _up(lambda: max(work(*p) for p in pairs)))


def _quotient(a: Interval, b: Interval) -> Interval:
    return ANY if b.holds(_ZERO) else _ends(lambda x, y: x / y, a, b)


def _compared(certain: Callable[[Interval], bool], never: Callable[[Interval], bool]) -> _Binary:
    """1 when it holds for all values of the difference, 0 when for none, else both."""

    def compare(a: Interval, b: Interval) -> Interval:
        gap = Interval(settled(_down(lambda: a.low - b.high)), settled(_up(lambda: a.high - b.low)))
        return Interval(Decimal(certain(gap)), Decimal(not never(gap)))

    return compare


def _power(a: Interval, b: Interval) -> Interval:
    """x ^ y rises or falls evenly in each of x > 0 and y, so its extremes stand at the ends; whole exponents reach further."""
    low, high = settled(b.low), settled(b.high)
    if max(abs(low), abs(high)) > STEEPEST:
        return ANY
    if low == high == low.to_integral_value():
        return _whole_power(a, int(low))
    if a.low < 0 or (a.low == 0 and low <= 0):
        return ANY
    return _dusted(_ends(lambda x, y: _root(x, y), a, b))


def _root(x: Decimal, y: Decimal) -> Decimal:
    return x**y if x else _ZERO


def _whole_power(a: Interval, n: int) -> Interval:
    if n < 0:
        return _quotient(exactly(_ONE), _whole_power(a, -n))
    if n == 0:
        return exactly(_ONE)
    ends = _dusted(_ends(lambda x, _: x**n, a, a))
    return Interval(_ZERO, ends.high) if n % 2 == 0 and a.holds(_ZERO) else ends


def _dusted(found: Interval) -> Interval:
    """The last digits of a power or a third are not promised to be rounded in the asked direction: leave room for them."""
    room = Decimal("1e-60")
    return Interval(_down(lambda: found.low - abs(found.low) * room), _up(lambda: found.high + abs(found.high) * room))


_Binary: TypeAlias = Callable[[Interval, Interval], Interval]
_BINARY: Mapping[str, _Binary] = {
    "+": lambda a, b: Interval(_down(lambda: a.low + b.low), _up(lambda: a.high + b.high)),
    "-": lambda a, b: Interval(_down(lambda: a.low - b.high), _up(lambda: a.high - b.low)),
    "*": lambda a, b: _ends(lambda x, y: x * y, a, b),
    "/": _quotient,
    "^": _power,
    ">=": _compared(lambda d: d.low >= 0, lambda d: d.high < 0),
    "<=": _compared(lambda d: d.high <= 0, lambda d: d.low > 0),
    ">": _compared(lambda d: d.low > 0, lambda d: d.high <= 0),
    "<": _compared(lambda d: d.high < 0, lambda d: d.low >= 0),
    "==": _compared(lambda d: d.low == d.high == 0, lambda d: d.low > 0 or d.high < 0),
    "!=": _compared(lambda d: d.low > 0 or d.high < 0, lambda d: d.low == d.high == 0),
}


# ---- two intervals ---------------------------------------------------------------------------------------------------


def relation(
    value: Decimal, figure: Decimal, computed: Interval, stated: Interval, quantum: Decimal | None
) -> Relation:
    """How a computed value and its interval stand to a stated figure and its own.

    Equal: rounded to the last printed digit of the figure, whose worth is `quantum`, the value is the figure; where
    `quantum` is None (the figure is approximate or has a margin), the value lies inside the stated interval. Else the
    two intervals meet, or they lie apart.
    """
    with localcontext(_NEAR):
        if quantum is None:
            equal = stated.holds(value)
        else:
            mine, printed_ = (settled(x / quantum).to_integral_value(ROUND_HALF_UP) for x in (value, figure))
            equal = mine == printed_
    return "equal" if equal else "meet" if computed.meets(stated) else "apart"
