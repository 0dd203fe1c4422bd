"""cite: which passages are offered, how picks are judged, counted and checked, and what `cite: required` asks for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.checks import check
from casecourse.grading import JSON, ExerciseBase, Unreadable, grade
from casecourse.kinds.cite import Cite
from casecourse.loading import Content
from tests.writing import course

UNIT = """
    title: 谁来办
    minutes: 200
    objectives:
      see: {understand: 说出三个循环各管什么}
    blocks:
      - prose: 街上共有 {{forces}}，分进 {{grids}}。
        id: p1
      - prose: 没有 id 的一段。{{rate}}
      - prose: 微循环在社区，办不了的上交。
        id: p2
        rests: [levels]
      - table: 三层对照
        id: rows
        columns: [在哪里, {text: 几格, unit: 个}]
        rows: {微循环: [社区, =grids], 小循环: [街道, 源文未载]}
        assumed: 教师整理
      - chart: bar
        id: bars
        title: 谁的人多
        facts: [forces, forces-dept]
      - diagram: 怎样办完
        id: chain
        steps: [采集, 派遣, 结案]
        assumed: 教师整理
      - timeline: 何时
        id: when
        events: [started, {when: 2014-07, text: 出简报}]
      - metrics: [rate, share]
        id: figures
      - discuss: 如果只留一级，你留哪一级？
        id: keep-one
      - exercise: q
    """
RIGHT = "q:\n  kind: cite\n  prompt: 哪几段？\n  right: [first#p2, first#rows]\n  mistakes: [{at: first#p1, why: 只说人数。}]\n  explain: 略\n"
TWO = "q:\n  kind: cite\n  prompt: 主张\n  supports: first#p1\n  contradicts: [first#p2, first#rows]\n  mistakes: [{at: first#p2, why: 它说的是上交。}]\n  explain: 略\n"


def content(folder: Path, bank: str = RIGHT) -> Content:
    """The demo course with the unit above and one exercise."""
    found = course(folder, unit_yaml=UNIT, bank_yaml=bank)
    assert found.diagnostics == []
    return found


def cite(folder: Path, bank: str = RIGHT) -> Cite:
    """The exercise of that course."""
    found = content(folder, bank).course.cases[0].exercises["q"]
    assert isinstance(found, Cite)
    return found


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


def test_every_block_with_an_id_is_offered_in_words(tmp_path: Path) -> None:
    """Prose, tables and figures with an id are offered in reading order, facts filled in; questions are not."""
    told = {p.ref: (p.number, p.title, p.text) for p in cite(tmp_path).passages()}
    assert told == {
        "first#p1": (1, "", "街上共有 2139\u00a0人，分进 369\u00a0个。"),
        "first#p2": (2, "", "微循环在社区，办不了的上交。"),
        "first#rows": (3, "三层对照", "微循环：在哪里 社区；几格 369\u00a0个\n小循环：在哪里 街道；几格 源文未载"),
        "first#bars": (4, "谁的人多", "下沉力量 2139\u00a0人；部门下沉 1467\u00a0人"),
        "first#chain": (5, "怎样办完", "采集 → 派遣 → 结案"),
        "first#when": (6, "何时", "开始年份 2013\n2014-07　出简报"),
        "first#figures": (7, "", "办结率 98.0％；热线占比 40％"),
    }


@pytest.mark.parametrize(
    ("picked", "earned"),
    [
        (["first#p2", "first#rows"], "1"),
        (["first#p2"], "0.5"),
        (["first#p1"], "0"),
        (["first#p1", "first#bars"], "0"),
    ],
)
def test_hits_over_keys_and_wrong_picks(tmp_path: Path, picked: list[str], earned: str) -> None:
    """Half of the keys earns half; what is no key earns nothing."""
    assert share(cite(tmp_path), {"right": picked}) == Decimal(earned)


def test_picking_everything_does_not_pay(tmp_path: Path) -> None:
    """Every wrong pick makes the share smaller: two hits among seven picks with two keys are two sevenths."""
    found = cite(tmp_path)
    assert share(found, {"right": [p.ref for p in found.passages()]}) == Decimal(2) / 7
    assert share(found, {"right": ["first#p2", "first#p1"]}) == Decimal(1) / 3


def test_under_the_wrong_heading_is_a_wrong_pick(tmp_path: Path) -> None:
    """With two headings a key under the other one counts as wrong and gets the author's reason."""
    found = cite(tmp_path, TWO)
    assert share(found, {"supports": ["first#p1"], "contradicts": ["first#rows", "first#p2"]}) == 1
    verdict = grade(found, {"supports": ["first#p1", "first#p2"]})[1]
    assert verdict.share == Decimal(1) / 4
    assert [(n.about, n.state, n.why) for n in verdict.notes] == [
        ("first#p1", "right", ""),
        ("first#p2", "wrong", "它说的是上交。"),
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, "还没有选"),
        ({"right": []}, "还没有选"),
        ({"right": ["first#p9"]}, "没有这一段"),
        ({"right": ["first#keep-one"]}, "没有这一段"),
        ({"right": ["first#p1", "first#p1"]}, "选了两次"),
        ({"supports": ["first#p1"]}, "没有这一栏"),
        ({"right": "first#p1"}, "形状"),
        (["first#p1"], "形状"),
    ],
)
def test_what_is_no_pick(tmp_path: Path, raw: JSON, said: str) -> None:
    """Nothing, passages that are not offered, the same one twice, other headings and shapes are unreadable."""
    with pytest.raises(Unreadable, match=said):
        cite(tmp_path).read(raw)


