"""scenario: a run is its list of choices; it is replayed with every limit and condition, and the end decides."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from casecourse.grading import Unreadable, grade
from casecourse.kinds.scenario import Scenario
from casecourse.stories import LONGEST_RUN
from tests.writing import CONTENT, codes, course, exercise

FIELDS = """
kind: scenario
prompt: 怎么办？
points: 4
vars:
  trust: {label: 信任, start: 3, min: 0, max: 5}
  days: {label: 天数, start: 0}
states:
  first:
    text: 开始。
    choices:
      - {text: 先去看, to: second, change: {trust: +9, days: +1}, why: 看过才好说。}
      - {text: 坐着等, was: 等, to: second, change: {trust: -9, days: +2}}
  second:
    text: 然后？
    choices:
      - {text: 再等等, to: second, change: {days: +1}, if: days < 3}
      - {text: 请人来谈, id: talk, to: good, if: trust >= 5}
      - {text: 写进报告, to: middling}
      - {text: 算了, to: bad}
  good: {text: 谈成了。, credit: 1}
  middling: {text: 有了一份报告。, credit: 0.25}
  bad: {text: 没有下文。, credit: 0}
rules:
  - {when: trust < 1, say: 信任没有了。}
  - {when: days > grids / 123 - 1, say: 用了不少天。}
