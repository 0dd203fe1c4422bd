"""audit: what the numbers say, what a judgement may claim, what an answer earns, and the calculation that is shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.checks import check
from casecourse.grading import JSON, Note, Unreadable, grade
from casecourse.kinds.audit import Audit
from casecourse.loading import Content, load
from tests.writing import CONTENT, exercise

ITEMS = CONTENT / "consistency"

# What each check of the source's own numbers comes to: the value, how the two figures lie, the judgement.
SUMS = {
    "jx-c01": ("36", "apart", "conflict"),
    "jx-c02": ("200", "apart", "conflict"),
    "jx-c03": ("2", "apart", "conflict"),
    "jx-c04": ("2035", "equal", "consistent"),
    "jx-c06": ("23.6", "", ""),
    "jx-c07": ("2339", "apart", "conflict"),
    "jx-c08": ("1024.7", "", ""),
    "jx-c09": ("0.48", "", ""),
    "jx-c10": ("2.4", "", ""),
    "jx-c12": ("420", "apart", "scope"),
    "jx-c13": ("20", "", ""),
    "jx-c14": ("548", "", ""),
    "jx-c15": ("1000", "apart", "scope"),
    "jx-c16": ("5", "apart", "conflict"),
    "jx-c17": ("0", "equal", "consistent"),
    "jx-c18": ("9.1", "", ""),
    "jx-c19": ("2", "", ""),
    "jx-c23": ("10", "", ""),
    "xw-c01": ("5", "equal", "consistent"),
    "xw-c02": ("1", "apart", "conflict"),
    "xw-c04": ("7", "", ""),
    "xw-c05": ("46", "", ""),
    "sh-c01": ("11924", "equal", "consistent"),
    "sh-c02": ("11607", "equal", "consistent"),
    "sh-c09": ("9500", "equal", "consistent"),
    "sh-c03": ("317", "equal", "consistent"),
    "sh-c04": ("2.73", "equal", "consistent"),
    "sh-c05": ("99.9", "meet", "rounding"),
    "sh-c06": ("100", "equal", "consistent"),
    "sh-c07": ("3", "", ""),
    "sh-c08": ("33.6", "equal", "consistent"),
    "sh-c10": ("8.18", "apart", "conflict"),
    "sh-c11": ("18.16", "", ""),
    "sh-c12": ("20.03", "equal", "consistent"),
    "sh-c13": ("1.8", "equal", "consistent"),
    "sh-c14": ("20.03", "equal", "consistent"),
    "sh-c15": ("35.2", "equal", "consistent"),
    "sh-c16": ("100.2", "meet", "conflict"),
    "sh-c17": ("67.4", "equal", "consistent"),
    "sh-c18": ("20.02", "meet", "rounding"),
    "sh-c19": ("-8.9", "missing", "unknowable"),
    "sh-c20": ("42.3", "apart", "scope"),
    "sh-c21": ("97.7", "missing", "unknowable"),
    "sh-c22": ("329.04", "equal", "consistent"),
    "sh-c23": ("76.2", "equal", "consistent"),
    "sh-c24": ("1433", "missing", "unknowable"),
    "sh-c25": ("2.5", "equal", "consistent"),
    "sh-c27": ("8", "", ""),
    "sh-c28": ("7", "apart", "scope"),
    "sh-c29": ("9", "equal", "consistent"),
    "sh-c30": ("1.96", "", ""),
    "hd-c01": ("114.7", "apart", "scope"),
    "hd-c02": ("7897", "", ""),
    "hd-c03": ("29", "equal", "consistent"),
    "hd-c04": ("643", "equal", "consistent"),
    "hd-c05": ("2850", "missing", "unknowable"),
    "hd-c06": ("86.8", "", ""),
    "hd-c07": ("7.1", "", ""),
    "hd-c08": ("13922", "equal", "consistent"),
    "hd-c09": ("21.7", "", ""),
    "hd-c10": ("9739", "apart", "scope"),
    "hd-c11": ("5", "equal", "consistent"),
    "hd-c12": ("13", "equal", "consistent"),
    "hd-c13": ("8", "", ""),
    "hd-c16": ("50", "", ""),
}


@pytest.fixture(scope="module")
def items() -> Content:
    """The course of all checks of the source's own numbers."""
    return load(ITEMS)


