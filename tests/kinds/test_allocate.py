"""allocate: what adds up, what must hold, what is told on the way, and how a class shared."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from casecourse.grading import Unreadable, grade
from casecourse.kinds.allocate import Allocate
from tests.writing import course, exercise

STAFF = """
kind: allocate
prompt: 怎样配？
total: forces
unit: 人
items:
  dept: {text: 部门, actual: forces-dept}
  office: {text: 街镇, max: total / 2}
  home: {text: 社区, min: guess * 10, start: 100}
rules:
  - {need: office > 0, say: 街镇不能没有人。}
  - {when: dept > forces-dept, say: 比实际多了。}
  - {when: dept / office > 3, say: 部门是街镇的三倍以上。}
outputs:
  - {label: 每格, formula: dept / grids, unit: 人/格, decimals: 2}
  - {label: 倍数, formula: dept / office}
ask: 为什么？
assumed: 可以互相调配
"""
MONEY = """
kind: allocate
prompt: 怎样分？
total: budget / 3
unit: 万元
decimals: 1
items: {old: {text: 养老, min: 50}, youth: 青少年}
rules:
  - {need: youth >= budget / 30, say: 青少年至少一成。}
assumed: 自拟
"""


def made(folder: Path, text: str) -> Allocate:
    """The exercise."""
    found = exercise(folder, text)
    assert isinstance(found, Allocate)
    return found


@pytest.fixture
def staff(tmp_path: Path) -> Allocate:
    """People over three groups."""
    return made(tmp_path, STAFF)


def test_the_sum_must_be_met_exactly(staff: Allocate) -> None:
    """What is left or too much is said with its amount; what adds up is no score."""
    items = {"dept": "1000", "office": "1000", "home": "139"}
    answer, verdict = grade(staff, {"items": items, "why": " 人要在现场 "})
    assert answer == {"items": items, "why": "人要在现场"}
    assert verdict.share is None
    for home, said in (("100", "还剩 39\u00a0人"), ("150", "多分了 11\u00a0人"), ("59", "至少要 60")):
        with pytest.raises(Unreadable, match=said):
            staff.read({"items": {**items, "home": home}})
    with pytest.raises(Unreadable, match="至多 1070"):
        staff.read({"items": {"dept": "0", "office": "1100", "home": "1039"}})
    with pytest.raises(Unreadable, match="还有 1 项"):
        staff.read({"items": {"dept": "1000", "office": "1139"}})
    with pytest.raises(Unreadable, match="至多写 0 位小数"):
        staff.read({"items": {**items, "home": "139.5"}})


def test_a_need_stands_in_the_way_and_a_comment_does_not(staff: Allocate) -> None:
    """need is refused with the author's words; when is told; a share of nothing meets no condition."""
    with pytest.raises(Unreadable, match="街镇不能没有人"):
        staff.read({"items": {"dept": "2000", "office": "0", "home": "139"}})
    _, verdict = grade(staff, {"items": {"dept": "1600", "office": "400", "home": "139"}})
    assert [n.why for n in verdict.notes] == ["比实际多了。", "部门是街镇的三倍以上。"]
    none = {"dept": Decimal(1), "office": Decimal(0), "home": Decimal(0)}
    assert staff.remarks(none) == []
    assert [value for _, value in staff.outcomes(none)][1] is None


def test_money_is_converted_and_rounded_as_it_is_shown(tmp_path: Path) -> None:
    """A third of 3074 万元 is 1024.7 万元; a bare min stands in 万元, a fact in a rule is converted."""
    money = made(tmp_path, MONEY)
    assert money.whole == Decimal("1024.7")
    assert money.low("old") == 50
    assert money.read({"items": {"old": "900", "youth": "124.7"}})["items"] == {"old": "900", "youth": "124.7"}
    with pytest.raises(Unreadable, match="至少一成"):
        money.read({"items": {"old": "925", "youth": "99.7"}})


def test_the_real_amounts_are_hidden_until_one_has_answered(staff: Allocate) -> None:
    """public() has no actual; the class's tally has it, beside median and quartiles and the reasons with their numbers."""
    assert staff.public().figure("dept", "actual") is None
    rows: list[dict[str, Any]] = [
        staff.read({"items": {"dept": str(d), "office": str(2139 - d - 100), "home": "100"}, "why": f"因为{d}"})
        for d in (1100, 1200, 1300, 1500)
    ]
    counted = staff.tally(rows)
    assert counted.extra["actual"] == {"dept": "1467"}
    assert counted.extra["spread"]["dept"]["median"] == "1250"
    assert counted.extra["spread"]["dept"]["q1"] == "1175"
    assert counted.slots["home"] == {"100": 4}
    assert counted.extra["why"][0] == ["部门 1100、街镇 939、社区 100", "因为1100"]


def test_a_sample_is_found_for_hard_needs(tmp_path: Path) -> None:
    """A way of sharing that meets every need is looked for, so that the check can say where there is none."""
    hard = made(
        tmp_path,
        """
        kind: allocate
        prompt: 怎样分？
        total: 100
        items: {a: 甲, b: 乙, c: 丙}
        rules:
          - {need: a > b and b > c and c >= 10, say: 一个比一个少。}
          - {need: a <= 60, say: 不能太多。}
        assumed: 自拟
        """,
    )
    assert next(s.expects for s in hard.samples()) == "unscored"
    assert list(hard.flaws()) == []


def test_facts_of_the_sum_are_evidence(tmp_path: Path) -> None:
    """The sum and the real amounts are computed from facts, which count as evidence; rules do not."""
    assert made(tmp_path, STAFF).key_facts() == ["forces", "forces-dept", "guess"]
    text = "q:\n" + "".join(f"  {line}\n" for line in STAFF.strip().splitlines() if "assumed" not in line)
    assert course(tmp_path / "b", bank_yaml=text).diagnostics == []


def test_on_paper_every_item_says_what_it_may_take(staff: Allocate) -> None:
    """Without the screen one knows the sum, the bounds of each item and what must hold."""
    told = [(line.role, line.text.replace("\u00a0", "")) for line in staff.paper()]
    assert told[1:] == [
        ("cell", "总数 2139人"),
        ("cell", "街镇不能没有人。"),
        ("blank", "部门"),
        ("blank", "街镇（至多 1070人）"),
        ("blank", "社区（至少 60人）"),
        ("blank", "为什么？"),
    ]