assumed: 自拟
explain: 略
"""


@pytest.fixture
def asked(tmp_path: Path) -> Scenario:
    """A scenario with limits, a condition, a ring and comments."""
    found = exercise(tmp_path, FIELDS)
    assert isinstance(found, Scenario)
    return found


def _values(asked: Scenario, *names: str) -> list[str]:
    return [value for _, value in asked.standing(asked.story.follow(names).spots[-1])]


def test_changes_are_held_between_the_limits(asked: Scenario) -> None:
    """A variable rises and falls no further than max and min; one without limits goes on. What is felt is what is told."""
    assert _values(asked) == ["3", "0"]
    assert _values(asked, "先去看") == ["5", "1"]
    assert _values(asked, "坐着等") == ["0", "2"]
    spots = asked.story.follow(["坐着等"]).spots
    assert asked.changes(*spots) == {"信任": "−3", "天数": "+2"}


@pytest.mark.parametrize(
    ("answer", "score"),
    [(["先去看", "talk"], "4.00"), (["坐着等", "写进报告"], "1.00"), (["先去看", "再等等", "再等等", "算了"], "0.00")],
)
def test_the_end_earns_its_credit(asked: Scenario, answer: list[str], score: str) -> None:
    """The score is points × the credit of the end that the choices lead to."""
    replayed, verdict = grade(asked, answer)
    assert replayed == answer
    assert verdict.score == Decimal(score)


def test_the_notes_tell_steps_end_and_comments_in_this_order(asked: Scenario) -> None:
    """Each choice with its reason, the end with its state, then the comments whose condition holds at the end."""
    notes = grade(asked, ["坐着等", "再等等", "写进报告"])[1].notes
    assert [(n.about, n.state) for n in notes[:4]] == [
        ("坐着等", "info"), ("再等等", "info"), ("写进报告", "info"), ("有了一份报告。", "part"),
    ]  # fmt: skip
    assert [n.why for n in notes[4:]] == ["信任没有了。", "用了不少天。"]
    slow = grade(asked, ["先去看", "再等等", "再等等", "talk"])[1].notes
    assert [n.why for n in slow] == ["看过才好说。", "", "", "", "", "用了不少天。"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], "还没有开始"),
        (["先去看"], "还没有走到结局"),
        (["先去看", "跑掉"], "第 2 步没有这个选择：跑掉"),
        (["坐着等", "talk"], "第 2 步不能选“talk”"),
        (["坐着等", "再等等", "再等等"], "第 3 步不能选“再等等”"),
        (["先去看", "算了", "算了"], "已经走到结局"),
        ("先去看", "一列选择"),
        ([["先去看"]], "一个选择"),
    ],
)
def test_what_cannot_be_replayed_says_why(asked: Scenario, raw: Any, said: str) -> None:
    """A run that stops, goes where it cannot, or names what is no more is no answer, and the reason is told."""
    with pytest.raises(Unreadable, match=said):
        asked.read(raw)


def test_an_earlier_wording_is_recognised(asked: Scenario) -> None:
    """A choice that was reworded with `was` carries its old answers over."""
    assert asked.read(["等", "算了"]) == ["坐着等", "算了"]


def test_a_run_in_a_ring_ends_some_time(tmp_path: Path) -> None:
    """Whoever goes round for ever is stopped, not followed."""
    ring = exercise(
        tmp_path,
        """
        kind: scenario
        prompt: 走？
        states:
          a: {text: 甲, choices: [{text: 转, to: a}, {text: 停, to: b}]}
          b: {text: 乙}
        assumed: 自拟
        """,
    )
    assert ring.read(["转"] * (LONGEST_RUN - 1) + ["停"])
    with pytest.raises(Unreadable, match="走得太久"):
        ring.read(["转"] * LONGEST_RUN + ["停"])


def test_without_credit_nothing_is_scored(tmp_path: Path) -> None:
    """A story whose ends are worth nothing in particular is not scored, and needs no explanation."""
    bank = (CONTENT / "good" / "scenario.yaml").read_text("utf-8")
    found = course(tmp_path, bank_yaml=bank).course.cases[0].exercises["rounds"]
    assert not found.keyed
    assert grade(found, ["不谈了"])[1].share is None


def test_a_class_is_counted_by_state_end_and_path(asked: Scenario) -> None:
    """Choices count in their state as often as they were made, ends once a person, whole ways in order of frequency."""
    runs = [["先去看", "talk"], ["先去看", "talk"], ["先去看", "再等等", "再等等", "算了"]]
    counted = asked.tally(runs)
    assert counted.n == 3
    assert counted.slots["开始。"] == {"先去看": 3}
    assert counted.slots["然后？"] == {"talk": 2, "再等等": 2, "算了": 1}
    assert counted.slots[""] == {"谈成了。": 2, "没有下文。": 1}
    assert counted.extra["paths"] == [[["先去看", "talk"], 2], [["先去看", "再等等", "再等等", "算了"], 1]]
    assert asked.positions(runs[2]) == {"": "没有下文。", "开始。": "先去看", "然后？": "算了"}


def test_paper_is_a_story_to_turn_pages_in(asked: Scenario) -> None:
    """Numbered states; each choice says when it is open, what it changes and where to go on; nothing of credits and reasons."""
    sheet = [line.text for line in asked.paper()]
    assert "开始时：信任 3，天数 0" in sheet
    assert "再等等（只有 天数 < 3 时可选；天数 +1；转到 2）" in sheet
    assert "请人来谈（只有 信任 ≥ 5 时可选；转到 3）" in sheet
    assert "3. 谈成了。（结局）" in sheet
    assert not any("看过才好说" in line or "0.25" in line for line in sheet)


def test_an_answer_reads_as_a_way_to_its_end(asked: Scenario) -> None:
    """One line: the choices with arrows, then the end."""
    assert asked.written(["先去看", "talk"]) == "先去看 → 请人来谈 → 结局：谈成了。"


def test_the_public_story_can_be_played_and_tells_nothing(asked: Scenario) -> None:
    """Conditions and changes stay, for they are the rules of the game; credits, reasons and comments go."""
    bare = asked.public()
    assert [len(bare.story.follow(["坐着等", "talk"]).turns), bare.story.follow(["坐着等"]).spots] == [
        1, asked.story.follow(["坐着等"]).spots,
    ]  # fmt: skip
    assert not bare.keyed
    assert bare.rules == ()
    assert all(not turn.why for _, _, turn in bare.story.turns())


# ---- the walk --------------------------------------------------------------------------------------------------------


def _check(tmp_path: Path, change: dict[str, str]) -> list[str]:
    text = FIELDS.strip()
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    bank = "q:\n" + "".join(f"  {line}\n" for line in text.split("\n"))
    return codes(course(tmp_path, bank_yaml=bank))


def test_a_sound_story_has_no_finding(tmp_path: Path) -> None:
    """The story of these tests is walked and found in order."""
    assert _check(tmp_path, {"{when: trust < 1": "{when: trust <= 0"}) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"max: 5}": "max: 4}"}, ["closed-choice", "unreachable-state"]),
        ({"to: bad}": "to: good}"}, ["unreachable-state"]),
        ({"credit: 1}": "credit: 0.9}"}, ["best-end"]),
        ({"- {text: 算了, to: bad}": "", "- {text: 写进报告, to: middling}": "", "trust >= 5": "trust >= 4"},
         ["dead-end", "unreachable-state", "unreachable-state", "unused-rule"]),
        ({", if: days < 3": ""}, ["too-many-states"]),
        ({"to: middling}": "to: midling}"}, ["unknown-reference"]),
        ({"when: trust < 1": "when: trust < 0"}, ["unused-rule"]),
    ],
)  # fmt: skip
def test_a_walk_finds_what_cannot_be_played(tmp_path: Path, change: dict[str, str], found: list[str]) -> None:
    """A limit that shuts a door, a state without a way in or out, a best end that is not the best: each has its code."""
    assert sorted(_check(tmp_path, change)) == sorted(found)


def test_no_story_takes_long_to_check(tmp_path: Path) -> None:
    """Nine states in a ring with twelve conditional choices each and three counters without end: told within seconds."""
    turns = "".join(
        f"      - {{text: 走{n}, to: s%d, if: a + b * 2 - c / 3 > 0 - 9999 and a < 99999, change: {{a: +{n + 1}, b: -1, c: +2}}}}\n"
        for n in range(12)
    )
    states = "".join(
        f"  s{k}:\n    text: 第{k}。\n    choices:\n{turns.replace('%d', str((k + 1) % 9))}" for k in range(9)
    )
    counters = "".join(f"  {name}: {{label: {name}, start: 0}}\n" for name in "abc")
    fields = (
        f"kind: scenario\nprompt: 怎么走？\nvars:\n{counters}states:\n{states}  end: {{text: 到了。}}\nassumed: 自拟\n"
    )
    bank = "q:\n" + "".join(f"  {line}\n" for line in fields.splitlines())
    loaded, start = course(tmp_path, bank_yaml=bank), time.process_time()
    assert codes(loaded) == ["too-many-states"]
    assert time.process_time() - start < 8
