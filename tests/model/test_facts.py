"""Facts: their values in formulas, how they are shown, and what a derived one inherits."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecourse.blanks import in_unit
from casecourse.checks import check
from casecourse.chinese import figure
from casecourse.formula import FormulaError, scale
from casecourse.intervals import Interval
from casecourse.loading import load
from casecourse.model import Case, CaseFacts, Fact, Facts
from casecourse.model.facts import worded
from tests.writing import DEMO, course

NBSP = "\u00a0"
HEAD = "title: 案例\nabstract: 摘要。\nfacts:\n"


def facts(folder: Path, lines: str) -> CaseFacts:
    """The facts of a case that holds these, one per line."""
    loaded = course(folder, case_yaml=HEAD + "".join(f"  {line.strip()}\n" for line in lines.strip().splitlines()))
    assert loaded.diagnostics == []
    return loaded.course.facts.of("demo")


# ---- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        ("3074", "万元", "30740000"),
        ("1.5", "亿元", "150000000"),
        ("2", "万亿元", "2000000000000"),
        ("98.0", "％", "0.98"),
        ("5", "‰", "0.005"),
        ("3", "个百分点", "0.03"),
        ("3", "元", "3"),
        ("'1,467'", "人", "1467"),
        ("-2.5", "", "-2.5"),
        ("12", "万元/人", "120000"),
    ],
)
def test_a_value_counts_in_the_scale_of_its_unit(tmp_path: Path, value: str, unit: str, number: str) -> None:
    """In a formula 万, 亿, ％ and their like are part of the value."""
    scope = facts(tmp_path, f"x: {{label: 数, value: {value}, unit: '{unit}', at: 一}}")
    assert scope.number("x") == Decimal(number)


def test_a_list_is_a_list_of_names(tmp_path: Path) -> None:
    """A list enters formulas as its names, to be counted; one name is a list of one."""
    scope = facts(
        tmp_path,
        """levels: {label: 级, value: [微, 小, 大], at: 一}
        one: {label: 名, value: 街道办, at: 一}
        n: {label: 几级, formula: count(levels) + count(one)}""",
    )
    assert scope.number("levels") == ("微", "小", "大")
    assert scope.number("n") == 4
    assert scope.text("levels") == "微、小、大"


DERIVED = """
    forces: {label: 下沉力量, value: 2139, unit: 人, at: 一}
    grids: {label: 网格, value: 369, unit: 个, at: 一}
    people: {label: 人口, value: 145, unit: 万人, at: 一, approx: 约}
    budget: {label: 投入, value: 3074, unit: 万元, at: 二}
    guess: {label: 估计, value: 6, unit: 人, assumed: 取整}
    other: {label: 外部, value: 4, unit: 人, external: 年鉴}
    per-grid: {label: 每格, formula: forces / grids, unit: 人, decimals: 1}
    per-head: {label: 人均, formula: budget / people, unit: 元, decimals: 1}
    share: {label: 占比, formula: grids / forces, unit: ％, decimals: 1}
    in-wan: {label: 合计, formula: budget + budget, unit: 万元}
    twice: {label: 两层, formula: per-grid * 2, unit: 人, decimals: 2}
    guessed: {label: 推测, formula: guess * grids, unit: 人}
    mixed: {label: 混合, formula: other + guess, unit: 人}
    outside: {label: 外推, formula: other + grids, unit: 人}
    """


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("per-grid", f"5.8{NBSP}人"),
        ("per-head", f"约{NBSP}21.2{NBSP}元"),
        ("share", "17.3％"),
        ("in-wan", f"6148{NBSP}万元"),
        ("twice", f"11.59{NBSP}人"),
    ],
)
def test_a_derived_fact_is_computed_in_its_own_unit(tmp_path: Path, name: str, text: str) -> None:
    """The formula's value leaves in the unit of the derived fact, rounded to its decimals; a chain is not rounded on the way."""
    assert facts(tmp_path, DERIVED).text(name) == text


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("forces", "at"), ("guess", "assumed"), ("other", "external"), ("per-grid", "formula"), ("twice", "formula"),
        ("guessed", "assumed"), ("mixed", "assumed"), ("outside", "external"),
    ],
)  # fmt: skip
def test_a_derived_fact_inherits_the_weakest_origin(tmp_path: Path, name: str, origin: str) -> None:
    """设定 before 外部 before 派生 before 源: one assumption makes the result an assumption."""
    assert facts(tmp_path, DERIVED).origin(name) == origin


