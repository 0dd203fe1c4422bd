"""Arithmetic over named facts: reads a formula, computes it in Decimal, and knows scales of units and rounding half up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

Scalar: TypeAlias = Decimal | tuple[str, ...]  # a list-fact is a tuple of names
Code: TypeAlias = Literal[
    "too-long",  # more than LONGEST characters
    "too-deep",  # more than DEEPEST formulas inside one another
    "syntax",  # `word` cannot stand there; "" is the end of the text
    "character",  # `word` belongs to no formula: ×, （, a full-width digit …
    "minus-space",  # `-` between two values without a space on both sides
    "unknown-function",
    "arguments",  # the function `word` takes another number of values
    "unknown-name",
    "not-a-number",  # the name `word` stands for a list or for no finite number
    "needs-list",  # `count` of anything but a list-fact
    "divide-by-zero",
    "bad-power",  # 0 ^ 0, a root of a negative number, an exponent beyond ±STEEPEST
    "too-big",  # beyond ±BIGGEST
]

LONGEST = 500  # characters
DEEPEST = 100  # nested parentheses, signs and operators of rising rank
STEEPEST = 1000  # largest exponent
BIGGEST = Decimal("1e30")
PLACES = Decimal("1e-30")  # decimals beyond these are the dust of division, not a difference

# Twice the digits of BIGGEST and then some: a third of anything, times three, is the thing again within PLACES.
_CONTEXT = Context(prec=70, rounding=ROUND_HALF_UP, Emin=-999_999, Emax=999_999)
_ONE, _ZERO = Decimal(1), Decimal(0)


class FormulaError(ValueError):
    """Why a formula cannot be read or computed: a code word, the column (from 1), and the word it is about.

    Formulas raise the codes of `Code`; whoever resolves the names may add codes of its own.
    """

    def __init__(self, code: str, column: int, word: str = "") -> None:
        super().__init__(code, column, word)
        self.code = code
        self.column = column
        self.word = word


class Step(NamedTuple):
    """One step of the stack machine. `extent` is a function's number of values, or where `and`/`or` go on early."""

    does: str
    column: int
    word: str = ""
    amount: Decimal = _ZERO
    extent: int = 0


@dataclass(frozen=True)
class Formula:
    """A formula that was read. Two formulas are equal when their texts are.

    `names` are the facts it uses, in order of appearance, each once; `steps` are what a stack machine does.
    """

    text: str
    names: tuple[str, ...] = field(compare=False)
    steps: tuple[Step, ...] = field(compare=False, repr=False)

    @property
    def single(self) -> str | None:
        """The name when the formula is one fact alone, else None."""
        return self.steps[0].word if len(self.steps) == 1 and self.steps[0].does == "name" else None

    def value(self, number: Callable[[str], Scalar]) -> Decimal:
        """Compute it; `number` gives a fact's value times its scale, and raises KeyError where there is no such fact.

        The value has at most thirty decimals and no trailing zeros; true is 1, false is 0. Raises FormulaError.
        """
        with localcontext(_CONTEXT):
            return _bare(_run(self.steps, number))


@lru_cache(maxsize=8192)
def parse(text: str) -> Formula:
    """Read a formula. Raises FormulaError with the column of the first thing that cannot be read."""
    if len(text) > LONGEST:
        raise FormulaError("too-long", LONGEST + 1)
    steps = _Reader(_tokens(text)).formula()
    names = dict.fromkeys(s.word for s in steps if s.does in ("name", "count"))
    return Formula(text, tuple(names), steps)


# ---- reading ------------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    sort: str  # number, name, sign, end
    word: str
    column: int
    spaced: bool  # white space on both sides