def test_every_check_of_the_sources_numbers_can_be_written(items: Content) -> None:
    """All sixty-five are exercises, an audit where the source states something and a number where it does not; none is at fault."""
    assert check(items) == []
    kinds = {n: e.kind for c in items.course.cases for n, e in c.exercises.items()}
    assert kinds == {n: "audit" if judged else "number" for n, (_, _, judged) in SUMS.items()}
    assert len(kinds) == 65


@pytest.mark.parametrize("name", SUMS)
def test_a_check_comes_to_what_was_reckoned_apart(items: Content, name: str) -> None:
    """The value typed as it was reckoned elsewhere earns everything, and the figures lie as reckoned elsewhere."""
    value, lie, judged = SUMS[name]
    found = next(c.exercises[name] for c in items.course.cases if name in c.exercises)
    raw: JSON = {"value": value, "verdict": judged} if judged else value
    assert grade(found, raw)[1].share == 1
    if isinstance(found, Audit):
        assert found.relation() == lie
        working = found.working()
        assert working is not None
        assert working.value.startswith(value)
        assert all(one.note and one.text and one.label for one in working.inputs)
        assert (working.stated is None) == (lie == "missing")


def test_the_growth_rate_is_shown_step_by_step(items: Content) -> None:
    """Facts with figure, rounding and place; the formula with figures; value and stated figure with their intervals."""
    found = next(c.exercises["sh-c10"] for c in items.course.cases if "sh-c10" in c.exercises)
    assert isinstance(found, Audit)
    working = found.working()
    assert working is not None
    first = working.inputs[0]
    assert (first.label, first.text, first.note) == ("2013 年从业人员", "20.03\u00a0万人", "一（二）")
    assert first.span == "在 20.025 与 20.035 之间"
    assert working.filled == "(20.03\u00a0万人 ÷ 12.5\u00a0万人) ^ (1 ÷ 6) − 1"
    assert (working.value, working.span) == ("8.18％", "在 8.098 与 8.253 之间")
    stated = working.stated
    assert stated is not None
    assert (stated.label, stated.text, stated.span) == ("源文写的年均增速", "8.0％", "在 7.95 与 8.05 之间")


def test_a_formula_that_is_compared_with_shows_its_facts_too(items: Content) -> None:
    """Where the other side is computed as well, its facts, its formula and its value stand there."""
    found = next(c.exercises["sh-c20"] for c in items.course.cases if "sh-c20" in c.exercises)
    assert isinstance(found, Audit)
    working = found.working()
    assert working is not None
    assert [one.label for one in working.inputs] == ["总收入", "总支出", "净资产", "净资产同比增长"]
    assert working.stated is not None
    assert working.stated.text == "54.25\u00a0亿元"
    assert working.stated.note == "312.59\u00a0亿元 − 312.59\u00a0亿元 ÷ (1 + 21.0％)"


# ---- what an answer earns ----------------------------------------------------------------------------------------------

MONEY = """
    kind: audit
    prompt: 投入对得上吗？
    points: 4
    compute: people * 20
    stated: budget
    unit: 万元
    tolerance: 2％
    verdict: conflict
    also: scope
    why: {conflict: 差得太多。, scope: 也许不是同一年。, rounding: 舍入没有这么大。}
    mistakes: [{answer: people * 2, why: 少了一个零。, credit: 0.5}]
    question: 哪一年的人数？
    assumed: 自拟
    """


