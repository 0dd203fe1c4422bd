"""What makes a new question of an exercise and what does not, and how a share becomes a score."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from casecourse.grading import grade
from casecourse.kinds import KINDS
from tests.writing import CASE, DEMO, course, exercise

each_kind = pytest.mark.parametrize("kind", KINDS)

# ---- fingerprint ---------------------------------------------------------------------------------------------------------

Edit = Callable[[dict[str, Any]], object]

BASE: dict[str, dict[str, Any]] = {
    "choice": {"options": [{"right": "甲", "why": "对"}, {"wrong": "乙", "why": "不对"}]},
    "number": {"answer": "forces", "unit": "人", "mistakes": [{"answer": "grids", "why": "看错一行"}]},
    "text": {"accept": ["甲", "乙"], "mistakes": [{"answer": "丙", "why": "看错一行"}]},
    "match": {"pairs": [{"left": "甲", "right": "一", "why": "对"}, {"left": "乙", "right": "二"}], "spare": ["三"]},
    "classify": {
        "buckets": ["左", "右"],
        "cards": [{"text": "甲", "in": "左", "why": "对"}, {"text": "乙", "in": "右"}],
    },
    "order": {"steps": [{"text": "甲", "why": "在前"}, "乙", "丙"], "spare": ["丁"]},
    "cloze": {"text": "甲在[[a]]。", "gaps": {"a": {"accept": ["乙"], "why": "最近的一级"}}, "options": ["乙", "丙"]},
    "cite": {"supports": ["first#p1"], "units": ["first"], "mistakes": [{"at": "first#p2", "why": "无关"}]},
    "table": {"columns": ["栏"], "rows": {"行": [{"accept": ["甲"], "why": "最近的一级"}]}},
    "audit": {
        "compute": "forces-dept",
        "stated": "forces",
        "verdict": "conflict",
        "question": "谁？",
        "why": {"scope": "不是"},
    },
    "scenario": {
        "vars": {"n": {"label": "次数", "start": "0"}},
        "states": {
            "a": {"text": "始", "choices": [{"text": "去", "to": "b", "change": {"n": "1"}, "why": "近"}]},
            "b": {"text": "终", "credit": "1"},
        },
        "rules": [{"when": "n > 0", "say": "好"}],
    },
    "route": {"levels": ["下", "上"], "events": [{"text": "甲", "to": ["下"], "why": "近"}]},
    "allocate": {
        "total": "100",
        "items": {"a": "甲", "b": {"text": "乙", "min": "5"}},
        "rules": [{"need": "a > 0", "say": "要有"}],
    },
    "scorecard": {"criteria": ["甲", "乙"], "scores": {"一": ["1", "2"], "二": ["2", "1"]}, "ask": "为什么？"},
    "scale": {"x": ["慢", "快"], "items": [{"text": "甲", "x": ["0", "50"], "why": "慢"}]},
    "graph": {"nodes": ["甲", "乙", "丙"], "edges": [{"from": "甲", "to": "乙", "why": "先"}]},
    "open": {"limit": 100, "expect": ["标准"], "rubric": "short"},
}
COMMON = {
    "prompt": "换个问法？",
    "hint": "看表二",
    "explain": "因为如此",
    "tags": ["难"],
    "cite": "required",
    "evidence": ["forces"],
}


def _set(field: str, value: object, fields: dict[str, Any]) -> None:
    fields[field] = value


ASKED: list[tuple[str, Edit]] = [
    ("choice", lambda e: e["options"][1].update(wrong="丁")),
    ("choice", lambda e: e["options"].append({"wrong": "丙"})),
    ("choice", lambda e: e.update(options=[{"wrong": "甲"}, {"right": "乙"}])),
    ("choice", lambda e: e["options"][1].update(credit="0.5")),
    ("choice", lambda e: e.update(pick="many")),
    ("number", lambda e: e.update(answer="grids")),
    ("number", lambda e: e.update(unit="万人")),
    ("number", lambda e: e.update(tolerance="1％")),
    ("number", lambda e: e.update(decimals="1")),
    ("number", lambda e: e["mistakes"][0].update(credit="0.5")),
    ("text", lambda e: e["accept"].append("丙")),
    ("text", lambda e: e.update(count="2")),
    ("match", lambda e: e["pairs"][1].update(right="三")),
    ("match", lambda e: e.update(spare=["四"])),
    ("classify", lambda e: e["cards"][0].update({"in": "右"})),
    ("classify", lambda e: e["cards"][0].update(also="右")),
    ("classify", lambda e: e["buckets"].append("中")),
    ("order", lambda e: e["steps"].reverse()),
    ("order", lambda e: e.update(steps=[["甲", "乙"], "丙"])),
    ("order", lambda e: e.update(spare=["丁", "戊"])),
    ("table", lambda e: e["rows"].update(行=["乙"])),
    ("table", lambda e: e.update(rows={"另一行": ["甲"]})),
    ("table", lambda e: e.update(options=["甲", "乙"])),
    ("audit", lambda e: e.update(compute="grids")),
    ("audit", lambda e: e.update(stated="grids")),
    ("audit", lambda e: e.update(verdict="scope")),
    ("audit", lambda e: e.update(also="scope")),
    ("scenario", lambda e: e["states"]["b"].update(credit="0.5")),
    ("scenario", lambda e: e["states"]["a"]["choices"][0].update(change={"n": "2"})),
    ("scenario", lambda e: e["states"]["a"]["choices"][0].update({"if": "n < 9"})),
    ("scenario", lambda e: e["vars"]["n"].update(max="3")),
    ("route", lambda e: e["events"][0].update(to=["上"])),
    ("route", lambda e: e["events"][0].update(also=["上"])),
    ("route", lambda e: e.update(rules={"near": {"text": "就近", "to": "下"}})),
    ("cloze", lambda e: e["gaps"]["a"].update(accept=["丙"])),
    ("cloze", lambda e: e["gaps"]["a"].update(options=[])),
    ("cloze", lambda e: e.update(options=["乙", "丁"])),
    ("cloze", lambda e: e.update(text="[[a]]在甲。")),
    ("cite", lambda e: e.update(supports=["first#p2"])),
    ("cite", lambda e: e.update(contradicts=["first#p2"])),
    ("cite", lambda e: e.update(units=["first", "second"])),
    ("allocate", lambda e: e.update(total="200")),
    ("allocate", lambda e: e["items"]["b"].update(min="6")),
    ("allocate", lambda e: e["items"].update(c="丙")),
    ("allocate", lambda e: e["rules"][0].update(need="a > 1")),
    ("scorecard", lambda e: e["scores"]["一"].reverse()),
    ("scorecard", lambda e: e["criteria"].reverse()),
    ("scale", lambda e: e["items"][0].update(x=["0", "60"])),
    ("scale", lambda e: e.update(y=["难", "易"])),
    ("scale", lambda e: e["items"].append("乙")),
    ("graph", lambda e: e["edges"][0].update(to="丙")),
    ("graph", lambda e: e.update(directed="false")),
    ("graph", lambda e: e.update(allow=[{"from": "甲", "to": "丙"}])),
    ("graph", lambda e: e.update(spare=["丁"])),
    ("open", lambda e: e.update(limit="200")),
    ("open", lambda e: e.update(rubric="long")),
    *((kind, partial(_set, "points", "2")) for kind in BASE),
]
WORDED: list[tuple[str, Edit]] = [
    ("choice", lambda e: e["options"][0].update(why="完全对")),
    ("choice", lambda e: e.update(shuffle="false")),
    ("number", lambda e: e["mistakes"][0].update(why="看错了")),
    ("text", lambda e: e["mistakes"][0].update(why="看错了")),
    ("match", lambda e: e["pairs"][0].update(why="完全对")),
    ("classify", lambda e: e["cards"][0].update(why="完全对")),
    ("order", lambda e: e["steps"][0].update(why="最先")),
    ("table", lambda e: e["rows"]["行"][0].update(why="就近")),
    ("audit", lambda e: e.update(question="何时？")),
    ("audit", lambda e: e["why"].update(scope="两件事")),
    ("scenario", lambda e: e["states"]["a"]["choices"][0].update(why="远")),
    ("scenario", lambda e: e["states"]["a"]["choices"][0].update(evidence=["levels"])),
    ("scenario", lambda e: e["rules"][0].update(say="很好")),
    ("route", lambda e: e["events"][0].update(why="远")),
    ("route", lambda e: e.update(outputs=[{"label": "比例", "formula": "right / events"}])),
    ("cloze", lambda e: e["gaps"]["a"].update(why="就近")),
    ("cloze", lambda e: e["gaps"]["a"].update(evidence=["levels"])),
    ("cite", lambda e: e["mistakes"][0].update(why="说的是别的事")),
    ("cite", lambda e: e["mistakes"].append({"at": "first#p3", "why": "也无关"})),
    ("allocate", lambda e: e.update(ask="为什么？")),
    ("allocate", lambda e: e.update(outputs=[{"label": "比", "formula": "a / b"}])),
    ("scorecard", lambda e: e.update(ask="改了什么？")),
    ("scale", lambda e: e["items"][0].update(why="很慢")),
    ("scale", lambda e: e.update(ask="看什么？")),
    ("graph", lambda e: e["edges"][0].update(why="在前")),
    ("open", lambda e: e.update(expect=["代价"])),
    *((kind, partial(_set, field, value)) for kind in BASE for field, value in COMMON.items()),
]


def _fingerprint(kind: str, edit: Edit = lambda _: None) -> str:
    fields = json.loads(json.dumps({"kind": kind, "prompt": "问？", "points": "1", "assumed": "自拟", **BASE[kind]}))
    edit(fields)
    return KINDS[kind].model_validate(fields).fingerprint()


@each_kind
def test_fingerprints_are_tried_on_every_kind(kind: str) -> None:
    """Every kind has edits that make a new question and edits that do not, and its fingerprint is stable."""
    assert kind in {k for k, _ in ASKED} & {k for k, _ in WORDED}
    assert _fingerprint(kind) == _fingerprint(kind)
    assert len(_fingerprint(kind)) == 16


@pytest.mark.parametrize(("kind", "edit"), ASKED)
def test_a_new_question_has_a_new_fingerprint(kind: str, edit: Edit) -> None:
    """Key, options, tolerance, unit and points are what is asked: changing one changes the fingerprint."""
    assert _fingerprint(kind, edit) != _fingerprint(kind)


@pytest.mark.parametrize(("kind", "edit"), WORDED)
def test_wording_leaves_the_fingerprint(kind: str, edit: Edit) -> None:
    """Prompt, hint, explanation, reasons and labels may be polished without making a new question."""
    assert _fingerprint(kind, edit) == _fingerprint(kind)


def test_a_corrected_fact_is_a_new_question(tmp_path: Path) -> None:
    """When a fact in the key's formula gets another value, the fingerprint changes though the exercise's text does not."""
    fields = "kind: number\nprompt: 几人？\nanswer: forces / grids\nunit: 人\ndecimals: 1\n"
    first = exercise(tmp_path / "a", fields)
    text = (DEMO / CASE).read_text("utf-8").replace("2139", "2140")
    bank = "q:\n" + "".join(f"  {line}\n" for line in fields.splitlines())
    second = course(tmp_path / "b", case_yaml=text, bank_yaml=bank).course.cases[0].exercises["q"]
    assert first.model_dump() == second.model_dump()
    assert first.fingerprint() != second.fingerprint()


# ---- score -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "share", "score"),
    [
        ("1", "0.125", "0.13"),
        ("1", "0.124", "0.12"),
        ("1", "0.005", "0.01"),
        ("2", "0.3325", "0.67"),
        ("3", "0.5", "1.50"),
        ("10", "1", "10.00"),
        ("10", "1.5", "10.00"),
        ("10", "-1", "0.00"),
    ],
)
def test_scores_round_half_up(points: str, share: str, score: str) -> None:
    """The score is points × share, the share held inside [0, 1], rounded half up to 0.01."""
    found = KINDS["choice"].model_validate(
        {"kind": "choice", "prompt": "问？", "points": points, "options": [{"right": "甲"}, {"wrong": "乙"}]}
    )
    verdict = found.verdict(Decimal(share))
    assert verdict.score == Decimal(score)
    assert verdict.score.as_tuple().exponent == -2
    assert 0 <= (verdict.share or 0) <= 1


def test_an_exercise_outside_a_course_is_not_graded() -> None:
    """An exercise that was not bound to its case refuses to grade what needs facts."""
    found = KINDS["number"].model_validate({"kind": "number", "prompt": "几？", "answer": "forces"})
    with pytest.raises(RuntimeError):
        grade(found, "1")
