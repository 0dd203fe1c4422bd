"""Arithmetic over named facts: what can be written, what it is worth, and what is refused where."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casecourse.formula import BIGGEST, FormulaError, Scalar, parse, plain, rounded, scale

FACTS: dict[str, Scalar] = {
    "forces": Decimal(13922),
    "grids-3": Decimal(642),
    "jiaxing:purchase": Decimal(30_740_000),
    "count": Decimal(5),
    "others": ("信息采集", "案卷建立", "任务派遣"),
    "endless": Decimal("Infinity"),
}


def worth(text: str) -> Decimal:
    return parse(text).value(FACTS.__getitem__)


def fault(text: str) -> tuple[str, int, str]:
    with pytest.raises(FormulaError) as caught:
        worth(text)
    return caught.value.code, caught.value.column, caught.value.word


# ---- what a formula is worth ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("24 / 4 / 3", "2"),
        ("2 ^ 3 ^ 2", "512"),
        ("-3 ^ 2", "-9"),
        ("2 ^ -1", "0.5"),
        ("8 ^ (1 / 3)", "2"),
        ("2 * -3", "-6"),
        ("1 or 0 and 0", "1"),
        ("1 + 1 == 2 and 3 > 2", "1"),
        ("2 < 1 or 1 != 1", "0"),
        ("5 and 7", "1"),
        ("sum(1, 2, 3) + min(4, 5) - max(6, 7)", "3"),
        ("round(2.5) + floor(2.9) + ceil(2.1)", "8"),
        ("round(-2.5)", "-3"),
        ("jiaxing:purchase / 10000", "3074"),
        ("1 + count(others)", "4"),
    ],
)
def test_a_formula_is_worth_what_arithmetic_says(text: str, value: str) -> None:
    """Operators bind as on paper, `^` to the right, and truth is 1 or 0."""
    assert worth(text) == Decimal(value)


def test_a_minus_inside_a_name_belongs_to_the_name() -> None:
    """Only a minus with a space on both sides subtracts."""
    assert worth("grids-3 - 3") == 639
    assert fault("forces-3") == ("unknown-name", 1, "forces-3")


def test_a_function_name_without_parenthesis_is_a_fact() -> None:
    """A fact may be called `count`; only `count(` counts."""
    assert worth("count + count(others)") == 8


def test_the_dust_of_division_is_no_difference() -> None:
    """A third, three times, is the whole again, in values, comparisons and roundings alike."""
    assert str(worth("forces / 3 * 3")) == "13922"
    assert worth("forces / 3 * 3 == forces") == 1
    assert worth("floor(forces / 7 * 7)") == 13922
    assert fault("1 / (forces / 3 * 3 - forces)")[0] == "divide-by-zero"


def test_equal_values_print_alike() -> None:
    """A value has neither trailing zeros nor an exponent, so that its text can be compared."""
    assert str(worth("2.50 * 40")) == "100"
    assert str(worth("0 * -1")) == "0"


def test_what_the_left_side_decides_is_not_asked_on_the_right() -> None:
    """`and` and `or` stop early, so a condition can guard a division."""
    assert worth("0 and 1 / 0") == 0
    assert worth("1 or 1 / 0") == 1
    assert fault("1 and 1 / 0") == ("divide-by-zero", 9, "")


def test_a_formula_knows_its_names_and_whether_it_is_one_fact_alone() -> None:
    """Names come in order and once; a literal has none; parentheses do not hide a single fact."""
    assert parse("b / a + b * count(c)").names == ("b", "a", "c")
    assert parse("42").names == ()
    assert (parse("forces").single, parse("(forces)").single) == ("forces", "forces")
    assert [parse(text).single for text in ("-forces", "forces + 0", "42", "count(others)")] == [None] * 4


def test_a_formula_is_its_text() -> None:
    """Formulas can be keys: equal texts are equal formulas."""
    assert {parse("1 + 1"): "two"}[parse("1 + 1")] == "two"
    assert parse("1 + 1") != parse("1 + 2")


# ---- what is refused, and where ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("syntax", 1, "")),
        ("1 +", ("syntax", 4, "")),
        ("(1", ("syntax", 3, "")),
        ("1 2", ("syntax", 3, "2")),
        ("1e3", ("syntax", 2, "e3")),
        ("1 < 2 < 3", ("syntax", 7, "<")),
        ("sum()", ("syntax", 5, ")")),
        ("max(1,)", ("syntax", 7, ")")),
        ("or", ("syntax", 1, "or")),
        ("2 × 3", ("character", 3, "×")),
        ("２", ("character", 1, "２")),
        ("3-2", ("minus-space", 2, "-")),
        ("3 -2", ("minus-space", 3, "-")),
        ("forces- 2", ("minus-space", 7, "-")),
        ("abs(1)", ("unknown-function", 1, "abs")),
        ("1 + round(1, 2)", ("arguments", 5, "round")),
        ("count(1 + 1)", ("needs-list", 7, "1")),
        ("count(others + 1)", ("needs-list", 7, "others")),
        ("count(", ("needs-list", 7, "")),
        ("count(forces)", ("needs-list", 7, "forces")),
        ("1 + others", ("not-a-number", 5, "others")),
        ("endless", ("not-a-number", 1, "endless")),
        ("1 + nowhere", ("unknown-name", 5, "nowhere")),
        ("1 / 0", ("divide-by-zero", 3, "")),
        ("0 ^ -1", ("divide-by-zero", 3, "")),
        ("0 ^ 0", ("bad-power", 3, "")),
        ("(-8) ^ 0.5", ("bad-power", 6, "")),
        ("2 ^ 1001", ("bad-power", 3, "")),
        ("9 ^ 9 ^ 9", ("bad-power", 3, "")),
        ("9 ^ 99", ("too-big", 3, "")),
        ("1 + " * 125 + "1", ("too-long", 501, "")),
        ("(" * 200 + "1" + ")" * 200, ("too-deep", 101, "")),
    ],
)
def test_what_cannot_be_read_or_computed_is_refused_at_its_column(text: str, expected: tuple[str, int, str]) -> None:
    """An error names a code, the column from 1, and the word it is about."""
    assert fault(text) == expected


def test_a_long_flat_formula_is_no_deep_one() -> None:
    """Depth counts parentheses and signs, not the length of a sum."""
    assert worth("1" + "+1" * 249) == 250


@given(st.text(st.sampled_from("ab1.0 +-*/^()<>=!,:×andorcount\n"), max_size=60) | st.text(max_size=600))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    """Whatever is written either has a value within bounds or raises FormulaError with a column inside the text."""
    value, column = Decimal(0), 1
    try:
        value = worth(text)
    except FormulaError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1
    assert abs(value) <= BIGGEST


# ---- against arithmetic done elsewhere --------------------------------------------------------------------------------

Tree: TypeAlias = "str | tuple[str, Tree, Tree]"
BINARY: dict[str, Callable[[Fraction, Fraction], Fraction | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    ">=": operator.ge,
    "==": operator.eq,
}
RANK = {"<": 0, ">=": 0, "==": 0, "+": 1, "-": 1, "*": 2, "/": 2}
NAMES = {"a": Fraction(702), "b-2": Fraction("0.3"), "c:d": Fraction("-21.7")}


def exact(tree: Tree) -> Fraction:
    if isinstance(tree, str):
        return NAMES.get(tree) or Fraction(tree)
    sign, left, right = tree
    return Fraction(BINARY[sign](exact(left), exact(right)))


def written(tree: Tree, above: int = -1, right: bool = False) -> str:
    """The tree with only the parentheses that it needs."""
    if isinstance(tree, str):
        return tree
    sign, a, b = tree
    rank = RANK[sign]
    text = f"{written(a, rank)} {sign} {written(b, rank, True)}"
    return f"({text})" if rank < above or (rank == above and (right or rank == 0)) else text


LEAVES = st.sampled_from([*NAMES, "1", "3", "0.5", "12.75", "1000"])
TREES: st.SearchStrategy[Tree] = st.recursive(
    LEAVES, lambda inner: st.tuples(st.sampled_from([*BINARY]), inner, inner), max_leaves=8
)


@given(TREES)
@settings(max_examples=300)
def test_a_formula_agrees_with_exact_fractions(tree: Tree) -> None:
    """Printed with as few parentheses as possible, a random expression is worth what exact arithmetic gives."""
    formula = parse(written(tree))
    try:
        expected = exact(tree)
    except ZeroDivisionError:
        with pytest.raises(FormulaError, match="divide-by-zero"):
            formula.value(named)
        return
    assert abs(Fraction(formula.value(named)) - expected) <= Fraction(1, 10**25)


def named(name: str) -> Decimal:
    return Decimal(NAMES[name].numerator) / NAMES[name].denominator


@given(st.integers(2, 40), st.integers(1, 12), st.integers(1, 12))
def test_powers_agree_with_python_decimals(base: int, over: int, under: int) -> None:
    """A broken exponent gives Python's own Decimal power."""
    with localcontext(prec=70):
        expected = Decimal(base) ** (Decimal(over) / under)
    assert abs(worth(f"{base} ^ ({over} / {under})") - expected) <= Decimal("1e-29")