def test_a_derived_fact_tells_how_it_was_computed(tmp_path: Path) -> None:
    """Its note is the formula in the labels of the facts; others show their place or reason."""
    scope = facts(tmp_path, DERIVED)
    assert scope.note("per-grid") == "下沉力量 ÷ 网格"
    assert (scope.note("forces"), scope.note("guess"), scope.note("other")) == ("一", "取整", "年鉴")


def test_labels_replace_whole_ids_only() -> None:
    """`forces` inside `forces-dept` or another case's fact is not replaced."""
    labels = {"forces": "合计", "forces-dept": "部门"}
    assert worded("forces - forces-dept * 2 + other:forces", labels) == "合计 − 部门 × 2 + other:forces"


# ---- shown ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ("value: 145, unit: 万人, approx: 约", f"约{NBSP}145{NBSP}万人"),
        ("value: 200, unit: 个, approx: 近", f"近{NBSP}200{NBSP}个"),
        ("value: 200, unit: 家, approx: 多", f"200{NBSP}多家"),
        ("value: 20, unit: 万, approx: 余", f"20{NBSP}余万"),
        ("value: 2139, unit: 人", f"2139{NBSP}人"),
        ("value: 98.0, unit: ％", "98.0％"),
        ("value: 98.0, unit: ％, approx: 约", f"约{NBSP}98.0％"),
        ("value: 2013", "2013"),
        ("value: 2008-07", f"2008{NBSP}年{NBSP}7{NBSP}月"),
        ("value: 2020-03-09", f"2020{NBSP}年{NBSP}3{NBSP}月{NBSP}9{NBSP}日"),
        ("value: 2011–2020", "2011–2020"),
        ("value: 2010-20", "2010-20"),
        ("value: 8.0", "8.0"),
        ("value: 街道办", "街道办"),
        ("value: 100, approx: 多", f"100{NBSP}多"),
    ],
)
def test_value_unit_and_approximation_stay_together(tmp_path: Path, fields: str, text: str) -> None:
    """Number, its word for approximate and its unit are joined by no-break spaces, a date is read in Chinese; ％ follows without one; digits stay as printed."""
    assert facts(tmp_path, f"x: {{label: 数, {fields}, at: 一}}").text("x") == text


def test_facts_are_filled_into_text(tmp_path: Path) -> None:
    """`{{fact}}` becomes value and unit; one that does not exist or cannot be computed stays as written."""
    scope = facts(tmp_path, "x: {label: 数, value: 7, unit: 人, at: 一}\nzero: {label: 零除, formula: x / (x - x)}")
    assert (
        scope.fill("有 {{x}}、{{ x }}，没有 {{y}} 和 {{zero}}")
        == f"有 7{NBSP}人、7{NBSP}人，没有 {{{{y}}}} 和 {{{{zero}}}}"
    )


def test_what_a_reader_sees_of_a_fact(tmp_path: Path) -> None:
    """Text, label, origin, place, point in time and doubt together."""
    shown = facts(
        tmp_path, "x: {label: 志愿者, value: 800, unit: 人, at: 一（二）, as_of: 2014 年, doubtful: 又写 880}"
    ).shown("x")
    assert (shown.ref, shown.text, shown.label, shown.origin) == ("x", f"800{NBSP}人", "志愿者", "at")
    assert (shown.note, shown.as_of, shown.doubtful) == ("一（二）", "2014 年", "又写 880")


