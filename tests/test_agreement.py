"""How a class's figures spread and how far people agree, against worked examples and against the definitions."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations, permutations
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy, friedmanchisquare, rankdata

from casecourse.agreement import evenness, five, kendall_w, ranks

# Three measurements of seven people, the example in the documentation of scipy.stats.friedmanchisquare.
MEASURED = [
    (72, 120, 76),
    (96, 120, 95),
    (88, 132, 104),
    (92, 120, 96),
    (74, 101, 84),
    (76, 96, 72),
    (82, 112, 76),
]
FRIEDMAN = 10.57142857142857  # its statistic there; W = statistic ÷ (judges × (things − 1))
SCORES = st.integers(3, 7).flatmap(
    lambda things: st.lists(st.lists(st.integers(0, 4), min_size=things, max_size=things), min_size=2, max_size=9)
)


def test_ranks_begin_with_the_highest_and_share_where_equal() -> None:
    """The highest is 1; equal scores get the mean of the ranks that they take up together."""
    assert ranks([Decimal(x) for x in (3, 9, 3, 1)]) == [2.5, 1, 2.5, 4]
    assert ranks([Decimal(5)] * 3) == [2, 2, 2]


def test_concordance_of_a_worked_example() -> None:
    """W times judges times (things − 1) is Friedman's statistic."""
    orders = [ranks([Decimal(x) for x in row]) for row in MEASURED]
    found = kendall_w(orders)
    assert found == pytest.approx(FRIEDMAN / (7 * 2))


def test_concordance_with_ties_by_hand() -> None:
    """Three judges, four things, ties in two orders: S = 33.5, T = 6 + 24, so W = 12 × 33.5 ÷ (9 × 60 − 3 × 30)."""
    orders = [[1, 2.5, 2.5, 4], [2, 2, 2, 4], [1, 3, 2, 4]]
    assert kendall_w(orders) == pytest.approx(12 * 33.5 / (9 * 60 - 3 * 30))


def test_concordance_is_one_for_one_order_and_none_where_it_says_nothing() -> None:
    """Agreement of all is 1; one judge, one thing, or nothing but ties has no W; opposite orders have 0."""
    assert kendall_w([[1, 2, 3]] * 5) == 1
    assert kendall_w([[1, 2], [2, 1]]) == 0
    assert kendall_w([[1, 2, 3]]) is None
    assert kendall_w([]) is None
    assert kendall_w([[1], [1]]) is None
    assert kendall_w([[2, 2, 2], [2, 2, 2]]) is None


@given(SCORES)
def test_concordance_is_friedman_s_statistic_with_ties_and_without(scores: list[list[int]]) -> None:
    """For any scores, most of them tied, W is scipy's Friedman statistic ÷ (judges × (things − 1)); our ranks are scipy's."""
    orders = [ranks([Decimal(x) for x in row]) for row in scores]
    for row, order in zip(scores, orders, strict=True):
        assert order == rankdata([-x for x in row]).tolist()
    found = kendall_w(orders)
    if found is None:
        assert all(len(set(row)) == 1 for row in scores), "everybody ties everything"
        return
    statistic = friedmanchisquare(*zip(*orders, strict=True)).statistic
    assert found == pytest.approx(statistic / (len(scores) * (len(scores[0]) - 1)), abs=1e-9)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8))
def test_evenness_is_scipy_s_entropy_to_the_base_of_the_labels(counts: dict[str, int]) -> None:
    """For any counts it is scipy's entropy with as many as there are labels for its base, where two voices differ."""
    voices = sum(n > 0 for n in counts.values())
    expected = entropy(list(counts.values()), base=len(counts)) if voices > 1 else 0
    assert evenness(counts) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.permutations(range(1, 6)), min_size=2, max_size=7))
def test_concordance_is_the_mean_of_spearman_s_rho(judges: list[list[int]]) -> None:
    """Without ties (m × W − 1) ÷ (m − 1) is the mean rank correlation of all pairs of judges (Kendall 1948)."""
    m, n = len(judges), 5
    rhos = [
        1 - 6 * sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / (n**3 - n)
        for one, other in combinations(judges, 2)
    ]
    found = kendall_w(judges)
    assert found is not None
    assert (m * found - 1) / (m - 1) == pytest.approx(sum(rhos) / len(rhos))
    assert all(kendall_w(list(order)) == pytest.approx(found) for order in list(permutations(judges))[:3])


def test_evenness_is_shannon_s_entropy_over_its_greatest() -> None:
    """Shannon's own example, four symbols with 1/2, 1/4, 1/8, 1/8, has 7/4 bits of at most 2."""
    assert evenness({"a": 4, "b": 2, "c": 1, "d": 1}) == pytest.approx(7 / 8)
    assert evenness({"a": 3}) == 0
    assert evenness({}) == 0
    assert evenness({"a": 2, "b": 2, "c": 0}) == pytest.approx(log(2) / log(3))


def test_quartiles_lie_between_the_sorted_values() -> None:
    """The inclusive quartiles of Hyndman and Fan's type 7; one value is everything."""
    found = five([Decimal(x) for x in (10, 1, 4, 2)])
    assert list(map(str, found.values())) == ["1", "1.75", "3", "5.5", "10"]
    assert set(five([Decimal(7)]).values()) == {Decimal(7)}
