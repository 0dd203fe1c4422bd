"""open: what may be written, and what is known before somebody graded it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.grading import JSON, ExerciseBase, Unreadable, grade
from tests.writing import exercise

ARGUE = "kind: open\nprompt: 只留一级，留哪一级？\nassumed: 自拟\n"


def argue(folder: Path, fields: str = "") -> ExerciseBase:
    """An open exercise with `fields`."""
    return exercise(folder, ARGUE + fields)


def test_there_is_no_score_before_somebody_graded_it(tmp_path: Path) -> None:
    """An argument is read and earns neither share nor score, whatever it is worth."""
    answer, verdict = grade(argue(tmp_path, "points: 5\nrubric: short"), {"text": " 先问目的。\n再问代价。 "})
    assert answer == {"text": "先问目的。\n再问代价。"}
    assert (verdict.share, verdict.score, verdict.points) == (None, None, Decimal(5))


def test_the_limit_counts_characters(tmp_path: Path) -> None:
    """As many characters as allowed are read, one more is refused with both numbers."""
    found = argue(tmp_path, "limit: 5")
    assert found.read({"text": "一二三四五"}) == {"text": "一二三四五"}
    assert found.read({"text": "  一二三四五  "}) == {"text": "一二三四五"}
    with pytest.raises(Unreadable, match="写了 6 个字，最多 5 个字"):
        found.read({"text": "一二三四五六"})


@pytest.mark.parametrize(
    "raw",
    [{"text": ""}, {"text": " \n "}, "文字", None, [], {}, {"text": 3}, {"text": "甲", "more": "乙"}, {"t": "甲"}],
)
def test_what_is_no_argument(tmp_path: Path, raw: JSON) -> None:
    """Nothing and other shapes are unreadable."""
    with pytest.raises(Unreadable):
        argue(tmp_path).read(raw)


def test_tally_knows_how_many_wrote_and_how_much(tmp_path: Path) -> None:
    """It counts the texts and their lengths, in order."""
    found = argue(tmp_path)
    counted = found.tally([{"text": "一二三"}, {"text": "一"}])
    assert (counted.n, counted.extra) == (2, {"median_length": 2, "lengths": [1, 3]})


def test_public_has_neither_rubric_nor_expectations(tmp_path: Path) -> None:
    """Before release nothing tells what a good answer contains."""
    rich = argue(tmp_path / "1", "rubric: short\nexpect: [先说标准]\nexplain: 没有唯一答案\nlimit: 9").public()
    assert rich.model_dump() == argue(tmp_path / "2", "limit: 9").public().model_dump()
