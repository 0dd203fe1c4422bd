"""scale: places on axes, what lies within its span, and where a class placed things."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.grading import Unreadable, grade
from casecourse.kinds.scale import Scale, fifth
from tests.writing import exercise

PATHS = """
kind: scale
prompt: 快慢与难易
points: 3
x: [慢, 快]
y: [难, 易]
items:
  - {text: 孵化, id: hatch, was: 培育, x: [0, 45], why: 要时间。}
  - {text: 购买, x: [25, 75], y: [0, 60], why: 看合同。}
  - 党建
assumed: 自拟
explain: 略
"""
LINE = """
kind: scale
prompt: 程度
x: [低, 高]
items: [甲, 乙]
assumed: 自拟
"""


def made(folder: Path, text: str) -> Scale:
    """The exercise."""
    found = exercise(folder, text)
    assert isinstance(found, Scale)
    return found


def test_places_within_their_spans_count(tmp_path: Path) -> None:
    """share = places within ÷ spans given, each axis for itself; the ends belong to a span; an old text is known."""
    paths = made(tmp_path, PATHS)
    right = {"培育": ["45", "99"], "购买": ["25", "60"], "党建": ["1", "2"]}
    answer, verdict = grade(paths, {"place": right})
    assert (verdict.share, list(answer["place"])) == (1, ["hatch", "购买", "党建"])
    _, verdict = grade(paths, {"place": {**right, "购买": ["24", "60"]}})
    assert verdict.score == Decimal("2.00")
    assert [(n.about, n.state, n.why) for n in verdict.notes] == [("孵化", "right", ""), ("购买", "part", "看合同。")]
    assert grade(paths, {"place": {**right, "培育": ["46", "0"], "购买": ["76", "61"]}})[1].wrong


def test_everything_must_be_placed_on_every_axis(tmp_path: Path) -> None:
    """What is left out is counted; a place that is still missing on one axis is no place."""
    paths = made(tmp_path, PATHS)
    with pytest.raises(Unreadable, match="还有 2 项"):
        paths.read({"place": {"购买": ["1", "2"], "党建": ["1", ""]}})
    with pytest.raises(Unreadable, match="每条轴上"):
        paths.read({"place": {"购买": ["1"]}})
    with pytest.raises(Unreadable, match="0 到 100"):
        paths.read({"place": {"购买": ["101", "0"]}})


def test_a_class_s_places_are_told_by_item_and_axis(tmp_path: Path) -> None:
    """Spread of every item, fifths of the axis for flows, distance of mean places, reasons with their numbers."""
    line = made(tmp_path, LINE)
    rows = [line.read({"place": {"甲": [a], "乙": [b]}, "why": "看"}) for a, b in (("0", "100"), ("20", "60"))]
    counted = line.tally(rows)
    assert counted.slots == {"甲": {"0—20": 2}, "乙": {"41—60": 1, "81—100": 1}}
    assert counted.extra["spread"]["乙"]["median"] == "80"
    assert counted.extra["apart"] == [["甲", "乙", 70.0]]
    assert counted.extra["why"][1] == ["甲 20、乙 60", "看"]
    assert line.positions(rows[0]) == {"甲": "0—20", "乙": "81—100"}
    assert not line.keyed


def test_fifths_cover_the_axis() -> None:
    """Every place has its fifth."""
    assert [fifth(n) for n in (0, 20, 21, 40, 41, 60, 61, 80, 81, 100)] == [
        *["0—20"] * 2,
        *["21—40"] * 2,
        *["41—60"] * 2,
        *["61—80"] * 2,
        *["81—100"] * 2,
    ]
