"""scorecard: weights that add up, the ranking that follows, and how far a class agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from casecourse.grading import Unreadable, grade
from casecourse.kinds.scorecard import Scorecard, weights_of
from tests.writing import exercise

CARD = """
kind: scorecard
prompt: 怎样考核？
criteria: [居民, 街镇, 部门]
scores:
  甲所: [92, 70, 60]
  乙所: [65, 95, 70]
  丙所: [65, rate * 100, 95]
ask: 改了什么？
assumed: 虚构
"""


@pytest.fixture
def card(tmp_path: Path) -> Scorecard:
    """Three offices, three criteria."""
    found = exercise(tmp_path, CARD)
    assert isinstance(found, Scorecard)
    return found


def weights(*values: int) -> dict[str, dict[str, str]]:
    """An answer."""
    return {"weights": dict(zip(("居民", "街镇", "部门"), map(str, values), strict=True))}


def test_weights_are_whole_and_add_up(card: Scorecard) -> None:
    """They add up to 100, are whole and not negative; equal ones give what does not divide to the first."""
    assert card.even() == {"居民": 34, "街镇": 33, "部门": 33}
    answer, verdict = grade(card, {**weights(50, 30, 20), "why": "居民最清楚"})
    assert (answer["why"], verdict.share) == ("居民最清楚", None)
    with pytest.raises(Unreadable, match="加起来是 90"):
        card.read(weights(50, 30, 10))
    with pytest.raises(Unreadable, match="没有读出"):
        card.read(weights(110, -10, 0))


def test_the_ranking_follows_the_weights(card: Scorecard) -> None:
    """The weighted mean decides; equal totals share a place; scores may be facts."""
    rank = card.ranking(weights_of(weights(100, 0, 0)))
    assert [(place, row) for place, row, _ in rank] == [(1, "甲所"), (2, "乙所"), (2, "丙所")]
    assert card.totals(weights_of(weights(0, 100, 0)))["丙所"] == 98
    assert card.first(weights_of(weights(0, 0, 100))) == "丙所"
    assert card.totals({}) == {"甲所": 0, "乙所": 0, "丙所": 0}


def test_a_class_s_rankings_are_compared(card: Scorecard) -> None:
    """Who came first how often, the spread of each weight, and Kendall's W over everybody's ranking."""
    one, other = card.read(weights(100, 0, 0)), card.read(weights(0, 0, 100))
    counted = card.tally([one, one, other])
    assert counted.slots[""] == {"甲所": 2, "丙所": 1}
    assert counted.extra["first"] == {"甲所": 2, "乙所": 0, "丙所": 1}
    assert counted.extra["spread"]["居民"]["median"] == "100"
    # orders (1, 2.5, 2.5) twice and (3, 2, 1): sums 5, 7, 6 around 6; T = 6 twice
    assert counted.extra["w"] == round(12 * 2 / (9 * 24 - 3 * 12), 4)
    assert card.tally([one, one]).extra["w"] == 1
    assert card.tally([]).extra["w"] is None


def test_positions_say_who_came_first(card: Scorecard) -> None:
    """Between two votes one sees whose place was lost to whom."""
    found = card.positions(card.read(weights(0, 0, 100)))
    assert found == {"": "丙所", "居民": "0", "街镇": "0", "部门": "100"}
    assert card.written(card.read(weights(0, 0, 100))) == "居民 0、街镇 0、部门 100；第一：丙所"


def test_a_first_place_that_no_weight_can_move_is_told(tmp_path: Path) -> None:
    """Where one row is best in everything there is nothing to weigh."""
    found = exercise(tmp_path, CARD.replace("[92, 70, 60]", "[99, 99, 99]"))
    assert [f.code for f in found.flaws()] == ["fixed-ranking"]
    assert [f.code for f in exercise(tmp_path / "b", CARD).flaws()] == []
