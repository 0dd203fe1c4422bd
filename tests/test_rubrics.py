"""Rubrics: which levels may be chosen, what they are worth, and how a class's grades lie."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecourse import rubrics
from casecourse.grading import Unreadable
from casecourse.model.course import Rubric

RUBRIC = Rubric.model_validate(
    {"levels": ["4", "2.50", "1"], "rows": {"证据": ["好", "中", "差"], "推理": ["清", "可", "乱"]}}
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["证据", "4", "2.5"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["证据", "推理", "别的"]), inner),
    max_leaves=8,
)


@given(raw=json_values)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    """Whatever arrives is a choice of levels of this rubric or is refused, and is worth between nothing and all."""
    try:
        found = rubrics.read(RUBRIC, raw)
    except Unreadable:
        return
    assert found == raw
    assert set(found.values()) <= {"4", "2.5", "1"}
    share = rubrics.share(RUBRIC, found)
    assert (share is None) == (len(found) < 2)
    assert share is None or 0 <= share <= 1


@pytest.mark.parametrize("raw", [{"证据": "3"}, {"证据": 4}, {"建设性": "4"}, ["4"], None, "4"])
def test_what_is_no_level(raw: Any) -> None:
    """Other rows, other levels and other shapes are refused."""
    with pytest.raises(Unreadable):
        rubrics.read(RUBRIC, raw)


@pytest.mark.parametrize(
    ("levels", "share"),
    [
        ({"证据": "4", "推理": "4"}, "1"),
        ({"证据": "4", "推理": "1"}, "0.625"),
        ({"证据": "1", "推理": "1"}, "0.25"),
        ({"证据": "4"}, None),
        ({}, None),
    ],
)
def test_levels_are_marks_that_add_up(levels: dict[str, str], share: str | None) -> None:
    """The share is the sum of the levels ÷ (rows × highest level); while a row is missing there is none."""
    assert rubrics.share(RUBRIC, levels) == (None if share is None else Decimal(share))


def test_a_lowest_level_of_nothing_earns_nothing() -> None:
    """An author who writes 0 as the lowest level means no points."""
    rubric = Rubric.model_validate({"levels": ["1", "0"], "rows": {"证据": ["有", "没有"]}})
    assert rubrics.share(rubric, {"证据": "0"}) == 0


def test_tally_counts_finished_grades_row_by_row() -> None:
    """Each row knows how many grades stand at each of its levels; what is not finished does not count."""
    counted = rubrics.tally(RUBRIC, [{"证据": "4", "推理": "1"}, {"证据": "4", "推理": "2.5"}, {"证据": "1"}])
    assert counted.n == 2
    assert counted.slots == {"证据": {"4": 2, "2.5": 0, "1": 0}, "推理": {"4": 0, "2.5": 1, "1": 1}}


def test_a_level_has_its_author_s_words() -> None:
    """A level is told by its words; one that today's rubric does not have is not."""
    assert rubrics.said(RUBRIC, "推理", "2.5") == "可"
    assert [rubrics.said(RUBRIC, "推理", "3"), rubrics.said(RUBRIC, "旧的", "4"), rubrics.said(None, "推理", "4")] == [
        ""
    ] * 3