@pytest.mark.parametrize(
    ("formula", "unit", "decimals", "shown"),
    [
        ("x", "", None, f"3074{NBSP}万元"),
        ("x / 2", "万元", None, f"1537{NBSP}万元"),
        ("x", "亿元", 2, f"0.31{NBSP}亿元"),
        ("r", "", None, "98.0％"),
        ("r / 2", "％", 1, "49.0％"),
        ("r", "％", None, "98.0％"),
        ("x / x", "", None, "1"),
    ],
)
def test_formulas_of_figures(tmp_path: Path, formula: str, unit: str, decimals: int | None, shown: str) -> None:
    """A single fact keeps its own unit and digits unless another unit is asked for; anything else leaves in that unit."""
    scope = facts(
        tmp_path, "x: {label: 数, value: 3074, unit: 万元, at: 一}\nr: {label: 率, value: 98.0, unit: ％, at: 一}"
    )
    value, text = scope.computed(formula, unit, decimals)
    assert text == shown
    assert value == scope_value(scope, formula) / scale(unit or {"x": "万元", "r": "％"}.get(formula, ""))


def scope_value(scope: CaseFacts, text: str) -> Decimal:
    """The formula's value without any unit."""
    return scope.computed(f"{text} + 0")[0]


# ---- across cases, and what cannot be ------------------------------------------------------------------------------------------


def two_cases(folder: Path) -> CaseFacts:
    """The facts of a second case beside the demo's, named from there."""
    course(folder)
    (folder / "cases/course.yaml").write_text(
        (DEMO / "cases/course.yaml").read_text("utf-8").replace("[demo]", "[demo, two]"), "utf-8"
    )
    (folder / "cases/two").mkdir()
    lines = """forces: {label: 本地, value: 10, unit: 人, at: 一}
  ratio: {label: 比, formula: demo:forces / forces, decimals: 1}
  far: {label: 远, formula: demo:per-grid + 0, unit: 人, decimals: 1}
  assumed-far: {label: 远设, formula: demo:guess + forces, unit: 人}
"""
    (folder / "cases/two/case.yaml").write_text(f"{HEAD}  {lines}", encoding="utf-8")
    loaded = load(folder)
    assert [d for d in check(loaded) if d.severity == "error"] == []
    return loaded.course.facts.of("two")


def test_facts_of_another_case_carry_its_name(tmp_path: Path) -> None:
    """`demo:forces` is the other case's; its formulas are read in its own scope, its origin is inherited."""
    scope = two_cases(tmp_path)
    assert (scope.text("forces"), scope.text("demo:forces")) == (f"10{NBSP}人", f"2139{NBSP}人")
    assert scope.number("ratio") == Decimal("213.9")
    assert scope.text("far") == f"5.8{NBSP}人"
    assert scope.note("demo:per-grid") == "下沉力量 ÷ 三级网格"
    assert scope.origin("assumed-far") == "assumed"
    assert scope.fill("{{demo:forces}}") == f"2139{NBSP}人"


def test_an_unknown_fact_is_a_key_error(tmp_path: Path) -> None:
    """Neither this case's nor another's unknown fact has a value."""
    scope = facts(tmp_path, "x: {label: 数, value: 7, at: 一}")
    for name in ("y", "demo:y", "other:x"):
        with pytest.raises(KeyError):
            scope.number(name)


@pytest.mark.parametrize("name", ["a", "b", "self"])
def test_a_circle_ends_with_its_name(tmp_path: Path, name: str) -> None:
    """Facts that are computed from one another raise instead of running for ever, in whichever order they are asked."""
    scope = facts(
        tmp_path,
        """a: {label: 甲, formula: b + 1}
        b: {label: 乙, formula: demo:a + 1}
        self: {label: 自己, formula: self * 2}""",
    )
    with pytest.raises(FormulaError) as caught:
        scope.number(name)
    assert caught.value.code == "circle"


