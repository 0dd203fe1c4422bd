"""Rounding intervals: what a printed figure may stand for, and that nothing true ever lies outside."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casecourse.formula import BIGGEST, FormulaError, parse, scale
from casecourse.intervals import ANY, Interval, enclosure, exactly, printed, relation


def span(low: str, high: str) -> Interval:
    return Interval(Decimal(low), Decimal(high))


# ---- a printed figure ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "approx", "margin", "low", "high"),
    [
        ("205", "家", "", None, "205", "205"),
        ("8.0", "", "", None, "7.95", "8.05"),
        ("8", "", "", None, "8", "8"),
        ("20.03", "万人", "", None, "200250", "200350"),
        ("3074", "万元", "", None, "30735000", "30745000"),
        ("25", "％", "", None, "0.245", "0.255"),
        ("99.95", "％", "", None, "0.99945", "0.99955"),
        ("10", "％", "", "0", "0.1", "0.1"),
        ("2/3", "", "", None, "0.6666666666666666666666", "0.6666666666666666666667"),
        ("2/3", "", "约", "0.01", "0.6566666666666666666666", "0.6766666666666666666667"),
        ("145", "人", "约", None, "144.5", "145.5"),
        ("200", "人", "约", None, "150", "250"),
        ("66.0", "％", "约", None, "0.6595", "0.6605"),
        ("145", "万人", "约", None, "1445000", "1455000"),
        ("150", "万人", "约", None, "1450000", "1550000"),
        ("1,467", "人", "", None, "1467", "1467"),
        ("-2.5", "", "", None, "-2.55", "-2.45"),
        ("0", "件", "约", None, "-0.5", "0.5"),
    ],
)
def test_a_printed_figure_stands_for_an_interval(
    text: str, unit: str, approx: str, margin: str | None, low: str, high: str
) -> None:
    """Half of the last digit where there are decimals or a scaled unit; else exact; a margin and 约 stand before that."""
    found = printed(text, scale(unit), approx, Decimal(margin) if margin else None)
    assert found is not None
    assert abs(found.low - Decimal(low)) < Decimal("1e-20")
    assert abs(found.high - Decimal(high)) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("text", "approx", "inside", "outside"),
    [
        ("200", "多", ["200", "299.99"], ["199.99", "300"]),
        ("200", "余", ["200", "299.99"], ["199.99", "300"]),
        ("120", "多", ["120", "129"], ["119", "130"]),
        ("4.2", "多", ["4.2", "4.29"], ["4.19", "4.3"]),
        ("8.0", "多", ["8.0", "8.99"], ["7.99", "9"]),
        ("200", "近", ["200", "100.01"], ["200.01", "100"]),
    ],
)
def test_more_than_and_nearly_are_open_at_the_far_end(
    text: str, approx: str, inside: list[str], outside: list[str]
) -> None:
    """200 多 begins at 200 and ends before 300; 近 200 begins after 100 and ends at 200."""
    found = printed(text, approx=approx)
    assert found is not None
    assert all(found.holds(Decimal(x)) for x in inside)
    assert not any(found.holds(Decimal(x)) for x in outside)


def test_words_are_no_figure() -> None:
    """A name, a range and a date stand for no interval."""
    assert [printed(x) for x in ("街道", "30–300", "2008-07", "", "1.2.3", "3/0")] == [None] * 6


# ---- through a formula ------------------------------------------------------------------------------------------------

FACTS = {
    "a": span("1.95", "2.05"),
    "b": span("-1", "3"),
    "c": span("4", "5"),
    "n": exactly(Decimal(6)),
    "z": exactly(Decimal(0)),
}


def found(text: str) -> Interval:
    return enclosure(parse(text), FACTS.__getitem__)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("a + c", "5.95", "7.05"),
        ("c - a", "1.95", "3.05"),
        ("b * c", "-5", "15"),
        ("b * b", "-3", "9"),
        ("b ^ 2", "0", "9"),
        ("b ^ 3", "-1", "27"),
        ("c ^ -1", "0.2", "0.25"),
        ("c ^ 0.5", "2", "2.236067977499789696409173668731"),
        ("c ^ b", "0.2", "125"),
        ("n / 3 * 3", "6", "6"),
        ("n ^ 2", "36", "36"),
        ("-b", "-3", "1"),
        ("round(a)", "2", "2"),
        ("floor(a)", "1", "2"),
        ("ceil(b / 2)", "0", "2"),
        ("floor(n / 7 * 7)", "6", "6"),
        ("sum(a, b, c)", "4.95", "10.05"),
        ("min(b, c) + max(b, c)", "3", "8"),
        ("c > b", "1", "1"),
        ("a > b", "0", "1"),
        ("n == 6", "1", "1"),
        ("c < a", "0", "0"),
        ("b and 1", "0", "1"),
        ("b or c > b", "1", "1"),
        ("c or b", "1", "1"),
        ("z and b", "0", "0"),
        ("1 + z ^ n", "1", "1"),
    ],
)
def test_every_operation_takes_ends_to_ends(text: str, low: str, high: str) -> None:
    """Sums, products, powers, roundings, comparisons and conditions give the least and the greatest possible value."""
    assert found(text) == span(low, high)


@pytest.mark.parametrize("text", ["1 / b", "c / z", "b ^ -2", "b ^ 0.5", "c ^ (n * 1000)", "z ^ b", "1 / b + c"])
def test_what_cannot_be_bounded_is_unknown(text: str) -> None:
    """A divisor that may be zero, a root of what may be negative, an exponent beyond all bounds: nothing is claimed."""
    assert found(text).unknown


def test_a_condition_guards_where_it_decides_for_certain() -> None:
    """What the left side surely decides is not asked on the right."""
    assert found("z and 1 / z") == span("0", "0")
    assert found("c or nowhere") == span("1", "1")
    with pytest.raises(KeyError):
        found("b or nowhere")


def test_names_are_counted_and_not_computed_with() -> None:
    """A list has an exact count; in arithmetic it is refused at its column."""
    facts = {**FACTS, "names": ("甲", "乙")}
    assert enclosure(parse("count(names) * a"), facts.__getitem__) == span("3.9", "4.1")
    for text, code in (("1 + names", "not-a-number"), ("count(a)", "needs-list")):
        with pytest.raises(FormulaError, match=code):
            enclosure(parse(text), facts.__getitem__)


def test_divided_by_a_scale_the_ends_go_outward() -> None:
    """In the unit asked for the interval is never narrower than before."""
    got = span("1", "2").over(Decimal(3))
    assert got.low * 3 <= 1 < 2 <= got.high * 3


# ---- nothing true lies outside -----------------------------------------------------------------------------------------

Tree: TypeAlias = "str | tuple[str, Tree, Tree]"
NAMES = ["p", "q", "r", "s"]
SIGNS = ["+", "-", "*", "/", "^", ">=", "<=", ">", "<", "==", "!=", "and", "or", "sum", "min", "max", "round", "floor", "ceil"]  # fmt: skip
LEAVES = st.sampled_from([*NAMES, "0", "1", "2", "3", "0.5", "-1"])
TREES: st.SearchStrategy[Tree] = st.recursive(
    LEAVES, lambda inner: st.tuples(st.sampled_from(SIGNS), inner, inner), max_leaves=7
)
FIGURES = st.decimals(-30, 300, places=2) | st.integers(-5, 5).map(Decimal)
KNOWN = st.tuples(FIGURES, st.decimals(0, 5, places=2) | st.just(Decimal(0)))
WITHIN = st.sampled_from([Decimal(x) for x in ("0", "0.5", "1", "0.123456789", "0.99")])


def written(tree: Tree) -> str:
    if isinstance(tree, str):
        return f"({tree})"
    sign, a, b = tree
    if sign in ("sum", "min", "max"):
        return f"{sign}({written(a)}, {written(b)})"
    return (
        f"{sign}({written(a)})"
        if sign.isalpha() and sign not in ("and", "or")
        else f"({written(a)} {sign} {written(b)})"
    )


@settings(max_examples=1500, deadline=None)
@given(TREES, st.lists(KNOWN, min_size=4, max_size=4), st.lists(WITHIN, min_size=4, max_size=4))
def test_the_true_result_is_always_inside(tree: Tree, known: list[tuple[Decimal, Decimal]], at: list[Decimal]) -> None:
    """Whatever the formula and wherever in their intervals the true values lie, the true result lies in the enclosure."""
    text = written(tree)
    assume(len(text) <= 500)
    intervals = {n: Interval(low, low + width) for n, (low, width) in zip(NAMES, known, strict=True)}
    with localcontext(prec=70):
        true = {n: i.low + (i.high - i.low) * x for (n, i), x in zip(intervals.items(), at, strict=True)}
    bounds = enclosure(parse(text), intervals.__getitem__)
    assert bounds.low <= bounds.high
    try:
        value = parse(text).value(true.__getitem__)
    except FormulaError:
        return  # there is no true result to hold
    assert bounds.holds(value), f"{text}: {value} is not in {bounds}"


@given(TREES, st.lists(FIGURES, min_size=4, max_size=4))
@settings(max_examples=300, deadline=None)
def test_exact_facts_have_no_width_unless_unknown(tree: Tree, known: list[Decimal]) -> None:
    """Of exact facts a formula without roots is exact, or nothing is known."""
    text = written(tree)
    assume(len(text) <= 500 and "^" not in text and "/" not in text)
    bounds = enclosure(parse(text), lambda n: exactly(known[NAMES.index(n)]))
    assert bounds.exact or bounds == ANY


# ---- two intervals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "computed", "figure", "stated", "quantum", "expected"),
    [
        ("2.7311", ("2.7311", "2.7311"), "2.7", ("2.65", "2.75"), "0.1", "equal"),
        ("2.75", ("2.75", "2.75"), "2.7", ("2.65", "2.75"), "0.1", "meet"),
        ("2.65", ("2.65", "2.65"), "2.7", ("2.65", "2.75"), "0.1", "equal"),
        ("20.02", ("20.00", "20.04"), "20.03", ("20.025", "20.035"), "0.01", "meet"),
        ("8.1754", ("8.1028", "8.2484"), "8.0", ("7.95", "8.05"), "0.1", "apart"),
        ("200", ("200", "200"), "205", ("205", "205"), "1", "apart"),
        ("419.5", ("411", "428"), "420", ("420", "420"), "1", "equal"),
        ("67.4", ("67.3", "67.5"), "66.7", ("65.7", "67.7"), None, "equal"),
        ("68", ("67.6", "68.4"), "66.7", ("65.7", "67.7"), None, "meet"),
    ],
)
def test_two_figures_are_equal_meet_or_lie_apart(
    value: str, computed: tuple[str, str], figure: str, stated: tuple[str, str], quantum: str | None, expected: str
) -> None:
    """Equal to the printed digits, or inside what is approximate; else the intervals touch or they do not."""
    step = Decimal(quantum) if quantum else None
    assert relation(Decimal(value), Decimal(figure), span(*computed), span(*stated), step) == expected


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_a_value_equals_its_own_rounding(value: Decimal, decimals: int) -> None:
    """What rounds to a printed figure is equal to it."""
    quantum = Decimal(1).scaleb(-decimals)
    figure = value.quantize(quantum, "ROUND_HALF_UP")
    stated = Interval(figure - quantum / 2, figure + quantum / 2)
    assert relation(value, figure, exactly(value), stated, quantum) == "equal"


def test_anything_meets_what_is_not_known() -> None:
    """An enclosure that says nothing keeps nothing apart."""
    assert relation(Decimal(1), Decimal(2), ANY, exactly(Decimal(2)), Decimal(1)) == "meet"
    assert ANY.holds(BIGGEST)
