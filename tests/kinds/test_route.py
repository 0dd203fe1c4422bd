"""route: each event to its level and desks; too low is passed up with all it takes, too high costs what that level costs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from casecourse.grading import Unreadable, grade
from casecourse.kinds.route import Route
from tests.writing import CONTENT, course, exercise

FIELDS = """
kind: route
prompt: 由哪一层办？
points: 3
levels:
  - {text: 网格, time: guess / 3, cost: 1}
  - {text: 街镇, time: guess * 4, cost: 3}
  - {text: 区里, time: 72, cost: 8}
unit: 小时
rules:
  near: {text: 就地办, to: 网格}
  joint: {text: 几家一起, to: 街镇}
  wide: {text: 跨街镇, to: 区里}
events:
  - {text: 旧家具, to: 网格, rule: near, why: 先劝先搬。}
  - {text: 油烟, id: smoke, was: 油烟扰民, to: 街镇, rule: joint, why: 叫不齐人。}
  - {text: 违建, to: 区里, also: 街镇, rule: wide}
outputs:
  - {label: 就地, formula: bottom / events, unit: ％, decimals: 0}
  - {label: 多出, formula: time - best, unit: 小时}
  - {label: 每件, formula: cost / events}
assumed: 自拟
explain: 略
"""
RIGHT = {"旧家具": ["网格"], "smoke": ["街镇"], "违建": ["区里"]}


@pytest.fixture
def asked(tmp_path: Path) -> Route:
    """Three events for three levels."""
    found = exercise(tmp_path, FIELDS)
    assert isinstance(found, Route)
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Route:
    """Two desks for each event."""
    bank = (CONTENT / "good" / "route.yaml").read_text("utf-8")
    found = course(tmp_path, bank_yaml=bank).course.cases[0].exercises["desk"]
    assert isinstance(found, Route)
    return found


@pytest.mark.parametrize(
    ("sent", "share"),
    [
        ({}, "1"),
        ({"违建": ["街镇"]}, "0.833333"),
        ({"旧家具": ["区里"]}, "0.666667"),
        ({"旧家具": ["区里"], "smoke": ["网格"], "违建": ["网格"]}, "0"),
    ],
)
def test_an_event_earns_one_half_or_nothing(asked: Route, sent: dict[str, list[str]], share: str) -> None:
    """As the key says 1, also half, else 0; the share is the mean over the events."""
    found = grade(asked, RIGHT | sent)[1].share
    assert found is not None
    assert round(found, 6) == Decimal(share)


def test_two_desks_are_two_halves_of_an_event(desk: Route) -> None:
    """Per event the mean over its places, in whatever order they are named."""
    right = {"半夜水管爆了": ["市场服务", "生活类"], "想知道老年证在哪里办": ["咨询类", "公共服务"]}
    assert grade(desk, right)[1].right
    half = {**right, "半夜水管爆了": ["生活类", "公共服务"]}
    assert grade(desk, half)[1].share == Decimal("0.875")
    assert desk.read(half)["半夜水管爆了"] == ["生活类", "公共服务"]


def test_too_low_is_passed_up_and_too_high_costs_that_level(asked: Route) -> None:
    """Every level on the way up adds its time and cost; whoever sends too high pays that level alone."""
    sent = {"旧家具": ["街镇"], "smoke": ["网格"], "违建": ["网格"]}
    trips = asked.trips(sent)
    assert [trips[n].passed for n in RIGHT] == [("街镇",), ("网格", "街镇"), ("网格", "街镇", "区里")]
    assert asked.numbers(sent) == {
        "events": 3, "right": 0, "bottom": 2, "up": 3, "over": 1,
        "time": 24 + (2 + 24) + (2 + 24 + 72), "best": 2 + 24 + 72, "cost": 3 + (1 + 3) + (1 + 3 + 8),
    }  # fmt: skip


def test_the_best_run_takes_the_least_time(asked: Route) -> None:
    """Sent as the key says, nothing is passed up, nothing is too high, and time is at its least."""
    numbers = asked.numbers(RIGHT)
    assert (numbers["up"], numbers["over"], numbers["time"]) == (0, 0, numbers["best"])


def test_the_figures_of_a_run_come_with_its_verdict(asked: Route) -> None:
    """Behind the events stand the totals and the author's outputs in their units."""
    notes = grade(asked, {**RIGHT, "smoke": ["网格"]})[1].notes
    assert [(n.about, n.state, n.why) for n in notes[:3]] == [
        ("旧家具", "right", ""), ("油烟", "wrong", "叫不齐人。"), ("违建", "right", ""),
    ]  # fmt: skip
    assert dict(n.about.split("\u3000") for n in notes[3:]) == {
        "派对": "2 / 3 件", "逐级上交": "1 次", "派得过高": "0 件", "用时": "100\u00a0小时（最短 98）", "成本": "13",
        "就地": "67％", "多出": "2\u00a0小时", "每件": "4.33",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, "还有 3 件没有派"),
        ({"旧家具": ["网格"]}, "还有 2 件没有派"),
        ({**RIGHT, "旧家具": []}, "还有 1 件没有派"),
        ({**RIGHT, "新家具": ["网格"]}, "没有这件事：新家具"),
        ({**RIGHT, "旧家具": ["村里"]}, "去处现在没有了"),
        ({**RIGHT, "旧家具": ["网格", "街镇"]}, "派了两次"),
        ({**RIGHT, "油烟扰民": ["网格"]}, "同一件事派了两次"),
        ([], "一份派单"),
        ({**RIGHT, "旧家具": "网格"}, "一列去处"),
    ],
)
def test_what_is_no_dispatch_says_why(asked: Route, raw: Any, said: str) -> None:
    """Something left, strange, doubled or of another shape is no answer, and the reason is told."""
    with pytest.raises(Unreadable, match=said):
        asked.read(raw)