@pytest.mark.parametrize(
    ("value", "judged", "earned"),
    [
        ("2900", "conflict", "1"),
        ("0.29亿元", "conflict", "1"),
        ("2900", "scope", "0.75"),
        ("2900", "rounding", "0.5"),
        ("290", "conflict", "0.75"),
        ("290", "consistent", "0.25"),
        ("源文未载", "scope", "0.25"),
        ("3074", "unknowable", "0"),
    ],
)
def test_half_for_the_value_and_half_for_the_judgement(tmp_path: Path, value: str, judged: str, earned: str) -> None:
    """A value or a judgement alone is a half; what may also be said is half of its half; a mistake earns its credit."""
    verdict = grade(exercise(tmp_path, MONEY), {"value": value, "verdict": judged, "question": "为什么"})[1]
    assert verdict.share == Decimal(earned)


def test_a_reason_stands_at_the_judgement_that_was_made(tmp_path: Path) -> None:
    """Value and judgement each have their note, with the author's reason for what was said and for nothing else."""
    notes = grade(exercise(tmp_path, MONEY), {"value": "290", "verdict": "rounding"})[1].notes
    assert notes == (Note("290", "part", "少了一个零。"), Note("舍入可解释", "wrong", "舍入没有这么大。"))


UNSAID = """
    kind: audit
    prompt: 对得上吗？
    compute: forces * 5
    unit: 人
    verdict: unknowable
    also: scope
    why: {unknowable: 没有可比的数。}
    question: 全区多少人？
    evidence: nine
    """


@pytest.mark.parametrize(
    ("value", "judged", "earned"),
    [("源文未载", "unknowable", "1"), ("3", "unknowable", "1"), ("10695", "scope", "0.5"), ("10695", "conflict", "0")],
)
def test_where_nothing_can_be_checked_the_judgement_stands_alone(
    tmp_path: Path, value: str, judged: str, earned: str
) -> None:
    """The value is shown and not scored."""
    found = exercise(tmp_path, UNSAID)
    assert isinstance(found, Audit)
    assert found.relation() == "missing"
    assert grade(found, {"value": value, "verdict": judged})[1].share == Decimal(earned)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"verdict": "conflict"}, "先填"),
        ({"value": " ", "verdict": "conflict"}, "先填"),
        ({"value": "很多", "verdict": "conflict"}, "没有读出"),
        ({"value": "2900"}, "还没有判断"),
        ({"value": "2900", "verdict": "矛盾"}, "还没有判断"),
        ({"value": "2900", "verdict": "conflict", "more": ""}, "不是这道题"),
        ({"value": 2900, "verdict": "conflict"}, "形状"),
    ],
)
def test_what_is_no_audit(tmp_path: Path, raw: JSON, said: str) -> None:
    """A missing value, words for a figure, no or an unknown judgement, and other shapes are unreadable."""
    with pytest.raises(Unreadable, match=said):
        exercise(tmp_path, MONEY).read(raw)


def test_judgements_values_and_questions_are_gathered(tmp_path: Path) -> None:
    """Figures that read the same count together; the questions are kept in their words."""
    found = exercise(tmp_path, MONEY)
    raws = [("2900", "conflict", "哪一年？"), ("0.29 亿", "scope", ""), ("源文未载", "scope", "谁数的？")]
    counted = found.tally(found.read({"value": v, "verdict": j, "question": q}) for v, j, q in raws)
    assert counted.slots == {"verdict": {"scope": 2, "conflict": 1}, "value": {"2900": 2, "源文未载": 1}}
    assert counted.extra["questions"] == ["哪一年？", "谁数的？"]


def test_public_is_the_same_whatever_the_key(tmp_path: Path) -> None:
    """Before release neither the calculation nor the judgement can be told from what a browser gets."""
    other = MONEY.replace("people * 20", "people * 30").replace("verdict: conflict", "verdict: scope")
    other = other.replace("also: scope", "also: [unknowable, conflict]").replace("哪一年的", "谁数的")
    same = [exercise(tmp_path / str(n), text).public().model_dump() for n, text in enumerate((MONEY, other))]
    assert same[0] == same[1]