_ID = "[a-z][a-z0-9-]*"
_TOKEN = re.compile(rf"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>{_ID}(?::{_ID})?)|(?P<sign>>=|<=|==|!=|[-+*/^()<>,])")
_RANK = {
    **dict.fromkeys(("or",), 1),
    **dict.fromkeys(("and",), 2),
    **dict.fromkeys((">=", "<=", ">", "<", "==", "!="), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/"), 5),
    "^": 7,
}
_COMPARE, _NEGATE, _POWER = 3, 6, 7


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError("character", at + 1, text[at])
        spaced = text[at - 1 : at].isspace() and text[match.end() : match.end() + 1].isspace()
        found.append(_Token(match.lastgroup or "", match[0], at + 1, spaced))
        at = match.end()
    return [*found, _Token("end", "", len(text) + 1, False)]


class _Reader:
    """Reads tokens by rank of their operators and writes the steps in the order in which they are done."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.steps: list[Step] = []

    def formula(self) -> tuple[Step, ...]:
        self.expression(0)
        if self.here.sort != "end":
            self.refuse()
        return tuple(self.steps)

    @property
    def here(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def refuse(self) -> None:
        """Raise for the token here, which cannot stand where it stands."""
        before = self.tokens[self.at - 1] if self.at else self.here
        if before.sort == "name" and before.word.endswith("-") and self.here.sort in ("name", "number"):
            raise FormulaError("minus-space", before.column + len(before.word) - 1, "-")
        raise FormulaError("syntax", self.here.column, self.here.word)

    def expect(self, word: str) -> None:
        if self.here.word != word:
            self.refuse()
        self.at += 1

    def expression(self, least: int) -> None:
        """Read a value and every operator after it whose rank is at least `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("too-deep", self.here.column)
        self.operand()
        while least <= (rank := _RANK.get(self.here.word, -1)):
            token = self.take()
            if token.word == "-" and not token.spaced:
                raise FormulaError("minus-space", token.column, "-")
            if token.word in ("and", "or"):
                self.branch(token, rank)
                continue
            self.expression(rank if rank == _POWER else rank + 1)
            self.steps.append(Step(token.word, token.column))
            if rank == _COMPARE and _RANK.get(self.here.word) == _COMPARE:
                self.refuse()
        self.depth -= 1

    def branch(self, token: _Token, rank: int) -> None:
        """Read the right side of `and` or `or`, which is left undone where the left side decides."""
        place = len(self.steps)
        self.steps.append(Step(token.word, token.column))
        self.expression(rank + 1)
        self.steps.append(Step("truth", token.column))
        self.steps[place] = Step(token.word, token.column, extent=len(self.steps))

    def operand(self) -> None:
        token = self.here
        if (token.sort not in ("number", "name") and token.word not in ("-", "(")) or token.word in ("and", "or"):
            self.refuse()
        self.at += 1
        if token.sort == "number":
            self.steps.append(Step("number", token.column, token.word, Decimal(token.word)))
        elif token.word == "-":
            self.expression(_NEGATE)
            self.steps.append(Step("negate", token.column))
        elif token.word == "(":
            self.expression(0)
            self.expect(")")
        elif self.here.word == "(":
            self.call(token)
        else:
            self.steps.append(Step("name", token.column, token.word))

    def call(self, token: _Token) -> None:
        self.at += 1
        if token.word == "count":
            self.counting()
            return
        if token.word not in _FUNCTIONS:
            raise FormulaError("unknown-function", token.column, token.word)
        values = 0
        while True:
            self.expression(0)
            values += 1
            if self.here.word != ",":
                break
            self.at += 1
        self.expect(")")
        if values > 1 and token.word in _ROUNDINGS:
            raise FormulaError("arguments", token.column, token.word)
        self.steps.append(Step("call", token.column, token.word, extent=values))

    def counting(self) -> None:
        name = self.take()
        if name.sort != "name" or self.here.word != ")":
            raise FormulaError("needs-list", name.column, name.word)
        self.at += 1
        self.steps.append(Step("count", name.column, name.word))


# ---- computing ----------------------------------------------------------------------------------------------------


def settled(value: Decimal) -> Decimal:
    """`value` without the dust of division."""
    return value.quantize(PLACES) if value.as_tuple().exponent < -30 else value  # type: ignore[operator]  # finite


def _bare(value: Decimal) -> Decimal:
    """`value` without dust, trailing zeros, exponent and sign of zero: equal values print alike."""
    value = settled(value).normalize() + 0
    return value.quantize(_ONE) if value == value.to_integral_value() else value


def _power(base: Decimal, exponent: Decimal) -> Decimal | Code:
    whole = settled(exponent)
    if whole == whole.to_integral_value():
        exponent = whole
    elif base < 0:
        return "bad-power"
    if abs(exponent) > STEEPEST or base == exponent == 0:
        return "bad-power"
    if not base:
        return _ZERO if exponent > 0 else "divide-by-zero"
    return base**exponent


def _quotient(a: Decimal, b: Decimal) -> Decimal | Code:
    return a / b if settled(b) else "divide-by-zero"


_BINARY: Mapping[str, Callable[[Decimal, Decimal], Decimal | Code]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "^": _power,
    ">=": lambda a, b: Decimal(settled(a - b) >= 0),
    "<=": lambda a, b: Decimal(settled(a - b) <= 0),
    ">": lambda a, b: Decimal(settled(a - b) > 0),
    "<": lambda a, b: Decimal(settled(a - b) < 0),
    "==": lambda a, b: Decimal(settled(a - b) == 0),
    "!=": lambda a, b: Decimal(settled(a - b) != 0),
}
_ROUNDINGS = {"round": ROUND_HALF_UP, "floor": ROUND_FLOOR, "ceil": ROUND_CEILING}


def _to_integer(way: str) -> Callable[[list[Decimal]], Decimal]:
    return lambda values: settled(values[0]).to_integral_value(way)


_FUNCTIONS: Mapping[str, Callable[[list[Decimal]], Decimal]] = {
    "sum": lambda values: sum(values, _ZERO),
    "min": min,
    "max": max,
    **{name: _to_integer(way) for name, way in _ROUNDINGS.items()},
}


def _fact(step: Step, number: Callable[[str], Scalar]) -> Decimal:
    """The value of a fact, or for `count` the number of its names."""
    try:
        value = number(step.word)
    except KeyError:
        raise FormulaError("unknown-name", step.column, step.word) from None
    if step.does == "count":
        if not isinstance(value, tuple):
            raise FormulaError("needs-list", step.column, step.word)
        return Decimal(len(value))
    if isinstance(value, tuple) or not value.is_finite():
        raise FormulaError("not-a-number", step.column, step.word)
    return value


def _run(steps: tuple[Step, ...], number: Callable[[str], Scalar]) -> Decimal:
    stack: list[Decimal] = []
    at = 0
    while at < len(steps):
        step = steps[at]
        at += 1
        if step.does in ("and", "or"):
            true = bool(settled(stack.pop()))
            if true is (step.does == "or"):
                stack.append(Decimal(true))
                at = step.extent
            continue
        result = _done(step, stack, number)
        if isinstance(result, str):
            raise FormulaError(result, step.column, step.word)
        if abs(result) > BIGGEST:
            raise FormulaError("too-big", step.column, step.word)
        stack.append(result)
    return stack.pop()


def _done(step: Step, stack: list[Decimal], number: Callable[[str], Scalar]) -> Decimal | Code:
    """Do one step: take its values from the stack and return what comes of them."""
    if step.does == "number":
        return step.amount
    if step.does in ("name", "count"):
        return _fact(step, number)
    if step.does == "negate":
        return -stack.pop()
    if step.does == "truth":
        return Decimal(bool(settled(stack.pop())))
    if step.does == "call":
        values = stack[-step.extent :]
        del stack[-step.extent :]
        return _FUNCTIONS[step.word](values)
    b, a = stack.pop(), stack.pop()
    return _BINARY[step.does](a, b)


# ---- figures on the page ------------------------------------------------------------------------------------------

_MULTIPLES = {"万亿": Decimal(10**12), "亿": Decimal(10**8), "万": Decimal(10**4)}
_PARTS = {"％": Decimal("0.01"), "%": Decimal("0.01"), "个百分点": Decimal("0.01"), "‰": Decimal("0.001")}


def scale(unit: str) -> Decimal:
    """What one of `unit` is worth in plain numbers: 万元 → 10000, ％ → 0.01, 人/万人 → 0.0001, 人 → 1."""
    top, *below = (part.strip() for part in unit.replace("／", "/").split("/"))
    value = _scale(top)
    for part in below:
        value /= _scale(part)
    return value


def _scale(unit: str) -> Decimal:
    if unit in _PARTS:
        return _PARTS[unit]
    return next((value for word, value in _MULTIPLES.items() if unit.startswith(word)), _ONE)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """`value` to `decimals` digits after the point, half away from zero; never minus zero."""
    digits = max(value.adjusted() + decimals + 2, 1)
    result = value.quantize(_ONE.scaleb(-decimals), ROUND_HALF_UP, Context(prec=digits))
    return result or result.copy_abs()


def plain(value: Decimal, decimals: int | None = None) -> str:
    """`value` in plain digits without exponent: as many decimals as given, else as many as needed, at most six."""
    if decimals is not None:
        return f"{rounded(value, decimals):f}"
    text = f"{rounded(value, 6):f}"
    return text.rstrip("0").rstrip(".")