@pytest.mark.parametrize("name", ["a", "self"])
def test_a_circle_can_be_shown_as_written(tmp_path: Path, name: str) -> None:
    """Text that mentions a fact in a circle shows the mention; nothing runs for ever."""
    scope = facts(
        tmp_path, "a: {label: 甲, formula: b}\nb: {label: 乙, formula: a}\nself: {label: 自己, formula: self}"
    )
    assert scope.fill("{{" + name + "}}") == "{{" + name + "}}"


# ---- what is shown reads back ------------------------------------------------------------------------------------------

UNITS = ["", "人", "家", "万元", "亿元", "万亿元", "％", "‰", "个百分点", "万人次", "人/格", "平方公里"]


@given(
    st.decimals(0, 10**6, places=2) | st.integers(0, 10**6).map(Decimal),
    st.sampled_from(UNITS),
    st.sampled_from(["", "约", "近", "多"]),
)
def test_a_fact_as_shown_reads_back(value: Decimal, unit: str, approx: Literal["", "约", "近", "多"]) -> None:
    """Whoever types a figure as the course prints it has typed the figure: value, unit and the word for about."""
    if approx == "多" and str(value)[-1] != "0":
        return  # nobody writes 203 多
    fact = Fact(label="数", value=(str(value),), unit=unit, at="一", approx=approx)
    scope = Facts({"c": Case(title="案", abstract="要", facts={"x": fact})}).of("c")
    typed, fault = in_unit(scope.text("x"), unit)
    assert (typed, fault) == (value, "")
    read = figure(scope.text("x"))
    assert read is not None
    assert read.about == approx


def test_an_interval_follows_the_digits_through_derived_facts(tmp_path: Path) -> None:
    """A derived fact stands for what its facts may stand for; a margin of its own stands before that."""
    scope = facts(
        tmp_path,
        """a: {label: 甲, value: 8.0, at: 一}
        b: {label: 乙, value: 2, at: 一}
        c: {label: 丙, formula: a / b, decimals: 1}
        d: {label: 丁, formula: a / b, decimals: 1, margin: 0}
        names: {label: 名, value: [子, 丑], at: 一}
        part: {label: 份, value: 1/4, at: 一}""",
    )
    assert scope.interval("c") == Interval(Decimal("3.975"), Decimal("4.025"))
    assert scope.interval("d") == Interval(Decimal(4), Decimal(4))
    assert scope.interval("names") == ("子", "丑")
    assert scope.number("part") == Decimal("0.25")
    assert (scope.quantum("a"), scope.quantum("part"), scope.quantum("d")) == (Decimal("0.1"), None, None)
    assert scope.filled("a / b - part") == "8.0 ÷ 2 − 1/4"


def test_a_formula_is_said_in_words(tmp_path: Path) -> None:
    """Functions have their words, and names their figures."""
    scope = facts(
        tmp_path,
        """a: {label: 甲, value: 3, unit: 家, at: 一}
        names: {label: 名, value: [子, 丑], at: 一}""",
    )
    assert scope.filled("sum(a, count(names)) / ceil(a)") == "合计(3\u00a0家, 项数(子、丑)) ÷ 向上取整(3\u00a0家)"


def test_a_place_names_its_source_as_readers_know_it() -> None:
    """Where a case has several sources, the id before a place is shown as the title up to its first break."""
    written = {"label": "人数", "value": ["3"], "at": "b 二（一）"}
    sources = {"a": {"title": "甲"}, "b": {"title": "北京市海淀区：案例（上）"}}
    case = Case.model_validate(
        {
            "title": "例",
            "abstract": "例",
            "sources": sources,
            "facts": {"n": written, "m": {**written, "at": "二（一）"}},
        }
    )
    facts = Facts({"x": case.assembled("x", (), {})}).of("x")
    assert facts.note("n") == "北京市海淀区　二（一）"
    assert facts.note("m") == "二（一）"