def test_an_earlier_wording_is_recognised(asked: Route) -> None:
    """An event that was reworded with `was` carries its old answers over."""
    old = {"油烟扰民": ["街镇"], "旧家具": ["网格"], "违建": ["区里"]}
    assert asked.read(old) == RIGHT


def test_a_class_is_counted_by_event_and_by_figure(asked: Route) -> None:
    """Event × name, and of every output least, quartiles and most over the class."""
    counted = asked.tally([RIGHT, RIGHT, {**RIGHT, "违建": ["街镇"]}])
    assert counted.slots == {"旧家具": {"网格": 3}, "smoke": {"街镇": 3}, "违建": {"街镇": 1, "区里": 2}}
    assert counted.extra["figures"]["多出"] == {
        "least": "0\u00a0小时", "q1": "0\u00a0小时", "median": "0\u00a0小时", "q3": "12\u00a0小时", "most": "24\u00a0小时",
        "values": ["0", "0", "24"],
    }  # fmt: skip
    assert set(counted.extra["figures"]) == {"就地", "多出", "每件", "用时", "成本"}


def test_desks_are_counted_apart(desk: Route) -> None:
    """Where an event has several places each has its own slot, in the tally and in positions."""
    answer = {"半夜水管爆了": ["生活类", "公共服务"], "想知道老年证在哪里办": ["咨询类", "公共服务"]}
    assert desk.tally([answer]).slots["半夜水管爆了 · 由谁办"] == {"公共服务": 1}
    assert desk.positions(answer)["想知道老年证在哪里办 · 类别"] == "咨询类"


def test_how_an_event_travelled_is_told_in_words(asked: Route) -> None:
    """Passed up names the levels and the time; too high names the time alone; right says nothing."""
    told = asked.ways({"旧家具": ["街镇"], "smoke": ["网格"], "违建": ["区里"]})
    assert told == {
        "旧家具": "派高了，照那一层的办法办（24\u00a0小时）。",
        "smoke": "派低了，逐级上交：网格 → 街镇（26\u00a0小时）。",
    }


def test_without_a_key_the_levels_still_take_their_time(tmp_path: Path) -> None:
    """A poll is not scored and knows no right, but what the levels take is counted."""
    bank = (CONTENT / "good" / "route.yaml").read_text("utf-8")
    poll = course(tmp_path, bank_yaml=bank).course.cases[0].exercises["poll"]
    verdict = grade(poll, {"楼道灯坏了": ["楼组"], "谁来遛狗": ["居委会"]})[1]
    assert verdict.share is None
    assert dict(n.about.split("\u3000") for n in verdict.notes[2:]) == {"用时": "6\u00a0天", "留在楼组的比例": "50％"}


def test_the_public_form_keeps_the_rules_and_loses_the_key(asked: Route) -> None:
    """Levels, what they take and the rules are on the table; where events belong and the comments are not."""
    bare = asked.public()
    assert bare.heads() == [
        "网格（2\u00a0小时，成本 1）",
        "街镇（24\u00a0小时，成本 3）",
        "区里（72\u00a0小时，成本 8）",
    ]
    assert set(bare.rules) == {"near", "joint", "wide"}
    assert [(e.to, e.also, e.rule, e.why) for e in bare.events] == [((), (), "", "")] * 3
    assert bare.outputs == ()


def test_a_dearer_level_is_another_question(tmp_path: Path, asked: Route) -> None:
    """The time of a level belongs to what was asked; a reworded statistic does not."""
    other = exercise(tmp_path / "other", FIELDS.replace("time: 72", "time: 96"))
    worded = exercise(tmp_path / "worded", FIELDS.replace("label: 就地", "label: 就地解决"))
    assert other.fingerprint() != asked.fingerprint()
    assert worded.fingerprint() == asked.fingerprint()