def test_a_passage_stands_under_one_heading_only(tmp_path: Path) -> None:
    """A passage that supports and contradicts at once is refused."""
    with pytest.raises(Unreadable, match="选了两次"):
        cite(tmp_path, TWO).read({"supports": ["first#p1"], "contradicts": ["first#p1"]})


def test_tally_is_passage_by_heading(tmp_path: Path) -> None:
    """Each passage that is offered counts how many put it under which heading."""
    counted = cite(tmp_path, TWO).tally([{"supports": ["first#p1"]}, {"contradicts": ["first#p1", "first#p2"]}])
    assert counted.n == 2
    assert counted.slots["first#p1"] == {"supports": 1, "contradicts": 1}
    assert counted.slots["first#p2"] == {"contradicts": 1}
    assert counted.slots["first#bars"] == {}


@pytest.mark.parametrize(("bank", "key"), [(RIGHT, "[first#p2, first#rows]"), (TWO, "first#p1")])
def test_public_is_the_same_whatever_the_key(tmp_path: Path, bank: str, key: str) -> None:
    """Before release nothing tells which of the offered passages are right; the headings stay."""
    one, other = cite(tmp_path / "1", bank), cite(tmp_path / "2", bank.replace(key, "first#bars"))
    assert one.public().model_dump() == other.public().model_dump()
    assert one.public().headings == other.headings
    assert [p.ref for p in one.public().passages()] == [p.ref for p in one.passages()]


def test_a_claim_without_support_still_offers_both_headings(tmp_path: Path) -> None:
    """That nothing supports a claim is for the student to find out."""
    found = cite(tmp_path, "q:\n  kind: cite\n  prompt: 主张\n  contradicts: first#p2\n  explain: 略\n")
    assert found.public().headings == ("supports", "contradicts")


def test_the_key_is_its_own_evidence_and_must_rest_on_the_source(tmp_path: Path) -> None:
    """The passages of the key count as evidence; one without any fact from the source floats."""
    assert check(content(tmp_path / "1")) == []
    floating = UNIT.replace("        rests: [levels]\n", "")
    found = check(course(tmp_path / "2", unit_yaml=floating, bank_yaml=RIGHT))
    assert [(d.code, d.span.line, d.span.column) for d in found] == [("evidence-floating", 4, 11)]


def test_other_units_and_cases_can_be_searched(tmp_path: Path) -> None:
    """`units` widens what is offered; a unit that is not there is told with the nearest name."""
    found = check(course(tmp_path, unit_yaml=UNIT, bank_yaml=RIGHT + "  units: [first, 'demo:frst']\n"))
    assert [(d.code, d.span.line, d.help) for d in found] == [("unknown-reference", 7, "是不是 'first'？")]
    outside = RIGHT.replace("right: [first#p2, first#rows]", "right: second#p1") + "  units: first\n"
    codes = [d.code for d in check(course(tmp_path, unit_yaml=UNIT, bank_yaml=outside))]
    assert codes == ["unknown-reference"]


def test_broken_passages_stay_silent(tmp_path: Path) -> None:
    """A passage that exists but could not be read causes no second message at the exercise that cites it."""
    broken = UNIT.replace(
        "        rests: [levels]\n", "        rests: [levels]\n        colour: red\n        prose: ''\n"
    )
    broken = UNIT.replace("- prose: 微循环在社区，办不了的上交。", "- prose: ''")
    found = check(course(tmp_path, unit_yaml=broken, bank_yaml=RIGHT))
    assert {d.span.file for d in found} == {"cases/demo/units/01-first.yaml"}


# ---- a citation beside an answer -----------------------------------------------------------------------------------------

BESIDE = "q:\n  kind: text\n  prompt: 最近的一级？\n  accept: 微循环\n  evidence: first#p2\n  explain: 略\n  cite: required\n"


def test_beside_an_answer_the_passages_of_its_units_are_offered(tmp_path: Path) -> None:
    """`cite: required` offers what can be cited in the units that place the exercise or hold its evidence."""
    found = content(tmp_path, BESIDE)
    assert check(found) == []
    refs = [p.ref for p in found.course.citable("demo", "q")]
    assert refs == [f"first#{x}" for x in ("p1", "p2", "rows", "bars", "chain", "when", "figures")]


def test_asking_for_a_citation_makes_no_new_question(tmp_path: Path) -> None:
    """It is not scored: answers from before stay comparable."""
    one, other = content(tmp_path / "1", BESIDE), content(tmp_path / "2", BESIDE.replace("  cite: required\n", ""))
    prints = [c.course.cases[0].exercises["q"].fingerprint() for c in (one, other)]
    assert prints[0] == prints[1]