# ---- units and digits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("", "1"),
        ("人", "1"),
        ("万元", "10000"),
        ("亿元", "100000000"),
        ("万亿元", "1000000000000"),
        ("％", "0.01"),
        ("%", "0.01"),
        ("个百分点", "0.01"),
        ("‰", "0.001"),
        ("人/格", "1"),
        ("万元/年", "10000"),
        ("人/万人", "0.0001"),
        ("万元／万人", "1"),
        ("十万人", "1"),
    ],
)
def test_a_unit_scales_what_it_measures(unit: str, value: str) -> None:
    """Leading 万, 亿, 万亿 and the parts of a hundred count; below the stroke they divide."""
    assert scale(unit) == Decimal(value)


def test_a_share_in_percent_needs_no_hundred() -> None:
    """A formula's value divided by the scale of the unit asked for is the figure in that unit."""
    assert rounded(worth("grids-3 / forces") / scale("％"), 1) == Decimal("4.6")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.125", 2, "0.13"),
        ("99.995", 2, "100.00"),
        ("-0.4", 0, "0"),
        ("13922", 1, "13922.0"),
        ("13922", None, "13922"),
        ("21.70", None, "21.7"),
        ("-0.5", None, "-0.5"),
        ("1E+20", None, "100000000000000000000"),
        ("0.3333333333", None, "0.333333"),
        ("-1E-9", None, "0"),
        ("0", None, "0"),
    ],
)
def test_figures_are_printed_in_plain_digits(value: str, decimals: int | None, text: str) -> None:
    """Half goes away from zero, there is no exponent and no minus zero, and six decimals are enough."""
    assert plain(Decimal(value), decimals) == text


@given(st.decimals(-BIGGEST, BIGGEST, places=6))
def test_a_printed_figure_reads_back(value: Decimal) -> None:
    """What has at most six decimals is printed without loss."""
    assert Decimal(plain(value)) == value


@given(st.decimals(-BIGGEST, BIGGEST, allow_nan=False), st.integers(0, 8))
def test_rounding_agrees_with_quantize(value: Decimal, decimals: int) -> None:
    """Rounding is Python's half-up quantize, however many digits there are."""
    with localcontext(prec=1000):
        expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rounded(value, decimals) == expected
    assert plain(value, decimals) == f"{expected or abs(expected):f}"
